import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { encodeRoadsSteps } from "../../roads/roads-file";
import { type Env, json } from "../openapi";
import type { DiversionService } from "../service";

const binary = { schema: z.string().meta({ format: "binary" }) };

const roads = createRoute({
  method: "get",
  path: "/v1/roads",
  summary: "The roads file, for those who compute on their own, such as a vehicle without a network.",
  responses: {
    200: { description: "A .roads file; the ETag is its checksum.", content: { "application/octet-stream": binary } },
    304: { description: "It is the one the client has." },
  },
});

const setup = createRoute({
  method: "get",
  path: "/v1/setup",
  summary:
    "Hospitals, vocabulary, policy and what feeds have said: with the roads and the status, all that answers are computed from.",
  responses: {
    200: json(
      z
        .object({
          hospitals: z.object({ hospitals: z.array(z.object({ id: z.string(), name: z.string() })) }),
          capabilities: z.object({ capabilities: z.array(z.object({ word: z.string(), meaning: z.string() })) }),
          policy: z.object({ id: z.string(), title: z.string() }),
          feeds: z.array(z.object({ feed: z.string() })).optional(),
        })
        .meta({ id: "Setup" }),
      "As the library reads them.",
    ),
  },
});

/** What the page needs to go on without the server. */
export function offlineDataRoutes(app: OpenAPIHono<Env>, { router, turns }: DiversionService): void {
  /** Roads do not change: their file is hashed once, and its pieces are views that cost no memory. */
  let encoded: Promise<Uint8Array[]> | undefined;
  app.openapi(roads, async (c) => {
    const etag = `"${router.roads.checksum}"`;
    c.header("ETag", etag);
    // Revalidated each time, which costs a round trip: a server may be started again with other roads.
    c.header("Cache-Control", "no-cache");
    if (c.req.header("If-None-Match") === etag) return c.body(null, 304);
    encoded ??= turns.run(encodeRoadsSteps(router.roads));
    const chunks = await encoded;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    const source = chunks.values();
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const { value, done } = source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    return c.body(stream, 200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": String(bytes),
    });
  });

  app.openapi(setup, (c) =>
    c.json(
      {
        hospitals: router.hospitals.toJSON(),
        capabilities: { capabilities: router.hospitals.vocabulary.definitions },
        policy: router.policy,
        feeds: router.feeds?.health().toJSON(),
      },
      200,
    ),
  );
}
