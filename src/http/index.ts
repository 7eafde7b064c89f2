/**
 * `ambulance-diversion/http`: the small HTTP wrapper, as an app to mount and as a server to run.
 */
export { type AppOptions, createApp, type DiversionApp, type RequestLogEntry } from "./app";
export type { Problem } from "./problem";
export { type RunningServer, type ServeOptions, serve } from "./server";
export { DiversionService, type DiversionServiceOptions } from "./service";
