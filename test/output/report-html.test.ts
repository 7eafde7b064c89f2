import fc from "fast-check";
import { SaxesParser } from "saxes";
import { beforeAll, describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { embeddedHospitals, embeddedRoads, englandHospitals } from "../../src/node/files/embedded";
import { openScenario } from "../../src/node/files/text-file";
import { reportHtml } from "../../src/output/report-html";
import { areaColours, areaPaths, borderPath, CELL } from "../../src/output/report-html-areas";
import { replayReport } from "../../src/output/report-html-replay";
import { escapeText, html } from "../../src/output/report-html-text";
import { whatIfReport } from "../../src/output/report-html-what-if";
import { replayScenario, type ScenarioReplayOptions } from "../../src/planning/replay/replay";
import { replayMapData } from "../../src/planning/replay/replay-map-data";
import { parseScenario, type Scenario } from "../../src/planning/replay/scenario";
import { PlanningSituation } from "../../src/planning/situation/planning-situation";
import { whatIf, whatIfMapData } from "../../src/planning/what-if/what-if";
import { at, smallCounty } from "../support/small-county";

/** What an XML parser makes of a page: its text, its elements, and every value of every attribute. */
function parsed(page: string) {
  const parser = new SaxesParser();
  const texts: string[] = [];
  const elements: { name: string; attributes: Readonly<Record<string, string>> }[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("text", (text) => texts.push(text));
  parser.on("opentag", ({ name, attributes }) =>
    elements.push({ name, attributes: attributes as Record<string, string> }),
  );
  parser.write(page).close();
  return { text: texts.join(""), elements };
}

const ids = (elements: ReturnType<typeof parsed>["elements"]): string[] =>
  elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));

function pageOf(options: ScenarioReplayOptions): string {
  const replay = replayScenario(options);
  const mapData = replayMapData(options, replay);
  const { scenario, roads, hospitals } = options;
  return replayReport({ replay, scenario, roads, hospitals, mapData });
}

describe("the page of the replay of May 2017", () => {
  let options: ScenarioReplayOptions;
  let page: string;
  beforeAll(async () => {
    const roads = await embeddedRoads();
    const hospitals = await embeddedHospitals(roads);
    const scenario = await openScenario("nhs-cyber-attack-2017");
    options = { roads, hospitals, scenario, elsewhere: await englandHospitals(), incidentsPerDay: 300 };
    page = pageOf(options);
  });

  it("is well-formed, small, and the same byte for byte when it is made again", () => {
    expect(parsed(page).elements.length).toBeGreaterThan(500);
    expect(page.length).toBeLessThan(400_000);
    expect(pageOf(options)).toBe(page);
  });

  it("asks for nothing: no script, no address, no reference but to its own parts", () => {
    const { elements } = parsed(page);
    const own = new Set(ids(elements));
    expect(own.size).toBe(ids(elements).length);
    expect(
      elements.filter(({ name }) => ["script", "link", "img", "iframe", "object", "image"].includes(name)),
    ).toEqual([]);
    for (const { name, attributes } of elements) {
      for (const [attribute, value] of Object.entries(attributes)) {
        if (attribute !== "content") expect(`${name} ${attribute}=${value}`).not.toMatch(/\w+:\/\/|=\/\//);
        for (const [, target] of value.matchAll(/url\(#([^)]+)\)/g)) expect(own).toContain(target);
      }
      if (attributes.href !== undefined) expect(own).toContain(attributes.href.slice(1));
    }
    expect(page).not.toMatch(/url\((?!#)|@import|\ssrc=/);
  });

  it("can be read by those who do not see it: language, captions, headings of rows and columns", () => {
    const { elements } = parsed(page);
    const named = (name: string) => elements.filter((element) => element.name === name);
    expect(named("html")[0]!.attributes.lang).toBe("en-GB");
    expect(named("meta")[0]!.attributes.charset).toBe("utf-8");
    expect(named("h1").length).toBe(1);
    expect(named("caption").length).toBe(named("table").length);
    expect(named("figcaption").length).toBe(named("figure").length);
    for (const { attributes } of named("th")) expect(["row", "col"]).toContain(attributes.scope);
    for (const { attributes } of named("svg")) {
      expect(
        attributes["aria-hidden"] === "true" || (attributes.role === "img" && attributes["aria-label"] !== ""),
      ).toBe(true);
    }
  });

  it("holds the totals, every ED, every assumption with its source, and the basis", () => {
    const { text } = parsed(page);
    const replay = replayScenario(options);
    expect(text).toContain(replay.incidents.total.toLocaleString("en-GB"));
    expect(text).toContain("five acute trusts");
    for (const { name } of options.hospitals.hospitals) expect(text).toContain(name);
    for (const { note } of options.scenario.events) expect(text).toContain(note!);
    for (const { statement, source } of options.scenario.facts) {
      expect(text).toContain(statement);
      expect(text).toContain(source);
    }
    for (const checksum of Object.values(replay.basis)) expect(text).toContain(checksum);
  });

  it("tells how long each ED was on divert by the same periods as its timeline draws", () => {
    const { diverts, statistics, scenario } = replayScenario(options);
    const minutesOf = new Map<string, number>();
    for (const { hospital, minutes } of statistics.perDay) {
      minutesOf.set(hospital, (minutesOf.get(hospital) ?? 0) + minutes);
    }
    const drawn = new Map<string, Set<number>>();
    for (const { hospital, onRoads, effect, from, until } of diverts) {
      if (!onRoads || effect === "inform") continue;
      const minutes = drawn.get(hospital.id) ?? new Set<number>();
      for (let ms = Date.parse(from); ms < Date.parse(until); ms += 60_000) minutes.add(ms);
      drawn.set(hospital.id, minutes);
    }
    expect(drawn.size).toBeGreaterThan(3);
    expect(minutesOf).toEqual(new Map([...drawn].map(([id, minutes]) => [id, minutes.size])));
    const whole = (Date.parse(scenario.until) - Date.parse(scenario.from)) / 60_000;
    expect(statistics.network.reduce((sum, { minutes }) => sum + minutes, 0)).toBe(whole);
  });

  it("has a section of these minutes by day and kind, of EDs at once, and of the longest", () => {
    const { text } = parsed(page);
    const section = text.slice(text.indexOf("Statistics of the status"), text.indexOf("Where patients would be taken"));
    const { perDay, network, alerts } = replayScenario(options).statistics;
    const figure = (value: number): string =>
      value.toLocaleString("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    expect(perDay.length).toBeGreaterThan(8);
    for (const { hospital, minutes, kinds } of perDay) {
      const name = options.hospitals.require(hospital).name;
      const [{ effect, needs }] = kinds as [(typeof kinds)[number]];
      const kind = `${effect}, ${needs.length === 0 ? "any need" : needs.join(" or ")}`;
      expect(section).toContain(`${name}${figure(minutes)}${kind}${figure(kinds[0]!.minutes)}`);
    }
    for (const { hospitals, minutes, share } of network) {
      const part = figure((100 * hospitals) / options.hospitals.size);
      const row = `${hospitals}${part}${figure(minutes)}${figure(100 * share)}`;
      if (minutes > 0) expect(section).toContain(row);
      else expect(section).not.toContain(row);
    }
    const longest = alerts.reduce((a, b) => (b.minutes > a.minutes ? b : a));
    expect(section.slice(section.indexOf("The longest"))).toMatch(
      new RegExp(`minutes\\s*${options.hospitals.require(longest.hospital).name}divert`),
    );
  });

  it("does not claim an end for what lasted longer than the period", () => {
    const events = options.scenario.events.filter(({ kind, hospital }) => kind === "set-open" && hospital === "RWH01");
    const scenario = { ...options.scenario, events: events.slice(0, 1) };
    const { text } = parsed(pageOf({ ...options, scenario, incidentsPerDay: 5 }));
    expect(text).toMatch(/Lister Hospitaldivert everyone[^L]*at least [\d,.]+/);
  });
});

describe("hostile text", () => {
  const hostile = `</title><script>alert("1")</script>&amp;'\u0000\u0007<!--`;

  it("is shown, not obeyed, wherever a scenario or a list of hospitals can put it", () => {
    const clock = (time: string): string => `2017-05-15T${time}:00+01:00`;
    const scenario: Scenario = parseScenario({
      id: "hostile",
      title: hostile,
      about: [hostile],
      timeZone: "Europe/London",
      period: { from: clock("12:00"), until: clock("14:00") },
      facts: [{ at: clock("12:30"), diverting: 1, statement: hostile, source: hostile }],
      events: [
        {
          at: clock("12:10"),
          kind: "set-open",
          hospital: "A",
          open: false,
          reason: hostile,
          source: hostile,
          assumed: true,
          note: hostile,
        },
      ],
      incidents: [{ at: clock("12:20"), location: [0.16, 52] }],
    });
    const hospitals = HospitalDirectory.parse([
      { id: "A", name: hostile, location: [0.15, 52] },
      { id: "B", name: `${hostile}2`, location: [0.45, 52] },
    ]);
    const page = pageOf({ roads: smallCounty(), hospitals, scenario });
    const { elements, text } = parsed(page);
    expect(elements.filter(({ name }) => name === "script")).toEqual([]);
    expect(elements.filter(({ name }) => name === "title")[0]).toBeDefined();
    expect(text).toContain(`</title><script>alert("1")</script>&amp;'\ufffd\ufffd<!--`);
  });

  it("comes out of any page as it went in, but for characters that XML cannot hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (wild) => {
        const page = reportHtml({
          title: wild,
          standfirst: "",
          caution: "",
          figures: [],
          sections: [{ heading: "one", body: html`<p title="${wild}">${wild}</p>` }],
          assumptions: [],
          basis: [],
          notices: [],
        });
        const { elements } = parsed(page);
        const shown = elements.find(({ name, attributes }) => name === "p" && attributes.title !== undefined);
        const isUnprintable = (code: number): boolean =>
          (code < 0x20 && ![9, 10, 13].includes(code)) ||
          (code >= 0x7f && code < 0xa0) ||
          (code >= 0xd800 && code < 0xe000) ||
          code === 0xfffe ||
          code === 0xffff;
        // A parser reads line breaks and tabs in an attribute as spaces (XML 1.0, 3.3.3).
        const expected = [...wild]
          .map((character) => (isUnprintable(character.codePointAt(0)!) ? "\ufffd" : character))
          .join("")
          .replace(/\r\n|[\t\n\r]/g, " ");
        expect(shown!.attributes.title).toBe(expected);
      }),
    );
    expect(escapeText("a < b & 'c'")).toBe("a &lt; b &amp; &#39;c&#39;");
  });
});

describe("areas on a map", () => {
  /** Fills the rectangles of a path into cells again. */
  function painted(columns: number, rows: number, paths: ReadonlyMap<number, string>): Int32Array {
    const cells = new Int32Array(columns * rows).fill(-1);
    for (const [owner, path] of paths) {
      for (const [, x, y, width, height] of path.matchAll(/M(\d+) (\d+)h(\d+)v(\d+)h-\d+z/g)) {
        for (let row = Number(y) / CELL; row < (Number(y) + Number(height)) / CELL; row++) {
          for (let column = Number(x) / CELL; column < (Number(x) + Number(width)) / CELL; column++) {
            expect(cells[row * columns + column], `painted twice at ${column} ${row}`).toBe(-1);
            cells[row * columns + column] = owner;
          }
        }
      }
    }
    return cells;
  }

  const mapData = fc
    .record({ columns: fc.integer({ min: 1, max: 7 }), rows: fc.integer({ min: 1, max: 7 }) })
    .chain(({ columns, rows }) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.constant(rows),
        ed: fc.array(fc.integer({ min: -2, max: 3 }), { minLength: columns * rows, maxLength: columns * rows }),
      }),
    );

  it("cover every cell of their ED once, and none besides", () => {
    fc.assert(
      fc.property(mapData, ({ columns, rows, ed }) => {
        const cells = Int32Array.from(ed);
        expect(painted(columns, rows, areaPaths({ columns, rows }, cells))).toEqual(
          cells.map((one) => Math.max(-1, one)),
        );
        const odd = painted(
          columns,
          rows,
          areaPaths({ columns, rows }, cells, (cell) => cell % 2 === 1),
        );
        expect(odd).toEqual(cells.map((one, cell) => (cell % 2 === 1 ? Math.max(-1, one) : -1)));
      }),
    );
  });

  it("are parted by lines as long as their borders", () => {
    fc.assert(
      fc.property(mapData, ({ columns, rows, ed }) => {
        const owner = (row: number, column: number): number => Math.max(-1, ed[row * columns + column]!);
        let borders = 0;
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            if (row > 0 && owner(row - 1, column) !== owner(row, column)) borders++;
            if (column > 0 && owner(row, column - 1) !== owner(row, column)) borders++;
          }
        }
        const path = borderPath({ columns, rows }, Int32Array.from(ed));
        const length = [...path.matchAll(/[hv](\d+)/g)].reduce((sum, [, one]) => sum + Number(one), 0);
        expect(length).toBe(borders * CELL);
      }),
    );
  });

  it("have another colour than their neighbours while there are colours enough, at both times", () => {
    fc.assert(
      fc.property(mapData, ({ columns, rows, ed }) => {
        const before = Int32Array.from(ed);
        const after = Int32Array.from([...ed].reverse());
        const colours = areaColours({ columns }, [before, after], 4, 4);
        for (const cells of [before, after]) {
          for (let cell = 0; cell < columns * rows; cell++) {
            const right = (cell + 1) % columns === 0 ? undefined : cells[cell + 1];
            for (const other of [right, cells[cell + columns]]) {
              const one = cells[cell]!;
              if (other === undefined || one < 0 || other < 0 || one === other) continue;
              expect(colours[one]).not.toBe(colours[other]);
            }
          }
        }
      }),
    );
  });
});

describe("the page of a what-if", () => {
  it("is well-formed, shows the same counts as the answer, and is the same byte for byte when it is made again", async () => {
    const roads = await embeddedRoads();
    const hospitals = await embeddedHospitals(roads);
    const clock = (): number => Date.parse("2017-05-15T12:00:00+01:00");
    const change = {
      close: ["RQ8L0"],
      add: [{ id: "NEW1", name: "New <ED>", location: [0.469, 51.7356] as [number, number] }],
    };
    const make = (): string => {
      const planning = new PlanningSituation(new DiversionRouter({ roads, hospitals, clock }));
      const result = whatIf(planning, change);
      return whatIfReport({ title: "Broomfield closed", result, mapData: whatIfMapData(planning, change), roads });
    };
    const page = make();
    expect(make()).toBe(page);
    const { text, elements } = parsed(page);
    expect(text).toContain("What if: Broomfield closed");
    expect(text).toContain("New <ED>");
    expect(text).toMatch(/Broomfield Hospital closed/);
    const result = whatIf(new PlanningSituation(new DiversionRouter({ roads, hospitals, clock })), change);
    expect(text).toContain(`${result.changed.people}`);
    expect(elements.filter(({ name }) => name === "caption").length).toBe(3);
    expect(new Set(ids(elements)).size).toBe(ids(elements).length);
  });

  it("colours each cell by the ED that patients there are brought to", () => {
    const roads = smallCounty();
    const hospitals = HospitalDirectory.parse([
      { id: "A", name: "A", location: at(10) },
      { id: "B", name: "B", location: at(50) },
    ]);
    const router = new DiversionRouter({ roads, hospitals, clock: () => 0 });
    const { grid, before, after } = whatIfMapData(new PlanningSituation(router), { close: ["B"] }, 61);
    const middle = (cells: Int32Array) =>
      cells.subarray(Math.floor(grid.rows / 2) * 61, Math.floor(grid.rows / 2) * 61 + 61);
    const onRoad = [...middle(before)].filter((ed) => ed >= 0);
    expect(onRoad.length).toBeGreaterThan(50);
    expect(onRoad).toEqual([...onRoad].sort());
    expect(Math.abs(onRoad.indexOf(1) - onRoad.length / 2)).toBeLessThanOrEqual(1);
    expect(new Set([...middle(after)].filter((ed) => ed >= 0))).toEqual(new Set([0]));
  });
});
