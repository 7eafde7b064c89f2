import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { MS_PER_MINUTE } from "../core/instant";
import { ENGLAND_DEFAULT } from "../diversion/rules/policy";
import type { FeedMonitor } from "../hospitals/feeds/feed-monitor";
import type { SharedFeeds } from "../hospitals/feeds/shared-feeds";
import type { SharedStatus } from "../hospitals/status/shared-status";
import { BASE_PATH } from "../http/app";
import { serve } from "../http/server";
import { DiversionService } from "../http/service";
import { FileLock, type LockOptions, removeLitter } from "../node/files/file-lock";
import { realPathOf, writeFileWhole } from "../node/files/write-file";
import { openDecisionLog } from "../node/logs/decision-log-file";
import { recallFeeds, rememberFeeds } from "../node/logs/feed-memory";
import { noteHead } from "../node/logs/log-head";
import { openStatus, type StatusFile } from "../node/logs/status-file";
import { SteadyClock } from "../node/steady-clock";
import { isPostgresUrl } from "../postgres/postgres-url";
import { CLOSURE_FEED_OPTIONS, NamedClosureFeeds } from "./closure-feeds";
import { command, EXIT, type Terminal } from "./command";
import { lockOptions, openRouter, ROUTER_OPTIONS, TAKE_OVER_OPTION } from "./common-options";
import * as option from "./options";
import { keepShort } from "./serve-compaction";
import { FEED_OPTIONS, ServedFeeds } from "./serve-feeds";
import { requireFitting, requireNoClosures, sharedTrouble, tellOfFreshness } from "./serve-shared";
import { openShared } from "./shared-status";

const TOKEN_VARIABLE = "AMBULANCE_DIVERSION_TOKEN";

const SERVE_OPTIONS = {
  port: option.number({ value: "N", help: "Default: 8080; 0 takes a free one.", min: 0, max: 65_535, isWhole: true }),
  host: option.text({ value: "ADDRESS", help: "Default: 127.0.0.1. Any other than loopback needs a token." }),
  "base-path": option.text({
    value: "PATH",
    help: "Under which path a proxy hands requests on, such as /diversion. Default: /.",
  }),
  ...ROUTER_OPTIONS,
  status: option.text({
    value: "FILE|URL",
    help: "The status log, made when there is none, or the database in which several servers keep it. Default: in memory.",
  }),
  mirror: option.text({
    value: "FILE",
    help: "With a database: a log here that repeats it, so that a start needs no database. Default: none.",
  }),
  desk: option.text({ value: "NAME", help: "Who writes here, as the log names it. Default: the machine's name." }),
  "require-log": option.flag({ help: "End when there is no status log, in place of beginning one." }),
  "compact-above": option.number({
    value: "N",
    help: "Compact the status log whenever it holds more changes. Default: by `status compact` or POST /v1/status/compaction.",
    min: 1,
    max: 1_000_000_000,
    isWhole: true,
  }),
  closures: option.text({
    value: "FILE",
    help: "Closed and slow roads, GeoJSON, made when there is none. Default: in memory.",
  }),
  log: option.text({ value: "FILE", help: "Add the decisions to this log, for `replay-decision`." }),
  ...TAKE_OVER_OPTION,
  ...FEED_OPTIONS,
  ...CLOSURE_FEED_OPTIONS,
  "closure-feed-interval": option.number({
    value: "SECONDS",
    help: "Between two polls of a closure feed. Default: 60.",
    min: 0.1,
    max: 86_400,
  }),
  "reads-need-token": option.flag({ help: "Reading takes the token too; the page, health and metrics stay open." }),
  cors: option.texts({ value: "ORIGIN", help: "A site whose pages may call, such as https://cad.example." }),
  "allow-host": option.texts({
    value: "NAME",
    help: "By which name the server may be asked, as of a proxy that hands it on. Default: on loopback its own alone.",
  }),
  quiet: option.flag({ help: "No line per request." }),
};

type ServeArguments = option.Arguments<option.ValuesOf<typeof SERVE_OPTIONS>>;

export const serveCommand = command({
  name: "serve",
  usage: "[--port 8080] [--host 127.0.0.1] [--status FILE|URL] [options]",
  summary: "Answer over HTTP, with a live map at /.",
  details: [
    `  ${TOKEN_VARIABLE}=... ambulance-diversion serve --status status.log\n` +
      "  curl 'http://127.0.0.1:8080/v1/recommendations?location=0.469,51.7356&needs=trauma'",
    `Changes need \`Authorization: Bearer\` and the token of ${TOKEN_VARIABLE}; without one nothing can be changed, and the\n` +
      "server listens on loopback only. /openapi.json describes every request. Behind a proxy that ends TLS, keep it on\n" +
      "loopback, and name the proxy's host with --allow-host if it hands that on; where the proxy gives it a path of its own,\n" +
      "name that with --base-path.",
    "--status is opened for writing, by this process alone, and keeps every acknowledged change, also through a kill.\n" +
      "Without it the status lasts as long as the process; what feeds said is kept beside it, in FILE.feeds. --closures is read at the start and written after each change;\n" +
      "one about no road of these stops the start with exit status 1, unless --lenient-closures.",
    "--status postgres://USER@HOST/NAME keeps the status, closures and what feeds said in one database for any number of servers\n" +
      "(`status store setup` makes its table). Each answers by what it holds and goes on without the database, as Status-Age in\n" +
      "its answers and /readyz say; with --mirror FILE it also starts without. Give all of them the same --feed IDs; one or two poll.",
    "--feed ID:FORMAT=FILE|URL polls a feed of edxl-have, fhir, json or csv; --feed ID names one whose messages are posted.\n" +
      "--feed-ttl says after how many minutes of silence a feed no longer knows. AMBULANCE_DIVERSION_FEED_TOKEN_<ID> (capitals,\n" +
      "_ for what is no letter or digit) holds a feed's bearer token, --feed-header other headers; neither is written to any log,\n" +
      "nor sent to another site on a redirect. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are heeded. SIGTERM and SIGINT end the server once\n" +
      "requests under way are answered.",
    "--closure-feed ID:FORMAT=FILE|URL polls what a road authority publishes, wzdx (WZDx 4) or datex2 (DATEX II 3, or 2), and\n" +
      "closes and slows the roads it is about; --closure-feed-ttl says after how many minutes of silence it no longer knows.\n" +
      "Then closed roads stay closed, and every answer says that the feed is silent.",
    "The log on standard error has a line of JSON per request, and nothing in it says where a patient is.",
  ],
  options: SERVE_OPTIONS,
  async run(args, terminal) {
    if (args.positionals.length > 0) throw badUsage(`serve takes options only, not "${args.positionals[0]}".`);
    const port = args.get("port");
    const host = args.get("host");
    const basePath = args.get("base-path");
    if (basePath !== undefined && !BASE_PATH.test(basePath)) {
      throw badUsage(
        `--base-path is "${basePath}"; write a path such as /diversion, without a slash at its end.`,
        "--base-path",
      );
    }
    const token = tokenOf(process.env[TOKEN_VARIABLE]);
    const open = await openService(args, terminal);
    try {
      const server = await serve({
        service: open.service,
        port,
        host,
        token,
        basePath,
        readsNeedToken: args.get("reads-need-token"),
        corsOrigins: args.get("cors"),
        ...(args.given("allow-host").length === 0 ? {} : { hosts: args.get("allow-host") }),
        ...(args.get("quiet") ? {} : { log: (entry) => void terminal.stderr.write(`${JSON.stringify(entry)}\n`) }),
      });
      const stopPolling = open.startPolling();
      terminal.stdout.write(`ambulance-diversion listens on ${server.url}\n`);
      await signalled();
      await stopPolling();
      await server.close();
    } finally {
      await open.close();
    }
    return EXIT.done;
  },
});

interface OpenService {
  readonly service: DiversionService;
  startPolling(): () => Promise<void>;
  /** Lets others write the logs. */
  close(): Promise<void>;
}

const NO_CLOSURES = { type: "FeatureCollection", features: [] } as const;

/** A second server on the file would put its own closures in the place of this one's. */
function lockClosures(file: string, options: LockOptions): FileLock {
  const path = realPathOf(file);
  const locked = (holder: string): DiversionError =>
    new DiversionError(
      "file-locked",
      `The closures are kept by ${holder}; stop that process, or take them over by --take-over.`,
      { file },
    );
  const lock = FileLock.acquire(`${path}.lock`, locked, options);
  removeLitter(path);
  return lock;
}

async function saveClosures(file: string, lock: FileLock, closures: object): Promise<void> {
  if (!lock.isHeld()) {
    const message = "The closures are not changed, because another process took their file over; start this one again.";
    throw new DiversionError("file-not-writable", message, { file });
  }
  await writeFileWhole(file, [`${JSON.stringify(closures)}\n`]);
}

type Closing = () => void | Promise<void>;

/** What requests are answered from: roads, hospitals, the status log and the decision log, both to be written. */
async function openService(args: ServeArguments, terminal: Terminal): Promise<OpenService> {
  const toClose: Closing[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of toClose.splice(0).reverse()) await closeOne();
  };
  try {
    return { ...(await openParts(args, terminal, toClose)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A log that is not there may be a volume that is not mounted: every ED then looks open. */
function tellOfNewLog(file: string, isRequired: boolean, terminal: Terminal): void {
  if (existsSync(file)) return;
  if (isRequired) {
    throw new DiversionError("file-not-found", "There is no status log, and --require-log asks for one.", { file });
  }
  terminal.stderr.write(
    `ambulance-diversion: ${file}: there is no status log, so one is begun at version 0: no ED diverts or refuses by it\n`,
  );
}

const clockTrouble = (status: StatusFile | undefined): string | undefined =>
  status === undefined || status.aheadMs === 0
    ? undefined
    : `The last change was received ${Math.ceil(status.aheadMs / MS_PER_MINUTE)} min after now; a clock is or was wrong.`;

function jumpTrouble(clock: SteadyClock): string | undefined {
  clock.now();
  return clock.aheadMs === 0 ? undefined : jumpText(clock.aheadMs);
}

const jumpText = (aheadMs: number): string =>
  `This machine's clock was put forward by ${Math.round(aheadMs / MS_PER_MINUTE)} min at once, which is not believed: time goes on as it went. Set the clock, or, if it is right now, start the server again.`;

const cutOffText = (missing: number, version: number): string | undefined =>
  missing === 0
    ? undefined
    : `The status log ends at version ${version} and had come ${missing} further: its last lines were cut off, or an older copy was put back.`;

/** @param toClose gathers what is to be closed, last opened last */
async function openParts(
  args: ServeArguments,
  terminal: Terminal,
  toClose: Closing[],
): Promise<Omit<OpenService, "close">> {
  const feeds = ServedFeeds.read(args, process.env);
  const closureFeeds = NamedClosureFeeds.read(args, process.env);
  const closureFile = args.get("closures");
  const named = args.get("status");
  const url = named !== undefined && isPostgresUrl(named) ? named : undefined;
  requireFitting(
    {
      desk: args.given("desk")[0],
      mirror: args.get("mirror"),
      closures: closureFile,
      closureFeeds: args.get("closure-feed"),
      compactAbove: args.get("compact-above"),
    },
    url,
  );
  const lock = lockOptions(args, terminal);
  let save: ((closures: object) => Promise<void>) | undefined;
  if (closureFile !== undefined) {
    const closureLock = lockClosures(closureFile, lock);
    toClose.push(() => closureLock.release());
    save = (closures) => saveClosures(closureFile, closureLock, closures);
    if (!existsSync(closureFile)) await save(NO_CLOSURES);
  }
  const memoryFile = named === undefined || url !== undefined ? undefined : `${named}.feeds`;
  const ofFeeds = (why: string): void =>
    void terminal.stderr.write(
      `ambulance-diversion: ${memoryFile}: what feeds said cannot be kept or recalled: ${why}\n`,
    );
  let monitor: FeedMonitor | undefined;
  let sharedFeeds: SharedFeeds | undefined;
  let statusFile: StatusFile | undefined;
  let cutOff: string | undefined;
  const steady = new SteadyClock({
    onJump: (aheadMs) => void terminal.stderr.write(`ambulance-diversion: ${jumpText(aheadMs)}\n`),
  });
  const clock = steady.now;
  let shared: SharedStatus | undefined;
  const desk = args.get("desk") ?? hostname();
  const router = await openRouter(args, terminal, {
    clock,
    engine: args.get("engine"),
    closures: closureFile,
    strictClosures: true,
    // Tables after a closure are brought up to date between two turns of the loop, without a timer's wait in each slice.
    schedule: (work) => void setImmediate(work),
    async openStatus(file, hospitals) {
      if (url !== undefined) {
        shared = await openShared(url, hospitals, {
          clock,
          origin: desk,
          lock,
          ...defined({ mirror: args.get("mirror") }),
        });
        const { status, freshness } = shared;
        if (status.receivedMs !== undefined) steady.know(status.receivedMs);
        toClose.push(() => shared!.close());
        const how =
          freshness.why === undefined
            ? `version ${status.version}`
            : `version ${status.version}, cut off: ${freshness.why}`;
        terminal.stderr.write(`ambulance-diversion: ${shared.store.description}: ${how}\n`);
        return { status };
      }
      tellOfNewLog(file, args.get("require-log"), terminal);
      const opened = openStatus(file, hospitals, { clock, timeZone: ENGLAND_DEFAULT.timeZone, lock });
      if (opened.receivedMs !== undefined) steady.know(opened.receivedMs);
      statusFile = opened;
      requireNoClosures(file, opened);
      toClose.push(() => opened.close());
      const tell = (text: string): void => void terminal.stderr.write(`ambulance-diversion: ${text}\n`);
      const head = noteHead(`${file}.head`, opened, (why) =>
        tell(`${file}.head: how far the log is cannot be noted: ${why}`),
      );
      toClose.push(() => head.stop());
      cutOff = cutOffText(head.missing, opened.version);
      if (cutOff !== undefined) tell(`${file}: ${cutOff}`);
      return opened;
    },
    ...(feeds === undefined
      ? {}
      : {
          feeds: (status) => {
            if (shared !== undefined) {
              sharedFeeds = feeds.sharedOver(shared, clock);
              monitor = sharedFeeds.monitor;
              return sharedFeeds;
            }
            monitor = feeds.monitorOver(
              status,
              clock,
              memoryFile === undefined ? [] : recallFeeds(memoryFile, ofFeeds),
            );
            return monitor;
          },
        }),
  });
  if (monitor !== undefined && memoryFile !== undefined) toClose.push(rememberFeeds(memoryFile, monitor, ofFeeds));
  const logFile = args.get("log");
  const decisions = logFile === undefined ? undefined : openDecisionLog(logFile, router, { lock });
  if (decisions !== undefined) toClose.push(() => decisions.close());
  const closureMonitor = closureFeeds?.monitorOver(router.roads, clock);
  if (shared !== undefined) tellOfFreshness(shared, terminal);
  const share = sharedFeeds === undefined ? undefined : (feed: string) => sharedFeeds!.share(feed);
  const service = new DiversionService({
    router,
    ...(shared === undefined ? { origin: desk } : { shared }),
    ...defined({ closureFeeds: closureMonitor, feeds: monitor, saveClosures: save, shareFeed: share }),
    ...(decisions === undefined ? {} : { record: (request, advice) => void decisions.record(request, advice) }),
    ...(statusFile === undefined ? {} : { compact: () => statusFile!.compactSteps() }),
    trouble: () => ({
      failing: [statusFile?.trouble, ...sharedTrouble(shared)].filter((why) => why !== undefined),
      degraded: [
        decisions?.trouble,
        clockTrouble(statusFile),
        jumpTrouble(steady),
        cutOff,
        shared?.mirrorTrouble,
      ].filter((why) => why !== undefined),
    }),
  });
  const compactAbove = args.get("compact-above");
  if (statusFile !== undefined && compactAbove !== undefined) {
    keepShort(
      statusFile,
      service,
      compactAbove,
      (text) => void terminal.stderr.write(`ambulance-diversion: ${text}\n`),
    );
  }
  return {
    service,
    startPolling() {
      const { timeZone } = router.policy;
      const stops: (() => Promise<void>)[] = [];
      if (feeds !== undefined && monitor !== undefined) {
        stops.push(feeds.startPolling(monitor, { zone: timeZone, terminal, ...defined({ share }) }));
      }
      if (closureFeeds !== undefined && closureMonitor !== undefined) {
        stops.push(closureFeeds.startPolling(closureMonitor, timeZone, terminal, args.get("closure-feed-interval")));
      }
      return async () => void (await Promise.all(stops.map((stop) => stop())));
    },
  };
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

function tokenOf(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (/\s/.test(text))
    throw badUsage(`${TOKEN_VARIABLE} holds a space or a line break; write the token without.`, TOKEN_VARIABLE);
  return text;
}

/** When the process is asked to end. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
