/**
 * `ambulance-diversion/postgres`: one status kept by several machines, in a table of PostgreSQL 15 or newer. Needs the
 * package `pg`, an optional peer.
 */

export type { SharedStatus, StatusFreshness, SubmitOptions } from "../hospitals/status/shared-status";
export { openPostgresStatus, type PostgresStatusOptions } from "./open-postgres-status";
export { PostgresStatusStore } from "./postgres-status-store";
export { setupSql } from "./schema";
