import { ERROR_TABLE } from "../../src/core/errors";
import type { SeededRandom } from "../../src/core/random";
import { countyApp, TOKEN } from "../http/support/county-server";
import { mutatedValue } from "./mutate";
import type { Target } from "./target";

/** The HTTP surface, asked by what its OpenAPI document says of each route: parameters, headers and bodies are drawn from it. */

/** A request, as an input holds it. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

interface Parameter extends Schema {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: never;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const openApi = countyApp().app.openApiDocument() as unknown as Document;
const resolved = (node: unknown): unknown => {
  const ref = (node as Schema).$ref;
  if (ref === undefined) return node;
  const parts = ref.split("/").slice(1);
  return resolved(parts.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], openApi));
};

export const ROUTES: readonly Route[] = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** Words that mean something here: a value that is refused at once tells of nothing behind it. */
const WORDS = [
  "A1",
  "B2",
  "C3",
  "have",
  "trauma",
  "stroke",
  "full",
  "k",
  "A1 north",
  "Ashby",
  "flag",
  "0",
  "1",
] as const;
const INSTANTS = [
  "2017-05-15T12:00:00+01:00",
  "2017-05-15T18:00:00Z",
  "9999-12-31T23:59:59Z",
  "2017-05-14T00:00:00Z",
] as const;
const ODD = [
  ...["", " ", "-0", "1e999", "NaN", "null", "٣", "💥", "\u2028", "__proto__", "constructor", "../..", "%00", "a\tb"],
  ...["'; --", "<script>", "0".repeat(400), "9".repeat(30), "[".repeat(90), '"', "2017-02-30T00:00:00Z"],
] as const;

/** A value of the schema, or one beside it. */
function drawn(given: Schema, random: SeededRandom, depth = 6): unknown {
  const schema = resolved(given) as Schema;
  const { type, minimum = -5, maximum = 100 } = schema;
  if (random.integer(40) === 0) return random.pick([...ODD, null, -1, 1e308, [], {}, true]);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return drawn(random.pick(choices), random, depth - 1);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((part) => drawn(part, random, depth)));
  switch (typeof type === "string" ? type : type?.[0]) {
    case "integer":
      return Math.round(random.between(Math.max(minimum, -1e6), Math.min(maximum, 1e6)));
    case "number":
      return random.pick([0, 0.18, 52, random.between(Math.max(minimum, -180), Math.min(maximum, 180))]);
    case "boolean":
      return random.integer(2) === 0;
    case "string":
      return schema.format === "date-time" || random.integer(8) === 0 ? random.pick(INSTANTS) : random.pick(WORDS);
    case "array": {
      if (schema.prefixItems !== undefined)
        return random.pick([[0.18, 52], schema.prefixItems.map((item) => drawn(item, random, depth - 1))]);
      if (depth <= 0 || schema.items === undefined) return [];
      return Array.from({ length: random.pick([0, 1, 1, 2, 5]) }, () => drawn(schema.items!, random, depth - 1));
    }
    default: {
      const { properties = {}, required = [], additionalProperties } = schema;
      const fields = Object.entries(properties)
        .filter(([name]) => required.includes(name) || (depth > 0 && random.integer(3) === 0))
        .map(([name, property]) => [name, drawn(property, random, depth - 1)]);
      if (typeof additionalProperties === "object" && depth > 0) {
        fields.push([random.pick(WORDS), drawn(additionalProperties, random, depth - 1)]);
      }
      return Object.fromEntries(fields);
    }
  }
}

/** Bodies of media types that no schema tells of. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "application/x-ndjson": ['{"id":"1","location":[0.18,52],"needs":["trauma"]}\n{"location":[1]}\n'],
  "text/csv": ["id,lon,lat,needs\n1,0.18,52,trauma|stroke\n", "lon;lat\n0,18;52\n"],
  "application/xml": ["<HospitalStatus/>", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
};

function drawnRequest({ method, path, operation }: Route, random: SeededRandom): Sent {
  const parameters = (operation.parameters ?? []).map((one) => resolved(one) as Parameter);
  const values = (place: Parameter["in"], share: number): Record<string, unknown> =>
    Object.fromEntries(
      parameters
        .filter((one) => one.in === place && random.next() < share)
        .map(({ name, schema }) => [name, name === "location" ? "0.18,52" : drawn(schema, random)]),
    );
  const filled = path.replace(/\{[^}]+\}/g, () =>
    encodeURIComponent(String(random.pick([...WORDS, random.pick(ODD)]))),
  );
  const types = Object.keys(operation.requestBody?.content ?? {});
  const mediaType = types.length === 0 ? undefined : random.pick(types);
  const schema = mediaType === undefined ? undefined : operation.requestBody!.content[mediaType]?.schema;
  const texts = mediaType === undefined ? undefined : TEXTS[mediaType.replace("text/xml", "application/xml")];
  const body = texts !== undefined ? random.pick(texts) : schema === undefined ? undefined : drawn(schema, random);
  return {
    method,
    path: filled,
    query: values("query", 0.5),
    headers: { ...(mediaType === undefined ? {} : { "content-type": mediaType }), ...values("header", 0.3) },
    ...(body === undefined ? {} : { body }),
  };
}

/** Now and then a part that knows nothing of the document: another method, header or value, or a body cut short. */
function malformed(sent: Sent, random: SeededRandom): Sent {
  switch (random.integer(7)) {
    case 0:
      return { ...sent, method: random.pick(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"]) };
    case 1:
      return {
        ...sent,
        headers: {
          ...sent.headers,
          "content-type": random.pick(["text/plain", "application/json; charset=utf-16", ""]),
        },
      };
    case 2:
      return {
        ...sent,
        headers: { ...sent.headers, authorization: random.pick(["", "Bearer", "Bearer x", "Basic eDp5"]) },
      };
    case 3:
      return { ...sent, query: { ...sent.query, [random.pick([...WORDS, ...ODD])]: random.pick(ODD) } };
    case 4:
      return { ...sent, body: (JSON.stringify(sent.body) ?? "{").slice(0, random.integer(40)) };
    case 5:
      return {
        ...sent,
        headers: {
          ...sent.headers,
          [random.pick([
            "if-match",
            "if-none-match",
            "host",
            "origin",
            "last-event-id",
            "accept",
            "range",
            "content-encoding",
          ])]: random.pick([...ODD, 'W/"1"', "*", "1"]),
        },
      };
    default:
      return { ...sent, body: mutatedValue(sent.body ?? {}, random) };
  }
}

const encoded = (requests: readonly Sent[]): Uint8Array => new TextEncoder().encode(JSON.stringify(requests));

function requestsOf(input: Uint8Array): readonly Sent[] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(input));
    return Array.isArray(value) ? value.filter((one) => typeof one?.path === "string") : [];
  } catch {
    return [];
  }
}

function requestOf({ method, path, query = {}, headers = {}, body }: Sent): Request | undefined {
  try {
    const url = new URL(`http://localhost${path}`);
    for (const [name, value] of Object.entries(query)) {
      url.searchParams.set(name, typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
    }
    const written = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const init = {
      method,
      headers: new Headers([
        ["authorization", `Bearer ${TOKEN}`],
        ...written.filter(([name]) => name !== "authorization"),
      ]),
    };
    for (const [name, value] of written) if (name === "authorization") init.headers.set(name, value);
    const isBodied = body !== undefined && method !== "GET" && method !== "HEAD";
    return new Request(
      url,
      isBodied ? { ...init, body: typeof body === "string" ? body : (JSON.stringify(body) ?? "") } : init,
    );
  } catch {
    // What no client can send reaches no server.
    return undefined;
  }
}

/** Statuses that any request may be answered with, by what the server is asked through: host, method, token, size, type. */
const COMMON = new Set([400, 401, 403, 404, 405, 406, 411, 413, 414, 415, 421, 429, 431]);

/** Routes whose answer has no end. */
const isStream = (response: Response): boolean =>
  response.headers.get("content-type")?.includes("event-stream") === true;

async function checkAnswer(sent: Sent, request: Request, response: Response): Promise<void> {
  const said = `${response.status} for ${sent.method} ${sent.path}`;
  if (isStream(response)) return void (await response.body?.cancel());
  const text = await response.text();
  const route = ROUTES.find(({ method, path }) => {
    const pattern = path.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+");
    return method === request.method && new RegExp(`^${pattern}$`).test(new URL(request.url).pathname);
  });
  const { status } = response;
  const isKnown = route?.operation.responses[status] !== undefined || (route === undefined && status < 400);
  if (!isKnown && !COMMON.has(status)) {
    throw new Error(`${said}, which the OpenAPI document does not know: ${text.slice(0, 300)}`);
  }
  if (status < 400 || request.method === "HEAD") return;
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json"))
    throw new Error(`${said} is no problem+json but ${type}: ${text.slice(0, 200)}`);
  const problem = JSON.parse(text) as { readonly code?: string; readonly detail?: string };
  if (problem.code === undefined || !(problem.code in ERROR_TABLE))
    throw new Error(`${said} has the code ${problem.code}`);
  if (text.length > 20_000) throw new Error(`${said} says ${text.length} characters`);
}

/** Whatever was sent, those who ask go on being answered. */
const ASKED_AFTERWARDS = [
  "/v1/hospitals",
  "/v1/recommendations?location=0.18,52",
  "/v1/closures",
  "/v1/setup",
  "/metrics",
];

async function ask(input: Uint8Array): Promise<void> {
  const county = countyApp();
  const requests = requestsOf(input);
  for (const sent of requests) {
    const request = requestOf(sent);
    if (request === undefined) continue;
    await checkAnswer(sent, request, await county.app.fetch(request));
  }
  for (const path of ASKED_AFTERWARDS) {
    const after = await county.app.request(path);
    const text = await after.text();
    if (after.status === 200) continue;
    throw new Error(
      `${path} is ${after.status} after ${new TextDecoder().decode(input).slice(0, 300)}: ${text.slice(0, 300)}`,
    );
  }
}

export const httpSurface = (): Target => ({
  // The place of each route in the document: what is sent to it is drawn.
  samples: ROUTES.map((_, place) => encoded([{ method: ROUTES[place]!.method, path: ROUTES[place]!.path }])),
  mutate(_, random) {
    const requests = Array.from({ length: random.pick([1, 2, 4]) }, () => {
      const sent = drawnRequest(random.pick(ROUTES), random);
      return random.integer(3) === 0 ? malformed(sent, random) : sent;
    });
    return encoded(requests);
  },
  run: ask,
  iterations: 60,
});
