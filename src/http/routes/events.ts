import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { CATCH_UP_MS, type EventHub, eventText, MAXIMUM_BEHIND } from "../event-stream";
import { type Env, problems } from "../openapi";

/** Between two signs of life: two may be missed before a page says, after 9 s, that the server is gone. */
const HEARTBEAT_MS = 3000;

const route = createRoute({
  method: "get",
  path: "/v1/events",
  summary: "Changes as they happen, as server-sent events.",
  description: `\`status\` with a change of the status, its id the version; \`roads\` when closures changed; \`feeds\` when a feed was heard; \`store\` when the store of a status that several servers keep is away for long, holds another history, or is back; \`hello\` first, with the versions; \`reset\` when the client's version is older than what is kept, or more than ${MAXIMUM_BEHIND} changes behind: then read the whole state again. A server that is itself behind the client, of several that keep one status, waits up to ${CATCH_UP_MS / 1000} s and then says its version in \`hello\`. Resumes by Last-Event-ID. A client that does not keep up is dropped.`,
  request: {
    headers: z.object({
      "last-event-id": z
        .string()
        .regex(/^\d{1,15}$/, "write a version")
        .optional()
        .meta({ description: "The version seen last." }),
    }),
  },
  responses: {
    200: { description: "The stream.", content: { "text/event-stream": { schema: z.string() } } },
    400: problems[400],
  },
});

export function eventRoutes(app: OpenAPIHono<Env>, hub: EventHub): void {
  app.openapi(route, async (c) => {
    const lastEventId = c.req.valid("header")["last-event-id"];
    const after = lastEventId === undefined ? undefined : Number(lastEventId);
    if (after !== undefined) await hub.catchUpWith(after);
    const subscription = hub.subscribe(after);
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const events = await subscription.next(HEARTBEAT_MS);
        if (events === undefined) return controller.close();
        const text = events.length === 0 ? ": still here\n\n" : events.map(eventText).join("");
        controller.enqueue(encoder.encode(text));
      },
      cancel: () => subscription.end(),
    });
    return c.body(stream, 200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      // Proxies of the nginx kind would otherwise keep events back.
      "X-Accel-Buffering": "no",
    });
  });
}
