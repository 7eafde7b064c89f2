import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { ENGLAND_DEFAULT } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { SharedStatus } from "../hospitals/status/shared-status";
import { type LoadedStatus, loadStatus } from "../node/logs/status-file";
import type { PostgresStatusOptions } from "../postgres/open-postgres-status";
import { isPostgresUrl } from "../postgres/postgres-url";

/** The room of the database, loaded only by whoever names one: its package may not be there. */
export async function postgresRoom(): Promise<typeof import("../postgres/index")> {
  try {
    return await import("../postgres/index");
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const message = "A status in PostgreSQL needs the package pg, which is not installed; run `npm install pg`.";
    throw new DiversionError("invalid-argument", message, { field: "--status" }, { cause });
  }
}

/** Opens the status that a URL names. */
export async function openShared(
  url: string,
  directory: HospitalDirectory,
  options: PostgresStatusOptions,
): Promise<SharedStatus> {
  const { openPostgresStatus } = await postgresRoom();
  return openPostgresStatus(url, directory, { timeZone: ENGLAND_DEFAULT.timeZone, ...options });
}

interface ReadOptions {
  readonly clock: () => number;
  readonly archives?: boolean;
}

/** Reads the status that is named, a file or the URL of a database, as it is now. */
export async function readStatus(
  named: string,
  directory: HospitalDirectory,
  { clock, archives }: ReadOptions,
): Promise<LoadedStatus> {
  if (!isPostgresUrl(named)) return loadStatus(named, directory, { clock, ...defined({ archives }) });
  const shared = await openShared(named, directory, { clock, pollMs: 0 });
  await shared.close();
  return { status: shared.status };
}
