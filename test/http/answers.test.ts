import { describe, expect, it } from "vitest";
import * as z from "zod";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { createApp, DiversionService } from "../../src/http/index";
import { RecommendationResponse, RouteResponse } from "../../src/http/schemas/recommendations";
import { HALF_SPACING_KM, motorway } from "../support/motorway";
import { at, NOON } from "../support/small-county";
import { countyApp } from "./support/county-server";

/** The schema with every field it does not name refused, at any depth. */
function strict(schema: z.core.$ZodType): z.ZodType {
  const { def } = schema._zod as { readonly def: z.core.$ZodTypeDef };
  if (def.type === "object") {
    const { shape } = def as z.core.$ZodObjectDef;
    return z.strictObject(Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, strict(field)])));
  }
  if (def.type === "array") return z.array(strict((def as z.core.$ZodArrayDef).element));
  if (def.type === "optional") return strict((def as z.core.$ZodOptionalDef).innerType).optional();
  if (def.type === "nullable") return strict((def as z.core.$ZodNullableDef).innerType).nullable();
  return schema as z.ZodType;
}

const StrictRecommendation = strict(RecommendationResponse);
const StrictRoute = strict(RouteResponse);

/** Names of all fields of a JSON value, at any depth. */
const fieldsOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap(fieldsOf)
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, field]) => [name, ...fieldsOf(field)])
      : [];

describe("the documented form of answers", () => {
  it("has every field of recommendations rich in them", async () => {
    const answers: unknown[] = [];
    const ask = async (app: { request: ReturnType<typeof countyApp>["app"]["request"] }, query: string) => {
      const response = await app.request(`/v1/recommendations?${query}`);
      const answer = await response.json();
      expect(StrictRecommendation.safeParse(answer).error, query).toBeUndefined();
      answers.push(answer);
    };

    const county = countyApp();
    const { status, roads } = county.router;
    await ask(county.app, "location=0.18,52&needs=trauma&age=34&acuity=urgent&alternatives=2");
    status.report({ hospital: "A1", effect: "divert", reason: "IT", until: "2017-05-15T12:01:00+01:00" });
    await ask(county.app, "location=0.18,52");
    status.setOpen("A1", false);
    await ask(county.app, "location=0.18,52");
    await ask(county.app, "location=0.18,52&acuity=extremis");
    roads.close({ id: "flood", point: at(14), bufferMetres: 100, reason: "flood" });
    await ask(county.app, "location=0.18,52");
    await ask(county.app, "location=0.18,52&needs=burns");
    for (const hospital of ["B2", "C3"]) status.setOpen(hospital, false);
    await ask(county.app, "location=0.18,52");

    const withFeeds = new DiversionRouter({
      roads: county.router.roads,
      hospitals: county.router.hospitals,
      feeds: county.feeds,
      clock: county.clock,
    });
    await ask(createApp({ service: new DiversionService({ router: withFeeds }) }), "location=0.18,52");

    const hospitals = HospitalDirectory.parse([
      { id: "West", name: "West", location: at(0) },
      { id: "East", name: "East", location: at(20), handoverMinutes: 30 },
    ]);
    const router = new DiversionRouter({ roads: motorway(), hospitals, clock: () => Date.parse(NOON) });
    const app = createApp({ service: new DiversionService({ router }) });
    const eastbound = at(8, HALF_SPACING_KM).join(",");
    await ask(app, `location=${eastbound}`);
    await ask(app, `location=${eastbound}&bearing=270&roadName=M25`);
    await ask(app, `location=${at(12, 0.004).join(",")}`);

    const seen = new Set(fieldsOf(answers));
    const optional = [
      ...["allOnDivert", "snapAmbiguous", "toleranceSeconds", "bearing", "roadName", "needs", "age", "acuity"],
      ...["driveRank", "opensBeforeArrival", "closures", "extraSeconds", "extraMetres", "feed", "roadsVersion"],
    ];
    expect(optional.filter((field) => !seen.has(field))).toEqual([]);
    expect(answers.some((answer) => Object.hasOwn((answer as { incident: object }).incident, "warnings"))).toBe(true);
  });

  it("has every field of a route", async () => {
    const { app } = countyApp();
    for (const query of ["location=0.18,52&hospital=C3", `location=${at(10).join(",")}&hospital=A1`]) {
      const route = await (await app.request(`/v1/route?${query}`)).json();
      expect(StrictRoute.safeParse(route).error, query).toBeUndefined();
      expect(route.properties.instructions.at(-1).type).toBe("arrive");
    }
  });

  it("is told apart from an answer with a field more", async () => {
    const { app } = countyApp();
    const answer = await (await app.request("/v1/recommendations?location=0.18,52")).json();
    answer.destination.sirens = true;
    expect(StrictRecommendation.safeParse(answer).success).toBe(false);
    expect(RecommendationResponse.safeParse(answer).success).toBe(true);
  });
});

describe("a query", () => {
  it("may tell the carriageway by a bearing or a road's name, as a body may", async () => {
    const { app, router } = countyApp();
    const response = await app.request("/v1/recommendations?location=0.18,52&bearing=90.5&roadName=A1");
    const expected = router.recommend({ location: [0.18, 52], bearing: 90.5, roadName: "A1" });
    expect(await response.text()).toBe(JSON.stringify(expected));
    expect((await app.request("/v1/recommendations?location=0.18,52&bearing=east")).status).toBe(400);
    expect((await app.request("/v1/recommendations?location=0.18,52&bearing=360")).status).toBe(400);
  });
});
