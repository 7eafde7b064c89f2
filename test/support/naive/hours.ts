import type { PlainHours } from "./world";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** By how much the clocks of a zone are ahead of UTC; zones change on whole quarters of an hour. */
function offsetMs(zone: string, moment: number): number {
  const quarter = Math.floor(moment / (15 * MINUTE)) * 15 * MINUTE;
  const name = `${zone} ${quarter}`;
  let offset = offsets.get(name);
  if (offset === undefined) {
    let format = formats.get(zone);
    if (format === undefined) {
      format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
      formats.set(zone, format);
    }
    offset = Date.parse(`${format.format(quarter).replace(" ", "T")}Z`) - quarter;
    offsets.set(name, offset);
  }
  return offset;
}

/** The first moment at which the clocks show a time; one that is skipped is read by the clocks before the gap. */
function momentOf(zone: string, localMs: number): number {
  const before = offsetMs(zone, localMs - DAY);
  const after = offsetMs(zone, localMs + DAY);
  const showing = [localMs - before, localMs - after].filter((moment) => moment + offsetMs(zone, moment) === localMs);
  return showing.length > 0 ? Math.min(...showing) : localMs - before;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The openings of the days around a moment, as moments; an end at or before the beginning is on the next day. */
function spansAround({ zone, weekly }: PlainHours, moment: number): { from: number; until: number }[] {
  const today = Math.floor((moment + offsetMs(zone, moment)) / DAY);
  return [today - 1, today, today + 1, today + 2].flatMap((day) =>
    weekly.map(({ opens, closes }) => {
      const [first, last] = [minutesOf(opens), minutesOf(closes)];
      return {
        from: momentOf(zone, day * DAY + first * MINUTE),
        until: momentOf(zone, day * DAY + (last > first ? last : last + 1440) * MINUTE),
      };
    }),
  );
}

/** Rule 4: hours are wall clock, evaluated on moments. Hours that are not given are round the clock. */
export const isOpen = (hours: PlainHours | undefined, moment: number): boolean =>
  hours === undefined || spansAround(hours, moment).some(({ from, until }) => from <= moment && moment < until);

/** The moments after `moment`, up to a day on, at which it may open. */
export const openings = (hours: PlainHours | undefined, moment: number): number[] =>
  hours === undefined
    ? []
    : spansAround(hours, moment)
        .map(({ from }) => from)
        .filter((from) => from > moment);
