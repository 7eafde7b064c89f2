import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { runToSuccess } from "../support/run";
import { findNode, NODE_MAJORS } from "./node-versions";

const consumer = inject("consumer");

const ROADS = {
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      properties: { highway: "primary", ref: "A1", maxspeed: "60 mph" },
      geometry: {
        type: "LineString",
        coordinates: [
          [0, 51.5],
          [0.01, 51.5],
          [0.02, 51.5],
        ],
      },
    },
  ],
};
const HOSPITALS = [
  { id: "WEST", name: "West Hospital", location: [0.0005, 51.5] },
  { id: "EAST", name: "East Hospital", location: [0.0195, 51.5] },
];

const IMPORTED = `
  import { DiversionRouter } from "ambulance-diversion";
  import { embeddedHospitals, embeddedRoads } from "ambulance-diversion/node";
  const roads = await embeddedRoads();
  const router = new DiversionRouter({ roads, hospitals: await embeddedHospitals(roads) });
  const open = router.nearestOpen([0.469, 51.7356]);
  router.status.setOpen(open.hospital.id, false);
  console.log(open.hospital.id, router.nearestOpen([0.469, 51.7356]).hospital.id);
`;
const REQUIRED = `
  const { DiversionError, DiversionRouter } = require("ambulance-diversion");
  const { openRoads } = require("ambulance-diversion/node");
  console.log(typeof DiversionRouter, typeof openRoads, new DiversionError("invalid-argument", "No.") instanceof Error);
`;

it("puts an executable command where npm looks for it", async () => {
  const help = await runToSuccess(join(consumer, "node_modules/.bin/ambulance-diversion"), ["--help"]);
  expect(help).toContain("Usage: ambulance-diversion");
});

describe.each(NODE_MAJORS)("installed, on Node %i", (major) => {
  let node: string | undefined;
  let folder: string;
  const runNode = (...args: string[]): Promise<string> => runToSuccess(node!, args, { cwd: consumer });
  const command = (...args: string[]): Promise<string> => runNode("node_modules/.bin/ambulance-diversion", ...args);

  beforeAll(async () => {
    node = await findNode(major);
    if (node === undefined && process.env.CI !== undefined) throw new Error(`Node ${major} cannot be fetched.`);
    folder = await mkdtemp(join(tmpdir(), "smoke-"));
    await writeFile(join(folder, "roads.geojson"), JSON.stringify(ROADS));
    await writeFile(join(folder, "hospitals.json"), JSON.stringify(HOSPITALS));
  });
  beforeEach(({ skip }) => {
    if (node === undefined) skip(`Node ${major} cannot be fetched.`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is the version it says", async () => {
    expect(await runNode("--version")).toMatch(new RegExp(`^v${major}\\.`));
  });

  it("imports, and answers from the embedded data", async () => {
    const [nearest, next] = (await runNode("--input-type=module", "--eval", IMPORTED)).trim().split(" ");
    expect(nearest).toBe("RQ8L0");
    expect(next).not.toBe(nearest);
  });

  it("can be required", async () => {
    expect((await runNode("--input-type=commonjs", "--eval", REQUIRED)).trim()).toBe("function function true");
  });

  it("helps", async () => {
    expect(await command("--help")).toContain("nearest");
  });

  it("builds roads and finds the nearest open hospital on them", async () => {
    const roads = join(folder, "tiny.roads");
    const status = join(folder, "status.jsonl");
    const hospitals = ["--hospitals", join(folder, "hospitals.json")];
    const ask = ["--roads", roads, ...hospitals, "--at", "0.004,51.5", "--json"];
    await command("build", join(folder, "roads.geojson"), "-o", roads);
    const open = JSON.parse(await command("nearest", ...ask));
    expect(open.destination.hospital.id).toBe("WEST");
    // 3.5 thousandths of a degree of longitude at 51.5° north.
    expect(open.destination.distanceMetres).toBeCloseTo(242.3, -0.5);

    await command("status", "set-open", "WEST", "false", "--status", status, ...hospitals, "--reason", "smoke test");
    const closed = JSON.parse(await command("nearest", ...ask, "--status", status));
    expect(closed.destination.hospital.id).toBe("EAST");
    expect(closed.passedOver[0].hospital.id).toBe("WEST");
  });
});
