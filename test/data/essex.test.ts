import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Feature, FeatureCollection, LineString } from "geojson";
import { describe, expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import type { Position } from "../../src/core/units";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";

interface RoadProperties {
  readonly ref?: string;
  readonly concurrent?: string;
  readonly name: string;
  readonly highway: string;
  readonly oneway?: string;
  readonly maxspeed?: string;
  readonly length_km: number;
  readonly from: string;
  readonly to: string;
}

interface Junction {
  readonly id: string;
  readonly name: string;
  readonly location: Position;
  readonly emergencyDepartment?: string;
}

interface RoadsFile extends FeatureCollection<LineString, RoadProperties> {
  readonly about: { readonly warning: string; readonly emergencyDepartments: readonly string[] };
}

const dataFile = (path: string): URL => new URL(`../../data/${path}`, import.meta.url);
const readData = (path: string): string => readFileSync(dataFile(path), "utf8");
const roads = JSON.parse(readData("essex/roads.geojson")) as RoadsFile;
const { about, junctions } = JSON.parse(readData("essex/junctions.json")) as {
  readonly about: string;
  readonly junctions: readonly Junction[];
};
const { hospitals } = JSON.parse(readData("england/emergency-departments.json")) as {
  readonly hospitals: readonly {
    readonly id: string;
    readonly location: Position;
    readonly emergencyDepartment?: false;
  }[];
};
const readme = readData("essex/README.md");

/** Positions meet when they agree to 1e-7 degree, as in every roads file. */
const key = ([lon, lat]: readonly number[]): string => `${Math.round(lon! * 1e7)},${Math.round(lat! * 1e7)}`;

interface Link extends RoadProperties {
  readonly ends: readonly [string, string];
  readonly refs: readonly string[];
  readonly line: readonly Position[];
}

const idAt = new Map(junctions.map((junction) => [key(junction.location), junction.id]));
const byId = new Map(junctions.map((junction) => [junction.id, junction]));

function toLink({ geometry, properties }: Feature<LineString, RoadProperties>): Link {
  const line = geometry.coordinates as unknown as Position[];
  const ends = [line[0]!, line.at(-1)!].map((end) => idAt.get(key(end)) ?? `nowhere ${key(end)}`);
  const refs = [properties.ref, ...(properties.concurrent?.split(";") ?? [])].filter((ref) => ref !== undefined);
  return { ...properties, line, refs, ends: [ends[0]!, ends[1]!] };
}

const links = roads.features.map(toLink);
const title = (link: Link): string => `${link.ref ?? link.name}, ${link.from} to ${link.to}`;

function lineMetres(line: readonly Position[]): number {
  let metres = 0;
  for (let i = 1; i < line.length; i++) metres += distanceMetres(line[i - 1]!, line[i]!);
  return metres;
}

function neighbours(among: readonly Link[]): Map<string, Link[]> {
  const touching = new Map<string, Link[]>();
  for (const link of among) for (const end of link.ends) touching.set(end, [...(touching.get(end) ?? []), link]);
  return touching;
}

const farEnd = (link: Link, near: string): string => (link.ends[0] === near ? link.ends[1] : link.ends[0]);

/** The junctions of each connected part: links are two-way, so connected is strongly connected. */
function connectedParts(among: readonly Link[]): Set<string>[] {
  const touching = neighbours(among);
  const parts: Set<string>[] = [];
  for (const start of touching.keys()) {
    if (parts.some((part) => part.has(start))) continue;
    const part = new Set([start]);
    for (const junction of part) for (const link of touching.get(junction)!) part.add(farEnd(link, junction));
    parts.push(part);
  }
  return parts;
}

/** Least cost between two junctions, by scanning for the nearest unsettled one: 471 junctions need no heap. */
function leastCost(from: string, to: string, cost: (link: Link) => number, among: readonly Link[] = links): Route {
  const touching = neighbours(among);
  const open = new Map<string, Route>([[from, { cost: 0, km: 0 }]]);
  const settled = new Set<string>();
  while (open.size > 0) {
    const [junction, route] = [...open].reduce((best, next) => (next[1].cost < best[1].cost ? next : best));
    if (junction === to) return route;
    open.delete(junction);
    settled.add(junction);
    for (const link of touching.get(junction) ?? []) {
      const head = farEnd(link, junction);
      const longer = { cost: route.cost + cost(link), km: route.km + link.length_km };
      if (!settled.has(head) && longer.cost < (open.get(head)?.cost ?? Number.POSITIVE_INFINITY))
        open.set(head, longer);
    }
  }
  throw new Error(`no way from ${from} to ${to}`);
}

interface Route {
  readonly cost: number;
  readonly km: number;
}

/** Ordinary driving at a quiet hour: what a class allows on average, lights and bends included, within the limit. */
const QUIET_HOUR_KMH: Readonly<Record<string, number>> = {
  motorway: 105,
  trunk: 75,
  primary: 45,
  secondary: 48,
  tertiary: 30,
  unclassified: 25,
};
const KM_PER_MILE = 1.609344;

function minutes({ highway, maxspeed, length_km }: Link): number {
  const limit = maxspeed === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(maxspeed, 10) * KM_PER_MILE;
  return (60 * length_km) / Math.min(QUIET_HOUR_KMH[highway]!, limit);
}

describe("the Essex roads file", () => {
  it("has at least 200 junctions and 300 roads, as many as its README says", () => {
    expect(junctions.length).toBeGreaterThanOrEqual(200);
    expect(links.length).toBeGreaterThanOrEqual(300);
    const km = links.reduce((sum, link) => sum + link.length_km, 0);
    const figures = [`${junctions.length} junctions`, `${links.length} two-way roads`, `${km.toFixed(0)} km in all`];
    for (const figure of figures) expect(readme.replaceAll("\n", " ")).toContain(figure);
  });

  it("says everywhere that it is hand-compiled and not operational", () => {
    for (const text of [roads.about.warning, about, readme]) {
      expect(text).toMatch(/Hand-compiled example data: major roads only, .* not for operational use/);
    }
  });

  it("is readable text, one road or junction per line", () => {
    const rows = readData("essex/roads.geojson").split("\n");
    expect(rows.filter((row) => row.startsWith('{"type": "Feature"'))).toHaveLength(links.length);
    const junctionRows = readData("essex/junctions.json").split("\n");
    expect(junctionRows.filter((row) => row.startsWith('    {"id"'))).toHaveLength(junctions.length);
  });

  it("draws every road between two different junctions of the list, and names them", () => {
    expect(byId.size).toBe(junctions.length);
    expect(idAt.size).toBe(junctions.length);
    expect(new Set(junctions.map(({ name }) => name)).size).toBe(junctions.length);
    for (const link of links) {
      expect([link.from, link.to]).toEqual(link.ends.map((end) => byId.get(end)?.name ?? end));
      expect(link.ends[0], title(link)).not.toBe(link.ends[1]);
    }
  });

  it("keeps junctions apart, and no road passes through a junction it does not end at", () => {
    const close = junctions.flatMap((a, i) =>
      junctions.slice(i + 1).filter((b) => distanceMetres(a.location, b.location) < 100),
    );
    expect(close).toEqual([]);
    for (const link of links) {
      for (const point of link.line.slice(1, -1)) expect(idAt.get(key(point)), title(link)).toBeUndefined();
    }
  });

  it("has no road twice", () => {
    const pairs = links.map(({ ends }) => [...ends].sort().join(" - "));
    expect(pairs.filter((pair, i) => pairs.indexOf(pair) !== i)).toEqual([]);
  });

  it("gives every road a length between 1.0 and 1.5 times the straight line, and no shorter than its drawing", () => {
    // Lengths are rounded to 10 m.
    const rounding = 5.5;
    for (const link of links) {
      const metres = link.length_km * 1000;
      const straight = distanceMetres(link.line[0]!, link.line.at(-1)!);
      expect(metres / straight, title(link)).toBeGreaterThanOrEqual(1);
      expect(metres / straight, title(link)).toBeLessThanOrEqual(1.5);
      expect(metres + rounding, title(link)).toBeGreaterThanOrEqual(lineMetres(link.line));
    }
  });

  it("gives every road a class, its number and a name; only access roads and side streets have no number", () => {
    const numbered = { motorway: /^(M\d+|A1\(M\))$/, trunk: /^A\d+$/, primary: /^A\d+$/, secondary: /^B\d+$/ };
    for (const link of links) {
      const pattern = numbered[link.highway as keyof typeof numbered];
      if (pattern) expect(link.ref, title(link)).toMatch(pattern);
      else expect(["tertiary", "unclassified"], title(link)).toContain(link.highway);
      expect(link.name).not.toBe("");
      expect(link.maxspeed ?? "30 mph", title(link)).toMatch(/^[34567]0 mph$/);
      // A motorway is one-way in OSM unless it says otherwise.
      expect(link.oneway, title(link)).toBe(link.highway === "motorway" ? "no" : undefined);
    }
  });

  it("is one strongly connected component, in the data and in the road graph built from it", async () => {
    const parts = connectedParts(links);
    expect(parts).toHaveLength(1);
    expect(parts[0]!.size).toBe(junctions.length);

    const source = await openOsmSource(fileURLToPath(dataFile("essex/roads.geojson")));
    const { roads: graph } = await buildRoadGraph(source);
    expect(Math.max(...graph.columns.nodeComponent)).toBe(0);
    const centimetres = graph.columns.segmentCentimetres.reduce((sum, length) => sum + length, 0);
    const km = links.reduce((sum, link) => sum + link.length_km, 0);
    expect(centimetres / 100_000).toBeCloseTo(km, 1);
  });

  it("has dead ends only at EDs, on the coast and at the edge of the map", () => {
    const deadEnds = [...neighbours(links)].filter(([, touching]) => touching.length === 1).map(([id]) => id);
    expect(deadEnds.filter((id) => byId.get(id)!.emergencyDepartment === undefined).sort()).toEqual([
      "canvey",
      "coryton",
      "frinton",
      "harwich",
      "m25-j16",
      "shoebury",
      "west-mersea",
    ]);
  });
});

describe("road numbers of the Essex roads file", () => {
  const single =
    "M25 M11 M1 A1(M) A282 A1 A2 A10 A12 A13 A41 A104 A105 A110 A111 A112 A113 A118 A120 A121 A124 A127 A128 A129 A130 A131 A133 A134 A137 A138 A406 A411 A414 A501 A503 A505 A507 A602 A1017 A1020 A1060 A1114 A1124 A1184";
  /** Roads that run in several pieces, number of pieces: A11 gives way to the A12 and M11, A102 to the A12. */
  const parted: Readonly<Record<string, number>> = { A11: 3, A102: 2 };

  it.each([...single.split(" ").map((ref) => [ref, 1] as const), ...Object.entries(parted)])(
    "%s is one road in %i piece(s)",
    (ref, pieces) => {
      expect(connectedParts(links.filter(({ refs }) => refs.includes(ref)))).toHaveLength(pieces);
    },
  );

  it.each([
    ["M25", "m25-j31", "m25-j16"],
    ["M11", "m11-j4", "m11-j11"],
    ["M1", "m1-j1", "m1-j11"],
    ["A1(M)", "m25-j23", "a1m-j10"],
    ["A12", "blackwall-n", "copdock"],
    ["A127", "gallows", "southend"],
    ["A282", "m25-j2", "m25-j31"],
  ])("%s runs from %s to %s without a branch", (ref, from, to) => {
    const degrees = [...neighbours(links.filter((link) => link.ref === ref))].map(([id, { length }]) => ({
      id,
      length,
    }));
    const ends = degrees.filter(({ length }) => length === 1).map(({ id }) => id);
    expect(ends.sort()).toEqual([from, to].sort());
    expect(degrees.every(({ length }) => length <= 2)).toBe(true);
  });

  it("keeps the M25's junctions in their order", () => {
    const along = links.filter(({ ref }) => ref === "M25").map(({ ends }) => ends[1].replace("m25-j", ""));
    expect(along.join(" ")).toBe("30 29 28 27 26 25 24 23 22 21a 21 20 19 18 17 16");
  });

  /** Published lengths; the README's table has the sources, and must show both figures. */
  it.each([
    ["A127", "gallows", "southend", 37.8],
    ["A127", "m25-j29", "southend", 32],
    ["A12", "m25-j28", "copdock", 84],
    ["A128", "orsett", "fourwantz", 27.0],
    ["A131", "marksfarm", "sudbury", 21.6],
    ["A414", "hemel-a41", "heybridge", 107.3],
    ["A602", "hitchin", "a10-ware-n", 25.1],
    ["A1250", "bs-hadham", "bs-birch", 4.8],
    ["B1383", "bs-whittington", "stumps-cross", 28.2],
  ])("%s from %s to %s keeps within 8 percent of the published %f km", (ref, from, to, published) => {
    const onRoad = links.filter(({ refs }) => refs.includes(ref));
    const { km } = leastCost(from, to, (link) => link.length_km, onRoad);
    expect(Math.abs(km / published - 1)).toBeLessThan(0.08);
    expect(readme).toMatch(
      new RegExp(`\\| ${ref},.*\\| ${published.toFixed(published % 1 ? 1 : 0)}.*\\| ${km.toFixed(1)} \\|`),
    );
  });
});

describe("emergency departments on the Essex roads", () => {
  const sites = junctions.flatMap(({ id, emergencyDepartment }) => (emergencyDepartment ? [id] : []));
  const location = new Map(hospitals.map((hospital) => [hospital.id, hospital.location]));

  it("names the same EDs in both files, each known to the list of England", () => {
    expect([...sites].sort()).toEqual(roads.about.emergencyDepartments);
    expect(readme).toContain(`${sites.length}\nemergency departments`);
    for (const id of sites) expect(location.has(id), id).toBe(true);
  });

  it("has the EDs that the events of May 2017 turn on, and their neighbours", () => {
    const needed =
      "RQ8L0 RAJ01 RDDH0 RDEE4 RQWG0 RWH01 RWG02 RC971 RF4QH RF4DG R1HKH R1HNH R1H12 RQXM1 RAPNM RAL26 RAL01 RKEQ4 RRV03 RJ122 RN707 RGT01 RGR50 RGQ02";
    for (const id of needed.split(" ")) expect(sites, id).toContain(id);
  });

  it("leaves out no ED of its heartland", () => {
    // From Hendon to Ipswich and from the Thames to Bury St Edmunds; beyond, the map has through roads only.
    const inside = hospitals.filter(
      ({ location: [lon, lat], emergencyDepartment }) =>
        emergencyDepartment !== false && lon > -0.3 && lon < 1.35 && lat > 51.5 && lat < 52.3,
    );
    expect(inside.length).toBeGreaterThanOrEqual(20);
    for (const { id } of inside) expect(sites, id).toContain(id);
  });

  it.each(sites)("%s stands at its site, with a short road to the network", (id) => {
    const site = byId.get(id)!;
    expect(distanceMetres(site.location, location.get(id)!)).toBeLessThan(50);
    const access = neighbours(links).get(id)!;
    for (const link of access) expect(link.length_km, title(link)).toBeLessThan(2.5);
  });

  /** Kilometres and minutes of ordinary driving at a quiet hour: general knowledge, not a survey (see the README). */
  it.each([
    ["RQ8L0", "RAJ01", 34, 38],
    ["RQ8L0", "RDDH0", 32, 36],
    ["RQ8L0", "RDEE4", 42, 37],
    ["RQ8L0", "RQWG0", 38, 45],
    ["RDDH0", "RAJ01", 20, 25],
    ["RDDH0", "RF4QH", 25, 28],
    ["RDEE4", "RGQ02", 33, 33],
    ["RDEE4", "RAJ01", 70, 62],
    ["RQWG0", "RGT01", 56, 46],
    ["RQWG0", "RF4QH", 34, 34],
    ["RGT01", "RGR50", 50, 43],
    ["RWH01", "RWG02", 41, 38],
    ["RWH01", "RC971", 25, 32],
    ["RWH01", "RQWG0", 37, 38],
    ["RWG02", "RC971", 34, 33],
    ["RF4QH", "RF4DG", 8, 14],
    ["RF4QH", "RN707", 24, 27],
    ["R1H12", "R1HNH", 8.5, 15],
    ["R1HKH", "RAPNM", 10, 15],
    ["R1H12", "RAJ01", 64, 62],
  ])("%s to %s: about %f km and %f minutes", (from, to, km, quietMinutes) => {
    const route = leastCost(from, to, minutes);
    expect(Math.abs(route.km / km - 1)).toBeLessThan(0.2);
    expect(Math.abs(route.cost / quietMinutes - 1)).toBeLessThan(0.35);
  });
});
