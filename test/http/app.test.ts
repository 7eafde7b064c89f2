import { beforeEach, describe, expect, it } from "vitest";
import { DiversionError, ERROR_TABLE } from "../../src/core/errors";
import type { RequestLogEntry } from "../../src/http/app";
import { HospitalsResponse, StatusResultResponse } from "../../src/http/schemas/hospitals";
import { RecommendationResponse, RouteResponse } from "../../src/http/schemas/recommendations";
import { ClosureFeedMonitor } from "../../src/roads/closure-feed-monitor";
import { readClosureFeed } from "../../src/roads/closure-feeds/read-closure-feed";
import { at } from "../support/small-county";
import { type CountyApp, countyApp, TOKEN } from "./support/county-server";

let county: CountyApp;
beforeEach(() => {
  county = countyApp();
});

const AT_12_KM = "0.18,52";

/** Whether every ED refuses, so that none can take anybody. */
const refuseAll = (refuses: boolean): void => {
  for (const id of ["A1", "B2", "C3"]) county.router.status.setOpen(id, !refuses, { effect: "refuse" });
};

const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  county.app.request(path, { headers });
const post = async (path: string, body: string, type = "application/json"): Promise<Response> =>
  county.app.request(path, { method: "POST", body, headers: { "Content-Type": type } });

async function problem(response: Response, status: number, code: string): Promise<Record<string, unknown>> {
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const body = await response.json();
  expect(body).toMatchObject({
    type: "about:blank",
    status,
    code,
    title: ERROR_TABLE[code as keyof typeof ERROR_TABLE],
  });
  expect(response.status).toBe(status);
  expect(body.requestId).toBe(response.headers.get("X-Request-Id"));
  return body;
}

describe("recommendations", () => {
  it("are the library's, whether asked by query or by body", async () => {
    const request = { location: [0.18, 52] as const, needs: ["trauma"], alternatives: 1 };
    const expected = JSON.stringify(county.router.recommend(request));
    const asked = await get(`/v1/recommendations?location=${AT_12_KM}&needs=trauma&alternatives=1`);
    expect(asked.status).toBe(200);
    const text = await asked.text();
    expect(text).toBe(expected);
    expect(await (await post("/v1/recommendations", JSON.stringify(request))).text()).toBe(expected);
    expect(RecommendationResponse.safeParse(JSON.parse(text)).error).toBeUndefined();
    expect(asked.headers.get("Cache-Control")).toBe("no-store");
  });

  it.each([
    ["/v1/recommendations", 400, "invalid-location"],
    ["/v1/recommendations?location=0.18", 400, "invalid-location"],
    ["/v1/recommendations?location=0.18,", 400, "invalid-location"],
    [`/v1/recommendations?location=${AT_12_KM}&age=`, 400, "invalid-argument"],
    [`/v1/recommendations?location=${AT_12_KM}&age=-4`, 400, "invalid-incident"],
    [`/v1/recommendations?location=${AT_12_KM}&name=Smith`, 400, "invalid-argument"],
    [`/v1/recommendations?location=${AT_12_KM}&needs=wings`, 400, "invalid-incident"],
    [`/v1/recommendations?location=${AT_12_KM}&acuity=bad`, 400, "invalid-argument"],
    ["/v1/recommendations?location=5,52", 422, "off-network"],
    ["/v1/recommendations?location=52,0.18", 422, "off-network"],
  ])("refuses %s with %i %s", async (path, status, code) => {
    await problem(await get(path), status, code);
  });

  it("refuses bodies that are no incident, and says in which field", async () => {
    const patient = await problem(
      await post("/v1/recommendations", '{"location":[0.18,52],"patient":"Smith"}'),
      400,
      "invalid-incident",
    );
    expect(patient.detail).toContain("Nothing that identifies a patient is accepted");
    expect(patient.field).toBe("patient");
    await problem(await post("/v1/recommendations", "{"), 400, "invalid-argument");
    await problem(await post("/v1/recommendations", "null"), 400, "invalid-incident");
    await problem(await post("/v1/recommendations", "{}", "text/plain"), 415, "unsupported-media-type");
    await problem(await post("/v1/recommendations", " ".repeat((1 << 20) + 1)), 413, "body-too-large");
  });

  it("take a body that does not say how long it is, up to the limit", async () => {
    const send = async (bytes: number): Promise<Response> =>
      county.app.request("/v1/recommendations", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: new Blob(['{"location":[0.18,52]', " ".repeat(bytes), "}"]).stream(),
        duplex: "half",
      } as RequestInit);
    expect((await send(100)).status).toBe(200);
    await problem(await send(1 << 20), 413, "body-too-large");
  });

  it("stream a batch in input order, a bad row in its place", async () => {
    const rows = [
      '{"id":"a","location":[0.18,52]}',
      '{"id":"b","location":[5,52]}',
      "nonsense",
      '{"location":[0.6,52]}',
    ];
    const response = await post("/v1/recommendations/batch", `${rows.join("\n")}\n`, "application/x-ndjson");
    expect(response.headers.get("Content-Type")).toBe("application/x-ndjson");
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(`{"id":"a",${JSON.stringify(county.router.recommend({ location: [0.18, 52] })).slice(1)}`);
    expect(JSON.parse(lines[1]!)).toMatchObject({ id: "b", row: 2, error: { code: "off-network" } });
    expect(JSON.parse(lines[2]!)).toMatchObject({ row: 3, error: { code: "invalid-incident" } });
    expect(JSON.parse(lines[3]!)).toMatchObject({ outcome: "destination" });
    await problem(await post("/v1/recommendations/batch", "{}", "application/json"), 415, "unsupported-media-type");
  });

  it("stop a batch at the limit, after the rows before it", async () => {
    county = countyApp({ maximumBatchBytes: 40 });
    const line = '{"id":1,"location":[0.18,52]}\n';
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 3; i++) controller.enqueue(new TextEncoder().encode(line));
        controller.close();
      },
    });
    const response = await county.app.request("/v1/recommendations/batch", {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: chunks,
      duplex: "half",
    } as RequestInit);
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.map((text) => JSON.parse(text).error?.code)).toEqual([undefined, "body-too-large"]);
  });

  it("come with a route, or say why there is none", async () => {
    const response = await get(`/v1/route?location=${AT_12_KM}&hospital=C3`);
    expect(response.headers.get("Content-Type")).toBe("application/geo+json");
    const feature = await response.json();
    expect(RouteResponse.safeParse(feature).error).toBeUndefined();
    expect(feature.properties.destination).toEqual({ id: "C3", name: "Cowley" });
    await problem(await get(`/v1/route?location=${AT_12_KM}&hospital=D4`), 404, "unknown-hospital");
    refuseAll(true);
    await problem(await get(`/v1/route?location=${AT_12_KM}`), 404, "no-route");
  });
});

describe("the status", () => {
  it("is changed with the token alone, and seen by the next answer", async () => {
    const body = JSON.stringify({ open: false, reason: "IT outage" });
    const put = (headers: Record<string, string>) =>
      county.app.request("/v1/hospitals/A1/open", {
        method: "PUT",
        body,
        headers: { "Content-Type": "application/json", ...headers },
      });
    for (const headers of [{}, { Authorization: "Bearer wrong" }, { Authorization: `Basic ${TOKEN}` }]) {
      const response = await put(headers as Record<string, string>);
      expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
      await problem(response, 401, "unauthorized");
    }
    expect(county.router.status.version).toBe(0);
    const done = await put({ Authorization: `Bearer ${TOKEN}` });
    const result = await done.json();
    expect(StatusResultResponse.safeParse(result).error).toBeUndefined();
    expect(result).toMatchObject({ outcome: "accepted", version: 1, held: { key: "flag", reason: "IT outage" } });
    expect(done.headers.get("ETag")).toBe('"1"');
    const advice = await (await get(`/v1/recommendations?location=${AT_12_KM}`)).json();
    expect([advice.destination.hospital.id, advice.basis.statusVersion]).toEqual(["B2", 1]);
  });

  it("cannot be changed through a server without a token", async () => {
    const { service: _, ...rest } = { service: undefined };
    county = countyApp({ ...rest, token: undefined as never });
    const error = await problem(
      await county.change("PUT", "/v1/hospitals/A1/open", { open: false }),
      401,
      "unauthorized",
    );
    expect(error.detail).toContain("AMBULANCE_DIVERSION_TOKEN");
  });

  it("takes restrictions idempotently, and If-Match keeps two writers apart", async () => {
    const path = "/v1/hospitals/A1/restrictions/it";
    const report = {
      effect: "divert",
      scope: { needs: ["trauma"] },
      reason: "IT",
      observedAt: "2017-05-15T11:00:00+01:00",
    };
    expect(await (await county.change("PUT", path, report, { "If-Match": '"0"' })).json()).toMatchObject({
      version: 1,
    });
    expect(await (await county.change("PUT", path, report)).json()).toMatchObject({ outcome: "duplicate", version: 1 });
    const stale = await county.change("PUT", path, { ...report, reason: "other" }, { "If-Match": '"0"' });
    await problem(stale, 412, "precondition-failed");
    await county.change("PUT", "/v1/hospitals/B2/open", { open: false });
    // The version of the status has moved on; that of this restriction has not.
    const cleared = await county.change("DELETE", `${path}?by=matron`, undefined, { "If-Match": '"1"' });
    expect(await cleared.json()).toEqual({ outcome: "accepted", version: 3, hospital: "A1", key: "it" });
    expect(cleared.headers.get("ETag")).toBe('"3"');
    await problem(await county.change("DELETE", path, undefined, { "If-Match": '"1"' }), 412, "precondition-failed");
    expect(await (await county.change("DELETE", path)).json()).toMatchObject({ outcome: "nothing-held" });
    const { events } = await (await get("/v1/status/history?since=1")).json();
    expect(events.map(({ version, kind }: { version: number; kind: string }) => [version, kind])).toEqual([
      [2, "report"],
      [3, "clear"],
    ]);
  });

  it("overrules feeds for a time, with the same preconditions, and tells both", async () => {
    const path = "/v1/hospitals/A1/overrule";
    county.router.status.report({ hospital: "A1", key: "feed:north", effect: "divert", reason: "closed" });
    const until = "2017-05-15T20:00:00+01:00";
    const overrule = { by: "duty manager", reason: "open, by telephone", until };
    await problem(await county.change("PUT", path, { ...overrule, until: undefined }), 400, "invalid-argument");
    await problem(await county.change("PUT", path, { ...overrule, until: "soon" }), 400, "invalid-status");
    const made = await county.change("PUT", path, overrule, { "If-Match": '"0"' });
    expect(made.headers.get("ETag")).toBe('"2"');
    expect(await made.json()).toMatchObject({ outcome: "accepted", version: 2, key: "overrule", overrule: { until } });
    const other = { ...overrule, reason: "other" };
    await problem(await county.change("PUT", path, other, { "If-Match": '"0"' }), 412, "precondition-failed");
    const { hospitals } = await (await get("/v1/hospitals")).json();
    expect(hospitals[0]).toMatchObject({
      id: "A1",
      condition: "open",
      restrictions: [{ key: "feed:north" }],
      overrule: { authorisedBy: "duty manager", reason: "open, by telephone", until, version: 2, inForce: true },
    });
    expect((await county.change("DELETE", path, undefined, { "If-Match": '"2"' })).status).toBe(200);
    expect((await (await get("/v1/hospitals")).json()).hospitals[0]).toMatchObject({ condition: "divert" });
  });

  it("tells how long EDs diverted", async () => {
    await county.change("PUT", "/v1/hospitals/A1/open", { open: false, effect: "refuse", reason: "flooded" });
    const period = "from=2017-05-15T00:00:00%2B01:00&until=2017-05-16T00:00:00%2B01:00";
    const told = await (await get(`/v1/statistics?${period}`)).json();
    expect(told).toMatchObject({ timeZone: "Europe/London", perDay: [{ day: "2017-05-15", hospital: "A1" }] });
    await problem(
      await get("/v1/statistics?from=2017-05-15T00:00:00Z&until=2017-05-15T00:00:00Z"),
      400,
      "invalid-argument",
    );
    await problem(await get("/v1/statistics?from=2017-05-15T00:00:00Z"), 400, "invalid-argument");
  });

  it("does not let a desk that knows of no refusal make a request of it", async () => {
    const open = "/v1/hospitals/A1/open";
    await county.change("PUT", open, { open: false, effect: "refuse", by: "Gold", reason: "flooded" });
    const again = await county.change("PUT", open, { open: false, by: "desk" });
    expect(await again.json()).toMatchObject({ held: { effect: "refuse" } });
    const weaker = { open: false, effect: "divert", by: "desk" };
    await problem(await county.change("PUT", open, weaker), 409, "weakens-restriction");
    const said = await county.change("PUT", open, { ...weaker, weakens: true });
    expect(await said.json()).toMatchObject({ held: { effect: "divert" } });
  });

  it.each([
    ["/v1/hospitals/D4/open", { open: true }, 404, "unknown-hospital"],
    ["/v1/hospitals/A1/open", { open: "no" }, 400, "invalid-argument"],
    ["/v1/hospitals/A1/open", { open: true, patient: "x" }, 400, "invalid-argument"],
    ["/v1/hospitals/A1/restrictions/it", { effect: "divert" }, 400, "invalid-argument"],
    ["/v1/hospitals/A1/restrictions/it", { effect: "divert", reason: "x", until: "soon" }, 400, "invalid-status"],
    ["/v1/hospitals/A1/restrictions/it", { effect: "divert", reason: "x", divertTo: "A1" }, 400, "invalid-status"],
    ["/v1/hospitals/A1/restrictions/%20", { effect: "divert", reason: "x" }, 400, "invalid-argument"],
  ])("refuses %s %j with %i %s", async (path, body, status, code) => {
    await problem(await county.change("PUT", path, body), status, code);
    expect(county.router.status.version).toBe(0);
  });

  it("is listed with how each ED stands", async () => {
    county.router.status.setOpen("A1", false);
    county.router.status.report({ hospital: "B2", effect: "refuse", reason: "fire" });
    county.router.status.report({ hospital: "C3", effect: "divert", scope: { needs: ["trauma"] }, reason: "IT" });
    const response = await get("/v1/hospitals");
    expect(response.headers.get("ETag")).toBe('"3"');
    const list = await response.json();
    expect(HospitalsResponse.safeParse(list).error).toBeUndefined();
    expect(list.hospitals.map(({ id, condition }: { id: string; condition: string }) => [id, condition])).toEqual([
      ["A1", "divert"],
      ["B2", "refuse"],
      ["C3", "partial"],
    ]);
    const [, , cowley] = list.hospitals;
    expect(cowley.restrictions[0].lapsesAt).toBe("2017-05-15T16:00:00+01:00");
    expect(list.hospitals[0].restrictions[0].lapsesAt).toBeUndefined();
    // The policy's default end, 240 minutes, is over for C3; the flag and refusals hold until they are changed.
    county.clock.setTo("2017-05-15T16:00:00+01:00");
    const later = await (await get("/v1/hospitals")).json();
    expect(later.hospitals.map(({ condition }: { condition: string }) => condition)).toEqual([
      "divert",
      "refuse",
      "open",
    ]);
  });
});

describe("closures", () => {
  const flood = {
    type: "FeatureCollection",
    features: [
      { type: "Feature", id: "flood", geometry: null, properties: { road: "A1", reason: "flooding" } },
      { type: "Feature", geometry: null, properties: { road: "No Such Road", reason: "x" } },
    ],
  };

  it("are entered, listed, saved and taken back", async () => {
    const saved: unknown[] = [];
    county = countyApp({}, { saveClosures: async (closures) => void saved.push(closures.features.length) });
    await problem(await post("/v1/closures", JSON.stringify(flood)), 401, "unauthorized");
    const name = county.router.roads.graph.roads.find((road) => road.name !== "" || road.ref !== "")!;
    flood.features[0]!.properties.road = name.ref || name.name;
    const entered = await (await county.change("POST", "/v1/closures", flood)).json();
    expect(entered).toEqual({ roadsVersion: 1, entered: ["flood"], withoutRoads: [1] });
    expect((await (await get("/v1/closures")).json()).features.map(({ id }: { id: string }) => id)).toEqual(["flood"]);
    expect(await (await county.change("DELETE", "/v1/closures/flood")).json()).toMatchObject({ roadsVersion: 2 });
    expect(saved).toEqual([1, 0]);
    await problem(await county.change("DELETE", "/v1/closures/flood"), 404, "unknown-closure");
    await problem(
      await county.change("POST", "/v1/closures", { type: "FeatureCollection", features: [{}] }),
      400,
      "invalid-closure",
    );
  });

  it("of feeds are listed, told with what of them does not count, and not saved", async () => {
    const saved: string[][] = [];
    const saveClosures = async ({ features }: { features: readonly { id?: string | number | undefined }[] }) =>
      void saved.push(features.map(({ id }) => String(id)));
    const monitorOver = (router: CountyApp["router"]) =>
      new ClosureFeedMonitor(router.roads, [{ id: "county", timeToLiveMs: 600_000 }], { clock: router.clock });
    county = countyApp({}, { saveClosures }, monitorOver);
    const status = async () => (await (await get("/v1/closure-feeds")).json()).feeds[0];
    expect(await status()).toMatchObject({ id: "county", silent: true, held: 0 });
    const zone = (id: string, impact: string, places: readonly (readonly number[])[]) => ({
      type: "Feature",
      id,
      geometry: { type: "LineString", coordinates: places },
      properties: {
        core_details: { event_type: "work-zone", road_names: ["A1"], direction: "eastbound" },
        vehicle_impact: impact,
      },
    });
    const message = {
      type: "FeatureCollection",
      feed_info: { version: "4.2" },
      features: [
        zone("a", "all-lanes-closed", [at(3), at(4)]),
        zone("b", "flagging", [at(5), at(6)]),
        zone("c", "all-lanes-closed", [at(3, -1), at(3, 1)]),
      ],
    };
    county.closureFeeds!.apply("county", readClosureFeed("wzdx", JSON.stringify(message)));
    county.clock.advance(5000);
    expect(await status()).toMatchObject({
      ageSeconds: 5,
      timeToLiveSeconds: 600,
      silent: false,
      held: 1,
      unplaced: ["c"],
      elsewhere: 0,
      lanes: [{ id: "b", what: "flagging", reason: "Work zone", roads: ["A1"] }],
      notes: [],
    });
    flood.features[0]!.properties.road = "A1";
    await county.change("POST", "/v1/closures", flood);
    expect((await (await get("/v1/closures")).json()).features.map(({ id }: { id: string }) => id)).toEqual([
      "county:a",
      "flood",
    ]);
    expect(saved).toEqual([["flood"]]);
    const text = await (await get("/metrics")).text();
    for (const [name, value] of [
      ["age_seconds", 5],
      ["silent", 0],
      ["held", 1],
      ["unplaced", 1],
      ["messages", 1],
    ]) {
      expect(text).toContain(`ambulance_diversion_closure_feed_${name}{feed="county"} ${value}`);
    }
    const theirs = { type: "Feature", geometry: null, properties: { road: "A1", reason: "x", feed: "county" } };
    await problem(
      await county.change("POST", "/v1/closures", { type: "FeatureCollection", features: [theirs] }),
      400,
      "invalid-closure",
    );
  });

  it("are as before when they cannot be saved", async () => {
    const saveClosures = async (): Promise<void> => {
      throw new DiversionError("file-not-writable", "The disk is full.");
    };
    county = countyApp({}, { saveClosures });
    const name = county.router.roads.graph.roads.find((road) => road.name !== "" || road.ref !== "")!;
    flood.features[0]!.properties.road = name.ref || name.name;
    await problem(await county.change("POST", "/v1/closures", flood), 503, "file-not-writable");
    expect(county.router.roads.closures).toEqual([]);
  });
});

describe("feeds", () => {
  const have = (status: string): string => `<?xml version="1.0"?>
    <HospitalStatus xmlns="urn:oasis:names:tc:emergency:EDXL:HAVE:1.0" xmlns:xnl="urn:oasis:names:tc:ciq:xnl:3">
      <Hospital><Organization><OrganizationInformation><xnl:OrganisationName xnl:ID="A1"><xnl:NameElement>Ashby</xnl:NameElement></xnl:OrganisationName></OrganizationInformation></Organization>
        <EmergencyDepartmentStatus><EMSTraffic><EMSTrafficStatus>${status}</EMSTrafficStatus></EMSTraffic></EmergencyDepartmentStatus>
        <LastUpdateTime>2017-05-15T11:59:00+01:00</LastUpdateTime></Hospital>
    </HospitalStatus>`;
  const send = (body: string, headers = {}) =>
    county.app.request("/v1/feeds/edxl-have", {
      method: "POST",
      body,
      headers: { "Content-Type": "application/xml", Authorization: `Bearer ${TOKEN}`, ...headers },
    });

  it("take messages with the token, and tell what became of them", async () => {
    await problem(await send(have("Closed"), { Authorization: "" }), 401, "unauthorized");
    const done = await (await send(have("Closed"))).json();
    expect(done).toMatchObject({ feed: "have", statusVersion: 1, results: [{ hospital: "A1", outcome: "accepted" }] });
    expect(county.router.status.view().restrictionsOf("A1")).toMatchObject([{ effect: "divert", key: "feed:have" }]);
    expect((await (await send(have("Closed"))).json()).duplicate).toEqual(["A1"]);
  });

  it("are read in the encoding they state, and JSON in another than UTF-8 is refused, not damaged", async () => {
    const text = have(
      "Closed</EMSTrafficStatus><EMSTrafficReason>\u00fcberf\u00fcllt</EMSTrafficReason><EMSTrafficStatus>Closed",
    );
    const latin = Buffer.from(text.replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"'), "latin1");
    await send(latin as never);
    expect(county.router.status.view().restrictionsOf("A1")).toMatchObject([{ reason: "\u00fcberf\u00fcllt" }]);
    const body = Buffer.from(JSON.stringify({ reason: "\u00fcberf\u00fcllt", effect: "divert" }), "latin1");
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${TOKEN}` };
    const put = { method: "PUT", body, headers };
    await problem(await county.app.request("/v1/hospitals/B1/restrictions/desk", put as never), 400, "invalid-text");
  });

  it("refuse what is hostile or no feed", async () => {
    await problem(await send('<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'), 400, "invalid-feed");
    await problem(await county.change("POST", "/v1/feeds/fhir", {}), 400, "invalid-feed");
    expect(county.router.status.version).toBe(0);
  });
});

describe("what operators need", () => {
  it("tells that it lives, and that it is ready until it is closed", async () => {
    expect([(await get("/livez")).status, (await get("/readyz")).status]).toEqual([200, 200]);
    county.app.close();
    expect([(await get("/livez")).status, (await get("/readyz")).status]).toEqual([200, 503]);
  });

  it("measures requests by route, outcomes, versions and the age of feeds", async () => {
    await get(`/v1/recommendations?location=${AT_12_KM}`);
    refuseAll(true);
    await get(`/v1/recommendations?location=${AT_12_KM}`);
    refuseAll(false);
    await county.change("PUT", "/v1/hospitals/A1/open", { open: false });
    county.feeds.apply("have", {
      hospitals: [{ hospital: "A1", state: "accepting", restrictions: [] } as never],
      unmatched: [],
      notes: [],
    });
    county.clock.advance(90_000);
    const text = await (await get("/metrics")).text();
    expect(text).toContain(
      'ambulance_diversion_request_seconds_count{method="GET",route="/v1/recommendations",status="200"} 2',
    );
    expect(text).toContain(
      'ambulance_diversion_request_seconds_count{method="PUT",route="/v1/hospitals/:id/open",status="200"} 1',
    );
    expect(text).toContain('ambulance_diversion_outcomes_total{outcome="destination"} 1');
    expect(text).toContain('ambulance_diversion_outcomes_total{outcome="no-facility"} 1');
    expect(text).toMatch(/ambulance_diversion_status_version \d/);
    expect(text).toContain('ambulance_diversion_feed_age_seconds{feed="have"} 90');
    expect(text).toContain('ambulance_diversion_feed_silent{feed="have"} 0');
    const { size } = county.router.hospitals;
    expect(text).toContain(`ambulance_diversion_feed_hospitals_never_heard{feed="have"} ${size - 1}`);
    expect(text).toContain('ambulance_diversion_feed_hospitals_silent{feed="have"} 0');
    expect(text).toContain(`ambulance_diversion_hospitals_never_heard ${size - 1}`);
  });

  it("tells how each feed is, and of which hospitals it does not tell", async () => {
    const feeds = async () => (await (await get("/v1/feeds")).json()).feeds[0];
    const ids = county.router.hospitals.hospitals.map(({ id }) => id).sort();
    expect(await feeds()).toMatchObject({
      id: "have",
      silent: true,
      hospitals: ids.length,
      neverHeard: ids,
      silentOn: [],
    });
    const said = { hospital: "A1", state: "accepting", restrictions: [] } as const;
    const application = county.feeds.apply("have", { hospitals: [said], unmatched: [], notes: [] });
    const others = ids.filter((id) => id !== "A1");
    expect(application.neverHeard).toEqual(others);
    const { timeToLiveSeconds } = await feeds();
    county.clock.advance(timeToLiveSeconds * 1000);
    expect(await feeds()).toMatchObject({
      silent: false,
      ageSeconds: timeToLiveSeconds,
      neverHeard: others,
      silentOn: [],
    });
    county.clock.advance(1);
    expect(await feeds()).toMatchObject({ silent: true, neverHeard: others, silentOn: ["A1"] });
    // One that goes on speaking of others is not silent, and does not tell of those it leaves out.
    county.feeds.apply("have", { hospitals: [{ ...said, hospital: others[0]! }], unmatched: [], notes: [] });
    expect(await feeds()).toMatchObject({ silent: false, neverHeard: others.slice(1), silentOn: ["A1"] });
  });

  it("logs a line per request that says nothing of where or who a patient is", async () => {
    const entries: RequestLogEntry[] = [];
    county = countyApp({ log: (entry) => entries.push(entry) });
    await get(`/v1/recommendations?location=0.1812345,52&age=87`, {
      "X-Request-Id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    });
    await post("/v1/recommendations", '{"location":[0.1812345,52],"patient":"Smith"}');
    await get("/v1/nowhere/0.1812345");
    expect(entries.map(({ method, route, status }) => [method, route, status])).toEqual([
      ["GET", "/v1/recommendations", 200],
      ["POST", "/v1/recommendations", 400],
      ["GET", expect.stringMatching(/\*$/), 404],
    ]);
    expect(entries[0]!.requestId).toBe("7c9e6679-7425-40de-944b-e07fc1f90ae7");
    expect(JSON.stringify(entries)).not.toMatch(/1812345|Smith|"age/);
  });

  it("keeps reads behind the token when told to, but not health", async () => {
    county = countyApp({ readsNeedToken: true });
    await problem(await get("/v1/hospitals"), 401, "unauthorized");
    expect((await get("/v1/hospitals", { Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await get("/livez")).status).toBe(200);
  });

  it("answers other sites only when they are named", async () => {
    const origin = { Origin: "https://cad.example" };
    expect((await get("/v1/basis", origin)).headers.get("Access-Control-Allow-Origin")).toBeNull();
    county = countyApp({ corsOrigins: ["https://cad.example"] });
    expect((await get("/v1/basis", origin)).headers.get("Access-Control-Allow-Origin")).toBe("https://cad.example");
    const other = await get("/v1/basis", { Origin: "https://other.example" });
    expect(other.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("gives a 404 for what is not there, and a 500 without details for what it did not foresee", async () => {
    await problem(await get("/v2/recommendations"), 404, "not-found");
    const entries: RequestLogEntry[] = [];
    county = countyApp(
      { log: (entry) => entries.push(entry) },
      {
        record: () => {
          throw new Error("secret detail");
        },
      },
    );
    const failed = await problem(await get(`/v1/recommendations?location=${AT_12_KM}`), 500, "internal-error");
    expect(JSON.stringify(failed)).not.toContain("secret detail");
    expect(entries[0]!.error).toContain("secret detail");
  });

  it("gives the roads to those who have not got them", async () => {
    const response = await get("/v1/roads");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(Number(response.headers.get("Content-Length"))).toBe(bytes.length);
    const etag = response.headers.get("ETag")!;
    expect(etag).toBe(`"${county.router.roads.checksum}"`);
    expect((await get("/v1/roads", { "If-None-Match": etag })).status).toBe(304);
    const { readRoads } = await import("../../src/roads/roads-file");
    expect(readRoads(bytes).checksum).toBe(county.router.roads.checksum);
  });
});
