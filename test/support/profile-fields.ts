import * as z from "zod";
import { vehicleProfileSchema } from "../../src/roads/profile";

export interface ProfileField {
  /** Dotted, with `*` for keys that are free: `classes.*.speedKmh`. */
  readonly path: string;
  readonly required: boolean;
  readonly default: unknown;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}

/** Every field a profile may have, read off the schema itself. */
export function profileFields(): ProfileField[] {
  const fields: ProfileField[] = [];
  const visit = ({ properties = {}, required = [], additionalProperties, anyOf = [] }: Schema, path: string): void => {
    for (const [name, child] of Object.entries(properties)) {
      const below = `${path}${name}`;
      fields.push({ path: below, required: required.includes(name), default: child.default });
      visit(child, `${below}.`);
    }
    if (typeof additionalProperties === "object") {
      fields.push({ path: `${path}*`, required: false, default: undefined });
      visit(additionalProperties, `${path}*.`);
    }
    for (const choice of anyOf) visit(choice, path);
  };
  visit(z.toJSONSchema(vehicleProfileSchema, { io: "input" }) as Schema, "");
  return fields;
}
