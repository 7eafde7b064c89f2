import { DiversionError } from "../../core/errors";
import type { RestrictionReport } from "../../hospitals/status/restriction";
import type { Policy } from "./policy";

/** What a status word reports, short of the hospital. */
export type WordReport = Required<Pick<RestrictionReport, "key" | "effect" | "scope" | "reason">> &
  Pick<RestrictionReport, "lifts">;

/**
 * What a hospital reports by one of the policy's status words: `status.report({ hospital, ...restrictionOfWord(policy,
 * "yellow") })`. Each word has a key of its own, {@link keyOfWord}, so that a hospital may be under several at once, and
 * saying one again renews it.
 *
 * @throws DiversionError `invalid-status` for a word that the policy does not have.
 */
export function restrictionOfWord(policy: Policy, word: string): WordReport {
  const key = keyOfWord(policy, word);
  const { effect, scope = {}, title, lifts } = policy.statusWords![word]!;
  const lifted = lifts?.map((other) => keyOfWord(policy, other));
  return { key, effect, scope, reason: title, ...(lifted === undefined ? {} : { lifts: lifted }) };
}

/**
 * The key under which a status word is held, to end it by: `status.clear(hospital, keyOfWord(policy, "yellow"))`.
 *
 * @throws DiversionError `invalid-status` for a word that the policy does not have.
 */
export function keyOfWord({ id, statusWords = {} }: Policy, word: string): string {
  if (Object.hasOwn(statusWords, word)) return `word:${word}`;
  const known = Object.keys(statusWords).join(", ");
  const what = known === "" ? "has none; report an effect instead" : `has ${known}`;
  const message = `${JSON.stringify(word)} is no status word of the policy ${id}, which ${what}.`;
  throw new DiversionError("invalid-status", message, { field: "word" });
}
