import { DiversionError } from "./errors";
import { type EpochMs, epochDay, MS_PER_DAY, MS_PER_MINUTE } from "./instant";

/**
 * Offsets change on whole quarters of an hour of UTC in every zone of the IANA database since 1972, so one offset per
 * quarter is exact for every moment the product meets.
 */
const QUARTER_MS = 15 * MS_PER_MINUTE;

/**
 * An IANA time zone, answered from the rules the JavaScript engine carries (ECMA-402), so that no zone data is shipped.
 * Answers are remembered by quarter of an hour: asking Intl takes microseconds, remembering takes nanoseconds.
 */
export class TimeZone {
  static readonly #known = new Map<string, TimeZone>();

  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  private constructor(readonly name: string) {
    this.#format = new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** @throws DiversionError `invalid-argument` when the engine knows no such zone. */
  static of(name: string): TimeZone {
    const zone = TimeZone.find(name);
    if (zone === undefined) {
      throw new DiversionError(
        "invalid-argument",
        `${JSON.stringify(name)} is no IANA time zone; write a name such as Europe/London.`,
      );
    }
    return zone;
  }

  /** The zone, or undefined when the engine knows none of this name. Fixed offsets such as `+01:00` are not zones. */
  static find(name: string): TimeZone | undefined {
    const known = TimeZone.#known.get(name);
    if (known !== undefined) return known;
    if (!/^[A-Za-z]/.test(name)) return undefined;
    try {
      const zone = new TimeZone(name);
      TimeZone.#known.set(name, zone);
      return zone;
    } catch {
      return undefined;
    }
  }

  /** Minutes by which the zone's clocks are ahead of UTC at this moment; east is positive. */
  offsetMinutes(epochMs: EpochMs): number {
    const quarter = Math.floor(epochMs / QUARTER_MS);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      // A bound, not a policy: years of quarters would otherwise pile up in a process that runs for years.
      if (this.#offsets.size >= 4096) this.#offsets.clear();
      offset = this.#askIntl(quarter * QUARTER_MS);
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }

  /**
   * The moment at which the zone's clocks show `localMs`, milliseconds of wall clock since 1970-01-01T00:00 local time.
   * On the two awkward nights of the year as RFC 5545 section 3.3.5 has it: a time shown twice is the first of the two,
   * a time that is skipped is read with the offset in force before the gap.
   */
  instantOfLocal(localMs: number): EpochMs {
    // No zone is a day or more from UTC, so these two offsets are the ones before and after any transition nearby.
    const before = this.offsetMinutes(localMs - MS_PER_DAY) * MS_PER_MINUTE;
    const after = this.offsetMinutes(localMs + MS_PER_DAY) * MS_PER_MINUTE;
    const early = localMs - before;
    if (before === after || this.offsetMinutes(early) * MS_PER_MINUTE === before) return early;
    const late = localMs - after;
    return this.offsetMinutes(late) * MS_PER_MINUTE === after ? late : early;
  }

  #askIntl(epochMs: EpochMs): number {
    const parts = new Map(this.#format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get("era")?.startsWith("B") === true ? 1 - part("year") : part("year");
    const local =
      epochDay(year, part("month"), part("day")) * MS_PER_DAY +
      ((part("hour") * 60 + part("minute")) * 60 + part("second")) * 1000;
    return Math.round((local - epochMs) / MS_PER_MINUTE);
  }
}
