import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { Recommendation } from "../../diversion/answer/recommendation";
import type { IncidentFormat } from "../../diversion/incidents/read-incidents";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import { answerBatch } from "../batch";
import { type Env, json, problems, unchanging } from "../openapi";
import {
  RecommendationResponse,
  RequestBody,
  RequestQuery,
  RouteQuery,
  RouteResponse,
} from "../schemas/recommendations";
import type { DiversionService } from "../service";

const post = createRoute({
  method: "post",
  path: "/v1/recommendations",
  summary: "The EDs that can take this patient now, ranked and explained.",
  request: { body: { required: true, content: { "application/json": { schema: RequestBody } } } },
  responses: {
    200: json(
      RecommendationResponse,
      "The recommendation; also when no ED can be named. The header Decision-Not-Recorded says why the decision log lacks it.",
    ),
    400: problems[400],
    413: problems[413],
    422: problems[422],
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/recommendations",
  summary: "The same, asked by a query.",
  request: { query: RequestQuery },
  responses: { 200: json(RecommendationResponse, "The recommendation."), 400: problems[400], 422: problems[422] },
});

/** Not a schema of the validator's, which would read the whole body: a batch is validated row by row. */
const TEXT = { schema: { type: "string" as const } };

const batch = createRoute({
  method: "post",
  path: "/v1/recommendations/batch",
  summary: "A recommendation per incident, streamed in input order.",
  description:
    "NDJSON, an incident a line, or csv or GeoJSON as the media type says. A row that is no incident is answered in its place by {id?, row, error}; the others go on.",
  request: {
    body: {
      required: true,
      content: {
        "application/x-ndjson": TEXT,
        "text/csv": TEXT,
        "application/geo+json": TEXT,
      },
    },
  },
  responses: {
    200: {
      description: "A line of JSON per incident.",
      content: { "application/x-ndjson": { schema: z.string() } },
    },
    400: problems[400],
    413: problems[413],
  },
});

const route = createRoute({
  method: "get",
  path: "/v1/route",
  summary: "The way to drive, to the destination recommended or to the ED named.",
  request: { query: RouteQuery },
  responses: {
    200: { description: "The route.", content: { "application/geo+json": { schema: unchanging(RouteResponse) } } },
    400: problems[400],
    404: problems[404],
    422: problems[422],
  },
});

const BATCH_FORMATS: Readonly<Record<string, IncidentFormat>> = {
  "application/x-ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "text/csv": "csv",
  "application/geo+json": "geojson",
};

export function recommendationRoutes(
  app: OpenAPIHono<Env>,
  service: DiversionService,
  maximumBatchBytes: number,
): void {
  // Described, and not given to the framework's validator: the library checks every question itself, and says in its own
  // words what is wrong with one.
  app.openAPIRegistry.registerPath(post);
  app.post(post.path, async (c) => {
    const mediaType = mediaTypeOf(c);
    if (mediaType !== "application/json") throw unsupported(mediaType, "application/json");
    return c.json(answered(c, service, await c.req.json()));
  });

  app.openapi(get, (c) => c.json(answered(c, service, requestOf(c.req.valid("query"))), 200));

  app.openAPIRegistry.registerPath(batch);
  app.post(batch.path, (c) => {
    const mediaType = mediaTypeOf(c);
    const format = BATCH_FORMATS[mediaType];
    if (format === undefined) throw unsupported(mediaType, Object.keys(BATCH_FORMATS).join(", "));
    const lines = answerBatch(service, c.req.raw.body, format, maximumBatchBytes);
    return c.body(lines, 200, { "Content-Type": "application/x-ndjson" });
  });

  app.openapi(route, (c) => {
    const { hospital, ...query } = c.req.valid("query");
    const advice = service.router.recommend(requestOf(query));
    const feature = service.router.route(advice, hospital);
    if (feature === undefined) {
      const why = hospital === undefined ? `the outcome is ${advice.outcome}` : `no road leads to ${hospital}`;
      throw new DiversionError("no-route", `There is no route: ${why}.`);
    }
    return c.json(feature, 200, { "Content-Type": "application/geo+json" });
  });
}

/** On an answer that is not on record, with the reason. */
const NOT_RECORDED = "Decision-Not-Recorded";

function answered(c: Context<Env>, service: DiversionService, request: RecommendationRequest): Recommendation {
  const { advice, unrecorded } = service.answer(request);
  // A header is of ASCII; file names need not be.
  if (unrecorded !== undefined) c.header(NOT_RECORDED, unrecorded.replace(/[^\x20-\x7e]/g, "?"));
  return advice;
}

const mediaTypeOf = (c: Context<Env>): string =>
  (c.req.header("Content-Type") ?? "").split(";")[0]!.trim().toLowerCase();

const unsupported = (mediaType: string, known: string): DiversionError =>
  new DiversionError("unsupported-media-type", `The body is ${mediaType || "of no stated type"}; send ${known}.`, {
    field: "Content-Type",
  });

/** The question a query asks; the library checks its values. */
function requestOf(query: {
  readonly location: string;
  readonly needs?: string | undefined;
  readonly age?: string | undefined;
  readonly acuity?: RecommendationRequest["acuity"];
  readonly alternatives?: string | undefined;
  readonly bearing?: string | undefined;
  readonly roadName?: string | undefined;
  readonly at?: string | undefined;
}): RecommendationRequest {
  const [lon, lat] = query.location.split(",").map(Number) as [number, number];
  const { needs, age, acuity, alternatives, bearing, roadName, at } = query;
  return defined({
    location: [lon, lat],
    needs: needs?.split(",").filter((need) => need !== ""),
    age: age === undefined ? undefined : Number(age),
    acuity,
    alternatives: alternatives === undefined ? undefined : Number(alternatives),
    bearing: bearing === undefined ? undefined : Number(bearing),
    roadName,
    at,
  });
}
