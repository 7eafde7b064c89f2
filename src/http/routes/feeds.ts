import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { type FeedFormat, readFeed } from "../../hospitals/feeds/read-feed";
import { type Env, json, problems, security } from "../openapi";
import { requireToken } from "../request-checks";
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

/** Undecoded: a message says itself in which encoding it is. */
const bytesOf = async (c: Context): Promise<Uint8Array> => new Uint8Array(await c.req.arrayBuffer());

export function feedRoutes(app: OpenAPIHono<Env>, service: DiversionService, token: string | undefined): void {
  const { router } = service;
  app.on("POST", "/v1/feeds/*", requireToken(token));

  const take = (format: FeedFormat, feed: string | undefined, content: Uint8Array) => {
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
    const reading = readFeed(format, content, { directory: router.hospitals, zone: router.policy.timeZone });
    const application = feeds.apply(id, reading);
    const { hospitals: _, ...rest } = reading;
    return {
      feed: id,
      statusVersion: router.status.version,
      ...application,
      neverHeard: [...application.neverHeard],
      reading: rest,
    };
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
  app.openapi(have, async (c) => c.json(take("edxl-have", c.req.valid("query").feed, await bytesOf(c)), 200));
  app.openapi(fhir, async (c) => c.json(take("fhir", c.req.valid("query").feed, await bytesOf(c)), 200));
}
