import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { type FeedFormat, readFeedSteps } from "../../hospitals/feeds/read-feed";
import { jsonInTurns } from "../json-steps";
import { type Env, json, problems, security } from "../openapi";
import { FeedQuery, FeedResponse, FeedsResponse } from "../schemas/feeds";
import type { DiversionService } from "../service";

const list = createRoute({
  method: "get",
  path: "/v1/feeds",
  summary: "How each feed is: when it was heard, and of which hospitals it does not tell.",
  responses: { 200: json(FeedsResponse, "Empty on a server without feeds.") },
});

const responses = {
  200: json(FeedResponse, "What became of it."),
  400: problems[400],
  401: problems[401],
  429: problems[429],
  413: problems[413],
};

const text = { schema: z.string() };
const object = { schema: z.looseObject({}) };

const have = createRoute({
  method: "post",
  path: "/v1/feeds/edxl-have",
  summary: "Take an EDXL-HAVE 1.0 message.",
  security,
  request: { query: FeedQuery, body: { required: true, content: { "application/xml": text, "text/xml": text } } },
  responses,
});

const fhir = createRoute({
  method: "post",
  path: "/v1/feeds/fhir",
  summary: "Take a FHIR Bundle (R4 or R5) of Location and HealthcareService.",
  security,
  request: {
    query: FeedQuery,
    body: { required: true, content: { "application/fhir+json": object, "application/json": object } },
  },
  responses,
});

export function feedRoutes(app: OpenAPIHono<Env>, service: DiversionService, withToken: MiddlewareHandler): void {
  const { router, turns } = service;
  app.on("POST", "/v1/feeds/*", withToken);

  function* taken(format: FeedFormat, feed: string | undefined, content: Uint8Array) {
    const { feeds } = service;
    if (feeds === undefined) {
      throw new DiversionError("invalid-argument", "This server has no feeds; name them when it is started.", {
        field: "feed",
      });
    }
    const known = feeds.summaries().map(({ id }) => id);
    const id = feed ?? (known.length === 1 ? known[0] : undefined);
    if (id === undefined) {
      throw new DiversionError("invalid-argument", `Say which feed this is from: ${known.join(", ")}.`, {
        field: "feed",
      });
    }
    const reading = yield* readFeedSteps(format, content, {
      directory: router.hospitals,
      zone: router.policy.timeZone,
    });
    const application = yield* feeds.applySteps(id, reading);
    const { hospitals: _, ...rest } = reading;
    return {
      feed: id,
      ...application,
      neverHeard: [...application.neverHeard],
      reading: rest,
    };
  }
  const take = async (c: Context, format: FeedFormat, named: string | undefined) => {
    const content = new Uint8Array(await c.req.arrayBuffer());
    const { feed, ...rest } = await turns.run(taken(format, named, content));
    await service.shareFeed(feed);
    return jsonInTurns(c, turns, { feed, statusVersion: router.status.version, ...rest });
  };

  app.openapi(list, (c) => {
    const feeds = (service.feeds?.summaries() ?? []).map(({ heardMs: _, ageMs, timeToLiveMs, ...rest }) => ({
      ...rest,
      ...defined({ ageSeconds: ageMs === undefined ? undefined : ageMs / 1000 }),
      timeToLiveSeconds: timeToLiveMs / 1000,
      neverHeard: [...rest.neverHeard],
      silentOn: [...rest.silentOn],
    }));
    return c.json({ feeds }, 200);
  });
  // Undecoded: a message says itself in which encoding it is.
  app.openapi(have, (c) => take(c, "edxl-have", c.req.valid("query").feed));
  app.openapi(fhir, (c) => take(c, "fhir", c.req.valid("query").feed));
}
