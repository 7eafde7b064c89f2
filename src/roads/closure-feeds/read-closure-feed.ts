import { DiversionError } from "../../core/errors";
import type { ClosureFeedReaderOptions, ClosureFeedReading } from "./closure-feed-reading";
import { readDatex } from "./datex-reader";
import { readWzdx } from "./wzdx-reader";

/** The forms in which road authorities publish what is closed: WZDx (GeoJSON, version 4) and DATEX II (XML, 3 and 2). */
export const CLOSURE_FEED_FORMATS = ["wzdx", "datex2"] as const;
export type ClosureFeedFormat = (typeof CLOSURE_FEED_FORMATS)[number];

/** Reads a message of either form. @throws DiversionError `invalid-feed`, or `invalid-argument` for the options. */
export function readClosureFeed(
  format: ClosureFeedFormat,
  content: string | Uint8Array,
  options: ClosureFeedReaderOptions = {},
): ClosureFeedReading {
  if (format === "wzdx") return readWzdx(content, options);
  if (format === "datex2") return readDatex(content, options);
  const known = CLOSURE_FEED_FORMATS.join(", ");
  const message = `${JSON.stringify(format)} is not a form of closure feeds; they are ${known}.`;
  throw new DiversionError("invalid-argument", message, { field: "format" });
}
