import { assert } from "../../core/assert";
import { DiversionError } from "../../core/errors";
import { runSteps, type Steps } from "../../core/steps";
import type { FeedReading } from "./feed-reading";
import { type FhirReaderOptions, readFhir, readFhirSteps } from "./fhir-reader";
import { readHaveSteps } from "./have-reader";
import type { FeedReaderOptions } from "./hospital-match";
import { readCsvFeed, readJsonFeed } from "./simple-feed";

/** The forms in which feeds are read: EDXL-HAVE 1.0, FHIR R4 and R5, and our own as JSON and as CSV. */
export const FEED_FORMATS = ["edxl-have", "fhir", "json", "csv"] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

export interface ReadFeedOptions extends FeedReaderOptions, Pick<FhirReaderOptions, "services"> {
  /** The IANA zone of times without an offset, such as the hospitals' own. Needed for FHIR's times of day. */
  readonly zone?: string;
}

/** Reads a message that comes in pages, which FHIR alone has; one page is a message of any form. */
export function readFeedPages(format: FeedFormat, pages: readonly Uint8Array[], options: ReadFeedOptions): FeedReading {
  const [page, ...more] = pages;
  if (more.length === 0) return readFeed(format, page!, options);
  assert(format === "fhir", () => `A message of ${format} has ${pages.length} pages.`);
  return readFhir(pages, withZone(options));
}

/** Reads a message of any of the forms. @throws DiversionError `invalid-feed`, or `invalid-argument` for the options. */
export const readFeed = (format: FeedFormat, content: string | Uint8Array, options: ReadFeedOptions): FeedReading =>
  runSteps(readFeedSteps(format, content, options));

/** {@link readFeed}, in steps. */
export function* readFeedSteps(
  format: FeedFormat,
  content: string | Uint8Array,
  options: ReadFeedOptions,
): Steps<FeedReading> {
  switch (format) {
    case "edxl-have":
      return yield* readHaveSteps(content, options);
    case "json":
      return readJsonFeed(content, options);
    case "csv":
      return readCsvFeed(content, options);
    case "fhir":
      return yield* readFhirSteps(content, withZone(options));
    default: {
      const known = FEED_FORMATS.join(", ");
      const message = `${JSON.stringify(format)} is not a form of feeds; they are ${known}.`;
      throw new DiversionError("invalid-argument", message, { field: "format" });
    }
  }
}

function withZone(options: ReadFeedOptions): FhirReaderOptions {
  const { zone } = options;
  if (zone !== undefined) return { ...options, zone };
  const message = "FHIR's times of day carry no zone; give the hospitals' zone, such as Europe/London.";
  throw new DiversionError("invalid-argument", message, { field: "zone" });
}
