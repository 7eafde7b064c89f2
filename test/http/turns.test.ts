import { afterEach, describe, expect, it, vi } from "vitest";
import type { Steps } from "../../src/core/steps";
import { Turns } from "../../src/http/turns";
import { type CountyApp, countyApp, TOKEN } from "./support/county-server";

/** A loop that turns when told, and a clock that a step takes forward. */
class FakeLoop {
  readonly done: string[] = [];
  #waiting: (() => void)[] = [];
  #now = 0;
  readonly turns = new Turns({ now: () => this.#now, soon: (work) => this.#waiting.push(work) });

  *work(name: string, steps: number, milliseconds = 5): Steps<string> {
    for (let i = 0; i < steps; i++) {
      this.#now += milliseconds;
      this.done.push(name);
      yield;
    }
    return name;
  }

  /** How many pieces of work had a turn. */
  turn(): number {
    const due = this.#waiting;
    this.#waiting = [];
    for (const work of due) work();
    return due.length;
  }
}

describe("heavy work", () => {
  it("has a few milliseconds a turn of the loop, one piece of work after the other", async () => {
    const loop = new FakeLoop();
    const all = Promise.all(["a", "b", "c"].map((name) => loop.turns.run(loop.work(name, 4))));
    const turns: string[] = [];
    for (let from = 0; loop.turn() > 0; from = loop.done.length) turns.push(loop.done.slice(from).join(""));
    // Two steps of 5 ms are the first to reach 8 ms; the end is found out in a turn of its own.
    expect(turns).toEqual(["aa", "bb", "cc", "aa", "bb", "cc", "", "", ""]);
    expect(await all).toEqual(["a", "b", "c"]);
  });

  it("never has two turns in one, whoever asks for how much of it", () => {
    const loop = new FakeLoop();
    for (let i = 0; i < 40; i++) void loop.turns.run(loop.work("x", 10, 20));
    for (let turn = 1; turn <= 400; turn++) {
      expect(loop.turn()).toBe(1);
      expect(loop.done).toHaveLength(turn);
    }
  });

  it("that fails is told to whom it concerns, and the rest goes on", async () => {
    const loop = new FakeLoop();
    const failing = loop.turns.run(
      (function* (): Steps<never> {
        yield;
        throw new Error("no");
      })(),
    );
    const other = loop.turns.run(loop.work("a", 1));
    const failed = expect(failing).rejects.toThrow("no");
    while (loop.turn() > 0);
    await failed;
    expect(await other).toBe("a");
  });
});

describe("the largest requests", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Turns of the loop while a request is answered, where each step of the work takes 4 of the 8 ms of a turn. */
  async function turnsWhile(request: () => Promise<Response> | Response): Promise<{ status: number; turns: number }> {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 4));
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      if (isOver) return;
      turns++;
      setImmediate(count);
    };
    setImmediate(count);
    const response = await request();
    await response.arrayBuffer();
    isOver = true;
    return { status: response.status, turns };
  }

  const send = (county: CountyApp, path: string, body: string, type = "application/json") =>
    county.app.request(path, {
      method: "POST",
      headers: { "Content-Type": type, Authorization: `Bearer ${TOKEN}` },
      body,
    });

  const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

  const feature = (properties: object, geometry: object | null = null) => ({
    type: "Feature",
    geometry,
    properties: { reason: "flood", ...properties },
  });
  const closures = (features: readonly object[]): string => JSON.stringify({ type: "FeatureCollection", features });
  const wave = many(2000, (i) => [(i % 400) * 0.001, 52 + (i % 2) * 0.001]);
  const hospital = "<Hospital><Organization/></Hospital>";

  it.each<readonly [string, number, (county: CountyApp) => Promise<Response> | Response]>([
    [
      "500 rows of 20 casualties",
      400,
      (county) =>
        send(
          county,
          "/v1/distributions",
          JSON.stringify({
            incidents: many(500, (i) => ({
              location: [0.1 + i / 10_000, 52],
              casualties: [{ priority: "P1", count: 20 }],
            })),
          }),
        ),
    ],
    [
      "ten years of statistics",
      1800,
      ({ app, router, clock }) => {
        for (let change = 0; change < 100; change++) {
          clock.advance(1000);
          router.status.setOpen("A1", change % 2 === 1);
        }
        return app.request("/v1/statistics?from=2010-01-01T00:00:00Z&until=2019-12-31T00:00:00Z");
      },
    ],
    [
      "1000 closures by name",
      500,
      (county) => send(county, "/v1/closures", closures(many(1000, (i) => feature({ road: `A${i}` })))),
    ],
    [
      "a long message of EDXL-HAVE",
      2500,
      (county) =>
        send(
          county,
          "/v1/feeds/edxl-have?feed=have",
          `<HospitalStatus xmlns="urn:oasis:names:tc:emergency:EDXL:HAVE:1.0">${hospital.repeat(5000)}</HospitalStatus>`,
          "application/xml",
        ),
    ],
    [
      "a long message of FHIR",
      1800,
      (county) =>
        send(
          county,
          "/v1/feeds/fhir?feed=have",
          JSON.stringify({
            resourceType: "Bundle",
            type: "collection",
            entry: many(2000, (i) => ({
              resource: { resourceType: "Location", id: `x${i}`, identifier: [{ value: "Z" }] },
            })),
          }),
        ),
    ],
    [
      "a batch",
      250,
      (county) =>
        send(
          county,
          "/v1/recommendations/batch",
          many(500, () => '{"location":[0.18,52]}').join("\n"),
          "application/x-ndjson",
        ),
    ],
    ["the roads file", 10, (county) => county.app.request("/v1/roads")],
    [
      "a closure along a long line",
      800,
      (county) =>
        send(
          county,
          "/v1/closures",
          closures([feature({ bufferMetres: 20, along: "both-ways" }, { type: "LineString", coordinates: wave })]),
        ),
    ],
  ])("leave the loop again and again: %s", async (_, least, request) => {
    const { status, turns } = await turnsWhile(() => request(countyApp()));
    expect(status).toBe(200);
    expect(turns).toBeGreaterThan(least);
  });
});
