import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { listOf, recordOf } from "../../core/json-values";
import type { ClosureFeedSummary } from "../../roads/closure-feed-monitor";
import { idempotencyKey, onceByKey } from "../idempotency";
import { type Env, json, problems, security, unchanging } from "../openapi";
import {
  ClosureCollectionBody,
  ClosureFeedsResponse,
  ClosureParams,
  ClosuresChanged,
  NewClosuresBody,
} from "../schemas/closures";
import { IdempotencyHeaders } from "../schemas/words";
import type { DiversionService } from "../service";

const list = createRoute({
  method: "get",
  path: "/v1/closures",
  summary: "Roads closed and slowed, those to come and those over included.",
  responses: {
    200: {
      description: "As GeoJSON.",
      content: { "application/geo+json": { schema: unchanging(ClosureCollectionBody) } },
    },
  },
});

const post = createRoute({
  method: "post",
  path: "/v1/closures",
  summary: "Close roads or slow them.",
  security,
  request: {
    headers: IdempotencyHeaders,
    body: {
      required: true,
      content: {
        "application/geo+json": { schema: NewClosuresBody },
        "application/json": { schema: NewClosuresBody },
      },
    },
  },
  responses: {
    200: json(ClosuresChanged, "What was entered; features about no road of these are named by place."),
    400: problems[400],
    401: problems[401],
    429: problems[429],
    422: problems[422],
    503: problems[503],
  },
});

const feeds = createRoute({
  method: "get",
  path: "/v1/closure-feeds",
  summary:
    "How each feed of a road authority is: when it was heard, what it closes here, and what of it does not count.",
  responses: { 200: json(ClosureFeedsResponse, "Empty on a server without closure feeds.") },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/closures/{id}",
  summary: "Open the roads of a closure again.",
  security,
  request: { params: ClosureParams, headers: IdempotencyHeaders },
  responses: {
    200: json(ClosuresChanged, "Done."),
    401: problems[401],
    429: problems[429],
    404: problems[404],
    422: problems[422],
    503: problems[503],
  },
});

export function closureRoutes(app: OpenAPIHono<Env>, service: DiversionService, withToken: MiddlewareHandler): void {
  const { roads } = service.router;
  // The pattern is of both paths, and a middleware under two patterns of one path would run twice.
  app.on(["POST", "DELETE"], "/v1/closures/*", withToken, onceByKey());

  app.openapi(list, (c) => c.json(roads.exportClosures(), 200, { "Content-Type": "application/geo+json" }));

  app.openapi(feeds, (c) => c.json({ feeds: (service.closureFeeds?.summaries() ?? []).map(writtenSummary) }, 200));

  app.openapi(post, async (c) => {
    const collection = await c.req.json();
    requireOwn(collection);
    // Whoever sent them is told of those about no road by the answer to this.
    const { entered, withoutRoads } = await service.enterClosures(collection, idempotencyKey(c));
    return c.json({ roadsVersion: roads.version, entered: [...entered], withoutRoads: [...withoutRoads] }, 200);
  });

  app.openapi(remove, async (c) => {
    await service.reopenClosure(c.req.valid("param").id, idempotencyKey(c));
    return c.json({ roadsVersion: roads.version, entered: [], withoutRoads: [] }, 200);
  });
}

function writtenSummary({ heardMs: _, ageMs, timeToLiveMs, unplaced, lanes, notes, ...rest }: ClosureFeedSummary) {
  return {
    ...rest,
    ...defined({ ageSeconds: ageMs === undefined ? undefined : ageMs / 1000 }),
    timeToLiveSeconds: timeToLiveMs / 1000,
    unplaced: [...unplaced],
    lanes: lanes.map(({ id, what, reason, roads }) => ({ id, what, reason, roads: [...roads] })),
    notes: [...notes],
  };
}

/** A closure that says to be a feed's would be gone after a restart. @throws DiversionError `invalid-closure`. */
function requireOwn(collection: unknown): void {
  for (const [place, feature] of listOf(recordOf(collection)?.features).entries()) {
    if (recordOf(recordOf(feature)?.properties)?.feed === undefined) continue;
    const message = "feed marks what a closure feed says, which lasts as long as the server; leave it out.";
    throw new DiversionError("invalid-closure", message, { row: place + 1, field: "feed" });
  }
}
