import { basename } from "node:path";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { formatInstant, parseInstant } from "../../core/instant";
import { firstWhere } from "../../core/search";
import { TimeZone } from "../../core/time-zone";
import { lifetimeOf, overrules } from "../../diversion/rules/bearings";
import { edCondition, isInForce } from "../../diversion/rules/ed-condition";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import type { Restriction, RestrictionReport } from "../../hospitals/status/restriction";
import {
  FLAG_KEY,
  OVERRULE_KEY,
  type OverruleOptions,
  type SetOpenOptions,
  type StatusChange,
  type StatusEntry,
} from "../../hospitals/status/status";
import { statusStatisticsSteps } from "../../hospitals/status/status-statistics";
import { idempotencyKey } from "../idempotency";
import { jsonInTurns } from "../json-steps";
import { type Env, json, problems, security } from "../openapi";
import {
  ClearQuery,
  CompactionResponse,
  HISTORY_PAGE,
  HistoryQuery,
  HistoryResponse,
  HospitalNowResponse,
  HospitalParams,
  HospitalsResponse,
  OpenBody,
  OverruleBody,
  PreconditionHeaders,
  RestrictionBody,
  RestrictionParams,
  StatisticsQuery,
  StatisticsResponse,
  StatusResultResponse,
} from "../schemas/hospitals";
import type { DiversionService } from "../service";

const changed = {
  200: json(StatusResultResponse, "What became of it; the ETag is the restriction's version."),
  400: problems[400],
  401: problems[401],
  429: problems[429],
  404: problems[404],
  409: problems[409],
  412: problems[412],
  422: problems[422],
  503: problems[503],
};

const list = createRoute({
  method: "get",
  path: "/v1/hospitals",
  summary: "Every hospital, what is held for it, and how it stands now.",
  responses: { 200: json(HospitalsResponse, "The ETag is the version of the status.") },
});

const one = createRoute({
  method: "get",
  path: "/v1/hospitals/{id}",
  summary: "One hospital, by its id or an alias.",
  request: { params: HospitalParams },
  responses: {
    200: json(HospitalNowResponse, "As in the list. The ETag is the version of the status."),
    404: problems[404],
  },
});

const putOpen = createRoute({
  method: "put",
  path: "/v1/hospitals/{id}/open",
  summary: "Set the plain flag.",
  description: "Closed is a divert for everyone under the key `flag`; other restrictions stay.",
  security,
  request: {
    params: HospitalParams,
    headers: PreconditionHeaders,
    body: { required: true, content: { "application/json": { schema: OpenBody } } },
  },
  responses: changed,
});

const putRestriction = createRoute({
  method: "put",
  path: "/v1/hospitals/{id}/restrictions/{key}",
  summary: "Hold a restriction, in place of what was held under the key.",
  security,
  request: {
    params: RestrictionParams,
    headers: PreconditionHeaders,
    body: { required: true, content: { "application/json": { schema: RestrictionBody } } },
  },
  responses: changed,
});

const deleteRestriction = createRoute({
  method: "delete",
  path: "/v1/hospitals/{id}/restrictions/{key}",
  summary: "End a restriction.",
  security,
  request: { params: RestrictionParams, headers: PreconditionHeaders, query: ClearQuery },
  responses: changed,
});

const putOverrule = createRoute({
  method: "put",
  path: "/v1/hospitals/{id}/overrule",
  summary: "Hold a person's word against that of feeds.",
  description:
    "While it holds, what feeds report of the ED is held and shown and does not count, nor that they do not know. It ends by itself.",
  security,
  request: {
    params: HospitalParams,
    headers: PreconditionHeaders,
    body: { required: true, content: { "application/json": { schema: OverruleBody } } },
  },
  responses: changed,
});

const deleteOverrule = createRoute({
  method: "delete",
  path: "/v1/hospitals/{id}/overrule",
  summary: "End an overrule, so that feeds count again.",
  security,
  request: { params: HospitalParams, headers: PreconditionHeaders, query: ClearQuery },
  responses: changed,
});

const history = createRoute({
  method: "get",
  path: "/v1/status/history",
  summary: "Accepted changes of the status, oldest first.",
  description: `Up to ${HISTORY_PAGE} in one answer.`,
  request: { query: HistoryQuery },
  responses: { 200: json(HistoryResponse, "The changes."), 400: problems[400] },
});

const compaction = createRoute({
  method: "post",
  path: "/v1/status/compaction",
  summary: "Make the status log short, so that the next start is quick.",
  description:
    "The log as it is becomes an archive beside it, and goes on from the last change for each hospital and key, as one chain with one count of versions. Changes may be made meanwhile. Until the next start this server tells old versions as before.",
  security,
  responses: {
    200: json(CompactionResponse, "Done."),
    400: problems[400],
    401: problems[401],
    429: problems[429],
    503: problems[503],
  },
});

const statistics = createRoute({
  method: "get",
  path: "/v1/statistics",
  summary: "How long EDs diverted and refused: per ED and day, how many at once, and each from beginning to end.",
  request: { query: StatisticsQuery },
  responses: { 200: json(StatisticsResponse, "By what was known at each moment."), 400: problems[400] },
});

export function hospitalRoutes(app: OpenAPIHono<Env>, service: DiversionService, withToken: MiddlewareHandler): void {
  const { router } = service;
  app.on(["PUT", "DELETE"], "/v1/hospitals/*", withToken);
  app.on("POST", "/v1/status/*", withToken);

  app.openapi(list, (c) => {
    c.header("ETag", `"${router.status.version}"`);
    return c.json(hospitalsNow(service), 200);
  });

  app.openapi(one, (c) => {
    const index = router.hospitals.requireIndex(c.req.valid("param").id, "id");
    const { hospitals, ...moment } = hospitalsNow(service, [index]);
    c.header("ETag", `"${router.status.version}"`);
    return c.json({ ...moment, hospital: hospitals[0]! }, 200);
  });

  app.openapi(putOpen, (c) => {
    const { id } = c.req.valid("param");
    const stated = defined(c.req.valid("json")) as { readonly open: boolean } & SetOpenOptions;
    return answered(c, service, { kind: "open", hospital: id, ...stated }, FLAG_KEY);
  });

  app.openapi(putRestriction, (c) => {
    const { id, key } = c.req.valid("param");
    const report = defined(c.req.valid("json")) as Omit<RestrictionReport, "hospital" | "key">;
    return answered(c, service, { kind: "report", ...report, hospital: id, key }, key);
  });

  app.openapi(deleteRestriction, (c) => {
    const { id, key } = c.req.valid("param");
    return answered(c, service, { kind: "clear", hospital: id, key, ...defined(c.req.valid("query")) }, key);
  });

  app.openapi(putOverrule, (c) => {
    const { id } = c.req.valid("param");
    const options = defined(c.req.valid("json")) as OverruleOptions;
    return answered(c, service, { kind: "overrule", hospital: id, ...options }, OVERRULE_KEY);
  });

  app.openapi(deleteOverrule, (c) => {
    const { id } = c.req.valid("param");
    const change = { kind: "clear", hospital: id, key: OVERRULE_KEY, ...defined(c.req.valid("query")) } as const;
    return answered(c, service, change, OVERRULE_KEY);
  });

  app.openapi(compaction, async (c) => {
    const { archive, ...rest } = await service.compact();
    return c.json(defined({ ...rest, archive: archive === undefined ? undefined : basename(archive) }), 200);
  });

  app.openapi(statistics, async (c) => {
    const { from, until } = c.req.valid("query");
    const [fromMs, untilMs] = [parseInstant(from, "from").epochMs, parseInstant(until, "until").epochMs];
    if (fromMs >= untilMs) {
      throw new DiversionError("invalid-argument", `until is ${until}, which is not after from.`, { field: "until" });
    }
    const { policy, status } = router;
    const options = {
      fromMs,
      untilMs,
      timeZone: policy.timeZone,
      lifetime: (restriction: Restriction) => lifetimeOf(restriction, policy),
    };
    const steps = statusStatisticsSteps(status.history(), status.directory, options);
    return jsonInTurns(c, service.turns, await service.turns.run(steps));
  });

  app.openapi(history, (c) => {
    const since = Number(c.req.valid("query").since ?? 0);
    const { version, archivedTo } = router.status;
    const all = router.status.entries();
    const first = firstWhere(0, all.length, (index) => all[index]!.version > since);
    // The compiler is told of what the document says of every kind; what else one has goes along.
    const events: readonly Pick<StatusEntry, "version" | "kind">[] = all.slice(first, first + HISTORY_PAGE);
    return c.json({ version, archivedTo, events: [...events] }, 200);
  });
}

async function answered(c: Context<Env>, service: DiversionService, change: StatusChange, key: string) {
  const ifMatch = c.req.header("If-Match");
  const result = await service.change(change, key, { ifMatch, id: idempotencyKey(c) });
  c.header("ETag", `"${service.versions.of(change.hospital, key)}"`);
  return c.json(result, 200);
}

/** @param numbers which; all when not given. */
function hospitalsNow({ router, versions }: DiversionService, numbers?: readonly number[]) {
  const { policy, hospitals, status } = router;
  const atMs = router.clock();
  const view = status.view();
  const feeds = router.feeds?.health().in(hospitals);
  const zone = TimeZone.of(policy.timeZone);
  const written = (epochMs: number): string => formatInstant(epochMs, zone.offsetMinutes(epochMs));
  /** When a restriction without an end of its own is taken as over. */
  const lapse = (restriction: Restriction, feed: FeedState | undefined): { readonly lapsesAt?: string } => {
    const { untilMs } = lifetimeOf(restriction, policy, feed);
    return restriction.until === undefined && Number.isFinite(untilMs) ? { lapsesAt: written(untilMs) } : {};
  };
  return {
    statusVersion: view.version,
    at: written(atMs),
    hospitals: (numbers ?? [...hospitals.hospitals.keys()]).map((index) => {
      const hospital = hospitals.hospitals[index]!;
      const held = view.restrictionsAt(index);
      const feed = feeds?.stateOf(index, atMs);
      const overrule = view.overruleAt(index);
      const { id, name, location, capabilities } = hospital;
      return {
        id,
        name,
        location,
        capabilities,
        condition: edCondition(hospital, held, policy, atMs, feed, overrule),
        restrictions: held.map((restriction) => ({
          ...restriction,
          version: versions.of(id, restriction.key),
          inForce: isInForce(restriction, policy, atMs, feed),
          ...lapse(restriction, feed),
        })),
        overrule:
          overrule === undefined
            ? undefined
            : { ...overrule, version: versions.of(id, OVERRULE_KEY), inForce: overrules(overrule, atMs) },
        feed:
          feed?.feed === undefined
            ? undefined
            : { id: feed.feed, ageSeconds: feed.ageMs === undefined ? undefined : feed.ageMs / 1000 },
      };
    }),
  };
}
