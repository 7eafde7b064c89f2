import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { RestrictionReport } from "../../hospitals/status/restriction";
import type { Policy } from "./policy";

/** What a hospital status code reports, short of the hospital. */
export type StatusCodeReport = Required<Pick<RestrictionReport, "key" | "effect" | "scope" | "reason">> &
  Pick<RestrictionReport, "lifts">;

/**
 * What a hospital reports by one of the policy's hospital status codes:
 * `status.report({ hospital, ...restrictionOfStatusCode(policy, "yellow") })`. Each code has a key of its own,
 * {@link keyOfStatusCode}, so that a hospital may be under several at once, and saying one again renews it.
 *
 * @throws DiversionError `invalid-status` for a code that the policy does not have.
 */
export function restrictionOfStatusCode(policy: Policy, code: string): StatusCodeReport {
  const key = keyOfStatusCode(policy, code);
  const { effect, scope = {}, title, lifts } = policy.hospitalStatusCodes![code]!;
  const lifted = lifts?.map((other) => keyOfStatusCode(policy, other));
  return defined({ key, effect, scope, reason: title, lifts: lifted });
}

/**
 * The key under which a hospital status code is held, to end it by:
 * `status.clear(hospital, keyOfStatusCode(policy, "yellow"))`.
 *
 * @throws DiversionError `invalid-status` for a code that the policy does not have.
 */
export function keyOfStatusCode({ id, hospitalStatusCodes = {} }: Policy, code: string): string {
  if (Object.hasOwn(hospitalStatusCodes, code)) return `code:${code}`;
  const known = Object.keys(hospitalStatusCodes).join(", ");
  const what = known === "" ? "has none; report an effect instead" : `has ${known}`;
  const message = `${JSON.stringify(code)} is no hospital status code of the policy ${id}, which ${what}.`;
  throw new DiversionError("invalid-status", message, { field: "code" });
}
