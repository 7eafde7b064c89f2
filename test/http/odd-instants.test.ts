import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountyApp, countyApp, TOKEN } from "./support/county-server";

/** RFC 3339 texts anywhere in the years it can write, the ends that databases use most often among them. */
const two = (value: number): string => String(value).padStart(2, "0");
const anyInstant = fc.oneof(
  fc.constantFrom(
    "9999-12-31T23:00:00Z",
    "9999-12-31T23:59:59.999999999-23:59",
    "9999-12-31T00:00:00+14:00",
    "0000-01-01T00:00:00+23:59",
    "0001-01-01T00:00:00Z",
    "1899-12-30T00:00:00Z",
  ),
  fc
    .tuple(
      fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 2016, max: 2018 })),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom("Z", "+23:59", "-23:59", "+01:00"),
    )
    .map(([year, month, day, hour, offset]) => {
      return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:00:00${offset}`;
    }),
);

const LISTS = ["/v1/hospitals", "/v1/status/history", "/v1/closures", "/v1/basis", "/v1/setup", "/readyz"];

/** Everything that lists or counts answers, whatever it was told. */
async function expectAllAnswers(county: CountyApp, at: string): Promise<void> {
  for (const path of [...LISTS, "/metrics"]) {
    const response = await county.app.request(path);
    expect([path, response.status, response.status === 200 ? "" : await response.text()]).toEqual([path, 200, ""]);
    if (path === "/v1/hospitals") {
      const { hospitals } = (await response.json()) as { hospitals: { id: string }[] };
      expect(hospitals.map(({ id }) => id)).toEqual(["A1", "B2", "C3"]);
    }
  }
  const asked = await county.app.request(`/v1/recommendations?location=0.18,52&at=${encodeURIComponent(at)}`);
  expect([at, asked.status]).toEqual([at, 200]);
  const now = await county.app.request("/v1/recommendations?location=0.18,52");
  expect(now.status).toBe(200);
}

describe("an odd moment, wherever it enters", () => {
  it("never keeps a list, a count or a recommendation from being answered", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          from: fc.option(anyInstant, { nil: undefined }),
          until: fc.option(anyInstant, { nil: undefined }),
          observedAt: fc.option(anyInstant, { nil: undefined }),
          at: anyInstant,
          effect: fc.constantFrom("divert", "refuse", "inform"),
        }),
        async ({ at, ...report }) => {
          const county = countyApp();
          const restriction = await county.change("PUT", "/v1/hospitals/A1/restrictions/odd", {
            ...report,
            reason: "x",
          });
          expect([200, 400]).toContain(restriction.status);
          const { from: _, effect: __, ...rest } = report;
          const overrule = await county.change("PUT", "/v1/hospitals/B2/overrule", { ...rest, by: "x", reason: "x" });
          expect([200, 400]).toContain(overrule.status);
          const closed = await county.change("POST", "/v1/closures", {
            type: "FeatureCollection",
            features: [
              {
                type: "Feature",
                geometry: { type: "Point", coordinates: [0.3, 52] },
                properties: { reason: "x", bufferMetres: 50, from: report.from, until: report.until },
              },
            ],
          });
          expect([200, 400]).toContain(closed.status);
          await expectAllAnswers(county, at);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("never keeps the rest of a feed's message out, nor a list from being answered", async () => {
    await fc.assert(
      fc.asyncProperty(anyInstant, anyInstant, fc.integer({ min: 0, max: 9999 }), async (start, end, year) => {
        const county = countyApp();
        const post = (path: string, type: string, body: string) =>
          county.app.request(path, {
            method: "POST",
            headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": type },
            body,
          });
        const date = String(year).padStart(4, "0");
        const at = (id: string, during: object) => [
          { resource: { resourceType: "Location", id, identifier: [{ value: id }] } },
          {
            resource: {
              resourceType: "HealthcareService",
              id: `${id}-ed`,
              location: [{ reference: `Location/${id}` }],
              type: [{ coding: [{ code: "14" }] }],
              notAvailable: [{ description: "Closed", during }],
            },
          },
        ];
        const entry = [...at("A1", { start, end }), ...at("B2", { start: date }), ...at("C3", { end: "9999" })];
        const bundle = { resourceType: "Bundle", type: "collection", entry };
        const fhir = await post("/v1/feeds/fhir", "application/fhir+json", JSON.stringify(bundle));
        expect([200, 400]).toContain(fhir.status);
        await expectAllAnswers(county, start);
      }),
      { numRuns: 60 },
    );
  });
});
