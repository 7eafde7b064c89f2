import { DiversionError } from "../core/errors";
import { BASE_PATH } from "../http/app";
import { serve } from "../http/server";
import { command, EXIT } from "./command";
import { openService } from "./open-service";
import { SERVE_OPTIONS } from "./serve-options";

const TOKEN_VARIABLE = "AMBULANCE_DIVERSION_TOKEN";

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
