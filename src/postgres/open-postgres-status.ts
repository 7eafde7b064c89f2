import { hostname } from "node:os";
import { defined } from "../core/defined";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { SharedStatus, type SharedStatusOptions } from "../hospitals/status/shared-status";
import type { LockOptions } from "../node/files/file-lock";
import { StatusFileStore } from "../node/logs/status-file-store";
import { PostgresStatusStore } from "./postgres-status-store";

export interface PostgresStatusOptions extends Omit<SharedStatusOptions, "mirror"> {
  /**
   * A file that repeats what the database holds: with it a start needs no database. Default: there is none.
   */
  readonly mirror?: string;
  readonly lock?: LockOptions;
}

/**
 * Opens the status that several machines keep in one database.
 *
 * @param url as PostgreSQL's own tools take it, such as `postgres://dispatch@db1,db2/status`.
 * @throws DiversionError `invalid-status-store` for a database that is not fit for it; `status-store-unavailable` where
 * neither it nor a mirror can be read; of the mirror what a status log throws.
 */
export async function openPostgresStatus(
  url: string,
  directory: HospitalDirectory,
  { mirror, lock, origin = hostname(), ...options }: PostgresStatusOptions = {},
): Promise<SharedStatus> {
  const file = mirror === undefined ? undefined : new StatusFileStore(mirror, defined({ clock: options.clock, lock }));
  const store = new PostgresStatusStore(url);
  try {
    return await SharedStatus.open(store, directory, { ...options, origin, ...defined({ mirror: file }) });
  } catch (error) {
    await Promise.all([store.close(), file?.close()]);
    throw error;
  }
}
