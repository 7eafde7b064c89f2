import { beforeEach, describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { ClosureFeedMonitor } from "../../src/roads/closure-feed-monitor";
import type { ClosureFeedReading } from "../../src/roads/closure-feeds/closure-feed-reading";
import { type ClosureFeedFormat, readClosureFeed } from "../../src/roads/closure-feeds/read-closure-feed";
import type { RoadIndex } from "../../src/roads/road-index";
import { failure, stoppedClock } from "../hospitals/support/essex";
import { changedOn, metres, streets } from "./support/streets";

const NOW = "2026-06-01T09:00:00Z";
const zone = "Europe/London";

type Places = readonly (readonly [number, number])[];
const line = (places: Places) => ({ type: "LineString", coordinates: places.map(([x, y]) => metres(x, y)) });
const EAST: Places = [
  [100, 1],
  [300, -1],
];

/** An event of WZDx with what the specification requires. */
const workZone = (
  id: string,
  fields: Readonly<Record<string, unknown>> = {},
  core: Readonly<Record<string, unknown>> = {},
  geometry: unknown = line(EAST),
) => ({
  id,
  type: "Feature",
  geometry,
  properties: {
    core_details: {
      event_type: "work-zone",
      data_source_id: "1",
      road_names: ["A-10"],
      direction: "eastbound",
      ...core,
    },
    start_date: "2026-06-01T06:00:00Z",
    end_date: "2026-06-30T18:00:00Z",
    vehicle_impact: "all-lanes-closed",
    location_method: "junction-method",
    is_start_date_verified: false,
    ...fields,
  },
});
const wzdx = (...features: readonly unknown[]): string =>
  JSON.stringify({
    type: "FeatureCollection",
    feed_info: { version: "4.2", publisher: "County", update_date: NOW, data_sources: [] },
    features,
  });

/** GML has latitude first. */
const posList = (places: Places): string => places.map(([x, y]) => [...metres(x, y)].reverse().join(" ")).join(" ");
const drawn = (places: Places, more = ""): string =>
  `<sit:locationReference xsi:type="loc:LinearLocation">${more}<loc:gmlLineString srsName="EPSG:4326"><loc:posList>${posList(places)}</loc:posList></loc:gmlLineString></sit:locationReference>`;
const VALID =
  "<sit:validity><com:validityStatus>active</com:validityStatus><com:validityTimeSpecification><com:overallStartTime>2026-06-01T06:00:00Z</com:overallStartTime><com:overallEndTime>2026-06-30T18:00:00Z</com:overallEndTime></com:validityTimeSpecification></sit:validity>";
const managed = (type: string): string =>
  `<sit:roadOrCarriagewayOrLaneManagementType>${type}</sit:roadOrCarriagewayOrLaneManagementType>`;
const record = (id: string, content: string, type = "RoadOrCarriagewayOrLaneManagement", version = 1): string =>
  `<sit:situationRecord xsi:type="sit:${type}" id="${id}" version="${version}">${content}</sit:situationRecord>`;
const datex3 = (records: string, header = ""): string =>
  `<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:sit="http://datex2.eu/schema/3/situation" xmlns:com="http://datex2.eu/schema/3/common" xmlns:loc="http://datex2.eu/schema/3/locationReferencing" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="sit:SituationPublication" modelBaseVersion="3"><com:publicationTime>${NOW}</com:publicationTime><sit:situation id="S1">${header}${records}</sit:situation></d2:payload>`;
const datex2 = (records: string): string =>
  `<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" modelBaseVersion="2"><payloadPublication xsi:type="SituationPublication" lang="en"><publicationTime>${NOW}</publicationTime><situation id="S1" version="1"><headerInformation><informationStatus>real</informationStatus></headerInformation>${records}</situation></payloadPublication></d2LogicalModel>`;

const read = (format: ClosureFeedFormat, text: string) => readClosureFeed(format, text, { zone });
const told = ({ closures, lanes, notes, unread }: ClosureFeedReading) => ({
  closures: closures.map(({ id, effect, maximumKmh }) => [
    id,
    effect,
    ...(maximumKmh === undefined ? [] : [maximumKmh]),
  ]),
  lanes: lanes.map(({ id, what }) => [id, what]),
  notes: notes.map(({ kind, text }) => `${kind}: ${text}`),
  unread,
});

describe("readClosureFeed, WZDx", () => {
  it("takes a road whose lanes are all closed for closed, with its time, its reason and its names", () => {
    const event = workZone("a", {}, { description: "Sewer\n works", road_names: ["A-10", "High Street"] });
    expect(read("wzdx", wzdx(event))).toMatchObject({
      sentAt: { text: NOW },
      lanes: [],
      notes: [],
      closures: [
        {
          id: "a",
          effect: "closure",
          reason: "Sewer works",
          roads: ["A-10", "High Street"],
          periods: [{ from: { text: "2026-06-01T06:00:00Z" }, until: { text: "2026-06-30T18:00:00Z" } }],
          place: { type: "lines", along: "one-way" },
        },
      ],
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ["fewer lanes", { vehicle_impact: "some-lanes-closed" }, { closures: [], lanes: [["a", "some-lanes-closed"]] }],
    ["turns", { vehicle_impact: "alternating-one-way" }, { closures: [], lanes: [["a", "alternating-one-way"]] }],
    ["all lanes open", { vehicle_impact: "all-lanes-open" }, { closures: [], lanes: [], notes: [] }],
    [
      "fewer lanes and a lower limit",
      { vehicle_impact: "some-lanes-closed-merge-left", reduced_speed_limit_kph: 48.3 },
      { closures: [["a", "slowdown", 48.3]], lanes: [["a", "some-lanes-closed-merge-left"]] },
    ],
    [
      "a lower limit alone",
      { vehicle_impact: "all-lanes-open", reduced_speed_limit_kph: 30 },
      { closures: [["a", "slowdown", 30]], lanes: [] },
    ],
    ["a closed road with a limit", { reduced_speed_limit_kph: 30 }, { closures: [["a", "closure"]] }],
    [
      "an impact that is not known",
      { vehicle_impact: "unknown" },
      { closures: [], notes: ['lost: vehicle_impact is "unknown": whether the road is open is not said.'] },
    ],
    [
      "an unknown impact and every general lane closed",
      {
        vehicle_impact: "unknown",
        lanes: [
          { type: "shoulder", status: "open" },
          { type: "general", status: "closed" },
        ],
      },
      { closures: [["a", "closure"]], notes: [expect.stringMatching(/^odd: .*every general lane is closed/)] },
    ],
    [
      "a closed road with a lane open",
      { lanes: [{ type: "general", status: "open" }] },
      { closures: [["a", "closure"]], notes: [expect.stringMatching(/^odd: .*a lane is open; taken as closed/)] },
    ],
    ["works that are over", { event_status: "completed" }, { closures: [], lanes: [], notes: [] }],
    ["works that were cancelled", { event_status: "cancelled" }, { closures: [], lanes: [], notes: [] }],
    [
      "works over two days ago",
      { end_date: "2026-05-31T08:59:59Z", start_date: "2026-05-01T00:00:00Z" },
      { closures: [], lanes: [], notes: [] },
    ],
    [
      "a limit that is none",
      { vehicle_impact: "all-lanes-open", reduced_speed_limit_kph: -1 },
      { closures: [], notes: ["odd: reduced_speed_limit_kph is -1, no speed; not used."] },
    ],
    [
      "a limit without a unit",
      { vehicle_impact: "all-lanes-open", reduced_speed_limit: 30 },
      { closures: [], notes: [expect.stringMatching(/^lost: reduced_speed_limit has no unit/)] },
    ],
    [
      "restrictions of size",
      { restrictions: [{ type: "reduced-height", value: 4, unit: "meters" }] },
      { closures: [["a", "closure"]], notes: [expect.stringMatching(/^lost: A restriction reduced-height/)] },
    ],
    [
      "times that are none",
      { start_date: "soon", end_date: 7 },
      { closures: [["a", "closure"]], notes: [expect.stringMatching(/start_date/), expect.stringMatching(/end_date/)] },
    ],
    [
      "an end before the beginning",
      { start_date: "2026-06-02T00:00:00Z", end_date: "2026-06-01T00:00:00Z" },
      { closures: [["a", "closure"]], notes: [expect.stringMatching(/holds for as long as the feed says so/)] },
    ],
  ])("takes %s so", (_, fields, expected) => {
    expect(told(read("wzdx", wzdx(workZone("a", fields))))).toMatchObject(expected);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["the way that is said", { direction: "eastbound" }, "one-way"],
    ["a loop's way", { direction: "inner-loop" }, "one-way"],
    ["both ways where none is said", { direction: "unknown" }, "both-ways"],
    ["both ways where the line runs against what is said", { direction: "westbound" }, "both-ways"],
  ])("is about %s", (_, core, along) => {
    expect(read("wzdx", wzdx(workZone("a", {}, core))).closures[0]!.place).toMatchObject({ along });
  });

  it("tells what it has no place for", () => {
    const points = { type: "MultiPoint", coordinates: line(EAST).coordinates };
    const reading = read(
      "wzdx",
      wzdx(workZone("a", {}, { event_type: "detour" }), workZone("b", {}, {}, points), workZone("c", {}, {}, points)),
    );
    expect(reading.notes).toEqual([
      { kind: "lost", text: "Detours are not used: ways around are the map's own.", count: 1, first: "a" },
      {
        kind: "lost",
        text: "What begins and ends by points cannot be placed on the roads; a LineString can.",
        count: 2,
        first: "b",
      },
    ]);
  });

  it("reports one bad event and takes the others", () => {
    const bad = [
      null,
      { id: "x", type: "Feature" },
      workZone(
        "y",
        {},
        {},
        {
          type: "LineString",
          coordinates: [
            ["0", 51],
            [0, 51],
          ],
        },
      ),
      workZone("z", {}, {}, { type: "LineString", coordinates: [[0, 51]] }),
    ];
    const reading = read("wzdx", wzdx(...bad, workZone("a")));
    expect(told(reading).closures).toEqual([["a", "closure"]]);
    expect([reading.unread, reading.notes.map(({ kind }) => kind)]).toEqual([
      ["feature 1", "x", "y", "z"],
      ["unread", "unread", "unread"],
    ]);
    expect(failure(() => read("wzdx", wzdx(...bad))).code).toBe("invalid-feed");
  });

  it("reads an older version as far as it is alike, and says so", () => {
    const { core_details, ...rest } = workZone("a").properties;
    const old = { type: "Feature", id: "a", geometry: line(EAST), properties: { ...core_details, ...rest } };
    const text = JSON.stringify({
      type: "FeatureCollection",
      road_event_feed_info: { version: "3.1" },
      features: [old],
    });
    expect(told(read("wzdx", text))).toMatchObject({
      closures: [["a", "closure"]],
      notes: ['odd: The feed\'s version is "3.1"; it is read as version 4.'],
    });
  });

  it.each([
    ["what is no JSON", "<html>"],
    ["what is no collection", '{"type":"Feature"}'],
  ])("refuses %s", (_, text) => {
    expect(failure(() => read("wzdx", text)).code).toBe("invalid-feed");
  });
});

describe("readClosureFeed, DATEX II", () => {
  const closed = (more = "", places = EAST): string =>
    record("R1", VALID + drawn(places, more) + managed("roadClosed"));

  it("takes a closed road for closed, with its time, its comment and its names", () => {
    const comment =
      '<sit:generalPublicComment><com:comment><com:values><com:value lang="en">Burst\n main</com:value></com:values></com:comment></sit:generalPublicComment>';
    const names =
      "<loc:supplementaryPositionalDescription><loc:roadInformation><loc:roadName><com:values><com:value>High Street</com:value></com:values></loc:roadName><loc:roadNumber>A10</loc:roadNumber></loc:roadInformation></loc:supplementaryPositionalDescription>";
    const text = datex3(record("R1", comment + VALID + drawn(EAST, names) + managed("roadClosed")));
    expect(read("datex2", text)).toMatchObject({
      sentAt: { text: NOW },
      notes: [],
      closures: [
        {
          id: "R1",
          effect: "closure",
          reason: "Burst main",
          roads: ["High Street", "A10"],
          periods: [{ from: { text: "2026-06-01T06:00:00Z" }, until: { text: "2026-06-30T18:00:00Z" } }],
          place: { type: "lines", along: "both-ways" },
        },
      ],
    });
  });

  it.each<[string, string, object]>([
    [
      "a closed carriageway",
      record("R1", VALID + drawn(EAST) + managed("carriagewayClosures")),
      { closures: [["R1", "closure"]] },
    ],
    [
      "closed lanes",
      record("R1", VALID + drawn(EAST) + managed("laneClosures")),
      { closures: [], lanes: [["R1", "laneClosures"]] },
    ],
    [
      "a road blocked by an accident",
      record(
        "R1",
        `${VALID}<sit:impact><sit:trafficConstrictionType>roadBlocked</sit:trafficConstrictionType></sit:impact>${drawn(EAST)}`,
        "Accident",
      ),
      { closures: [["R1", "closure"]] },
    ],
    [
      "no lane in operation",
      record(
        "R1",
        `${VALID}<sit:impact><sit:numberOfOperationalLanes>0</sit:numberOfOperationalLanes></sit:impact>${drawn(EAST)}`,
        "MaintenanceWorks",
      ),
      { closures: [["R1", "closure"]] },
    ],
    [
      "lanes blocked",
      record(
        "R1",
        `${VALID}<sit:impact><sit:trafficConstrictionType>lanesBlocked</sit:trafficConstrictionType></sit:impact>${drawn(EAST)}`,
        "Accident",
      ),
      { closures: [], lanes: [["R1", "lanesBlocked"]] },
    ],
    [
      "a lower limit",
      record("R1", `${VALID + drawn(EAST)}<sit:temporarySpeedLimit>50.0</sit:temporarySpeedLimit>`, "SpeedManagement"),
      { closures: [["R1", "slowdown", 50]] },
    ],
    [
      "a limit that is none",
      record("R1", `${VALID + drawn(EAST)}<sit:temporarySpeedLimit>fast</sit:temporarySpeedLimit>`, "SpeedManagement"),
      { closures: [], notes: [expect.stringMatching(/^odd: temporarySpeedLimit is "fast"/)] },
    ],
    [
      "a queue",
      record("R1", VALID + drawn(EAST), "AbnormalTraffic"),
      { closures: [], lanes: [], notes: ["lost: AbnormalTraffic closes no road and slows none; it is not used."] },
    ],
    ["what is suspended", closed().replace("active", "suspended"), { closures: [], notes: [] }],
    [
      "what has ended",
      record(
        "R1",
        `<sit:management><sit:lifeCycleManagement><sit:end>true</sit:end></sit:lifeCycleManagement></sit:management>${VALID}${drawn(EAST)}${managed("roadClosed")}`,
      ),
      { closures: [], notes: [] },
    ],
    [
      "what is for lorries",
      record(
        "R1",
        `${VALID + drawn(EAST)}<sit:forVehiclesWithCharacteristicsOf><com:vehicleType>lorry</com:vehicleType></sit:forVehiclesWithCharacteristicsOf>${managed("roadClosed")}`,
      ),
      { closures: [], notes: ['lost: What is for "lorry" alone is not used.'] },
    ],
    [
      "what is for any vehicle",
      record(
        "R1",
        `${VALID + drawn(EAST)}<sit:forVehiclesWithCharacteristicsOf><com:vehicleType>anyVehicle</com:vehicleType></sit:forVehiclesWithCharacteristicsOf>${managed("roadClosed")}`,
      ),
      { closures: [["R1", "closure"]] },
    ],
    [
      "a place in codes alone",
      record(
        "R1",
        `${VALID}<sit:locationReference><loc:alertCLinear><loc:alertCLocation>1</loc:alertCLocation></loc:alertCLinear></sit:locationReference>${managed("roadClosed")}`,
      ),
      {
        closures: [],
        notes: [expect.stringMatching(/^lost: A place given by Alert-C codes alone, without coordinates/)],
      },
    ],
    [
      "a place in two kinds of codes",
      record(
        "R1",
        `${VALID}<sit:locationReference><loc:openlrLinear/><loc:alertCLinear/></sit:locationReference>${managed("roadClosed")}`,
      ),
      { closures: [], notes: [expect.stringMatching(/^lost: A place given by Alert-C codes and OpenLR alone/)] },
    ],
    [
      "a place in coordinates beside codes",
      record(
        "R1",
        VALID +
          drawn(EAST).replace("</sit:locationReference>", "<loc:openlrLinear/></sit:locationReference>") +
          managed("roadClosed"),
      ),
      { closures: [["R1", "closure"]] },
    ],
    [
      "a place by its name alone",
      record("R1", `${VALID}<sit:locationReference/>${managed("roadClosed")}`),
      { closures: [], notes: [expect.stringMatching(/^lost: A place that is no line and no point in coordinates/)] },
    ],
    [
      "the highest of two versions",
      record("R1", VALID + drawn(EAST) + managed("laneClosures"), undefined, 3) + closed(),
      { closures: [], lanes: [["R1", "laneClosures"]] },
    ],
  ])("takes %s so", (_, records, expected) => {
    expect(told(read("datex2", datex3(records)))).toMatchObject(expected);
  });

  it.each<[string, string, string, string]>([
    ["both ways of a closed road", "roadClosed", "", "both-ways"],
    ["one of a closed carriageway", "carriagewayClosures", "", "one-way"],
    ["the way that is said", "roadClosed", "eastBound", "one-way"],
    ["both, where that is said", "carriagewayClosures", "bothWays", "both-ways"],
    ["both, where the line runs against what is said", "carriagewayClosures", "westBound", "both-ways"],
  ])("is about %s", (_, type, direction, along) => {
    const said =
      direction === ""
        ? ""
        : `<loc:tpegLinearLocation><loc:tpegDirection>${direction}</loc:tpegDirection></loc:tpegLinearLocation>`;
    const text = datex3(record("R1", VALID + drawn(EAST, said) + managed(type)));
    expect(read("datex2", text).closures[0]!.place).toMatchObject({ along });
  });

  it("does not use an exercise, and tells it", () => {
    const header =
      "<sit:headerInformation><com:informationStatus>exercise</com:informationStatus></sit:headerInformation>";
    expect(told(read("datex2", datex3(closed(), header)))).toMatchObject({
      closures: [],
      notes: ['lost: What has the informationStatus "exercise" is not used.'],
    });
  });

  it("reports one bad record and takes the others", () => {
    const bad = record(
      "R0",
      VALID + drawn(EAST).replace(/<loc:posList>[^<]*/, "<loc:posList>51 0 51") + managed("roadClosed"),
    );
    const late = record("R2", VALID.replace("2026-06-01T06:00:00Z", "on Monday") + drawn(EAST) + managed("roadClosed"));
    const reading = read("datex2", datex3(bad + closed() + late));
    expect([told(reading).closures, reading.unread]).toEqual([[["R1", "closure"]], ["R0", "R2"]]);
    expect(failure(() => read("datex2", datex3(bad))).code).toBe("invalid-feed");
  });

  it("reads version 2 as far as it is alike", () => {
    const [lon, lat] = metres(250, 3);
    const text = datex2(
      `<situationRecord xsi:type="RoadOrCarriagewayOrLaneManagement" id="R9" version="1"><validity><validityStatus>active</validityStatus><validityTimeSpecification><overallStartTime>2026-06-01T06:00:00+00:00</overallStartTime></validityTimeSpecification></validity><groupOfLocations xsi:type="Point"><pointByCoordinates><pointCoordinates><latitude>${lat}</latitude><longitude>${lon}</longitude></pointCoordinates></pointByCoordinates></groupOfLocations><roadOrCarriagewayOrLaneManagementType>roadClosed</roadOrCarriagewayOrLaneManagementType></situationRecord>`,
    );
    expect(read("datex2", text).closures).toMatchObject([
      { id: "R9", effect: "closure", reason: "road closed", place: { type: "point", position: [lon, lat] } },
    ]);
  });

  it.each([
    ["what is no XML", "{}"],
    ["another document", "<html></html>"],
    ["a document type", "<!DOCTYPE x><x/>"],
  ])("refuses %s", (_, text) => {
    expect(failure(() => read("datex2", text)).code).toBe("invalid-feed");
  });

  const validity = (content: string): string =>
    `<sit:validity><com:validityStatus>definedByValidityTimeSpec</com:validityStatus><com:validityTimeSpecification><com:overallStartTime>2026-05-01T00:00:00Z</com:overallStartTime>${content}</com:validityTimeSpecification></sit:validity>`;
  const periods = (content: string, zoneOf: string | null = zone) => {
    const text = datex3(record("R1", validity(content) + drawn(EAST) + managed("overnightClosures")));
    const reading = readClosureFeed("datex2", text, zoneOf === null ? {} : { zone: zoneOf });
    return {
      notes: reading.notes.map(({ text }) => text),
      periods: (reading.closures[0]?.periods ?? []).map(({ from, until }) => [from?.text, until?.text]),
    };
  };
  const nights = `<com:validPeriod><com:recurringTimePeriodOfDay><com:startTimeOfPeriod>22:00:00</com:startTimeOfPeriod><com:endTimeOfPeriod>05:30:00</com:endTimeOfPeriod></com:recurringTimePeriodOfDay><com:recurringDayWeekMonthPeriod><com:applicableDay>sunday</com:applicableDay><com:applicableDay>monday</com:applicableDay></com:recurringDayWeekMonthPeriod></com:validPeriod>`;

  it("lays out hours that come again, on the clocks of the zone, from the day before the message on", () => {
    expect(periods(nights)).toEqual({
      notes: [],
      periods: [
        ["2026-05-31T22:00:00+01:00", "2026-06-01T05:30:00+01:00"],
        ["2026-06-01T22:00:00+01:00", "2026-06-02T05:30:00+01:00"],
        ["2026-06-07T22:00:00+01:00", "2026-06-08T05:30:00+01:00"],
        ["2026-06-08T22:00:00+01:00", "2026-06-09T05:30:00+01:00"],
      ],
    });
  });

  it("cuts to valid periods, and holds throughout where hours cannot be laid out", () => {
    const two = ["06-02", "06-04"].map(
      (day) =>
        `<com:validPeriod><com:startOfPeriod>2026-${day}T00:00:00Z</com:startOfPeriod><com:endOfPeriod>2026-${day}T12:00:00Z</com:endOfPeriod></com:validPeriod>`,
    );
    expect(periods(two.join("")).periods).toEqual([
      ["2026-06-02T00:00:00Z", "2026-06-02T12:00:00Z"],
      ["2026-06-04T00:00:00Z", "2026-06-04T12:00:00Z"],
    ]);
    const whole = [["2026-05-01T00:00:00Z", undefined]];
    expect(periods(nights, null)).toEqual({
      notes: [expect.stringMatching(/taken to hold throughout/)],
      periods: whole,
    });
    const week = nights.replace(
      "</com:applicableDay></com:recurring",
      "</com:applicableDay><com:applicableWeek>firstWeekOfMonth</com:applicableWeek></com:recurring",
    );
    expect(periods(week)).toEqual({ notes: [expect.stringMatching(/taken to hold throughout/)], periods: whole });
  });
});

describe("a closure feed on roads", () => {
  let roads: RoadIndex;
  let clock: ReturnType<typeof stoppedClock>;
  let monitor: ClosureFeedMonitor;
  beforeEach(async () => {
    roads = await streets();
    clock = stoppedClock(NOW);
    monitor = new ClosureFeedMonitor(roads, [{ id: "county", timeToLiveMs: 600_000 }], { clock });
  });
  const apply = (...features: readonly unknown[]) => monitor.apply("county", read("wzdx", wzdx(...features)));
  const HIGH_STREET = ["High Street 100,0 to 200,0 [0 1]", "High Street 200,0 to 300,0 [0 1]"];
  const nowOn = () => {
    const { edges, closed } = roads.stateAt(clock());
    return [edges.length, closed.size];
  };

  it("closes the road that the authority draws, by its name however it is written, in its direction", () => {
    expect(apply(workZone("a"))).toMatchObject({ entered: ["county:a"], reopened: [], unplaced: [], elsewhere: 0 });
    expect(roads.closures[0]).toMatchObject({
      feed: "county",
      kind: "closure",
      selection: { road: "A10", along: "one-way" },
    });
    roads.importClosures({ type: "FeatureCollection", features: [] });
    expect(nowOn()).toEqual([2, 2]);
    expect(changedAt()).toEqual(HIGH_STREET);
  });

  const changedAt = (): string[] => {
    // Always in force, so that the helper, which asks about 1970, sees it.
    for (const { id } of roads.closures) {
      const [feature] = roads.exportClosures().features.filter((one) => one.id === id);
      roads.reopen(id);
      const { from: _, until: __, ...properties } = feature!.properties;
      roads.importClosures({ type: "FeatureCollection", features: [{ ...feature, properties }] });
    }
    return changedOn(roads);
  };

  it("closes by the line alone where the map knows the road by another name", () => {
    apply(workZone("a", {}, { road_names: ["County Route 7"] }));
    expect(changedAt()).toEqual(HIGH_STREET);
  });

  it("closes one carriageway and not the other", () => {
    apply(
      workZone(
        "a",
        {},
        { road_names: ["M1"] },
        line([
          [-600, 302],
          [200, 302],
        ]),
      ),
    );
    expect(changedAt()).toEqual(["M 1 -600,300 to 200,300 [0 1]"]);
  });

  it("closes both ways of the road nearest to a point, there", () => {
    const [lon, lat] = metres(250, 3);
    const point = `<sit:locationReference xsi:type="loc:PointLocation"><loc:pointByCoordinates><loc:pointCoordinates><loc:latitude>${lat}</loc:latitude><loc:longitude>${lon}</loc:longitude></loc:pointCoordinates></loc:pointByCoordinates></sit:locationReference>`;
    monitor.apply("county", read("datex2", datex3(record("R1", VALID + point + managed("roadClosed")))));
    expect(changedAt()).toEqual(["High Street 200,0 to 300,0 [0.49 0.51]", "High Street 300,0 to 200,0 [0.49 0.51]"]);
  });

  it("makes no version while the feed says the same, and undoes what it does not say any more", () => {
    apply(workZone("a"), workZone("b", { vehicle_impact: "all-lanes-open", reduced_speed_limit_kph: 20 }));
    const { version } = roads;
    expect(
      apply(workZone("a"), workZone("b", { vehicle_impact: "all-lanes-open", reduced_speed_limit_kph: 20 })),
    ).toMatchObject({
      entered: [],
      reopened: [],
    });
    expect(roads.version).toBe(version);
    expect(apply(workZone("b", { vehicle_impact: "all-lanes-open", reduced_speed_limit_kph: 30 }))).toMatchObject({
      entered: ["county:b"],
      reopened: ["county:a", "county:b"],
    });
    expect(roads.closures.map(({ id, maximumKmh }) => [id, maximumKmh])).toEqual([["county:b", 30]]);
  });

  it("leaves what people closed alone, and open what a person reopened, until the feed says otherwise of it", () => {
    roads.close({ id: "mine", road: "Back Lane", reason: "flood" });
    apply(workZone("a"));
    roads.reopen("county:a");
    apply(workZone("a"));
    expect(roads.closures.map(({ id }) => id)).toEqual(["mine"]);
    apply(workZone("a", { end_date: "2026-07-30T18:00:00Z" }));
    apply();
    expect(roads.closures.map(({ id }) => id)).toEqual(["mine"]);
  });

  it("keeps what it last said of an event that cannot be read now", () => {
    apply(workZone("a"), workZone("b"));
    const bad = workZone("a", {}, {}, { type: "LineString", coordinates: [] });
    expect(apply(bad, workZone("b"))).toMatchObject({ entered: [], reopened: [] });
  });

  it("counts what lies elsewhere, and names what lies here and is about no road", () => {
    const application = apply(
      workZone(
        "far",
        {},
        {},
        {
          type: "LineString",
          coordinates: [
            [-93.5, 41.6],
            [-93.6, 41.6],
          ],
        },
      ),
      workZone(
        "field",
        {},
        {},
        line([
          [500, 100],
          [600, 150],
        ]),
      ),
    );
    expect(application).toMatchObject({ entered: [], unplaced: ["field"], elsewhere: 1 });
    expect(monitor.summaries()[0]).toMatchObject({ unplaced: ["field"], elsewhere: 1, held: 0 });
  });

  it("drops a message that is older than one taken, and one that is none that counts", () => {
    apply(workZone("a"));
    const older = read("wzdx", wzdx().replace(NOW, "2026-06-01T08:00:00Z"));
    expect(monitor.apply("county", older)).toMatchObject({ notUsed: expect.stringContaining("older"), reopened: [] });
    expect(monitor.apply("county", { ...older, notActual: "A test." }).notUsed).toBe("A test.");
    expect(monitor.summaries()[0]).toMatchObject({ held: 1, counts: { messages: 3, notUsed: 2 } });
  });

  it("names each part of what holds at several times, and ids that a closure cannot have by their checksum", () => {
    const event = read("wzdx", wzdx(workZone("a b/c"))).closures[0]!;
    const [period] = event.periods;
    monitor.apply("county", { closures: [{ ...event, periods: [period!, {}] }], lanes: [], unread: [], notes: [] });
    expect(roads.closures.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^county:[0-9a-f]{32}:1$/),
      expect.stringMatching(/^county:[0-9a-f]{32}:2$/),
    ]);
  });

  describe("that falls silent", () => {
    const asked = () => {
      const hospitals = HospitalDirectory.parse([{ id: "A", name: "A", location: metres(400, 0) }]);
      const router = new DiversionRouter({ roads, hospitals, clock });
      const { incident, basis } = router.recommend({ location: metres(50, 0) });
      return { warnings: incident.warnings?.map(({ code, text }) => `${code}: ${text}`), version: basis.roadsVersion };
    };

    it("changes nothing on the roads, and is in every answer until it is heard again", () => {
      expect(asked()).toEqual({
        warnings: [
          "closure-feed-silent: nothing was heard yet from the closure feed county: roads may be closed, or open again, that it does not tell of",
        ],
        version: 1,
      });
      apply(workZone("a"));
      const heard = asked();
      expect(heard.warnings).toBeUndefined();
      expect(monitor.nextSilence()).toBe(clock() + 600_001);
      clock.advance(600_000);
      monitor.noteSilence();
      expect(asked()).toEqual(heard);
      clock.advance(1);
      monitor.noteSilence();
      expect(asked().warnings).toEqual([
        "closure-feed-silent: the closure feed county was last heard at 10:00: roads may be closed, or open again, that it does not tell of",
      ]);
      expect([roads.closures.length, monitor.nextSilence(), monitor.summaries()[0]!.silent]).toEqual([
        1,
        undefined,
        true,
      ]);
      monitor.apply("county", { ...read("wzdx", wzdx(workZone("a"))), sentAt: undefined as never });
      expect(asked().warnings).toBeUndefined();
    });

    it("is known to whoever takes the closures over, at the same version", async () => {
      apply(workZone("a"));
      clock.advance(600_001);
      monitor.noteSilence();
      const again = await streets();
      again.importClosures(JSON.parse(JSON.stringify(roads.exportClosures())));
      expect([again.version, again.silentFeeds]).toEqual([roads.version, roads.silentFeeds]);
      expect(again.exportClosures()).toEqual(roads.exportClosures());
    });
  });

  it.each([
    [
      "a feed twice",
      [
        { id: "a", timeToLiveMs: 1 },
        { id: "a", timeToLiveMs: 1 },
      ],
    ],
    ["an id that is none", [{ id: "a b", timeToLiveMs: 1 }]],
    ["no time to live", [{ id: "a", timeToLiveMs: 0 }]],
  ])("is refused for %s", (_, feeds) => {
    expect(failure(() => new ClosureFeedMonitor(roads, feeds)).code).toBe("invalid-argument");
    expect(failure(() => monitor.apply("other", read("wzdx", wzdx()))).code).toBe("invalid-argument");
  });
});
