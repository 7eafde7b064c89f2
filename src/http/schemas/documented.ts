import * as z from "zod";
import type { DeepReadonly } from "../../core/units";

/** A schema of the library as the document's generator reads it. */
type Documented<S extends z.core.$ZodType> =
  S extends z.core.$ZodOptional<infer Inner>
    ? z.ZodOptional<z.ZodType<DeepReadonly<z.output<Inner>>, z.input<Inner>>>
    : z.ZodType<DeepReadonly<z.output<S>>, z.input<S>>;

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/**
 * The library's schemas are of `zod/mini`, for the size of browsers' bundles; the generator of the OpenAPI document reads
 * those of `zod`. This is the same schema, made by zod from the same definition, with the same metadata: it accepts and
 * refuses the same values.
 */
export function documented<S extends z.core.$ZodType>(schema: S): Documented<S> {
  return classic(schema) as Documented<S>;
}

/** {@link documented} for every field of an object. */
export function documentedShape<S extends Shape>(shape: S): { [Field in keyof S]: Documented<S[Field]> } {
  return Object.fromEntries(Object.entries(shape).map(([field, schema]) => [field, classic(schema)])) as {
    [Field in keyof S]: Documented<S[Field]>;
  };
}

function classic(schema: z.core.$ZodType): z.ZodType {
  const metadata = z.globalRegistry.get(schema);
  const copy = remade(schema);
  // Said once more by a method of zod's own, where the generator listens for the name of a component.
  return metadata === undefined ? copy : copy.meta(metadata);
}

function remade(schema: z.core.$ZodType): z.ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
      return new z.ZodString(def as z.core.$ZodStringDef);
    case "number":
      return "format" in def ? new z.ZodNumberFormat(def as z.core.$ZodNumberFormatDef) : new z.ZodNumber(def);
    case "boolean":
      return new z.ZodBoolean(def);
    case "date":
      return new z.ZodDate(def);
    case "enum":
      return new z.ZodEnum(def);
    case "literal":
      return new z.ZodLiteral(def);
    case "record":
      return new z.ZodRecord({
        ...def,
        keyType: classic(def.keyType) as typeof def.keyType,
        valueType: classic(def.valueType),
      });
    case "array":
      return new z.ZodArray({ ...def, element: classic(def.element) });
    case "tuple":
      return new z.ZodTuple({
        ...def,
        items: def.items.map(classic),
        rest: def.rest === null ? null : classic(def.rest),
      });
    case "object": {
      const shape = documentedShape(def.shape);
      return new z.ZodObject({ ...def, shape, catchall: def.catchall && classic(def.catchall) });
    }
    case "never":
      return new z.ZodNever(def);
    case "union":
      return new z.ZodUnion({ ...def, options: def.options.map(classic) });
    case "optional":
      return new z.ZodOptional({ ...def, innerType: classic(def.innerType) });
    case "readonly":
      return new z.ZodReadonly({ ...def, innerType: classic(def.innerType) });
    case "pipe":
      return new z.ZodPipe({ ...def, in: classic(def.in), out: classic(def.out) });
    case "transform":
      return new z.ZodTransform(def);
    default:
      throw new Error(`There is no telling how a schema of type ${def.type} is documented.`);
  }
}
