import { canonicalJson } from "../../core/checksum";
import type { EpochMs, Instant } from "../../core/instant";
import type { HospitalDirectory } from "../directory/directory";
import { countedMs, normalScope, type Restriction, renew, restrictionKey, type Scope } from "./restriction";
import {
  FLAG_KEY,
  OVERRULE_KEY,
  type Overrule,
  type SideEntry,
  type StatusChange,
  type StatusEntry,
  type StatusEvent,
  type StatusView,
} from "./status";

const NONE: readonly Restriction[] = [];

/** What an event is about: its restriction, or for others the event itself, which has the same fields. */
export function subjectOf(event: StatusEvent): {
  readonly hospital: string;
  readonly key: string;
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
} {
  return event.kind === "report" ? event.restriction : event;
}

/** Whether an entry is about something other than the status. */
export const isSideEntry = (entry: StatusEntry): entry is SideEntry =>
  entry.kind === "closure" || entry.kind === "reopen" || entry.kind === "heard";

/** Whether an entry is a change of the status. */
export const isStatusEvent = (entry: StatusEntry): entry is StatusEvent => !isSideEntry(entry);

/** When an entry was received. */
export const receivedAtOf = (entry: StatusEntry): Instant =>
  entry.kind === "report" ? entry.restriction.receivedAt : entry.receivedAt;

/** When an event counts as observed: see {@link Status}. */
const orderMs = (event: StatusEvent): EpochMs => countedMs(subjectOf(event));

/**
 * What is held for every hospital: the last accepted event per hospital and key. A clearance is held like a report, so
 * that a report observed before it and arriving after it is known to be late.
 *
 * Views share the lists of hospitals with this object until the next change copies them, and the lists of restrictions for
 * ever: a change without a view in between costs one hospital's short list, whatever the number of hospitals.
 */
export class HeldRestrictions {
  version = 0;
  readonly #directory: HospitalDirectory;
  readonly #last = new Map<string, Map<string, StatusEvent>>();
  #byPlace: (readonly Restriction[])[];
  #overrules: ReadonlyMap<number, Overrule> = new Map();
  #shared: HeldView | undefined;

  constructor(directory: HospitalDirectory) {
    this.#directory = directory;
    this.#byPlace = new Array<readonly Restriction[]>(directory.size).fill(NONE);
  }

  /**
   * What would become of an event: whether it is news, known already, or older than what is held.
   *
   * @param latestMs what is held of a later moment is the work of a clock that was ahead: nothing is late for its sake, or
   * a refusal would be dropped until that moment comes.
   */
  classify(event: StatusEvent, latestMs: EpochMs): "news" | "duplicate" | "late" {
    const { hospital, key } = subjectOf(event);
    const held = this.#last.get(this.#idOf(hospital))?.get(key);
    if (held === undefined) return "news";
    const newerByMs = orderMs(event) - orderMs(held);
    if (newerByMs < 0 && orderMs(held) <= latestMs) return "late";
    return newerByMs === 0 && equalStatement(event, held) ? "duplicate" : "news";
  }

  /**
   * Takes an event that is news. Events about hospitals the directory no longer has are held but not shown; what is not
   * about the status is counted by its version alone.
   */
  apply(event: StatusEntry): void {
    if (isSideEntry(event)) {
      this.version = event.version;
      if (this.#shared !== undefined) this.#byPlace = this.#byPlace.slice();
      this.#shared = undefined;
      return;
    }
    const { hospital, key } = subjectOf(event);
    const id = this.#idOf(hospital);
    let events = this.#last.get(id);
    if (events === undefined) {
      events = new Map();
      this.#last.set(id, events);
    }
    const before = events.get(key);
    if (event.kind === "report" && before?.kind === "report") renew(event.restriction, before.restriction);
    events.set(key, event);
    this.version = event.version;
    if (this.#shared !== undefined) {
      this.#shared = undefined;
      this.#byPlace = this.#byPlace.slice();
    }
    const place = this.#directory.indexOf(hospital);
    if (place < 0) return;
    if (key === OVERRULE_KEY) this.#overrules = withOverrule(this.#overrules, place, event);
    else this.#byPlace[place] = restrictionsAmong(events);
  }

  held(hospital: string, key: string): Restriction | undefined {
    const event = this.#last.get(this.#idOf(hospital))?.get(key);
    return event?.kind === "report" ? event.restriction : undefined;
  }

  overrule(hospital: string): Overrule | undefined {
    const event = this.#last.get(this.#idOf(hospital))?.get(OVERRULE_KEY);
    return event?.kind === "overrule" ? overruleOf(event) : undefined;
  }

  /** What was said under an alias is held with what was said under the id: a log outlives a change of codes. */
  #idOf(hospital: string): string {
    return this.#directory.get(hospital)?.id ?? hospital;
  }

  view(): StatusView {
    this.#shared ??= new HeldView(this.version, this.#directory, this.#byPlace, this.#overrules);
    return this.#shared;
  }
}

class HeldView implements StatusView {
  readonly version: number;
  readonly directory: HospitalDirectory;
  readonly #byPlace: readonly (readonly Restriction[])[];
  readonly #overrules: ReadonlyMap<number, Overrule>;

  constructor(
    version: number,
    directory: HospitalDirectory,
    byPlace: readonly (readonly Restriction[])[],
    overrules: ReadonlyMap<number, Overrule>,
  ) {
    this.version = version;
    this.directory = directory;
    this.#byPlace = byPlace;
    this.#overrules = overrules;
  }

  restrictionsAt(hospitalIndex: number): readonly Restriction[] {
    return this.#byPlace[hospitalIndex] ?? NONE;
  }

  restrictionsOf(hospital: string): readonly Restriction[] {
    return this.restrictionsAt(this.directory.requireIndex(hospital));
  }

  all(): readonly Restriction[] {
    return this.#byPlace.flat();
  }

  overruleAt(hospitalIndex: number): Overrule | undefined {
    return this.#overrules.get(hospitalIndex);
  }

  overrules(): readonly Overrule[] {
    return [...this.#overrules].sort(([a], [b]) => a - b).map(([, overrule]) => overrule);
  }
}

function withOverrule(
  overrules: ReadonlyMap<number, Overrule>,
  place: number,
  event: StatusEvent,
): ReadonlyMap<number, Overrule> {
  const after = new Map(overrules);
  if (event.kind === "overrule") after.set(place, overruleOf(event));
  else after.delete(place);
  return after;
}

function overruleOf(event: StatusEvent & { readonly kind: "overrule" }): Overrule {
  const { version: _, kind: __, id: ___, origin: ____, ...overrule } = event;
  return overrule;
}

function restrictionsAmong(events: ReadonlyMap<string, StatusEvent>): readonly Restriction[] {
  const restrictions: Restriction[] = [];
  for (const event of events.values()) if (event.kind === "report") restrictions.push(event.restriction);
  if (restrictions.length === 0) return NONE;
  return restrictions.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whether two events of one hospital and key, observed at one moment, differ in nothing but version, origin and receipt. */
function equalStatement(a: StatusEvent, b: StatusEvent): boolean {
  if (a.kind === "clear" || b.kind === "clear") return a.kind === b.kind;
  const statement = (event: Exclude<StatusEvent, { readonly kind: "clear" }>): string => {
    const said = event.kind === "report" ? event.restriction : overruleOf(event);
    return canonicalJson({ ...said, observedAt: said.observedAt.epochMs, receivedAt: undefined });
  };
  return statement(a) === statement(b);
}

/**
 * Whether an event is what a change asks for. What the product itself fills in where the asker says nothing, such as the
 * moment of observation, is not compared.
 */
export function saysTheSame(change: StatusChange, event: StatusEvent, directory: HospitalDirectory): boolean {
  const idOf = (named: string): string => directory.get(named)?.id ?? named;
  const kind = change.kind === "open" ? (change.open ? "clear" : "report") : change.kind;
  const { hospital, key } = subjectOf(event);
  if (event.kind !== kind || hospital !== idOf(change.hospital) || key !== keyOf(change)) return false;
  const said: Asked = event.kind === "report" ? event.restriction : event;
  const { scope, by, divertTo, ...rest }: Asked = change;
  const asked: Asked = {
    authorisedBy: by,
    ...rest,
    ...(kind === "report" ? { scope: normalScope(scope ?? {}) } : {}),
    ...(divertTo === undefined ? {} : { divertTo: idOf(divertTo) }),
  };
  return COMPARED.every((field) => {
    const isFilledIn = asked[field] === undefined && (field === "observedAt" || change.kind === "open");
    return isFilledIn || canonicalJson(asked[field] ?? null) === canonicalJson(said[field] ?? null);
  });
}

/** What changes and events say beside which ED and key they are about. */
const COMPARED = [
  "effect",
  "scope",
  "from",
  "until",
  "divertTo",
  "lifts",
  "reason",
  "authorisedBy",
  "source",
  "observedAt",
] as const;

/** The fields of every kind of change and event, as far as they are compared. */
type Asked = { readonly [Field in Exclude<(typeof COMPARED)[number], "scope" | "divertTo">]?: unknown } & {
  readonly scope?: Scope | undefined;
  readonly divertTo?: string | undefined;
  readonly by?: string | undefined;
};

/** The key under which a change would be held. */
function keyOf(change: StatusChange): string {
  if (change.kind === "open") return FLAG_KEY;
  if (change.kind === "overrule") return OVERRULE_KEY;
  if (change.kind === "clear") return change.key;
  return change.key ?? restrictionKey(change.effect, normalScope(change.scope ?? {}));
}
