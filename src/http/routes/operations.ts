import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { defined } from "../../core/defined";
import { policyChecksum } from "../../diversion/rules/policy";
import type { Metrics } from "../metrics";
import { type Env, json } from "../openapi";
import { BasisResponse } from "../schemas/operations";
import type { DiversionService } from "../service";

const plain = (description: string) => ({
  description,
  content: { "text/plain": { schema: z.string() } },
});

const livez = createRoute({
  method: "get",
  path: "/livez",
  summary: "Whether the process answers.",
  responses: { 200: plain("It does.") },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  summary: "Whether requests should be sent here.",
  responses: {
    200: plain("They should; what is wrong and keeps no answer from being right is told, a line each."),
    503: plain("It is shutting down, or cannot keep changes; why, a line each."),
  },
});

const metrics = createRoute({
  method: "get",
  path: "/metrics",
  summary: "For Prometheus.",
  responses: { 200: plain("The metrics.") },
});

const basis = createRoute({
  method: "get",
  path: "/v1/basis",
  summary: "What answers are computed from at this moment.",
  responses: { 200: json(BasisResponse, "Checksums and versions.") },
});

interface OperationsOptions {
  readonly service: DiversionService;
  readonly metrics: Metrics;
  readonly isReady: () => boolean;
  /** Of the package. */
  readonly version: string;
}

export function operationsRoutes(app: OpenAPIHono<Env>, options: OperationsOptions): void {
  const { service, isReady } = options;
  app.openapi(livez, (c) => c.text("ok\n", 200));
  app.openapi(readyz, (c) => {
    if (!isReady()) return c.text("shutting down\n", 503);
    const { failing, degraded } = service.trouble();
    if (failing.length > 0) return c.text([...failing, ...degraded, ""].join("\n"), 503);
    return c.text(["ok", ...degraded, ""].join("\n"), 200);
  });
  app.openapi(metrics, async (c) =>
    c.text(await options.metrics.text(), 200, { "Content-Type": options.metrics.contentType }),
  );
  app.openapi(basis, (c) => {
    const { roads, hospitals, policy, status, feeds } = service.router;
    return c.json(
      defined({
        version: options.version,
        roads: roads.checksum,
        hospitals: hospitals.checksum,
        policy: policyChecksum(policy),
        statusVersion: status.version,
        roadsVersion: roads.version,
        feeds: feeds?.health().checksum,
        store: service.standing(),
      }),
      200,
    );
  });
}
