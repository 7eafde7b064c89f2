import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { type Clock, MS_PER_MINUTE } from "../core/instant";
import { DiversionRouter } from "../diversion/router";
import type { InboundSource } from "../diversion/rules/inbound";
import { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { FeedSource } from "../hospitals/feeds/feed-health";
import { ACUITIES } from "../hospitals/status/restriction";
import type { Status } from "../hospitals/status/status";
import { StatusBoard } from "../hospitals/status/status-board";
import type { TornLine } from "../hospitals/status/status-log";
import { embeddedHospitals, embeddedRoads, englandHospitals } from "../node/files/embedded";
import type { LockOptions } from "../node/files/file-lock";
import { type OpenRoadsOptions, openRoads } from "../node/files/roads-files";
import { loadClosures, openHospitals, openPolicy } from "../node/files/text-file";
import { followClosures } from "../node/logs/logged-closures";
import { type LoadedStatus, StatusFile } from "../node/logs/status-file";
import { engineOf } from "../node/workers/router-parts";
import { shownUrl } from "../postgres/postgres-url";
import type { RoadIndex } from "../roads/road-index";
import type { EngineName } from "../shortest-path/engine";
import { AnswerIsNo, type Terminal } from "./command";
import { farEntrancesText, NAMED_AT_MOST } from "./eds-text";
import * as option from "./options";
import { readStatus } from "./shared-status";
import { grouped } from "./text";

export const ENGINES = ["dijkstra", "reference", "cch"] as const satisfies readonly EngineName[];

const ROADS_OPTION = {
  roads: option.text({
    value: "FILE",
    help: "The roads, as `build` writes them. Default: the embedded example, Essex.",
  }),
};

/** Goes with whatever names a roads file; see {@link underProfile}. */
export const PROFILE_OPTION = {
  profile: option.text({
    value: "NAME",
    help: "Drive by this profile, one of those the roads were built for. Default: the first.",
  }),
};

export const HOSPITALS_OPTION = {
  hospitals: option.text({
    value: "FILE",
    help: "The EDs, json or csv. Default: those of England in May 2017 (embedded).",
  }),
};

/** What to do about closures that are about no road; see {@link isStrict}. */
export const CLOSURES_CHECK_OPTIONS = {
  "strict-closures": option.flag({
    help: "Stop, with exit status 1, when a closure is about no road. Default for batches and `serve`.",
  }),
  "lenient-closures": option.flag({
    help: "Go on without closures that are about no road; every answer says so. Default otherwise.",
  }),
};

export const POLICY_OPTION = {
  policy: option.text({
    value: "NAME|FILE",
    help: `The rules of a region: ${[...BUILT_IN_POLICIES.keys()].join(", ")}, or json. Default: england-default.`,
  }),
};

/** What every command that recommends takes; see {@link openRouter}. */
export const ROUTER_OPTIONS = {
  ...ROADS_OPTION,
  ...PROFILE_OPTION,
  ...HOSPITALS_OPTION,
  status: option.text({
    value: "FILE|URL",
    help: "The status log, or the URL of its database; read as it is now. Default: nothing is on divert.",
  }),
  closures: option.text({
    value: "FILE",
    help: "Closed and slow roads, GeoJSON. Default: none; roads are as the roads file says.",
  }),
  ...CLOSURES_CHECK_OPTIONS,
  ...POLICY_OPTION,
  engine: option.oneOf({
    value: "NAME",
    help: `${ENGINES.join(", ")}: all give the same answers. Default: the fastest.`,
    words: ENGINES,
  }),
  "snap-limit": option.number({
    value: "METRES",
    help: "Refuse locations farther from a road. Default: as the roads file says.",
    min: 0,
    max: 100_000,
  }),
  "exclude-off-network": option.flag({ help: "Leave out EDs that no road of these leads to, instead of stopping." }),
};

/** What commands read of {@link ROUTER_OPTIONS}; which engine and which closures, they tell {@link openRouter} themselves. */
type RouterValues = Omit<option.ValuesOf<typeof ROUTER_OPTIONS>, "engine" | "closures">;

/** What of the patient the options say; the words of needs are not checked here. */
export const PATIENT_OPTIONS = {
  needs: option.list({ value: "A,B", help: "What the patient needs, all of it, such as trauma or stroke." }),
  age: option.number({ value: "YEARS", help: "The patient's age.", min: 0, max: 150 }),
  acuity: option.oneOf({ value: "LEVEL", help: `${ACUITIES.join(", ")}.`, words: ACUITIES }),
};

export const TAKE_OVER_OPTION = {
  "take-over": option.flag({
    help: "Take the log from another writer, be it alive: it then writes no more. Else one that is gone is waited for.",
  }),
};

/** How the locks of logs are taken, and what is said while it is seen whether another writer lives. */
export const lockOptions = (
  args: option.Arguments<option.ValuesOf<typeof TAKE_OVER_OPTION>>,
  terminal: Terminal,
): LockOptions => ({
  takeOver: args.get("take-over"),
  onWait: (holder, seconds) =>
    void terminal.stderr.write(
      `ambulance-diversion: the log is locked by ${holder}; it is taken over unless that shows life within ${seconds} s\n`,
    ),
});

interface OpenRouterOptions {
  /** Tells the moment of questions that name none. */
  readonly clock: Clock;
  /** Default: the fastest. */
  readonly engine?: EngineName | undefined;
  /** The file of roads closed and slow. Default: none. */
  readonly closures?: string | undefined;
  /** Whether closures about no road stop the command, unless its options say otherwise. Default: no. */
  readonly strictClosures?: boolean;
  readonly roads?: OpenRoadsOptions | undefined;
  /** Opens the status log that is named. Default: it is read as it is now. */
  readonly openStatus?: (file: string, hospitals: HospitalDirectory) => Promise<LoadedStatus | StatusFile>;
  /** How many ambulances are expected at EDs. Default: none, beside those the router tracks. */
  readonly openInbound?:
    | ((hospitals: HospitalDirectory, policy: Policy) => Promise<InboundSource | undefined>)
    | undefined;
  /** As for a router. */
  readonly schedule?: (work: () => void) => void;
  /** What feeds there are, given where they report to. Default: none. */
  readonly feeds?: (status: Status) => FeedSource | undefined;
  /** By which status questions are answered. Default: as it is. */
  readonly statusAsOf?: "now" | "question";
}

/** Opens what {@link ROUTER_OPTIONS} name. */
export async function openRouter(
  args: option.Arguments<RouterValues>,
  terminal: Terminal,
  {
    clock,
    engine,
    closures,
    strictClosures = false,
    roads: roadsOptions,
    openStatus,
    openInbound,
    schedule,
    statusAsOf,
    feeds: feedsOf,
  }: OpenRouterOptions,
): Promise<DiversionRouter> {
  const snapLimitMetres = args.get("snap-limit");
  const policyFile = args.get("policy");
  const roads = await openRoadsOption(args, roadsOptions);
  const isStrictHere = isStrict(args, strictClosures);
  const hospitals = await openHospitalsOption(args, roads);
  const policy = policyFile === undefined ? undefined : await openPolicy(policyFile, hospitals.vocabulary);
  const inbound = await openInbound?.(hospitals, policy ?? ENGLAND_DEFAULT);
  const statusFile = args.get("status");
  let status: Status | undefined;
  if (statusFile !== undefined) {
    const opened = await (openStatus?.(statusFile, hospitals) ?? readStatus(statusFile, hospitals, { clock }));
    const shown = shownUrl(statusFile);
    warnOfTornLine(terminal, shown, opened.torn);
    const board = opened instanceof StatusFile ? opened : opened.status;
    status = board;
    warnOfClock(terminal, shown, board);
    await warnOfUnknownHospitals(terminal, shown, unknownHospitals(status), args.get("hospitals") === undefined);
    // Before those of a file, which have no versions of the log.
    followClosures(roads, board.entries(), (why) => warnOfClosure(terminal, shown, why));
  } else if (feedsOf !== undefined) {
    status = new StatusBoard(hospitals, { clock });
  }
  await enterClosures(closures, terminal, roads, isStrictHere);
  const feeds = status === undefined ? undefined : feedsOf?.(status);
  const router = new DiversionRouter(
    defined({
      roads,
      hospitals,
      clock,
      policy,
      status,
      feeds,
      schedule,
      statusAsOf,
      inbound,
      engine: engine === undefined ? undefined : engineOf(engine),
      snapLimitMetres,
      hospitalsOffNetwork: args.get("exclude-off-network") ? "exclude" : "error",
    }),
  );
  if (router.offNetwork.length > 0) terminal.stderr.write(`ambulance-diversion: ${leftOut(router)}\n`);
  const { farEntrances } = router;
  if (farEntrances.length > 0) {
    const far = farEntrancesText(farEntrances, hospitals.size, router.policy.entranceFarMetres);
    terminal.stderr.write(`ambulance-diversion: ${far}.\n`);
  }
  return router;
}

/** Ids that a status log speaks of and its hospital list does not have, in order of first mention. */
export function unknownHospitals(status: Status): string[] {
  const mentioned = status
    .history()
    .map((event) => (event.kind === "report" ? event.restriction.hospital : event.hospital));
  return [...new Set(mentioned)].filter((id) => status.directory.get(id) === undefined);
}

/** A report about a hospital that is not in the list changes no answer: that is worth a word. */
async function warnOfUnknownHospitals(
  terminal: Terminal,
  file: string,
  unlisted: readonly string[],
  embedded: boolean,
): Promise<void> {
  // The embedded list holds those EDs of England that lie on the roads; a log may well speak of the others.
  const england = embedded && unlisted.length > 0 ? await englandHospitals() : undefined;
  const unknown = unlisted.filter((id) => england?.get(id) === undefined);
  if (unknown.length === 0) return;
  terminal.stderr.write(
    `ambulance-diversion: ${file} speaks of ${unknown.join(", ")}, not in the hospital list; those reports change nothing.\n`,
  );
}

export async function openRoadsOption(
  args: option.Arguments<Pick<RouterValues, "roads" | "profile">>,
  options?: OpenRoadsOptions,
): Promise<RoadIndex> {
  const path = args.get("roads");
  return underProfile(args, await (path === undefined ? embeddedRoads() : openRoads(path, options)));
}

/** The roads under the profile that {@link PROFILE_OPTION} names. @throws DiversionError `unknown-profile`. */
export function underProfile(args: option.Arguments<Pick<RouterValues, "profile">>, roads: RoadIndex): RoadIndex {
  const name = args.get("profile");
  if (name === undefined) return roads;
  try {
    return roads.withProfile(name);
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    throw new DiversionError(error.code, error.message, { field: "--profile" }, { cause: error });
  }
}

export async function openHospitalsOption(
  args: option.Arguments<Pick<RouterValues, "hospitals">>,
  roads: RoadIndex,
): Promise<HospitalDirectory> {
  const path = args.get("hospitals");
  if (path !== undefined) return openHospitals(path);
  const hospitals = await embeddedHospitals(roads);
  if (hospitals.size > 0) return hospitals;
  throw new DiversionError(
    "invalid-argument",
    "None of the embedded EDs of England lies on these roads; name the EDs of this area with --hospitals FILE.",
    { field: "--hospitals" },
  );
}

/** Whether closures about no road stop a command, by {@link CLOSURES_CHECK_OPTIONS}. @throws DiversionError `invalid-argument`. */
export function isStrict(
  args: option.Arguments<option.ValuesOf<typeof CLOSURES_CHECK_OPTIONS>>,
  byDefault = false,
): boolean {
  const [strict, lenient] = [args.get("strict-closures"), args.get("lenient-closures")];
  if (!(strict && lenient)) return strict || (byDefault && !lenient);
  const message = "Choose one of --strict-closures and --lenient-closures.";
  throw new DiversionError("invalid-argument", message, { field: "--strict-closures" });
}

/**
 * Enters what a file of closures says into the roads, and tells which of it is about none of them.
 *
 * @throws AnswerIsNo when there is such a one and that is to stop the command.
 */
export async function enterClosures(
  path: string | undefined,
  terminal: Terminal,
  roads: RoadIndex,
  stopsWithoutRoads: boolean,
): Promise<void> {
  if (path === undefined) return;
  const { entered, withoutRoads } = await loadClosures(path, roads);
  if (withoutRoads.length === 0) return;
  const named = withoutRoads.slice(0, NAMED_AT_MOST).map((entry) => `row ${entry.place + 1}: ${entry.explain()}`);
  const more = withoutRoads.length > named.length ? ` And ${withoutRoads.length - named.length} more.` : "";
  const what =
    `${withoutRoads.length} of ${entered.length + withoutRoads.length} closures are about no road of these and do not count. ` +
    `${named.join(" ")}${more}`;
  if (!stopsWithoutRoads) {
    terminal.stderr.write(`ambulance-diversion: WARNING: ${path}: ${what}\n`);
    return;
  }
  throw new AnswerIsNo(
    "unknown-road",
    `STOPPED: ${what} A road that is closed could be driven over: correct them, or go on without them by --lenient-closures.`,
    { file: path },
  );
}

/** A closure that is in the log and not on the roads: answers may lead over a closed road. */
const warnOfClosure = (terminal: Terminal, named: string, why: string): void =>
  void terminal.stderr.write(`ambulance-diversion: WARNING: ${named}: ${why}\n`);

export function warnOfTornLine(terminal: Terminal, path: string, torn: TornLine | undefined): void {
  if (torn === undefined) return;
  terminal.stderr.write(
    `ambulance-diversion: ${path}: the last line is unfinished and was left out; that change was never acknowledged.\n`,
  );
}

/** A log that was written in the future was so by a clock that was ahead, or is read by one that is behind. */
export function warnOfClock(terminal: Terminal, path: string, board: StatusBoard): void {
  if (board.aheadMs === 0) return;
  const minutes = Math.ceil(board.aheadMs / MS_PER_MINUTE);
  terminal.stderr.write(
    `ambulance-diversion: ${path}: the last change was received ${grouped(minutes)} min after now. Set this machine's clock; if that ` +
      "of then was ahead, restrictions of then end too late: bring them back by `status recover --clock-was-ahead`.\n",
  );
}

function leftOut({ offNetwork, hospitals }: DiversionRouter): string {
  const named = offNetwork.slice(0, NAMED_AT_MOST).map(({ id, name }) => `${name} (${id})`);
  const more = offNetwork.length > named.length ? ` and ${offNetwork.length - named.length} more` : "";
  return `left out ${offNetwork.length} of ${hospitals.size} EDs that are off these roads: ${named.join(", ")}${more}.`;
}
