import { CLOSURE_FEED_OPTIONS } from "./closure-feeds";
import { ROUTER_OPTIONS, TAKE_OVER_OPTION } from "./common-options";
import * as option from "./options";
import { FEED_OPTIONS } from "./serve-feeds";

export const SERVE_OPTIONS = {
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

export type ServeArguments = option.Arguments<option.ValuesOf<typeof SERVE_OPTIONS>>;
