import { describe, expect, it } from "vitest";
import { countyApp } from "./support/county-server";

interface Operation {
  readonly summary?: string;
  readonly security?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

describe("the OpenAPI document", () => {
  const document = countyApp().app.openApiDocument() as {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };

  it("is the one that integrators were given", async () => {
    await expect(`${JSON.stringify(document, undefined, 2)}\n`).toMatchFileSnapshot("openapi.json");
  });

  it("is served as it is, in version 3.1", async () => {
    const served = await (await countyApp().app.request("/openapi.json")).json();
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
    expect(document.openapi).toBe("3.1.0");
  });

  it("describes each operation, asks for the token on changes alone, and has every path of the contract", () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
    );
    expect(operations.filter(({ summary }) => summary === undefined).map(({ name }) => name)).toEqual([]);
    const secured = operations.filter(({ security }) => security !== undefined).map(({ name }) => name);
    expect(secured).toEqual([
      "PUT /v1/hospitals/{id}/open",
      "PUT /v1/hospitals/{id}/restrictions/{key}",
      "DELETE /v1/hospitals/{id}/restrictions/{key}",
      "PUT /v1/hospitals/{id}/overrule",
      "DELETE /v1/hospitals/{id}/overrule",
      "POST /v1/status/compaction",
      "POST /v1/closures",
      "DELETE /v1/closures/{id}",
      "POST /v1/feeds/edxl-have",
      "POST /v1/feeds/fhir",
    ]);
    expect(operations.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "POST /v1/recommendations",
        "GET /v1/recommendations",
        "POST /v1/recommendations/batch",
        "GET /v1/route",
        "GET /v1/hospitals",
        "GET /v1/events",
        "GET /livez",
        "GET /readyz",
        "GET /metrics",
      ]),
    );
  });
});
