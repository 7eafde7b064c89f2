import { MS_PER_DAY, MS_PER_MINUTE } from "../../core/instant";

const MINUTES_PER_DAY = 24 * 60;
const WEEKDAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"];
/** OpenStreetMap keeps no longer ones. */
const LONGEST_VALUE = 255;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

type Span = readonly [fromMinute: number, untilMinute: number];

/** A day on the calendar of the place. */
interface LocalDay {
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From Monday, which is 0. */
  readonly weekday: number;
  readonly isHoliday: boolean;
}

type DayTest = (day: LocalDay) => boolean;

/** One rule of `Apr-Oct Mo-Fr 06:00-22:00 off`. */
interface Rule {
  readonly isOn: DayTest;
  /** Undefined: the whole day. */
  readonly spans: readonly Span[] | undefined;
  readonly isOff: boolean;
  /** Adds to the rules before it instead of replacing what they say of a day. */
  readonly isAdded: boolean;
}

/**
 * Whether hours in the notation of OpenStreetMap (wiki.openstreetmap.org, Key:opening_hours/specification) take in a
 * moment: months and days of them, days of the week, spans over midnight, `off`, `24/7`, rules that replace (`;`) and that
 * add (`,`). Undefined for what is more than that, such as sunrise, and where it turns on whether the day is a public
 * holiday.
 *
 * @param localMs milliseconds of wall clock at the place since 1970-01-01T00:00.
 */
export function isWithinHours(hours: string, localMs: number): boolean | undefined {
  const rules = hours.length > LONGEST_VALUE ? undefined : readRules(hours.trim().toLowerCase());
  if (rules === undefined) return undefined;
  const onWorkday = holds(rules, localMs, false);
  return onWorkday === holds(rules, localMs, true) ? onWorkday : undefined;
}

function holds(rules: readonly Rule[], localMs: number, isHoliday: boolean): boolean {
  const minute = Math.floor(localMs / MS_PER_MINUTE) % MINUTES_PER_DAY;
  const isIn = ([from, until]: Span, at: number): boolean => from <= at && at < until;
  return (
    spansOn(rules, localDay(localMs, isHoliday)).some((span) => isIn(span, minute)) ||
    spansOn(rules, localDay(localMs - MS_PER_DAY, isHoliday)).some((span) => isIn(span, minute + MINUTES_PER_DAY))
  );
}

function localDay(localMs: number, isHoliday: boolean): LocalDay {
  const date = new Date(localMs);
  return {
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
    isHoliday,
  };
}

function spansOn(rules: readonly Rule[], day: LocalDay): readonly Span[] {
  let spans: readonly Span[] = [];
  for (const rule of rules) {
    if (!rule.isOn(day)) continue;
    const own = rule.spans ?? [[0, MINUTES_PER_DAY] as const];
    if (rule.isOff) spans = rule.spans === undefined ? [] : spans.flatMap((span) => without(span, own));
    else spans = rule.isAdded ? [...spans, ...own] : own;
  }
  return spans;
}

/** What is left of a span. */
function without(span: Span, taken: readonly Span[]): Span[] {
  let left: Span[] = [span];
  for (const [from, until] of taken) {
    left = left.flatMap(([a, b]) => [[a, Math.min(b, from)] as const, [Math.max(a, until), b] as const]);
  }
  return left.filter(([a, b]) => a < b);
}

/** A comma between two rules is followed by a day or a month; one within a rule by the next of a list of the same kind. */
const RULE_COMMA = /,\s*(?=[a-z])/;
const ENDS_WITH_TIME = /\d\d:\d\d\s*$/;

function readRules(text: string): Rule[] | undefined {
  const rules: Rule[] = [];
  for (const part of text.split(";")) {
    let pieces: string[] = [];
    // "mo-fr 06:00-22:00, sa 08:00-20:00": after times, a comma begins a rule of its own.
    for (const piece of part.split(RULE_COMMA)) {
      const last = pieces.at(-1);
      if (last !== undefined && !ENDS_WITH_TIME.test(last)) pieces = [...pieces.slice(0, -1), `${last},${piece}`];
      else pieces.push(piece);
    }
    for (const [at, piece] of pieces.entries()) {
      if (piece.trim() === "") continue;
      const rule = readRule(piece.trim(), at > 0);
      if (rule === undefined) return undefined;
      rules.push(rule);
    }
  }
  return rules.length === 0 ? undefined : rules;
}

const MONTH_RANGES =
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?: ?\d{1,2})?(?: ?- ?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?: ?\d{1,2})?|\d{1,2}))?(?:, ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?: ?\d{1,2})?(?: ?- ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?: ?\d{1,2})?)?)*:?(?= |$)/;
const DAY_RANGES =
  /^(?:mo|tu|we|th|fr|sa|su|ph|sh)(?: ?- ?(?:mo|tu|we|th|fr|sa|su|ph|sh))?(?:, ?(?:mo|tu|we|th|fr|sa|su|ph|sh)(?: ?- ?(?:mo|tu|we|th|fr|sa|su|ph|sh))?)*:?(?= |$)/;
const TIME_SPANS = /^\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}(?:, ?\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2})*(?= |$)/;

function readRule(text: string, isAdded: boolean): Rule | undefined {
  let rest = text.replace(/^24\/7/, "mo-su");
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) rest = rest.slice(found.length).trim();
    return found?.replace(/:$/, "");
  };
  const isOnMonth = monthTest(take(MONTH_RANGES));
  const isOnWeekday = weekdayTest(take(DAY_RANGES));
  const times = take(TIME_SPANS);
  const spans = times === undefined ? undefined : readSpans(times);
  if (isOnMonth === undefined || isOnWeekday === undefined || !["", "open", "off", "closed"].includes(rest)) {
    return undefined;
  }
  if (times !== undefined && spans === undefined) return undefined;
  const isOff = rest === "off" || rest === "closed";
  return { isOn: (day) => isOnMonth(day) && isOnWeekday(day), spans, isOff, isAdded };
}

const splitList = (text: string): string[][] => text.split(",").map((one) => one.split("-").map((end) => end.trim()));

/** Days of the year as numbers that compare, of months as if each had 31. */
const ofYear = (month: number, day: number): number => month * 32 + day;

function monthTest(text: string | undefined): DayTest | undefined {
  if (text === undefined) return () => true;
  const ranges: (readonly [from: number, until: number])[] = [];
  for (const [from, until = from] of splitList(text)) {
    const [, month, day] = /^([a-z]{3}) ?(\d{1,2})?$/.exec(from!) ?? [];
    const [, endMonth = month, endDay] = /^(?:([a-z]{3}) ?)?(\d{1,2})?$/.exec(until!) ?? [];
    const [first, last] = [MONTHS.indexOf(month!) + 1, MONTHS.indexOf(endMonth!) + 1];
    if (first === 0 || last === 0) return undefined;
    ranges.push([ofYear(first, Number(day ?? 1)), ofYear(last, Number(endDay ?? 31))]);
  }
  return ({ month, day }) => ranges.some((range) => isBetween(range, ofYear(month, day)));
}

function weekdayTest(text: string | undefined): DayTest | undefined {
  if (text === undefined) return () => true;
  const ranges: (readonly [from: number, until: number])[] = [];
  let onHolidays = false;
  for (const [from, until = from] of splitList(text)) {
    const range = [WEEKDAYS.indexOf(from!), WEEKDAYS.indexOf(until!)] as const;
    if (from === "ph" || from === "sh") onHolidays = true;
    else if (range.includes(-1)) return undefined;
    else ranges.push(range);
  }
  return ({ weekday, isHoliday }) => (onHolidays && isHoliday) || ranges.some((range) => isBetween(range, weekday));
}

/** Ranges may run over the end: `Nov-Mar`, `Sa-Mo`. */
const isBetween = ([from, until]: readonly [number, number], at: number): boolean =>
  from <= until ? from <= at && at <= until : at >= from || at <= until;

function readSpans(text: string): Span[] | undefined {
  const spans: Span[] = [];
  for (const ends of splitList(text)) {
    const [from, until] = ends.map((end) => {
      const [hours, minutes] = end.split(":").map(Number);
      return hours! * 60 + minutes!;
    });
    if (from! > MINUTES_PER_DAY || until! > 2 * MINUTES_PER_DAY) return undefined;
    spans.push([from!, until! > from! ? until! : until! + MINUTES_PER_DAY]);
  }
  return spans;
}
