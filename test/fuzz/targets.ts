import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { DiversionError } from "../../src/core/errors";
import { readInstant } from "../../src/core/instant";
import { SeededRandom } from "../../src/core/random";
import { readIncidents } from "../../src/diversion/incidents/read-incidents";
import { DECISION_LOG_FORMAT, readDecisions } from "../../src/diversion/log/decision-log";
import { parsePolicy } from "../../src/diversion/rules/policy";
import { CapabilityVocabulary } from "../../src/hospitals/directory/capabilities";
import { readHospitalCsv } from "../../src/hospitals/directory/csv";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { FEED_FORMATS, type FeedFormat, readFeed } from "../../src/hospitals/feeds/read-feed";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusLog, STATUS_LOG_FORMAT, writeStatusLog } from "../../src/hospitals/status/status-log";
import { inflate } from "../../src/node/files/open-osm-source";
import { parseScenario } from "../../src/planning/replay/scenario";
import { readPopulation } from "../../src/planning/situation/demand-points";
import { ClosureFeedMonitor } from "../../src/roads/closure-feed-monitor";
import {
  CLOSURE_FEED_FORMATS,
  type ClosureFeedFormat,
  readClosureFeed,
} from "../../src/roads/closure-feeds/read-closure-feed";
import { parseProfile } from "../../src/roads/profile/profile";
import { encodeRoads, readRoads } from "../../src/roads/roads-file";
import { readArea } from "../../src/roads/sources/cut-area";
import { GeoJsonSource } from "../../src/roads/sources/geojson-source";
import { OsmPbfSource } from "../../src/roads/sources/osm-pbf";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { readDimacs } from "../../src/roads/tables/dimacs";
import { readCsvRoads } from "../../src/roads/tables/roads-from-csv";
import { haveHospital, haveMessage } from "../hospitals/feeds/support/have";
import { countyApp, TOKEN } from "../http/support/county-server";
import { byteSource, collect } from "../support/osm-elements";
import { blob, bytesField, framed, headerBlob, integerField, primitiveBlock } from "../support/osm-pbf-encoder";
import { osmXml, textChunks } from "../support/osm-text";
import { hospitalsAt, smallCounty } from "../support/small-county";
import { httpSurface } from "./http-surface";
import { lyingRoads } from "./lying-roads";
import { mutated, mutatedValue } from "./mutate";
import type { Target } from "./target";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (input: Uint8Array): string => new TextDecoder().decode(input);
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(`${ROOT}${path}`));
const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));

const directory = hospitalsAt({
  A1: { km: 10, name: "Ashby", capabilities: ["trauma"] },
  B2: { km: 20, name: "Burton", capabilities: ["trauma", "stroke"] },
});

/** What a boundary does with JSON it has been given: a text that is none is refused before. */
const ofJson = (take: (value: unknown) => unknown) => (input: Uint8Array) => {
  let value: unknown;
  try {
    value = JSON.parse(textOf(input));
  } catch {
    return;
  }
  return take(value);
};

const incident = {
  id: "1",
  location: [0.18, 52],
  needs: ["trauma", { anyOf: ["stroke", "burns"] }],
  age: 40,
  at: "2017-05-15T12:00:00+01:00",
};
const feature = {
  type: "Feature",
  id: 1,
  geometry: { type: "Point", coordinates: [0.18, 52, 3] },
  properties: { needs: "trauma|stroke" },
};
const road = {
  type: "Feature",
  geometry: {
    type: "LineString",
    coordinates: [
      [0, 52],
      [0.1, 52],
    ],
  },
  properties: { highway: "trunk", maxspeed: "30 mph", oneway: "yes" },
};
const collection = (...features: unknown[]): Uint8Array => json({ type: "FeatureCollection", features });

async function drain(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

const FEEDS: Readonly<Record<FeedFormat, readonly Uint8Array[]>> = {
  "edxl-have": [bytes(haveMessage(haveHospital({ traffic: "Closed", facility: "Normal", reason: "queue" })))],
  fhir: [
    json({
      resourceType: "Bundle",
      type: "collection",
      timestamp: "2017-05-15T12:00:00+01:00",
      entry: [
        {
          resource: {
            resourceType: "Location",
            id: "A1",
            identifier: [{ value: "A1" }],
            status: "suspended",
            position: { longitude: 0.15, latitude: 52 },
          },
        },
        {
          resource: {
            resourceType: "HealthcareService",
            id: "s",
            location: [{ reference: "Location/A1" }],
            type: [{ coding: [{ code: "14" }] }],
            availableTime: [{ daysOfWeek: ["mon"], availableStartTime: "08:00:00", availableEndTime: "20:00:00" }],
            notAvailable: [{ description: "x", during: { start: "2017-05", end: "2017-06-01" } }],
            availability: [{ notAvailableTime: [{ during: { start: "2017-05-15T08:00:00Z" } }] }],
          },
        },
      ],
    }),
  ],
  json: [
    json([
      {
        hospital: "A1",
        state: "open",
        restrictions: [{ effect: "divert", reason: "x", scope: { needs: ["trauma"], minAge: 16 } }],
      },
    ]),
  ],
  csv: [
    bytes(
      "hospital,state,effect,reason,needs,until\nA1,open,divert,queue,trauma,2017-05-15T18:00:00Z\nB2,closed,,,,\n",
    ),
  ],
};

const work = (id: string, fields: Readonly<Record<string, unknown>>) => ({
  type: "Feature",
  id,
  geometry: {
    type: "LineString",
    coordinates: [
      [0.05, 52],
      [0.08, 52],
    ],
  },
  properties: {
    core_details: { event_type: "work-zone", road_names: ["A-1"], direction: "eastbound", description: "x" },
    start_date: "2017-05-15T12:00:00Z",
    end_date: "2018-05-15T12:00:00Z",
    vehicle_impact: "all-lanes-closed",
    ...fields,
  },
});

const situation = (place: string, measure: string): string =>
  `<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><payloadPublication xsi:type="SituationPublication"><publicationTime>2017-07-14T02:40:00Z</publicationTime><situation id="S"><situationRecord xsi:type="x" id="R" version="1"><validity><validityStatus>active</validityStatus><validityTimeSpecification><overallStartTime>2017-05-15T12:00:00Z</overallStartTime><validPeriod><recurringTimePeriodOfDay><startTimeOfPeriod>22:00:00</startTimeOfPeriod><endTimeOfPeriod>05:00:00</endTimeOfPeriod></recurringTimePeriodOfDay></validPeriod></validityTimeSpecification></validity><groupOfLocations>${place}</groupOfLocations>${measure}</situationRecord></situation></payloadPublication></d2LogicalModel>`;

const CLOSURE_FEEDS: Readonly<Record<ClosureFeedFormat, readonly Uint8Array[]>> = {
  wzdx: [
    json({
      type: "FeatureCollection",
      feed_info: { version: "4.2", update_date: "2017-07-14T02:40:00Z" },
      features: [
        work("a", {}),
        work("b", { vehicle_impact: "flagging", reduced_speed_limit_kph: 40 }),
        work("c", { vehicle_impact: "unknown", lanes: [{ type: "general", status: "closed" }] }),
      ],
    }),
  ],
  datex2: [
    bytes(
      situation(
        "<gmlLineString><posList>52 0.05 52 0.08</posList></gmlLineString><roadName>A1</roadName>",
        "<roadOrCarriagewayOrLaneManagementType>roadClosed</roadOrCarriagewayOrLaneManagementType>",
      ),
    ),
    bytes(
      situation(
        "<pointByCoordinates><pointCoordinates><latitude>52</latitude><longitude>0.06</longitude></pointCoordinates></pointByCoordinates>",
        "<temporarySpeedLimit>30</temporarySpeedLimit>",
      ),
    ),
  ],
};

/** Changes the members of one line of a log and seals it, and all after it, anew: right checksums over wrong content. */
const resealed =
  (format: typeof STATUS_LOG_FORMAT) =>
  (sample: Uint8Array, random: SeededRandom): Uint8Array => {
    if (random.integer(4) === 0) return mutated(sample, random);
    const lines = textOf(sample)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line));
    const header = format.header();
    let out = header.text;
    let previous = header.checksum;
    const at = random.integer(Math.max(lines.length, 1));
    for (const [index, { checksum: _, ...members }] of lines.entries()) {
      const changed = index === at ? mutatedValue(members, random) : members;
      const members_ =
        typeof changed === "object" && changed !== null && !Array.isArray(changed) ? changed : { changed };
      const { text, checksum } = format.chained(members_ as Record<string, unknown>, previous);
      out += text;
      previous = checksum;
    }
    return bytes(out);
  };

function statusLog(): Uint8Array {
  const county = countyApp();
  const { status } = county.router;
  status.setOpen("A1", false, { reason: "x", by: "y" });
  status.report({
    hospital: "B2",
    effect: "divert",
    scope: { needs: ["trauma"] },
    divertTo: "A1",
    until: "2017-05-15T18:00:00Z",
    reason: "queue",
  });
  status.overrule("A1", { by: "x", reason: "y", until: "2017-05-15T18:00:00Z" });
  status.clear("B2", "divert:trauma");
  return bytes(writeStatusLog(status.history()));
}

const pbfBlock = primitiveBlock({
  nodes: [1, 2, 3].map((id) => ({ id, lon: id * 1_000_000, lat: 520_000_000, tags: { highway: "crossing" } })),
  ways: [{ id: 5, nodes: [1, 2, 3], tags: { highway: "trunk", oneway: "yes" } }],
  relations: [{ id: 6, members: [{ type: "way", ref: 5, role: "from" }], tags: { type: "restriction" } }],
});

const roadsBytes = (): Uint8Array => new Uint8Array(Buffer.concat(encodeRoads(smallCounty())));

/** A request as a text: method, path, media type, a blank line, the body. */
const request = (method: string, path: string, body?: unknown, type = "application/json"): Uint8Array =>
  bytes(
    `${method} ${path} ${type}\n\n${body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body)}`,
  );

const HTTP_SAMPLES = [
  request(
    "GET",
    "/v1/recommendations?location=0.18,52&needs=trauma&age=4&acuity=urgent&alternatives=2&bearing=90&at=2017-05-15T12:00:00Z",
  ),
  request("POST", "/v1/recommendations", { location: [0.18, 52], needs: ["trauma"], bearing: 90, roadName: "A1" }),
  request("POST", "/v1/recommendations/batch", JSON.stringify(incident), "application/x-ndjson"),
  request("POST", "/v1/recommendations/batch", "id,lon,lat,needs\n1,0.18,52,trauma|stroke\n", "text/csv"),
  request("GET", "/v1/route?location=0.18,52&hospital=B2"),
  request("GET", "/v1/hospitals"),
  request("GET", "/v1/status/history?since=0"),
  request("GET", "/v1/statistics?from=2017-05-15T00:00:00Z&until=2017-05-16T00:00:00Z"),
  request("PUT", "/v1/hospitals/A1/open", { open: false, reason: "x", by: "y" }),
  request("PUT", "/v1/hospitals/A1/restrictions/k", {
    effect: "divert",
    scope: { needs: ["trauma"] },
    until: "2017-05-15T18:00:00Z",
    reason: "x",
  }),
  request("PUT", "/v1/hospitals/A1/overrule", { by: "x", reason: "y", until: "2017-05-15T18:00:00Z" }),
  request("DELETE", "/v1/hospitals/A1/restrictions/k?reason=x"),
  request("POST", "/v1/closures", {
    type: "FeatureCollection",
    features: [{ ...feature, properties: { reason: "x", bufferMetres: 50 } }],
  }),
  request("POST", "/v1/feeds/edxl-have", textOf(FEEDS["edxl-have"][0]!), "application/xml"),
  request("POST", "/v1/feeds/fhir", textOf(FEEDS.fhir[0]!)),
];

async function askServer(input: Uint8Array): Promise<void> {
  const [head = "", ...rest] = textOf(input).split("\n\n");
  const [method = "GET", path = "/", type = ""] = head.split(" ");
  const body = rest.join("\n\n");
  const county = countyApp();
  let asked: Request;
  try {
    const isBodied = method !== "GET" && method !== "HEAD";
    asked = new Request(`http://localhost${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": type },
      ...(isBodied ? { body } : {}),
    });
  } catch {
    return;
  }
  const response = await county.app.fetch(asked);
  if (response.status === 500) throw new Error(`500 for ${head}`);
  if (path !== "/v1/events") await response.text();
  // Whatever was sent, those who ask go on being answered.
  for (const list of ["/v1/hospitals", "/v1/recommendations?location=0.18,52", "/v1/closures"]) {
    const after = await county.app.request(list);
    if (after.status !== 200) throw new Error(`${list} is ${after.status} after ${head}: ${await after.text()}`);
  }
}

export const TARGETS: Readonly<Record<string, () => Target>> = {
  ...Object.fromEntries(
    FEED_FORMATS.map((format) => [
      `feed-${format}`,
      (): Target => ({
        samples: FEEDS[format],
        run(input) {
          const reading = readFeed(format, input, { directory, zone: "Europe/London" });
          // What can be read can be taken: one statement that the status refuses would cost those after it.
          new FeedMonitor(new StatusBoard(directory), [{ id: "f", timeToLiveMs: 1 }]).apply("f", reading);
        },
      }),
    ]),
  ),
  ...Object.fromEntries(
    CLOSURE_FEED_FORMATS.map((format) => [
      `closure-feed-${format}`,
      (): Target => ({
        samples: CLOSURE_FEEDS[format],
        run(input) {
          const reading = readClosureFeed(format, input, { zone: "Europe/London" });
          const roads = smallCounty();
          const monitor = new ClosureFeedMonitor(roads, [{ id: "f", timeToLiveMs: 1000 }], { clock: () => 1.5e12 });
          monitor.apply("f", reading);
          const { version } = roads;
          monitor.apply("f", reading);
          if (roads.version !== version) throw new Error("the same message said again changed the roads");
        },
      }),
    ]),
  ),
  ...Object.fromEntries(
    (["csv", "ndjson", "geojson"] as const).map((format) => [
      `incidents-${format}`,
      (): Target => ({
        samples: {
          csv: [
            bytes("id,lon,lat,needs,age,at\n1,0.18,52,trauma|stroke,40,2017-05-15T12:00:00Z\n2;0,18;52\n"),
            bytes('sep=;\nid;lon;lat\n"1";0,18;52\n'),
          ],
          ndjson: [bytes(`${JSON.stringify(incident)}\n\n{"location":[1,2]}\n`)],
          geojson: [collection(feature, feature)],
        }[format],
        run: (input) => drain(readIncidents([input.slice(0, 9), input.slice(9)], format)),
      }),
    ]),
  ),
  hospitals: () => ({
    samples: [json(directory), file("data/england/emergency-departments.json").slice(0, 40_000)],
    run: ofJson((value) => HospitalDirectory.parse(value)),
  }),
  "hospitals-csv": () => ({
    samples: [bytes('id,name,lon,lat,capabilities\nA1,Ashby,0.15,52,trauma|stroke\nB2,"Burton, East",0.29,52,\n')],
    run: (input) => readHospitalCsv(textOf(input)),
  }),
  policy: () => ({
    samples: [file("data/policies/maryland-like.json"), file("data/policies/england-default.json")],
    run: ofJson((value) => parsePolicy(value)),
  }),
  profile: () => ({ samples: [file("data/profiles/blue-light.json")], run: ofJson((value) => parseProfile(value)) }),
  scenario: () => ({
    samples: [file("data/scenarios/nhs-cyber-attack-2017.json")],
    run: ofJson((value) => parseScenario(value)),
  }),
  capabilities: () => ({
    samples: [file("data/capabilities.json")],
    run: ofJson((value) => CapabilityVocabulary.parse(value)),
  }),
  population: () => ({
    samples: [bytes("name,lon,lat,population_2017\na,0.1,52,100\nb,0.2,52,3\n")],
    run: (input) => readPopulation(textOf(input)),
  }),
  instant: () => ({
    samples: ["2017-05-15T17:00:00.123+01:00", "9999-12-31T23:59:59Z"].map(bytes),
    run(input) {
      const instant = readInstant(textOf(input));
      if (instant !== undefined && !Number.isSafeInteger(instant.epochMs))
        throw new Error(`${instant.text} is ${instant.epochMs}`);
    },
  }),
  "status-log": () => ({
    samples: [statusLog()],
    mutate: resealed(STATUS_LOG_FORMAT),
    run(input) {
      const { events, archive } = readStatusLog(input);
      // What is read is what would be written, or the log would change under whoever compacts it.
      const again = readStatusLog(writeStatusLog(events, archive));
      if (JSON.stringify(again.events) !== JSON.stringify(events))
        throw new Error("read and written, the log is another");
    },
  }),
  "decision-log": () => ({
    samples: [
      bytes(
        DECISION_LOG_FORMAT.header().text +
          DECISION_LOG_FORMAT.chained({ v: 1, kind: "decision" }, DECISION_LOG_FORMAT.header().checksum).text,
      ),
    ],
    mutate: resealed(DECISION_LOG_FORMAT),
    run(input) {
      for (const _ of readDecisions([input]));
    },
  }),
  "osm-pbf": () => ({
    samples: [Uint8Array.from(pbfBlock)],
    mutate(sample, random) {
      const block = mutated(sample, random);
      const stated = random.integer(10) === 0 ? random.integer(2 ** 26) : block.length;
      const packed =
        random.integer(2) === 0
          ? blob(block, "raw")
          : [...integerField(2, stated), ...bytesField(3, deflateSync(block))];
      return Uint8Array.from([...headerBlob(), ...framed("OSMData", packed)]);
    },
    run: (input) => collect(new OsmPbfSource(byteSource(input), inflate)),
  }),
  "osm-xml": () => ({
    samples: [
      bytes(
        osmXml({
          nodes: [1, 2].map((id) => ({ id, lon: id * 1000, lat: 520_000_000, tags: { a: "&b" } })),
          ways: [{ id: 3, nodes: [1, 2], tags: { highway: "trunk" } }],
          relations: [],
        }),
      ),
    ],
    run: (input) => collect(new OsmXmlSource("x.osm", textChunks(input, 50))),
  }),
  "roads-geojson": () => ({
    samples: [collection(road, road)],
    run: (input) => collect(new GeoJsonSource("x.geojson", textChunks(input, 50))),
  }),
  dimacs: () => ({
    samples: [bytes("c x\np sp 3 2\na 1 2 100\na 2 3 50\n")],
    run: (input) => readDimacs({ graph: { name: "x.gr", bytes: () => chunksOf(input) }, coordinates: undefined }),
  }),
  "roads-csv": () => ({
    samples: [bytes("node,lon,lat\n1,0,52\n2,0.1,52\n\u0000from,to,milliseconds,metres\n1,2,1000,20\n2,1,1000,20\n")],
    run(input) {
      const [nodes = "", edges = ""] = textOf(input).split("\u0000");
      const table = (name: string, text: string) => ({ name, bytes: () => chunksOf(bytes(text)) });
      return readCsvRoads({ source: "x", nodes: table("nodes.csv", nodes), edges: table("edges.csv", edges) });
    },
  }),
  area: () => ({
    samples: [
      bytes("x\n1\n 0 52\n 1 52\n 1 53\nEND\nEND\n"),
      json({
        type: "Polygon",
        coordinates: [
          [
            [0, 52],
            [1, 52],
            [1, 53],
            [0, 52],
          ],
        ],
      }),
    ],
    run: (input) => readArea(textOf(input), textOf(input).startsWith("{") ? "x.geojson" : "x.poly"),
  }),
  closures: () => ({
    samples: [
      collection(
        { ...feature, properties: { reason: "x", bufferMetres: 50 } },
        { ...road, properties: { reason: "y", kmh: 30, bufferMetres: 5 } },
      ),
    ],
    run: ofJson((value) => smallCounty().importClosures(value)),
  }),
  "roads-file": () => ({ samples: [roadsBytes()], run: (input) => readRoads(input) }),
  "roads-file-content": lyingRoads,
  http: () => ({ samples: HTTP_SAMPLES, run: askServer }),
  "http-surface": httpSurface,
};

async function* chunksOf(input: Uint8Array): AsyncGenerator<Uint8Array> {
  yield input;
}

/** The input numbered `iteration` of a target's run. */
export function inputOf({ samples, mutate = mutated }: Target, seed: number, iteration: number): Uint8Array {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ iteration);
  return mutate(random.pick(samples), random);
}

/** What is wrong with how a target takes an input; undefined when it reads it, or refuses it by a code. */
export async function faultOf(target: Target, input: Uint8Array): Promise<string | undefined> {
  try {
    await target.run(input);
    return undefined;
  } catch (error) {
    if (error instanceof DiversionError) {
      return error.message.length > 20_000 ? `a message of ${error.message.length} characters` : undefined;
    }
    return error instanceof Error ? (error.stack ?? String(error)) : String(error);
  }
}
