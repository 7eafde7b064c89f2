import { beforeAll, describe, expect, it } from "vitest";
import { astana, type City, gothenburg, montevideo } from "../../bench/networks/index";
import { countNetwork } from "../support/network-counts";
import { collect } from "../support/osm-elements";

const loaded = new Map<() => Promise<City>, Promise<City>>();

/** Each city is decoded once for all tests of this file. */
function load(make: () => Promise<City>): Promise<City> {
  const city = loaded.get(make) ?? make();
  loaded.set(make, city);
  return city;
}

/** The figures stated for these networks by whoever measured them first, with other tools. */
const CITIES = [
  {
    make: montevideo,
    highway: undefined,
    junctions: 18_992,
    oneWays: 3_520,
    largestShare: 0.997,
    hospitals: 35,
    emergency: 6,
  },
  {
    make: astana,
    highway: undefined,
    junctions: 12_121,
    oneWays: 1_355,
    largestShare: 0.983,
    hospitals: 33,
    emergency: 1,
  },
  // Footpaths included, as the figure has them.
  {
    make: gothenburg,
    highway: /./,
    junctions: 33_360,
    oneWays: 3_509,
    largestShare: 0.964,
    hospitals: 0,
    emergency: 0,
  },
] as const;

describe("the road networks that arrive with npm ci", () => {
  for (const { make, highway, junctions, oneWays, largestShare, hospitals, emergency } of CITIES) {
    describe(make.name, () => {
      let city: City;
      beforeAll(async () => {
        city = await load(make);
      });

      it("has the known junctions and one-ways, in one piece", async () => {
        const counts = await countNetwork(city.roads, highway);
        expect(counts).toMatchObject({ junctions, oneWays });
        expect(counts.largestShare).toBeGreaterThan(largestShare);
        expect(counts.largestShare).toBeLessThan(largestShare + 0.0015);
        // What tile buffers would do: every street near an edge twice.
        expect(counts.repeatedPieces).toBeLessThan(5);
      });

      it("has every node of its ways, once, with a position inside the city, on every pass", async () => {
        const elements = await collect(city.roads);
        const again = await collect(city.roads);
        // As text: a deep comparison of this many objects takes seconds.
        expect(JSON.stringify(again) === JSON.stringify(elements)).toBe(true);
        const { nodes, ways, relations } = elements;
        expect(relations).toEqual([]);
        const ids = new Set(nodes.map((node) => node.id));
        expect(ids.size).toBe(nodes.length);
        expect(ways.flatMap((way) => way.nodes).filter((ref) => !ids.has(ref))).toEqual([]);
        expect(nodes.every(({ id, lon, lat }) => [id, lon, lat].every(Number.isSafeInteger))).toBe(true);
        const lons = nodes.map((node) => node.lon);
        const lats = nodes.map((node) => node.lat);
        const span = (values: number[]) =>
          values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
        expect(Math.max(span(lons), span(lats))).toBeLessThan(1e7);
      });

      it("has the hospitals tagged in it", () => {
        expect(city.hospitals).toHaveLength(hospitals);
        expect(city.hospitals.filter((hospital) => hospital.emergency)).toHaveLength(emergency);
        expect(new Set(city.hospitals.map((hospital) => hospital.id)).size).toBe(hospitals);
      });
    });
  }

  it("puts Montevideo's best known hospital and street where they are", async () => {
    const { hospitals, roads } = await load(montevideo);
    const clinicas = hospitals.find((hospital) => hospital.id === "way/37514653");
    expect(clinicas).toMatchObject({ name: 'Hospital de Clínicas "Doctor Manuel Quintela"', emergency: true });
    // 34.891 S, 56.152 W.
    expect(clinicas!.location[0]).toBeCloseTo(-56.152, 2);
    expect(clinicas!.location[1]).toBeCloseTo(-34.891, 2);

    const { nodes, ways } = await collect(roads);
    const lights = nodes.filter((node) => node.tags?.highway === "traffic_signals");
    expect(lights.length).toBeGreaterThan(1000);
    // Pieces of one way cut by a tile edge meet in a common node there.
    const byId = new Map<number, typeof ways>();
    for (const way of ways) byId.set(way.id, [...(byId.get(way.id) ?? []), way]);
    const cut = [...byId.values()].filter((pieces) => pieces.length > 1);
    const joined = cut.filter(([first, ...others]) =>
      others.some((other) => other.nodes.some((node) => first!.nodes.includes(node))),
    );
    expect(cut.length).toBeGreaterThan(300);
    expect(joined.length / cut.length).toBeGreaterThan(0.95);
  });
});
