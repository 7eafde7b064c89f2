import { defined } from "../../../src/core/defined";
import { DiversionRouter } from "../../../src/diversion/router";
import { FeedMonitor } from "../../../src/hospitals/feeds/feed-monitor";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import { type AppOptions, createApp, type DiversionApp, DiversionService } from "../../../src/http/index";
import type { DiversionServiceOptions } from "../../../src/http/service";
import type { ClosureFeedMonitor } from "../../../src/roads/closure-feed-monitor";
import { stoppedClock } from "../../hospitals/support/essex";
import { hospitalsAt, smallCounty } from "../../support/small-county";

export const TOKEN = "a-token-of-the-tests";

export interface CountyApp {
  readonly app: DiversionApp;
  readonly router: DiversionRouter;
  readonly feeds: FeedMonitor;
  readonly closureFeeds: ClosureFeedMonitor | undefined;
  readonly clock: ReturnType<typeof stoppedClock>;
  /** A request with a JSON body and the token. */
  change(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** The wrapper over the small county: EDs at kilometres 10, 20 and 40 of one road. */
export function countyApp(
  options: Partial<AppOptions> = {},
  serviceOptions: Partial<DiversionServiceOptions> = {},
  closureFeedsOver?: (router: DiversionRouter) => ClosureFeedMonitor,
): CountyApp {
  const clock = stoppedClock("2017-05-15T12:00:00+01:00");
  const hospitals = hospitalsAt({
    A1: { km: 10, name: "Ashby", capabilities: ["trauma"] },
    B2: { km: 20, name: "Burton", capabilities: ["trauma", "stroke"] },
    C3: { km: 40, name: "Cowley" },
  });
  const status = new StatusBoard(hospitals, { clock });
  const feeds = new FeedMonitor(status, [{ id: "have", timeToLiveMs: 600_000 }], { clock });
  const router = new DiversionRouter({ roads: smallCounty(), hospitals, status, clock });
  const closureFeeds = closureFeedsOver?.(router);
  const service = new DiversionService({ router, feeds, ...defined({ closureFeeds }), ...serviceOptions });
  const app = createApp({ service, token: TOKEN, ...options });
  return {
    app,
    router,
    feeds,
    closureFeeds,
    clock,
    change: async (method, path, body, headers = {}) =>
      app.request(path, {
        method,
        headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}
