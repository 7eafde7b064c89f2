/**
 * Mutants that behave as what they replace, and why: they are not run. Each is told by the text of its line, so that it
 * is found wherever the line moves, and no longer counts once the line is written otherwise.
 */
export interface Equivalent {
  readonly file: string;
  /** The line, without the white space around it. */
  readonly code: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "src/diversion/rules/ranking.ts",
    code: "nearest.push(candidate);",
    from: "push",
    to: "unshift",
    why: "they are sorted by an order in which no two are equal before anything is read of them",
  },
  {
    file: "src/diversion/rules/ranking.ts",
    code: ".among(chosen.rankMs, (target) => status.restrictionsAt(target).length > 0)",
    from: ">",
    to: ">=",
    why: "an ED that holds nothing names nobody; it is judged in vain",
  },
  {
    file: "src/diversion/rules/judged-eds.ts",
    code: "if (isMeant(reached.target) && !this.#ranksBehind(reached, bounds)) found.push(this.#judged(place, reached));",
    from: "&&",
    to: "||",
    why: "who asks for them leaves out those that rank behind; they are judged in vain",
  },
  {
    file: "src/diversion/rules/judged-eds.ts",
    code: "if (isMeant(reached.target) && !this.#ranksBehind(reached, bounds)) found.push(this.#judged(place, reached));",
    from: "push",
    to: "unshift",
    why: "who asks for them sorts them by an order in which no two are equal",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "(text) => isCalendarDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))),",
    from: "10",
    to: "11",
    why: "the text has ten letters",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "for (let day = today - 1; day <= today + HORIZON_DAYS; day++) {",
    from: "1",
    to: "2",
    why: "a span of the day before yesterday began before any moment of today",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: ".filter(({ fromMs, untilMs }) => fromMs > epochMs && fromMs < untilMs)",
    from: ">",
    to: ">=",
    why: "a span that begins at a moment when it is closed is empty, and left out beside it",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "moment = Math.max(...around.filter((span) => isDuring(span, moment)).map(({ untilMs }) => untilMs));",
    from: "max",
    to: "min",
    why: "the end of the shorter of two spans lies in the other, from where the search goes on",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "const REMEMBERED_DAYS = 512;",
    from: "512",
    to: "513",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "compiledHours.set(hours, compiled);",
    from: "compiledHours.set(hours, compiled)",
    to: "compiledHours",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));",
    from: "5",
    to: "6",
    why: "the text has five letters",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "epochDay(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));",
    from: "10",
    to: "11",
    why: "the text has ten letters",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "if (remembered.size >= REMEMBERED_DAYS) remembered.clear();",
    from: "remembered.size >= REMEMBERED_DAYS",
    to: "!(remembered.size >= REMEMBERED_DAYS)",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "if (remembered.size >= REMEMBERED_DAYS) remembered.clear();",
    from: ">=",
    to: ">",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "if (remembered.size >= REMEMBERED_DAYS) remembered.clear();",
    from: ">=",
    to: "<",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "if (remembered.size >= REMEMBERED_DAYS) remembered.clear();",
    from: "remembered.clear()",
    to: "remembered",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "remembered.set(day, spans);",
    from: "remembered.set(day, spans)",
    to: "remembered",
    why: "memory of what was computed, which changes no answer",
  },
  {
    file: "src/roads/turns/turn-automaton.ts",
    code: "this.#fallback.push(NO_TURN_BEGUN);",
    from: "push",
    to: "unshift",
    why: "all of them are the same until fallbacks are linked",
  },
  {
    file: "src/roads/turns/turn-split.ts",
    code: "else splits.push(split);",
    from: "push",
    to: "unshift",
    why: "in which order the edges out of a junction's split nodes are made changes no drive",
  },
  {
    file: "src/roads/turns/turn-split.ts",
    code: "for (let key = 0; key < edgeKeyCount(segments.segmentTail.length); key++) {",
    from: "<",
    to: "<=",
    why: "no key beyond the last is driven",
  },
];
