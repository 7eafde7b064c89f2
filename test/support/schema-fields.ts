import * as z from "zod";

/** A field that a schema of plain JSON allows. */
export interface SchemaField {
  /** Dotted, with `*` for keys that are free and `[]` for elements of a list: `classes.*.speedKmh`, `bypass[].need`. */
  readonly path: string;
  readonly required: boolean;
  readonly default: unknown;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
}

/** Every field there may be, read off the schema itself; one that several choices of a union have is there for each. */
export function schemaFields(schema: z.core.$ZodType): SchemaField[] {
  const fields: SchemaField[] = [];
  const visit = (one: Schema, path: string): void => {
    const { properties = {}, required = [], additionalProperties, items, anyOf = [], oneOf = [] } = one;
    const prefix = path === "" ? "" : `${path}.`;
    for (const [name, child] of Object.entries(properties)) {
      fields.push({ path: `${prefix}${name}`, required: required.includes(name), default: child.default });
      visit(child, `${prefix}${name}`);
    }
    if (typeof additionalProperties === "object") {
      fields.push({ path: `${prefix}*`, required: false, default: undefined });
      visit(additionalProperties, `${prefix}*`);
    }
    if (items !== undefined) visit(items, `${path}[]`);
    for (const choice of [...anyOf, ...oneOf]) visit(choice, path);
  };
  visit(z.toJSONSchema(schema, { io: "input" }) as Schema, "");
  return fields;
}
