import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openStatus } from "../../src/node/logs/status-file";
import { type CountyApp, countyApp } from "./support/county-server";

let county: CountyApp;
beforeEach(() => {
  county = countyApp();
});

const PATH = "/v1/hospitals/A1/restrictions/it";
const REPORT = { effect: "divert", reason: "IT", authorisedBy: "duty" };
const key = (name: string): Record<string, string> => ({ "Idempotency-Key": name });

/** What came of a request: its status, the ETag, and of the body what tells. */
async function outcome(response: Response) {
  const { code, outcome: what, version } = await response.json();
  return [response.status, code ?? what, version, response.headers.get("ETag")];
}

describe("a request sent again because no answer came", () => {
  it("is answered as the first time, whatever was changed since, with the If-Match it was sent with", async () => {
    const first = { ...key("one"), "If-Match": '"0"' };
    expect(await outcome(await county.change("PUT", PATH, REPORT, first))).toEqual([200, "accepted", 1, '"1"']);
    await county.change("PUT", "/v1/hospitals/B2/open", { open: false });
    county.clock.advance(3_600_000);
    expect(await outcome(await county.change("PUT", PATH, REPORT, first))).toEqual([200, "accepted", 1, '"1"']);
    await county.change("PUT", PATH, { ...REPORT, effect: "refuse" });
    expect(await outcome(await county.change("PUT", PATH, REPORT, first))).toEqual([200, "accepted", 1, '"3"']);
    expect(county.router.status.version).toBe(3);
    expect(county.router.status.history()[0]).toMatchObject({ id: "one" });
  });

  it("is known in the quotes of a structured field too", async () => {
    await county.change("PUT", PATH, REPORT, key('"one"'));
    county.clock.advance(3_600_000);
    expect(await outcome(await county.change("PUT", PATH, REPORT, key("one")))).toEqual([200, "accepted", 1, '"1"']);
  });

  it.each<[string, string, string, unknown]>([
    ["set open", "PUT", "/v1/hospitals/A1/open", { open: false }],
    ["overrule", "PUT", "/v1/hospitals/A1/overrule", { by: "duty", reason: "by phone", until: "2017-05-15T20:00:00Z" }],
    ["clear", "DELETE", "/v1/hospitals/A1/restrictions/held?by=duty", undefined],
  ])("makes one version: %s", async (_, method, path, body) => {
    county.router.status.report({ hospital: "A1", key: "held", effect: "divert", reason: "full" });
    const first = await outcome(await county.change(method, path, body, key("one")));
    expect(first).toEqual([200, "accepted", 2, '"2"']);
    county.clock.advance(3_600_000);
    expect(await outcome(await county.change(method, path, body, key("one")))).toEqual(first);
    expect(county.router.status.version).toBe(2);
  });

  it("is refused when its key made something else", async () => {
    await county.change("PUT", PATH, REPORT, key("one"));
    for (const other of [
      county.change("PUT", PATH, { ...REPORT, reason: "fire" }, key("one")),
      county.change("PUT", PATH, { ...REPORT, authorisedBy: undefined }, key("one")),
      county.change("PUT", "/v1/hospitals/B2/restrictions/it", REPORT, key("one")),
      county.change("DELETE", PATH, undefined, key("one")),
    ]) {
      expect((await outcome(await other)).slice(0, 2)).toEqual([422, "idempotency-key-reused"]);
    }
    expect(county.router.status.version).toBe(1);
  });

  it.each([["a b"], ["é"], ["x".repeat(201)]])("needs a key of ASCII: %s", async (name) => {
    const response = await county.change("PUT", PATH, REPORT, key(name));
    expect((await outcome(response)).slice(0, 2)).toEqual([400, "invalid-argument"]);
  });

  it("is known after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "idempotency-"));
    try {
      const file = join(folder, "status.log");
      const directory = county.router.hospitals;
      const status = openStatus(file, directory);
      status.make({ kind: "open", hospital: "A1", open: false }, { id: "one", origin: "desk" });
      status.close();
      const again = openStatus(file, directory);
      expect(again.make({ kind: "open", hospital: "A1", open: false }, { id: "one" })).toMatchObject({ version: 1 });
      expect(again.history()).toMatchObject([{ id: "one", origin: "desk" }]);
      again.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the same said twice without a key", () => {
  it("within a minute is one version, whatever If-Match said the first time", async () => {
    const ifUnheard = { "If-Match": '"0"' };
    expect(await outcome(await county.change("PUT", PATH, REPORT, ifUnheard))).toEqual([200, "accepted", 1, '"1"']);
    county.clock.advance(59_000);
    expect(await outcome(await county.change("PUT", PATH, REPORT, ifUnheard))).toEqual([200, "duplicate", 1, '"1"']);
    const clear = `${PATH}?by=duty`;
    const ifFirst = { "If-Match": '"1"' };
    expect(await outcome(await county.change("DELETE", clear, undefined, ifFirst))).toEqual([
      200,
      "accepted",
      2,
      '"2"',
    ]);
    expect(await outcome(await county.change("DELETE", clear, undefined, ifFirst))).toEqual([
      200,
      "duplicate",
      2,
      '"2"',
    ]);
  });

  it("later renews what is held: a divert would lapse otherwise", async () => {
    await county.change("PUT", PATH, REPORT);
    county.clock.advance(61_000);
    expect(await outcome(await county.change("PUT", PATH, REPORT))).toEqual([200, "accepted", 2, '"2"']);
  });

  it("is another when a word of it differs", async () => {
    await county.change("PUT", PATH, REPORT);
    expect((await outcome(await county.change("PUT", PATH, { ...REPORT, authorisedBy: "gold" })))[2]).toBe(2);
    expect((await outcome(await county.change("PUT", PATH, { ...REPORT, until: "2017-05-15T20:00:00Z" })))[2]).toBe(3);
  });
});

describe("closures", () => {
  const closure = {
    type: "FeatureCollection",
    features: [{ type: "Feature", geometry: null, properties: { segments: [0], reason: "flood" } }],
  };

  it("are entered once under one key, also when both requests are under way", async () => {
    const [one, two] = await Promise.all(
      [0, 1].map(() => county.change("POST", "/v1/closures", closure, key("close"))),
    );
    const entered = await one!.json();
    expect(entered.entered).toHaveLength(1);
    expect(await two!.json()).toEqual(entered);
    expect(county.router.roads.closures).toHaveLength(1);
    const path = `/v1/closures/${entered.entered[0]}`;
    const opened = await county.change("DELETE", path, undefined, key("open"));
    expect((await county.change("DELETE", path, undefined, key("open"))).status).toBe(opened.status);
    expect((await county.change("DELETE", path, undefined, key("open-again"))).status).toBe(404);
    const other = await county.change("POST", "/v1/closures", { ...closure, features: [] }, key("close"));
    expect((await outcome(other)).slice(0, 2)).toEqual([422, "idempotency-key-reused"]);
  });

  it("that could not be entered are tried anew", async () => {
    let isFull = true;
    const failing = countyApp(
      {},
      {
        saveClosures: async () => {
          if (isFull) throw new Error("disk full");
        },
      },
    );
    expect((await failing.change("POST", "/v1/closures", closure, key("close"))).status).toBe(500);
    isFull = false;
    expect((await failing.change("POST", "/v1/closures", closure, key("close"))).status).toBe(200);
  });
});
