import * as z from "zod/mini";
import english from "zod/v4/locales/en.js";

/**
 * Validates a value. Schemas are of `zod/mini`, a third of zod in a browser's bundle; it words nothing by itself, so the
 * English of what a schema has no message for is given with every call.
 */
export function safeParse<S extends z.core.$ZodType>(schema: S, value: unknown): z.util.SafeParseResult<z.output<S>> {
  return z.safeParse(schema, value, { error: (issue) => english().localeError(issue) });
}
