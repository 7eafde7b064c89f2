import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type CountyApp, countyApp, TOKEN } from "./support/county-server";

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const document = JSON.parse(readFileSync(fileURLToPath(new URL("openapi.json", import.meta.url)), "utf8")) as Document;

/** Whether every text a pattern matches is short: it is of the whole text, and nothing in it repeats without end. */
const isBounded = (pattern: string): boolean =>
  /^\^.*\$$/.test(pattern) && !/(?<!\\)[+*]|,\}/.test(pattern.replace(/\[[^\]]*\]/g, "x"));

/** The places in a schema where something of any length may stand. */
function* unbounded(schema: Schema, place: string): Generator<string> {
  if (typeof schema.$ref === "string") {
    yield* unbounded(document.components.schemas[schema.$ref.split("/").at(-1)!]!, place);
    return;
  }
  for (const of of ["anyOf", "oneOf", "allOf"] as const) {
    for (const part of (schema[of] as readonly Schema[] | undefined) ?? []) yield* unbounded(part, place);
  }
  if (schema.type === "array") {
    if (schema.maxItems === undefined && schema.prefixItems === undefined) yield `${place}: a list`;
    for (const item of [schema.items, ...((schema.prefixItems as readonly Schema[]) ?? [])]) {
      if (typeof item === "object") yield* unbounded(item as Schema, `${place}[]`);
    }
  }
  if (schema.type === "string" && schema.enum === undefined && schema.const === undefined) {
    const isShort = schema.maxLength !== undefined || isBounded(String(schema.pattern ?? ""));
    if (!isShort) yield `${place}: a text`;
  }
  for (const [name, field] of Object.entries((schema.properties as Record<string, Schema> | undefined) ?? {})) {
    yield* unbounded(field, `${place}.${name}`);
  }
}

describe("what a request may hold", () => {
  it("has a maximum named in the OpenAPI document, wherever a list or a text may stand", () => {
    const found: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
        for (const { name, schema } of parameters) found.push(...unbounded(schema, `${method} ${path} ${name}`));
        for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
          // A message or a batch as a whole is bounded by the bytes of a body, and row by row.
          if (schema.type !== "string") found.push(...unbounded(schema, `${method} ${path} ${type}`));
        }
      }
    }
    expect(found).toEqual([]);
  });
});

const post = (county: CountyApp, path: string, body: string, type = "application/json", method = "POST") =>
  county.app.request(path, { method, headers: { "Content-Type": type, Authorization: `Bearer ${TOKEN}` }, body });

const deep = (brackets: number): string => `${"[".repeat(brackets)}${"]".repeat(brackets)}`;
const many = (count: number, of: string): string => Array.from({ length: count }, () => of).join(",");

describe("a request beyond the maxima", () => {
  const at = '"location":[0.18,52]';
  it.each([
    ["60,000 needs", `{${at},"needs":[${many(60_000, '"trauma"')}]}`, /at most 50/],
    ["125,000 ways to meet one", `{${at},"needs":[{"anyOf":[${many(125_000, '"a"')}]}]}`, /at most 50 words/],
    ["a word of a megabyte", `{${at},"needs":["${"a".repeat(1_000_000)}"]}`, /at most 64|need is a capability/],
    ["needs nested 100,000 deep", `{${at},"needs":${deep(100_000)}}`, /nested more than 64 deep/],
    ["a location nested 100,000 deep", `{"location":${deep(100_000)}}`, /nested more than 64 deep/],
    ["unknown fields by the thousand", `{${many(100_000, '"x":1')}}`, /degrees/],
    ["objects 50,000 deep", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, /nested more than 64 deep/],
  ])("is refused as the caller's mistake, by name: %s", async (_, body, detail) => {
    const county = countyApp();
    const response = await post(county, "/v1/recommendations", body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toMatch(detail);
  });

  it.each([
    ["PUT", "/v1/hospitals/A1/restrictions/x"],
    ["PUT", "/v1/hospitals/A1/overrule"],
    ["PUT", "/v1/hospitals/A1/open"],
    ["POST", "/v1/closures"],
    ["POST", "/v1/feeds/fhir"],
  ])("is refused for its depth by %s %s", async (method, path) => {
    const county = countyApp();
    for (const body of [deep(100_000), `{"type":"FeatureCollection","features":${deep(100_000)}}`, deep(65)]) {
      const response = await post(county, path, body, "application/json", method);
      expect([path, response.status]).toEqual([path, 400]);
    }
  });

  it("costs its own row of a batch and no other", async () => {
    const county = countyApp();
    const good = '{"location":[0.18,52]}';
    const rows = [
      good,
      deep(30_000),
      `{"location":${deep(30_000)}}`,
      `{"location":[0.18,52],"needs":[${many(5000, '"trauma"')}]}`,
      `{"location":[0.18,52],"id":"${"x".repeat(60_000)}"}`,
      good,
    ];
    const response = await post(county, "/v1/recommendations/batch", rows.join("\n"), "application/x-ndjson");
    const answers = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ outcome, error }) => outcome ?? error.code)).toEqual([
      "destination",
      ...Array(4).fill("invalid-incident"),
      "destination",
    ]);
    const csv = ["id,lon,lat", "1,0.18,52", `2,${"7".repeat(40_000)}x,52`, `3,${" ".repeat(60_000)}x,52`, "4,0.18,52"];
    const table = await post(county, "/v1/recommendations/batch", csv.join("\n"), "text/csv");
    const told = (await table.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.map(({ outcome, error }) => outcome ?? error.code)).toEqual([
      "destination",
      "invalid-location",
      "invalid-location",
      "destination",
    ]);
  });

  it("ends a batch with a feature or a line that is none, and says so", async () => {
    const county = countyApp();
    const feature = `{"type":"Feature","properties":{"x":"${"y".repeat(1 << 17)}"},"geometry":null}`;
    const collection = `{"type":"FeatureCollection","features":[${feature}]}`;
    const features = await post(county, "/v1/recommendations/batch", collection, "application/geo+json");
    expect(await features.text()).toMatch(/a feature of more than 65536 bytes/);
    const line = await post(county, "/v1/recommendations/batch", "x".repeat(1 << 17), "application/x-ndjson");
    expect(await line.text()).toMatch(/longer than 65536 bytes/);
  });

  it("is refused for closures and periods without end", async () => {
    const county = countyApp();
    const closures = `{"type":"FeatureCollection","features":[${many(1001, "{}")}]}`;
    expect((await post(county, "/v1/closures", closures)).status).toBe(400);
    const period = await county.app.request("/v1/statistics?from=0001-01-01T00:00:00Z&until=9999-01-01T00:00:00Z");
    expect(period.status).toBe(400);
    expect(((await period.json()) as { detail: string }).detail).toMatch(/longer than 3653 days/);
  });
});

describe("a long history", () => {
  it("is told page by page, and whole states in place of long replays", async () => {
    const county = countyApp();
    const { status } = county.router;
    for (let change = 0; change < 1250; change++) {
      county.clock.advance(1000);
      status.setOpen("A1", change % 2 === 1);
    }
    const page = async (since: number): Promise<number[]> => {
      const body = await (await county.app.request(`/v1/status/history?since=${since}`)).json();
      expect(body.version).toBe(1250);
      return (body.events as { version: number }[]).map(({ version }) => version);
    };
    const first = await page(0);
    expect([first.length, first[0], first.at(-1)]).toEqual([1000, 1, 1000]);
    expect([...first, ...(await page(1000)), ...(await page(1250))]).toEqual(
      Array.from({ length: 1250 }, (_, index) => index + 1),
    );
    const begins = async (id: number): Promise<string> => {
      const stream = await county.app.request("/v1/events", { headers: { "Last-Event-ID": String(id) } });
      const reader = stream.body!.getReader();
      const { value } = await reader.read();
      await reader.cancel();
      return new TextDecoder().decode(value);
    };
    expect(await begins(0)).toMatch(/event: hello\n.*\n\nevent: reset/);
    expect(await begins(1248)).toMatch(/event: hello\n.*\n\nevent: status\nid: 1249\n.*\n\nevent: status\nid: 1250\n/);
    expect(await begins(1250)).not.toContain("event: status");
  });
});
