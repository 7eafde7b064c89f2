import { canonicalJson } from "../../core/checksum";
import type { EpochMs, Instant } from "../../core/instant";
import type { HospitalDirectory } from "../directory/directory";
import type { Restriction } from "./restriction";
import type { StatusEvent, StatusView } from "./status";

const NONE: readonly Restriction[] = [];

/** What an event is about: its restriction, or for a clearance the event itself, which has the same fields. */
export function subjectOf(event: StatusEvent): {
  readonly hospital: string;
  readonly key: string;
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
} {
  return event.kind === "report" ? event.restriction : event;
}

/** When an event counts as observed: see {@link Status}. */
function orderMs(event: StatusEvent): EpochMs {
  const { observedAt, receivedAt } = subjectOf(event);
  return Math.min(observedAt.epochMs, receivedAt.epochMs);
}

/**
 * What is held for every hospital: the last accepted event per hospital and key. A clearance is held like a report, so
 * that a report observed before it and arriving after it is known to be late.
 *
 * Views share the list of hospitals with this object until the next change copies it, and the lists of restrictions for
 * ever: a change without a view in between costs one hospital's short list, whatever the number of hospitals.
 */
export class HeldRestrictions {
  version = 0;
  private readonly last = new Map<string, Map<string, StatusEvent>>();
  private byPlace: (readonly Restriction[])[];
  private shared: HeldView | undefined;

  constructor(private readonly directory: HospitalDirectory) {
    this.byPlace = new Array<readonly Restriction[]>(directory.size).fill(NONE);
  }

  /** What would become of an event: whether it is news, known already, or older than what is held. */
  judge(event: StatusEvent): "news" | "duplicate" | "late" {
    const { hospital, key } = subjectOf(event);
    const held = this.last.get(this.ownId(hospital))?.get(key);
    if (held === undefined) return "news";
    const aheadMs = orderMs(event) - orderMs(held);
    if (aheadMs < 0) return "late";
    return aheadMs === 0 && sayTheSame(event, held) ? "duplicate" : "news";
  }

  /** Takes an event that is news. Events about hospitals the directory no longer has are held but not shown. */
  apply(event: StatusEvent): void {
    const { hospital, key } = subjectOf(event);
    const id = this.ownId(hospital);
    let events = this.last.get(id);
    if (events === undefined) {
      events = new Map();
      this.last.set(id, events);
    }
    events.set(key, event);
    this.version = event.version;
    if (this.shared !== undefined) {
      this.shared = undefined;
      this.byPlace = this.byPlace.slice();
    }
    const place = this.directory.indexOf(hospital);
    if (place >= 0) this.byPlace[place] = restrictionsAmong(events);
  }

  held(hospital: string, key: string): Restriction | undefined {
    const event = this.last.get(this.ownId(hospital))?.get(key);
    return event?.kind === "report" ? event.restriction : undefined;
  }

  /** What was said under an alias is held with what was said under the id: a log outlives a change of codes. */
  private ownId(hospital: string): string {
    return this.directory.get(hospital)?.id ?? hospital;
  }

  view(): StatusView {
    this.shared ??= new HeldView(this.version, this.directory, this.byPlace);
    return this.shared;
  }
}

class HeldView implements StatusView {
  constructor(
    readonly version: number,
    readonly directory: HospitalDirectory,
    private readonly byPlace: readonly (readonly Restriction[])[],
  ) {}

  restrictionsAt(hospitalIndex: number): readonly Restriction[] {
    return this.byPlace[hospitalIndex] ?? NONE;
  }

  restrictionsOf(hospital: string): readonly Restriction[] {
    return this.restrictionsAt(this.directory.requireIndex(hospital));
  }

  all(): readonly Restriction[] {
    return this.byPlace.flat();
  }
}

function restrictionsAmong(events: ReadonlyMap<string, StatusEvent>): readonly Restriction[] {
  const restrictions: Restriction[] = [];
  for (const event of events.values()) if (event.kind === "report") restrictions.push(event.restriction);
  if (restrictions.length === 0) return NONE;
  return restrictions.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whether two events of one hospital and key, observed at one moment, differ in nothing but version and receipt. */
function sayTheSame(a: StatusEvent, b: StatusEvent): boolean {
  if (a.kind === "clear" || b.kind === "clear") return a.kind === b.kind;
  const statement = ({ restriction }: { readonly restriction: Restriction }): string =>
    canonicalJson({ ...restriction, observedAt: restriction.observedAt.epochMs, receivedAt: undefined });
  return statement(a) === statement(b);
}
