import type { EpochMs } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedHealth } from "../../hospitals/feeds/feed-health";
import type { StatusView } from "../../hospitals/status/status";
import type { Incident } from "../incidents/request";
import type { InboundSource } from "./inbound";
import type { Policy } from "./policy";

/** What EDs are judged by, roads apart: one value, of one moment. */
export interface Circumstances {
  readonly hospitals: HospitalDirectory;
  /** By the numbers of `hospitals`. */
  readonly status: StatusView;
  readonly policy: Policy;
  /** What feeds know, by the numbers of `hospitals`; undefined without feeds, when nothing is held to be unknown. */
  readonly feeds: FeedHealth | undefined;
  /** How many ambulances are expected at EDs; undefined when nothing is counted, whatever the policy. */
  readonly inbound: Pick<InboundSource, "expectedAt"> | undefined;
  /** By which the word of feeds is fresh or too old, and the roads are as they are. */
  readonly atMs: EpochMs;
}

/** Whom an ED is looked for, and which. */
export interface Question {
  /** Its moment is when the drive begins: en route that lies before the moment of the circumstances. */
  readonly incident: Incident;
  /** EDs that are not to be chosen, by number; receivers that they name are. Default: none. */
  readonly avoid?: ReadonlySet<number>;
  /** An ED to be looked at however far it is, by number. */
  readonly lookAt?: number | undefined;
}

/** An ED, by number, and the drive to it. */
export interface Reached {
  readonly target: number;
  readonly driveMs: number;
}

/** The EDs that can be reached from where a drive begins. */
export interface EdsByDrive {
  /** The EDs in order of drive time, equal times by number; counted from 0; undefined behind the last. */
  at(place: number): Reached | undefined;
  /** Length of the drive to an ED that can be reached, by number. */
  centimetres(target: number): number;
}

/** The status of which nothing was ever reported. */
export const emptyStatus = (hospitals: HospitalDirectory): StatusView => ({
  version: 0,
  directory: hospitals,
  restrictionsAt: () => [],
  restrictionsOf: () => [],
  all: () => [],
  overruleAt: () => undefined,
  overrules: () => [],
});

/** A status with all restrictions taken away. A person's word that a feed is wrong asks for nothing, and stays. */
export const withoutRestrictions = (status: StatusView): StatusView => ({
  ...emptyStatus(status.directory),
  version: status.version,
  overruleAt: (number) => status.overruleAt(number),
  overrules: () => status.overrules(),
});

/** The same for another list of hospitals: one that the status does not know has no restrictions. */
export function withHospitals(circumstances: Circumstances, hospitals: HospitalDirectory): Circumstances {
  const { status, feeds } = circumstances;
  const overruleOf = (id: string) => {
    const index = status.directory.indexOf(id);
    return index < 0 ? undefined : status.overruleAt(index);
  };
  const restrictionsOf = (id: string) => (status.directory.indexOf(id) < 0 ? [] : status.restrictionsOf(id));
  return {
    ...circumstances,
    hospitals,
    feeds: feeds?.in(hospitals),
    status: {
      version: status.version,
      directory: hospitals,
      restrictionsAt: (number) => restrictionsOf(hospitals.hospitals[number]!.id),
      restrictionsOf,
      all: () => hospitals.hospitals.flatMap(({ id }) => restrictionsOf(id)),
      overruleAt: (number) => overruleOf(hospitals.hospitals[number]!.id),
      overrules: () => hospitals.hospitals.flatMap(({ id }) => overruleOf(id) ?? []),
    },
  };
}
