import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { MS_PER_MINUTE } from "../core/instant";
import { ENGLAND_DEFAULT } from "../diversion/rules/policy";
import type { FeedMonitor } from "../hospitals/feeds/feed-monitor";
import type { SharedFeeds } from "../hospitals/feeds/shared-feeds";
import type { SharedStatus } from "../hospitals/status/shared-status";
import { DiversionService } from "../http/service";
import { FileLock, type LockOptions, removeLitter } from "../node/files/file-lock";
import { realPathOf, writeFileWhole } from "../node/files/write-file";
import { openDecisionLog } from "../node/logs/decision-log-file";
import { recallFeeds, rememberFeeds } from "../node/logs/feed-memory";
import { noteHead } from "../node/logs/log-head";
import { openStatus, type StatusFile } from "../node/logs/status-file";
import { SteadyClock } from "../node/steady-clock";
import { isPostgresUrl } from "../postgres/postgres-url";
import { NamedClosureFeeds } from "./closure-feeds";
import type { Terminal } from "./command";
import { lockOptions, openRouter } from "./common-options";
import { keepShort } from "./serve-compaction";
import { ServedFeeds } from "./serve-feeds";
import type { ServeArguments } from "./serve-options";
import { requireFitting, requireNoClosures, sharedTrouble, tellOfFreshness } from "./serve-shared";
import { openShared } from "./shared-status";

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
export async function openService(args: ServeArguments, terminal: Terminal): Promise<OpenService> {
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
