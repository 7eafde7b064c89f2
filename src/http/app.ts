import type { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import { getPath } from "hono/utils/url";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { VERSION } from "../node/version";
import { EventHub } from "./event-stream";
import { Metrics } from "./metrics";
import { type Env, openApiApp } from "./openapi";
import { problemResponse } from "./problem";
import { bodyLimits, requestIds, requireHost, requireToken, soundJson } from "./request-checks";
import { closureRoutes } from "./routes/closures";
import { distributionRoutes } from "./routes/distributions";
import { eventRoutes } from "./routes/events";
import { feedRoutes } from "./routes/feeds";
import { hospitalRoutes } from "./routes/hospitals";
import { offlineDataRoutes } from "./routes/offline-data";
import { operationsRoutes } from "./routes/operations";
import { pageRoutes } from "./routes/page";
import { recommendationRoutes } from "./routes/recommendations";
import type { DiversionService } from "./service";
import { WrongTokens } from "./wrong-tokens";

/** A line of the server's log. Nothing in it says where a patient is: a path is told by its pattern, a query not at all. */
export interface RequestLogEntry {
  readonly time: string;
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** What went wrong inside the server; absent otherwise. */
  readonly error?: string;
}

export interface AppOptions {
  readonly service: DiversionService;
  /** What changes must carry. Default: nothing can be changed through this app. */
  readonly token?: string;
  /** Whether reading takes the token too; the page, health and metrics stay open. Default: false. */
  readonly readsNeedToken?: boolean;
  /** Origins of other sites whose pages may call; default: none. */
  readonly corsOrigins?: readonly string[];
  /** Largest body of a single request. Default: 1 MiB. */
  readonly maximumBodyBytes?: number;
  /** Largest batch. Default: 256 MiB. */
  readonly maximumBatchBytes?: number;
  /** A body must arrive within this time; batches, which are answered as they come, are exempt. Default: 10 s. */
  readonly bodyTimeoutMs?: number;
  /**
   * Under which path of its site a proxy hands requests on, such as `/diversion`; a proxy may also take it off itself.
   * Default: the site is this server's alone.
   */
  readonly basePath?: string;
  /**
   * By which names, without a port, the server may be asked; others are refused, such as one that a page elsewhere has
   * pointed at this machine (DNS rebinding). Default: any.
   */
  readonly hosts?: readonly string[];
  /** Where the built page lies. Default: in the package. */
  readonly pageFolder?: string;
  /** Default: nothing is logged. */
  readonly log?: (entry: RequestLogEntry) => void;
}

/** The wrapper as an app: `fetch` takes a Request and gives a Response, so it runs wherever Hono does. */
export interface DiversionApp {
  readonly fetch: OpenAPIHono<Env>["fetch"];
  readonly request: OpenAPIHono<Env>["request"];
  /** The OpenAPI 3.1 document. */
  openApiDocument(): object;
  /** Ends event streams and reports not ready; requests under way are answered. */
  close(): void;
}

const DEFAULTS = { maximumBodyBytes: 1 << 20, maximumBatchBytes: 1 << 28, bodyTimeoutMs: 10_000 };

const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "ambulance-diversion",
    version: VERSION,
    description:
      "Ranks the emergency departments that can take this patient now, and says why. It advises; a professional decides. Times are seconds, lengths metres, positions longitude before latitude, instants RFC 3339. No field identifies a patient; unknown fields are refused.",
    license: { name: "MIT", identifier: "MIT" },
  },
};

/** A path without what URLs would write otherwise: segments of letters, digits and `-._~`. */
export const BASE_PATH = /^(\/[A-Za-z0-9._~-]+)+$/;

/**
 * Builds the wrapper around a service.
 *
 * @see DiversionService
 * @throws DiversionError `invalid-argument` for a `basePath` that is none.
 */
export function createApp(options: AppOptions): DiversionApp {
  const { service, token, basePath = "" } = options;
  if (basePath !== "" && !BASE_PATH.test(basePath)) {
    throw new DiversionError(
      "invalid-argument",
      `The base path is ${JSON.stringify(basePath)}; write a path such as /diversion, without a slash at its end.`,
      { field: "basePath" },
    );
  }
  const { maximumBodyBytes, maximumBatchBytes, bodyTimeoutMs } = { ...DEFAULTS, ...options };
  const hub = new EventHub(service);
  const wrongTokens = new WrongTokens();
  const withToken = requireToken(token, wrongTokens);
  const metrics = new Metrics(service, hub, wrongTokens);
  let isReady = true;

  const app = openApiApp((request) => {
    const path = getPath(request);
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
  });
  app.use(requestIds);
  const { hosts } = options;
  if (hosts !== undefined) app.use(requireHost(hosts));
  app.use(async (c, next) => {
    const started = performance.now();
    await next();
    // Pages set themselves by it: the moment of the answers, not that of a clock which is not believed.
    c.header("Date", new Date(service.router.clock()).toUTCString());
    const milliseconds = performance.now() - started;
    const route = routePath(c, -1);
    metrics.observe(c.req.method, route, c.res.status, milliseconds / 1000);
    options.log?.(
      defined({
        time: new Date(service.router.clock()).toISOString(),
        requestId: c.get("requestId"),
        method: c.req.method,
        route,
        status: c.res.status,
        milliseconds: Math.round(milliseconds * 1000) / 1000,
        error: c.res.status === 500 && c.error !== undefined ? (c.error.stack ?? c.error.message) : undefined,
      }),
    );
  });
  app.use(
    secureHeaders({
      // Plain HTTP is spoken here: whoever ends TLS in front says that it always will.
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  const { corsOrigins = [] } = options;
  if (corsOrigins.length > 0)
    app.use("/v1/*", cors({ origin: [...corsOrigins], exposeHeaders: ["ETag", "X-Request-Id", "Status-Age"] }));
  if (options.readsNeedToken === true) app.use("/v1/*", withToken);
  const limit = bodyLimits(maximumBodyBytes, bodyTimeoutMs);
  app.use("/v1/*", async (c, next) => (isStream(c.req.path) ? next() : limit(c, next)));
  app.use("/v1/*", async (c, next) => (isStream(c.req.path) ? next() : soundJson(c, next)));
  const { shared } = service;
  if (shared !== undefined) {
    app.use("/v1/*", async (c, next) => {
      await next();
      const age = shared.ageMs;
      if (age !== undefined) c.res.headers.set("Status-Age", String(Math.floor(age / 1000)));
    });
  }
  app.use("/v1/*", async (c, next) => {
    await next();
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
  });

  recommendationRoutes(app, service, maximumBatchBytes);
  distributionRoutes(app, service);
  hospitalRoutes(app, service, withToken);
  closureRoutes(app, service, withToken);
  feedRoutes(app, service, withToken);
  eventRoutes(app, hub);
  offlineDataRoutes(app, service);
  operationsRoutes(app, { service, metrics, isReady: () => isReady, version: VERSION });

  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  const openApiDocument = (): object =>
    app.getOpenAPI31Document(basePath === "" ? DOCUMENT : { ...DOCUMENT, servers: [{ url: basePath }] });
  app.get("/openapi.json", (c) => c.json(openApiDocument()));
  // The page's own addresses are relative to its folder.
  if (basePath !== "") app.get(basePath, (c) => c.redirect(`${basePath}/`, 308));
  pageRoutes(app, options.pageFolder);

  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0) {
      const message = "There is nothing here; /openapi.json lists what there is.";
      return problemResponse(c, new DiversionError("not-found", message));
    }
    c.header("Allow", allowed.join(", "));
    const message = `${c.req.method} is nothing that can be done here; send ${allowed.join(" or ")}.`;
    return problemResponse(c, new DiversionError("method-not-allowed", message));
  });
  app.onError((error, c) => problemResponse(c, asDiversionError(error)));

  return {
    fetch: app.fetch,
    request: app.request,
    openApiDocument,
    close() {
      isReady = false;
      hub.close();
    },
  };
}

/** The methods that the document has at a path, in alphabetical order. */
function methodsAt(app: OpenAPIHono<Env>, path: string): string[] {
  const steps = path.split("/");
  const methods = app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== "route") return [];
    const wanted = definition.route.path.split("/");
    const isHere = wanted.length === steps.length && wanted.every((step, i) => /^[{:]/.test(step) || step === steps[i]);
    return isHere ? [definition.route.method.toUpperCase()] : [];
  });
  return [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))].sort();
}

/** Streams take their time; each has limits of its own. */
const isStream = (path: string): boolean => path === "/v1/recommendations/batch" || path === "/v1/events";

/** What Hono itself throws for a body it cannot take. */
function asDiversionError(error: Error): Error {
  const status = (error as { readonly status?: unknown }).status;
  if (status === 415) {
    return new DiversionError(
      "unsupported-media-type",
      "The body is not of a media type that is read here; see /openapi.json.",
      {
        field: "Content-Type",
      },
    );
  }
  if (status === 408) return new DiversionError("timed-out", "The request was not complete in time; send it again.");
  if (status === 400 || error instanceof SyntaxError) {
    return new DiversionError("invalid-argument", "The body is not JSON; send one JSON document.");
  }
  return error;
}
