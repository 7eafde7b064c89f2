import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { HospitalInput } from "../hospitals/directory/hospital";
import { EMBEDDED_AREA, embeddedPlaceNames } from "../node/files/embedded";
import { writeFileWhole } from "../node/files/write-file";
import { whatIfReport } from "../output/report-html-what-if";
import type { PlanningSituation } from "../planning/situation/planning-situation";
import { type PlannedChange, separateRoads } from "../planning/what-if/planned-change";
import { type RankClosuresOptions, rankClosures } from "../planning/what-if/rank-closures";
import { whatIf, whatIfMapData } from "../planning/what-if/what-if";
import type { WhatIfResult } from "../planning/what-if/what-if-result";
import type { RoadIndex } from "../roads/road-index";
import { command, EXIT } from "./command";
import { enterClosures, isStrict } from "./common-options";
import * as option from "./options";
import { openPlanning, PLANNING_OPTIONS, placedId } from "./planning-options";
import { rankingTable, whatIfTable } from "./what-if-table";
import { writeText } from "./write-text";

const WHAT_IF_OPTIONS = {
  close: option.list({ value: "ID", help: "An ED that takes nobody; repeatable, or split by commas." }),
  open: option.list({ value: "ID", help: "An ED that takes everyone it is able to." }),
  add: option.texts({ value: "ID=LON,LAT[:CAP|CAP]", help: "A new ED." }),
  move: option.texts({ value: "ID=LON,LAT", help: "An ED that is elsewhere." }),
  "close-road": option.texts({ value: "NAME", help: "A road that is closed, by name or number, such as A130." }),
  closures: option.text({
    value: "FILE",
    help: "Roads that are closed or slow, GeoJSON. Before, they are as the roads file says.",
  }),
  rank: option.flag({ help: "List the closures that hurt most, in place of one change." }),
  pairs: option.flag({ help: "With --rank: of two EDs together." }),
  top: option.number({
    value: "N",
    help: "With --rank: how many to list. Default: 20.",
    min: 1,
    max: 1_000_000,
    isWhole: true,
  }),
  ...PLANNING_OPTIONS,
  html: option.text({
    value: "OUT",
    help: "Write the answer as one page that needs nothing else, to read, print or send.",
  }),
  json: option.flag({ help: "JSON on standard output, and nothing else." }),
};

type WhatIfArguments = option.Arguments<option.ValuesOf<typeof WHAT_IF_OPTIONS>>;

export const whatIfCommand = command({
  name: "what-if",
  usage: "--close ID ... | --open ID | --add ID=LON,LAT | --move ID=LON,LAT | --close-road NAME | --rank  [options]",
  summary: "Tell who would be brought elsewhere if EDs or roads closed, opened, came or moved.",
  details: [
    "  ambulance-diversion what-if --close RQ8L0 --needs trauma\n" +
      "  ambulance-diversion what-if --close-road A130 --population lsoa.csv\n" +
      "  ambulance-diversion what-if --add NEW1=0.56,51.57:emergency|trauma --move RDDH0=0.46,51.58 --json\n" +
      "  ambulance-diversion what-if --rank --pairs --needs trauma",
    "Every place is brought to its nearest usable ED before and after, exactly; what differs is counted: people (junctions\n" +
      "without --population) whose ED changes, to which ED, the extra minutes, the load of each ED, how many are more than\n" +
      "45 and 60 minutes from care, and who is left without. Nobody is dropped: served, stranded and off the network add\n" +
      "up to the same total before and after.",
    "It is a picture of one moment (--when): restrictions, opening hours and closures as they are then. EDs on divert are\n" +
      "used only by places from where no other can be reached. Minutes are those to care: the drive, and the handover where\n" +
      "the policy ranks by it. Bypass times and named receivers, which depend on the patient, have no part in it.",
    "--open takes an ED as accepting whatever is reported against it and whatever the hour; what it does not offer it does\n" +
      "not get. --add gives a new ED's id, place and, after a colon, capabilities split by | (default: emergency alone).\n" +
      "--close-road closes all of a road by its name or number; --closures closes or slows what a GeoJSON file says, as\n" +
      "described under `nearest --help`. From a place in a closed part one walks.",
    "--rank weighs every closure of one ED (with --pairs: of every two together) and lists those that hurt most: first by\n" +
      "people left without an ED, then by extra person-minutes. The figures are those that --close gives.",
    "Exit status: 0 done; 2 when an option or a file is bad.",
  ],
  options: WHAT_IF_OPTIONS,
  async run(args, terminal) {
    if (args.positionals.length > 0) {
      throw new DiversionError("invalid-argument", `what-if takes options only, not "${args.positionals[0]}".`);
    }
    const ranking = readRanking(args);
    const change = readChange(args);
    if (ranking !== undefined) {
      const { planning } = await openPlanning(args, terminal);
      const result = rankClosures(planning, ranking);
      await writeText(terminal.stdout, args.get("json") ? `${JSON.stringify(result)}\n` : rankingTable(result));
      return EXIT.done;
    }
    // The closures are the change: before it the roads are as their file has them.
    const closures = args.get("closures");
    const { router, planning } = await openPlanning(args, terminal);
    let roads: RoadIndex | undefined;
    if (closures !== undefined) {
      roads = separateRoads(router.roads);
      await enterClosures(closures, terminal, roads, isStrict(args));
    }
    const whole = roads === undefined ? change : { ...change, roads };
    const result = namingOptions(() => whatIf(planning, whole));
    const page = args.get("html");
    if (page !== undefined) await writeWhatIfPage(page, planning, whole, result, args.get("roads") === undefined);
    await writeText(terminal.stdout, args.get("json") ? `${JSON.stringify(result)}\n` : whatIfTable(result));
    return EXIT.done;
  },
});

function readRanking(args: WhatIfArguments): RankClosuresOptions | undefined {
  const limit = args.get("top");
  if (args.get("rank")) return defined({ together: args.get("pairs") ? 2 : 1, limit });
  const misplaced = args.get("pairs") ? "--pairs" : limit === undefined ? undefined : "--top";
  if (misplaced === undefined) return undefined;
  throw new DiversionError("invalid-argument", `${misplaced} goes with --rank.`, { field: misplaced });
}

function readChange(args: WhatIfArguments): PlannedChange {
  const close = args.get("close");
  const open = args.get("open");
  const add = args.get("add").map(hospitalOf);
  const move = args.get("move").map((text) => placedId(text, "--move"));
  const closeRoads = args.get("close-road").map((road) => ({ road, reason: "what-if" }));
  const counts = [close, open, add, move, closeRoads].map(({ length }) => length);
  const isEmpty = counts.every((count) => count === 0) && args.get("closures") === undefined;
  if (args.get("rank")) {
    if (args.get("html") !== undefined) {
      throw new DiversionError("invalid-argument", "--html draws one change; it does not go with --rank.", {
        field: "--html",
      });
    }
    if (isEmpty) return {};
    throw new DiversionError("invalid-argument", "--rank weighs every closure; it takes no change beside it.", {
      field: "--rank",
    });
  }
  if (isEmpty) {
    throw new DiversionError(
      "invalid-argument",
      "Say what would be otherwise: --close, --open, --add, --move, --close-road or --closures; or ask for --rank.",
    );
  }
  return { close, open, add, move, closeRoads };
}

function hospitalOf(text: string): HospitalInput {
  const colon = text.indexOf(":", text.indexOf("="));
  const { id, location } = placedId(colon < 0 ? text : text.slice(0, colon), "--add");
  const capabilities = colon < 0 ? [] : text.slice(colon + 1).split("|");
  return {
    id,
    name: id,
    location: [location[0], location[1]],
    ...(capabilities.length === 0 ? {} : { capabilities: capabilities.map((word) => word.trim()) }),
  };
}

/** Fields of the change are options here. */
function namingOptions<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    const option = ["close", "open", "add", "move"].find((name) => name === error.place.field);
    if (option === undefined) throw error;
    throw new DiversionError(error.code, error.message, { field: `--${option}` }, { cause: error });
  }
}

/**
 * Writes what a change does as a page.
 *
 * @param isEmbedded whether the roads are those that come with the package, whose places have names.
 */
export async function writeWhatIfPage(
  path: string,
  planning: PlanningSituation,
  change: PlannedChange,
  result: WhatIfResult,
  isEmbedded: boolean,
): Promise<void> {
  const { roads, hospitals } = planning.situation;
  const title = changeWords(change, hospitals);
  const names = isEmbedded ? { areaName: EMBEDDED_AREA, placeName: await embeddedPlaceNames() } : {};
  await writeFileWhole(path, [
    whatIfReport({ title, result, mapData: whatIfMapData(planning, change), roads, ...names }),
  ]);
}

/** The change as a headline: "Broomfield Hospital and Lister Hospital closed, the A130 closed". */
function changeWords(change: PlannedChange, hospitals: HospitalDirectory): string {
  const { close = [], open = [], add = [], move = [], closeRoads = [], roads } = change;
  const nameOf = (id: string): string => hospitals.get(id)?.name ?? id;
  const part = (names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${spoken(names)} ${what}`];
  return [
    ...part(close.map(nameOf), "closed"),
    ...part(open.map(nameOf), "open"),
    ...part(
      add.map(({ name }) => name),
      "new",
    ),
    ...part(
      move.map(({ id }) => nameOf(id)),
      "moved",
    ),
    ...part(
      closeRoads.map((request) => (typeof request.road === "string" ? request.road : "a road")),
      "closed",
    ),
    ...(roads === undefined ? [] : ["roads closed or slow"]),
  ].join(", ");
}

const spoken = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
