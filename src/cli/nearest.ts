import { basename } from "node:path";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import type { Position } from "../core/units";
import { incidentRow } from "../diversion/incidents/incident-row";
import { INCIDENT_FORMATS } from "../diversion/incidents/read-incidents";
import { RecommendationRequestSchema } from "../diversion/incidents/request";
import type { InboundSource } from "../diversion/rules/inbound";
import type { Policy } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { incidentsOfFile, incidentsOfStream } from "../node/files/incident-file";
import { openInbound } from "../node/files/text-file";
import { openDecisionLog } from "../node/logs/decision-log-file";
import { MAXIMUM_THREADS } from "../node/workers/recommend-many";
import { answers, type Batch, writeAll } from "./answer-incidents";
import { geojsonWriter, jsonWriter, ndjsonWriter, tableWriter } from "./answer-writers";
import { CLOSURE_FEED_OPTIONS, NamedClosureFeeds } from "./closure-feeds";
import { command, type Terminal } from "./command";
import { openRouter, PATIENT_OPTIONS, ROUTER_OPTIONS } from "./common-options";
import * as option from "./options";

/** A recommendation names at most this many EDs: the destination and fifty alternatives. */
const MAXIMUM_EDS = 51;

/** What more of the place the options say than its location. */
const PLACE_OPTIONS = {
  bearing: option.number({
    value: "DEGREES",
    help: "Which way traffic goes there, from north clockwise: tells carriageways apart.",
    min: 0,
    max: 360,
  }),
  road: option.text({
    value: "NAME",
    help: "The road's name or number, where several are about as near, such as M25.",
  }),
};

const NEAREST_OPTIONS = {
  at: option.texts({ value: "LON,LAT", help: "Where the patient is, in degrees, longitude first; repeatable." }),
  ...PLACE_OPTIONS,
  incidents: option.text({
    value: "FILE",
    help: "A batch of incidents: csv, ndjson or geojson; - reads standard input.",
  }),
  format: option.oneOf({
    value: "NAME",
    help: `What the batch is written in: ${INCIDENT_FORMATS.join(", ")}.`,
    words: INCIDENT_FORMATS,
  }),
  ...PATIENT_OPTIONS,
  threads: option.number({
    value: "N",
    help: "Threads for a large batch that is written as NDJSON. Default: one per core, up to 4.",
    min: 1,
    max: MAXIMUM_THREADS,
    isWhole: true,
  }),
  count: option.number({
    short: "k",
    value: "N",
    help: "How many EDs in all. Default: as the policy says, 3 in england-default.",
    min: 1,
    max: MAXIMUM_EDS,
    isWhole: true,
  }),
  when: option.instant({
    value: "TIME",
    help: "The moment of the question, such as 2017-05-15T17:00:00+01:00. Default: now.",
  }),
  ...ROUTER_OPTIONS,
  ...CLOSURE_FEED_OPTIONS,
  "status-as-of": option.oneOf({
    value: "now|row",
    help: "Answer by the status as it is, or each incident by what was known at its moment. Default: now.",
    words: ["now", "row"],
  }),
  inbound: option.text({
    value: "FILE",
    help: "Ambulances due at EDs within the hour, csv id,count or json, for a policy with a cap. Default: none.",
  }),
  log: option.text({
    value: "FILE",
    help: "Add the decisions to this log before they are written, for `replay-decision`.",
  }),
  instructions: option.flag({
    help: "Tell the way to the destination under the table, turn by turn; --geojson always does.",
  }),
  json: option.flag({ help: "JSON on standard output, and nothing else." }),
  geojson: option.flag({ help: "GeoJSON on standard output, and nothing else." }),
};

type NearestArguments = option.Arguments<option.ValuesOf<typeof NEAREST_OPTIONS>>;

export const nearestCommand = command({
  name: "nearest",
  usage: "--at LON,LAT ... | --incidents FILE|-  [options]",
  summary: "Recommend the nearest ED that can take this patient now, and say why.",
  details: [
    "  ambulance-diversion nearest --at 0.469,51.7356 --needs trauma\n" +
      "  ambulance-diversion nearest --at 0.469,51.7356 --when 2017-05-15T17:00:00+01:00 --json\n" +
      "  ambulance-diversion nearest --roads essex.roads --status status.log --incidents calls.csv > answers.ndjson",
    "A table for people; with --json one JSON document for one --at, and a line of JSON (NDJSON) per incident for several.\n" +
      "--geojson writes one FeatureCollection: incidents, routes, and the EDs considered.",
    "--incidents reads a batch and streams NDJSON, in input order, whatever its size. csv has a header of\n" +
      "id,lon,lat,bearing,roadName,needs,age,acuity,at (lon and lat required, needs split by |); ndjson has a line such as\n" +
      '{"id":"a1","location":[0.469,51.7356],"needs":["trauma"],"age":7,"acuity":"urgent","at":"2017-05-15T17:00:00+01:00"};\n' +
      "geojson has Points with these fields as properties. The format follows from the name, or from how the text begins.\n" +
      "An id is given back, first in its line. A row that is no incident gives {id?, row, error: {code, message, field?}}\n" +
      "in its place and a line on stderr, and the others go on. No field may identify a patient; unknown ones are refused.",
    "Where roads lie side by side or over one another the location may not tell which one the incident is on. --bearing, the\n" +
      "way traffic goes there in degrees (90 is eastward), picks the carriageway; --road, a name or number such as M25, picks\n" +
      "among roads about as near, never one farther away. When it matters and is not told, the answer gives both. A drive\n" +
      "begins on the nearest road that leads to an ED; when that is not the nearest road, as where that one is joined to no\n" +
      "other or is a motorway or tunnel beside a road on the ground, a warning (not-nearest-road) says why and how far.",
    "--closures names closed and slow roads: a GeoJSON FeatureCollection, a closure a feature. Its geometry is the area (a\n" +
      "Polygon, or a line or Point with bufferMetres), or null; its properties are reason, and any of road, bridge, wayId\n" +
      "(an OSM way), direction (forward, backward), from, until, by, bufferMetres, along (one-way, both-ways: only roads that\n" +
      "run along the line), and kmh, maximumKmh or factor for a slow road:\n" +
      '{"type":"Feature","geometry":null,"properties":{"road":"A12","reason":"crash","until":"2017-05-15T19:00:00+01:00"}}\n' +
      "An area closes the part of a road that lies in it: nobody drives across, and from either side one drives away on that\n" +
      "side. A name, number or way closes whole pieces, from junction to junction. Where no vehicle gets to an ED's entrance or\n" +
      "away from the incident, one goes on foot along the closed road, up to 5 km at 5 km/h or the pace of the profile and never faster\n" +
      "than driven; that time is in the drive's, and a warning (entrance-closed, road-closed) says how far and how long.\n" +
      "A closure about no road here does not count: a batch stops with exit status 1, unless --lenient-closures; a single\n" +
      "question is answered with a warning (closure-without-roads), unless --strict-closures.",
    "--closure-feed ID:FORMAT=FILE|URL reads what a road authority publishes (wzdx or datex2) once, and tells on standard error\n" +
      "what of it does not count. A message older than --closure-feed-ttl is used, and every answer says that the feed is silent.",
    "A batch of past calls is answered by what held then, as it is known now, unless --status-as-of row: then each by the\n" +
      "status log as it stood at the moment of its row, so that what was reported later has no part in it.",
    "--inbound counts ambulances due at EDs within the hour, for a policy that has a cap: csv with the header id,count, or\n" +
      'json [{"id":"RQ8L0","count":7}]. None are due at an ED that is not listed.',
    "Exit status: 0 done, also when all EDs are on divert and the nearest is named; 1 when an incident has no ED\n" +
      "(outcome no-facility or unreachable) or a closure is about no road; 2 when an option, a file or any row is bad.",
  ],
  options: NEAREST_OPTIONS,
  async run(args, terminal) {
    const batch = readBatch(args, terminal);
    const closureFeeds = NamedClosureFeeds.read(args, process.env);
    const nowMs = terminal.now().getTime();
    const router = await openRouter(args, terminal, {
      clock: () => nowMs,
      engine: args.get("engine"),
      statusAsOf: args.get("status-as-of") === "row" ? "question" : "now",
      closures: args.get("closures"),
      strictClosures: args.get("incidents") !== undefined,
      roads: { shared: batch.threads !== 1 },
      openInbound: (hospitals, policy) => inboundOption(args, hospitals, policy),
    });
    await closureFeeds?.readOnce(closureFeeds.monitorOver(router.roads), router.policy.timeZone, terminal);
    if (batch.needs !== undefined) router.hospitals.vocabulary.requireKnown(batch.needs, "invalid-argument", "--needs");
    const writer = args.get("geojson")
      ? geojsonWriter(router)
      : (batch.writer ?? tableWriter(router, args.get("instructions")));
    const logFile = args.get("log");
    // A batch is synchronized with the disk once, at its end.
    const durability = batch.name === undefined ? "each" : "batch";
    const log = logFile === undefined ? undefined : openDecisionLog(logFile, router, { durability });
    try {
      return await writeAll(answers(batch, router, writer, log), batch, writer, terminal);
    } finally {
      log?.close();
    }
  },
});

/** Checks the options, so that a mistake is told before anything is opened. */
function readBatch(args: NearestArguments, terminal: Terminal): Batch {
  const places = args.get("at");
  const file = args.get("incidents");
  const format = args.get("format");
  if (args.positionals.length > 0) throw badUsage(`nearest takes options only, not "${args.positionals[0]}".`);
  if ((file === undefined) === (places.length === 0)) {
    throw badUsage(
      "Say where the patient is with --at LON,LAT, or name a batch with --incidents FILE, one of the two.",
    );
  }
  if (args.get("json") && args.get("geojson")) throw badUsage("Choose one of --json and --geojson.");
  if (args.get("instructions") && (args.get("json") || file !== undefined)) {
    throw badUsage(
      "--instructions goes with --at and the table; with --geojson the routes have them.",
      "--instructions",
    );
  }
  const count = args.get("count");
  const when = args.get("when");
  const threads = args.get("threads");
  if (threads !== undefined && file === undefined) throw badUsage("--threads goes with --incidents.", "--threads");
  const defaults = defined({
    alternatives: count === undefined ? undefined : count - 1,
    at: when?.text,
  });
  if (file !== undefined) {
    const misplaced = Object.keys({ ...PLACE_OPTIONS, ...PATIENT_OPTIONS }).find((name) => args.given(name).length > 0);
    if (misplaced !== undefined) {
      throw badUsage(`--${misplaced} goes with --at; in a batch each incident says its own.`, `--${misplaced}`);
    }
    const incidents = file === "-" ? incidentsOfStream(terminal.stdin, format) : incidentsOfFile(file, format);
    return { name: file === "-" ? "stdin" : basename(file), incidents, defaults, writer: ndjsonWriter, threads };
  }
  if (format !== undefined) throw badUsage("--format goes with --incidents.", "--format");
  const needs = args.get("needs");
  const age = args.get("age");
  const acuity = args.get("acuity");
  const bearing = args.get("bearing");
  const roadName = args.get("road");
  if (!RecommendationRequestSchema.shape.roadName.safeParse(roadName).success) {
    throw badUsage(`--road is "${roadName}"; write a road's name or number, such as M25.`, "--road");
  }
  const question = defined({
    // A compass shows north as 0 or 360.
    bearing: bearing === undefined ? undefined : bearing % 360,
    roadName,
    needs: needs.length === 0 ? undefined : needs,
    age,
    acuity,
  });
  const incidents = places.map((text, index) => incidentRow(index + 1, { location: locationOf(text), ...question }));
  const isSingle = places.length === 1;
  const writer = !args.get("json") ? undefined : isSingle ? jsonWriter : ndjsonWriter;
  return { name: isSingle ? undefined : "--at", incidents, needs, defaults, writer, threads: 1 };
}

/** @throws DiversionError `invalid-argument` where the policy counts nothing, so that the file would change nothing. */
async function inboundOption(
  args: NearestArguments,
  hospitals: HospitalDirectory,
  policy: Policy,
): Promise<InboundSource | undefined> {
  const file = args.get("inbound");
  if (file === undefined) return undefined;
  if (policy.inbound !== undefined) return openInbound(file, hospitals);
  throw badUsage(
    `The policy ${policy.id} sets no cap, so that inbound counts change nothing; name one that has "inbound" with --policy.`,
    "--inbound",
  );
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

function locationOf(text: string): Position {
  const match = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*,\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*$/.exec(text);
  if (match !== null) return [Number(match[1]), Number(match[2])];
  throw new DiversionError(
    "invalid-location",
    `--at is "${text}"; write longitude and latitude in degrees, such as 0.469,51.7356.`,
    { field: "--at" },
  );
}
