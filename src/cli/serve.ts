import { DiversionError } from "../core/errors";
import { MS_PER_MINUTE, systemClock } from "../core/instant";
import { ENGLAND_DEFAULT } from "../diversion/policy";
import { FeedMonitor } from "../hospitals/feeds/feed-monitor";
import { FEED_FORMATS, type FeedFormat } from "../hospitals/feeds/read-feed";
import type { Status } from "../hospitals/status";
import { serve } from "../http/server";
import { DiversionService } from "../http/service";
import { openDecisionLog } from "../node/decision-log-file";
import { FeedPoller } from "../node/feed-poller";
import { openStatus, type StatusFile } from "../node/status-file";
import { writeFileWhole } from "../node/write-file";
import { type Command, EXIT } from "./command";
import { openRouter, ROUTER_OPTIONS } from "./common-options";

const TOKEN_VARIABLE = "AMBULANCE_DIVERSION_TOKEN";

export const serveCommand: Command = {
  name: "serve",
  usage: "[--port 8080] [--host 127.0.0.1] [--status FILE] [options]",
  summary: "Answer over HTTP, with a live map at /.",
  details: [
    `  ${TOKEN_VARIABLE}=... ambulance-diversion serve --status status.log\n` +
      "  curl 'http://127.0.0.1:8080/v1/recommendations?location=0.469,51.7356&needs=trauma'",
    `Changes need \`Authorization: Bearer\` and the token of ${TOKEN_VARIABLE}; without one nothing can be changed, and the\n` +
      "server listens on loopback only. /openapi.json describes every request. Behind a proxy that ends TLS, keep it on\n" +
      "loopback.",
    "--status is opened for writing, by this process alone, and keeps every acknowledged change, also through a kill.\n" +
      "Without it the status lasts as long as the process. --closures is read at the start and written after each change.",
    "--feed ID:FORMAT=FILE|URL polls a feed of edxl-have, fhir, json or csv; --feed ID names one whose messages are posted.\n" +
      "--feed-ttl says after how many minutes of silence a feed no longer knows. SIGTERM and SIGINT end the server once\n" +
      "requests under way are answered.",
    "The log on standard error has a line of JSON per request, and nothing in it says where a patient is.",
  ],
  options: {
    port: { value: "N", help: "Default: 8080; 0 takes a free one." },
    host: { value: "ADDRESS", help: "Default: 127.0.0.1. Any other than loopback needs a token." },
    ...ROUTER_OPTIONS,
    status: { value: "FILE", help: "The status log, made when there is none. Default: in memory." },
    closures: { value: "FILE", help: "Closed and slow roads, GeoJSON; kept up to date. Default: in memory." },
    log: { value: "FILE", help: "Add the decisions to this log, for `replay-decision`." },
    feed: { value: "ID[:FORMAT=FROM]", repeatable: true, help: "A feed that is posted, or polled from a file or URL." },
    "feed-ttl": { value: "MINUTES", help: "Silence after which a feed no longer knows; needed with --feed." },
    "feed-interval": { value: "SECONDS", help: "Between two polls. Default: 30." },
    "reads-need-token": { help: "Reading takes the token too; the page, health and metrics stay open." },
    cors: { value: "ORIGIN", repeatable: true, help: "A site whose pages may call, such as https://cad.example." },
    quiet: { help: "No line per request." },
  },
  async run(args, terminal) {
    if (args.positionals.length > 0) throw badUsage(`serve takes options only, not "${args.positionals[0]}".`);
    const port = args.number("port", { min: 0, max: 65_535, integer: true });
    const host = args.text("host");
    const token = tokenOf(process.env[TOKEN_VARIABLE]);
    const feedOptions = args.texts("feed").map(feedOption);
    const ttlMinutes = args.number("feed-ttl", { min: 0.01, max: 100_000 });
    const intervalSeconds = args.number("feed-interval", { min: 0.1, max: 86_400 });
    if (feedOptions.length > 0 && ttlMinutes === undefined) {
      throw badUsage("Say with --feed-ttl MINUTES after how long a silence a feed no longer knows.", "--feed-ttl");
    }
    let monitor: FeedMonitor | undefined;
    let statusFile: StatusFile | undefined;
    const feeds = (status: Status): FeedMonitor => {
      const timeToLiveMs = ttlMinutes! * MS_PER_MINUTE;
      monitor = new FeedMonitor(
        status,
        feedOptions.map(({ id }) => ({ id, timeToLiveMs })),
      );
      return monitor;
    };
    const router = await openRouter(args, terminal, {
      clock: systemClock,
      openStatus(file, hospitals) {
        statusFile = openStatus(file, hospitals, { timeZone: ENGLAND_DEFAULT.timeZone });
        return statusFile;
      },
      ...(feedOptions.length === 0 ? {} : { feeds }),
    });
    const closureFile = args.text("closures");
    const logFile = args.text("log");
    const decisions = logFile === undefined ? undefined : openDecisionLog(logFile, router);
    const service = new DiversionService({
      router,
      ...(monitor === undefined ? {} : { feeds: monitor }),
      ...(decisions === undefined ? {} : { record: (request, advice) => void decisions.record(request, advice) }),
      ...(closureFile === undefined
        ? {}
        : {
            saveClosures: async (closures) => {
              await writeFileWhole(closureFile, [`${JSON.stringify(closures)}\n`]);
            },
          }),
    });
    const server = await serve({
      service,
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
      ...(token === undefined ? {} : { token }),
      readsNeedToken: args.flag("reads-need-token"),
      corsOrigins: args.texts("cors"),
      ...(args.flag("quiet") ? {} : { log: (entry) => void terminal.stderr.write(`${JSON.stringify(entry)}\n`) }),
    });
    const pollers = feedOptions.flatMap(({ id, source }) =>
      source === undefined || monitor === undefined
        ? []
        : new FeedPoller({
            monitor,
            feed: id,
            location: source.location,
            format: source.format,
            read: { zone: router.policy.timeZone },
            ...(intervalSeconds === undefined ? {} : { intervalMs: intervalSeconds * 1000 }),
            onPoll: ({ feed, lastError, failuresInARow }) => {
              if (failuresInARow === 1)
                terminal.stderr.write(`ambulance-diversion: feed ${feed}: ${lastError?.describe()}\n`);
            },
          }),
    );
    for (const poller of pollers) poller.start();
    terminal.stdout.write(`ambulance-diversion listens on ${server.url}\n`);
    await signalled();
    await Promise.all(pollers.map((poller) => poller.stop()));
    await server.close();
    decisions?.close();
    statusFile?.close();
    return EXIT.done;
  },
};

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

function tokenOf(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (/\s/.test(text))
    throw badUsage(`${TOKEN_VARIABLE} holds a space or a line break; write the token without.`, TOKEN_VARIABLE);
  return text;
}

interface FeedOption {
  readonly id: string;
  /** Undefined: its messages are posted. */
  readonly source?: { readonly format: FeedFormat; readonly location: string };
}

function feedOption(text: string): FeedOption {
  const at = text.indexOf("=");
  if (at < 0) return { id: text };
  const [id = "", formatText = ""] = text.slice(0, at).split(":");
  const format = FEED_FORMATS.find((known) => known === formatText);
  const location = text.slice(at + 1);
  if (format === undefined || location === "") {
    throw badUsage(
      `--feed is "${text}"; write ID:FORMAT=FILE|URL, the format one of ${FEED_FORMATS.join(", ")}.`,
      "--feed",
    );
  }
  return { id, source: { format, location } };
}

/** When the process is asked to end. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
