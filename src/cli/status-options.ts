import { BUILT_IN_POLICIES } from "../diversion/rules/policy";
import { ACUITIES, EFFECTS } from "../hospitals/status/restriction";
import { HOSPITALS_OPTION, TAKE_OVER_OPTION } from "./common-options";
import * as option from "./options";

const policiesWithStatusCodes = (): string =>
  [...BUILT_IN_POLICIES.values()]
    .filter(({ hospitalStatusCodes }) => hospitalStatusCodes !== undefined)
    .map(({ id }) => id)
    .join(", ");

/** What the actions of `status` take, each of them some. */
export const STATUS_OPTIONS = {
  status: option.text({
    value: "FILE|URL",
    help: "The log, which report and set-open make when there is none; or the database that holds it.",
  }),
  out: option.text({ short: "o", value: "FILE", help: "Where export writes the log." }),
  role: option.text({ value: "NAME", help: "Who may read and add, beside the owner of the table." }),
  print: option.flag({ help: "Print the SQL and do nothing." }),
  "status-code": option.text({
    value: "CODE",
    help: "A hospital status code of the policy, such as yellow, in place of effect and patients.",
  }),
  policy: option.text({
    value: "NAME|FILE",
    help: `The rules: those that have the code (${policiesWithStatusCodes()}, or json), or by which statistics lets diverts lapse.`,
  }),
  effect: option.oneOf({
    value: "EFFECT",
    help: `${EFFECTS.join(", ")}; for set-open divert (the default) or refuse.`,
    words: EFFECTS,
  }),
  weakens: option.flag({ help: "The effect is meant to be weaker than that of what is held." }),
  needs: option.list({ value: "A,B", help: "Only patients who need any of these, such as trauma,stroke." }),
  "except-needs": option.list({
    value: "A,B",
    help: "But nobody who needs any of these, such as stroke,maternity.",
  }),
  "min-age": option.number({
    value: "YEARS",
    help: "Only patients of this age and over.",
    min: 0,
    max: 150,
    isWhole: true,
  }),
  "max-age": option.number({
    value: "YEARS",
    help: "Only patients up to and including this age.",
    min: 0,
    max: 150,
    isWhole: true,
  }),
  acuity: option.someOf({ value: "A,B", help: `Only patients of these: ${ACUITIES.join(", ")}.`, words: ACUITIES }),
  "divert-to": option.text({ value: "ID", help: "The ED named to take these patients." }),
  from: option.instant({
    value: "TIME",
    help: "In force from then, such as 2017-05-15T17:00:00+01:00. Default: at once.",
  }),
  until: option.instant({
    value: "TIME",
    help: "No longer in force from then. Default: as the policy says, 4 h for diverts by england-default.",
  }),
  key: option.text({ value: "KEY", help: "What the restriction is called. Default: from its effect and patients." }),
  "clock-was-ahead": option.flag({
    help: "Changes received in the future were so by a wrong clock: they count as received now.",
  }),
  all: option.flag({ help: "Clear everything held for the ED." }),
  reason: option.text({ value: "TEXT", help: "Why. Nothing that identifies a patient." }),
  by: option.text({ value: "WHO", help: "Who says so: a role, or a name on the staff." }),
  source: option.text({ value: "WHO", help: "Through which feed or person it was heard." }),
  "observed-at": option.instant({ value: "TIME", help: "When it was true. Default: now." }),
  when: option.instant({ value: "TIME", help: "list as it was known then." }),
  decisions: option.text({
    value: "LOG",
    help: "A decision log: how many went elsewhere in the period, and by how much.",
  }),
  ...TAKE_OVER_OPTION,
  ...HOSPITALS_OPTION,
  json: option.flag({ help: "JSON on standard output, and nothing else." }),
};

export type StatusArguments = option.Arguments<option.ValuesOf<typeof STATUS_OPTIONS>>;
