import { DiversionError } from "../core/errors";
import type { SharedStatus } from "../hospitals/status/shared-status";
import type { StatusFile } from "../node/logs/status-file";
import type { Terminal } from "./command";

/** How long a server may be without the store before it says that requests should go elsewhere: a fail-over takes as long. */
const CUT_OFF_MS = 15_000;

/** A change of a clock that is farther ahead of the store's is refused by it. */
const CLOCK_AHEAD_MS = 2000;

/** Why changes cannot be made in the store. */
export function sharedTrouble(shared: SharedStatus | undefined): string[] {
  if (shared === undefined) return [];
  const { state, why, clockAheadMs = 0 } = shared.freshness;
  const { ageMs = Number.POSITIVE_INFINITY } = shared;
  const age = Number.isFinite(ageMs) ? `${Math.round(ageMs / 1000)} s old` : "of the mirror alone";
  return [
    ...(state === "forked" ? [`No change is taken: ${why}`] : []),
    ...(state === "cut-off" && ageMs > CUT_OFF_MS ? [`The status here is ${age}, and no change is taken: ${why}`] : []),
    ...(clockAheadMs > CLOCK_AHEAD_MS
      ? [
          `This machine's clock is ${(clockAheadMs / 1000).toFixed(1)} s ahead of the store's, which refuses its changes.`,
        ]
      : []),
  ];
}

/** Options as they were given. */
interface Fitting {
  readonly desk: string | undefined;
  readonly mirror: string | undefined;
  readonly closures: string | undefined;
  readonly closureFeeds: readonly string[];
  readonly compactAbove: number | undefined;
}

/** What a shared status holds itself, and what is not shared, cannot be kept beside it. */
export function requireFitting(
  { desk, mirror, closures, closureFeeds, compactAbove }: Fitting,
  url: string | undefined,
): void {
  if (desk !== undefined && !/^[\x21-\x7e]{1,200}$/.test(desk)) {
    throw badUsage(
      `--desk is ${JSON.stringify(desk)}; write up to 200 letters and digits of ASCII, no spaces.`,
      "--desk",
    );
  }
  if (url === undefined) {
    if (mirror === undefined) return;
    throw badUsage("--mirror repeats a database; name one with --status postgres://….", "--mirror");
  }
  if (closures !== undefined) {
    const message =
      "The database holds the closures too: leave --closures out, and POST its file to /v1/closures once.";
    throw badUsage(message, "--closures");
  }
  if (compactAbove !== undefined) {
    const message = "The database keeps all changes; leave --compact-above out, which shortens a status log on disk.";
    throw badUsage(message, "--compact-above");
  }
  if (closureFeeds.length > 0) {
    const message =
      "What a closure feed says is not shared yet, and servers on one database must answer alike; leave --closure-feed out.";
    throw badUsage(message, "--closure-feed");
  }
}

/** Closures in a log are those of a store: beside a file of closures they would come back when they were reopened. */
export function requireNoClosures(file: string, status: StatusFile): void {
  if (status.entries().every(({ kind }) => kind !== "closure")) return;
  const message =
    "The log holds closures, as that of a database does; bring it into one by `status import`, and serve that.";
  throw new DiversionError("invalid-argument", message, { file });
}

/** Tells of each change of how the server stands to the store. */
export function tellOfFreshness(shared: SharedStatus, terminal: Terminal): void {
  shared.onFreshness(({ state, why }) => {
    const what = why === undefined || state === "current" ? state : `${state}: ${why}`;
    terminal.stderr.write(`ambulance-diversion: ${shared.store.description}: ${what}\n`);
  });
}

const badUsage = (message: string, field: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });
