import * as z from "zod";
import englandDefaultJson from "../../data/policies/england-default.json";
import { checksumOf } from "../core/checksum";
import { DiversionError } from "../core/errors";

/** The rules that differ from region to region, as data. Its checksum is part of every answer. */
const policySchema = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  /** IANA zone in which instants are written when the question carries none. */
  timeZone: z.string().min(1),
  /** How many alternatives a recommendation lists beside its destination unless the question says. */
  alternatives: z.int().min(0).max(50),
  /** Where the rules come from. */
  sources: z.array(z.string().min(1)),
});

export type Policy = Readonly<z.infer<typeof policySchema>>;

/** @throws DiversionError `invalid-policy` naming the field. */
export function parsePolicy(json: unknown): Policy {
  const result = policySchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new DiversionError("invalid-policy", `The policy is not of the documented form: ${issue.message}.`, {
    field: issue.path.join("."),
  });
}

export const policyChecksum = (policy: Policy): string => checksumOf(policy);

export const ENGLAND_DEFAULT: Policy = parsePolicy(englandDefaultJson);
