import { type Instant, instantAt, readInstant } from "./instant";
import type { TimeZone } from "./time-zone";

const SENDERS_FORM =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(?::(\d{2}))?([.,]\d{1,9})?\s*(?:([Zz])|([+-]\d{2}):?(\d{2})?)?$/;

/**
 * A sender's moment: RFC 3339, and what senders write in its place: no seconds, an offset without a colon or without
 * minutes, a space for the `T`, no offset at all. The last is read on the clocks of the zone given, and is no moment
 * without one. The text of the result is RFC 3339, whatever the sender's form.
 */
export function readSenderTime(text: string, zone: TimeZone | undefined): Instant | undefined {
  const strict = readInstant(text);
  if (strict !== undefined) return strict;
  const match = SENDERS_FORM.exec(text.trim());
  if (match === null) return undefined;
  const [, date, minute, second = "00", fraction = "", utc, hours, minutes = "00"] = match;
  const local = `${date}T${minute}:${second}${fraction.replace(",", ".")}`;
  if (utc !== undefined) return readInstant(`${local}Z`);
  if (hours !== undefined) return readInstant(`${local}${hours}:${minutes}`);
  // As if in UTC, for the calendar's and the clock's own rules; the zone then says when its clocks show that.
  const asUtc = readInstant(`${local}Z`);
  if (asUtc === undefined || zone === undefined) return undefined;
  const epochMs = zone.instantOfLocal(asUtc.epochMs);
  return instantAt(epochMs, zone.offsetMinutes(epochMs));
}
