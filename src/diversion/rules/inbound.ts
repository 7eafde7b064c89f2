import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { type EpochMs, MS_PER_HOUR } from "../../core/instant";
import { safeParse } from "../../core/safe-parse";
import { EMERGENCY } from "../../hospitals/directory/capabilities";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { type Hospital, HospitalIdSchema } from "../../hospitals/directory/hospital";
import { firstProblem } from "../../hospitals/directory/schema-problems";
import type { Incident } from "../incidents/request";
import type { Policy } from "./policy";

/** The ambulances that are expected at one ED. */
export interface ExpectedArrivals {
  readonly hospital: string;
  /** So many in any hour, when it is not known at what moments. Default: 0. */
  readonly count?: number;
  /** The moments at which others are expected. */
  readonly arrivalsMs?: readonly EpochMs[];
}

/** Where a router learns how many ambulances are expected at EDs: its conveyances, or a list. */
export interface InboundSource {
  /** The most that are expected at an ED in any one hour that takes in an arrival there. */
  expectedAt(hospital: string, arrivalMs: EpochMs): number;
  /** All that are expected, from which an {@link InboundList} answers alike. */
  expected(): readonly ExpectedArrivals[];
}

/**
 * The most arrivals in any one hour that takes in a moment: with one more at that moment, some hour has one more than
 * that, and no hour has more. Who was expected first makes no difference.
 */
export function mostInOneHour(arrivalsMs: readonly EpochMs[], atMs: EpochMs): number {
  const near = arrivalsMs.filter((ms) => Math.abs(ms - atMs) < MS_PER_HOUR).sort((a, b) => a - b);
  // The busiest hour may be taken to begin with an arrival, or with the moment itself.
  const begins = [...near.filter((ms) => ms <= atMs), atMs];
  return Math.max(...begins.map((from) => near.filter((ms) => from <= ms && ms < from + MS_PER_HOUR).length));
}

const InboundSchema = z.array(
  z.strictObject({
    id: HospitalIdSchema,
    /** Ambulances on their way there, or due within the hour. */
    count: z.int("write a whole number").check(z.gte(0, "from 0 to 10000"), z.lte(10_000, "from 0 to 10000")),
  }),
  "write a list of { id, count }",
);

/** What is expected at EDs, as it was told once. */
export class InboundList implements InboundSource {
  readonly #list: readonly ExpectedArrivals[];
  readonly #byHospital: ReadonlyMap<string, ExpectedArrivals>;

  constructor(list: readonly ExpectedArrivals[]) {
    this.#list = list;
    this.#byHospital = new Map(list.map((one) => [one.hospital, one]));
  }

  /**
   * From plain JSON: `[{ "id": "RQ8L0", "count": 7 }]`, the ambulances due at each ED within the hour. None are expected
   * at an ED that is not listed.
   *
   * @throws DiversionError `invalid-argument` for another form, an unknown id, or an id that comes twice.
   */
  static parse(json: unknown, directory: HospitalDirectory): InboundList {
    const result = safeParse(InboundSchema, json);
    if (!result.success) {
      const { field, message } = firstProblem(result.error.issues, json, () => ["id", "count"]);
      throw invalidInbound(`The inbound counts are not of the documented form: ${message}`, field);
    }
    const seen = new Set<string>();
    for (const [row, { id }] of result.data.entries()) {
      if (directory.indexOf(id) < 0) throw invalidInbound(`${id} is not in the list of hospitals.`, `${row}.id`);
      if (seen.has(id)) throw invalidInbound(`${id} comes twice; give one count for each hospital.`, `${row}.id`);
      seen.add(id);
    }
    return new InboundList(result.data.map(({ id, count }) => ({ hospital: id, count })));
  }

  expectedAt(hospital: string, arrivalMs: EpochMs): number {
    const { count = 0, arrivalsMs = [] } = this.#byHospital.get(hospital) ?? {};
    return count + mostInOneHour(arrivalsMs, arrivalMs);
  }

  expected(): readonly ExpectedArrivals[] {
    return this.#list;
  }
}

const invalidInbound = (message: string, field: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field: field === "" ? "inbound" : `inbound.${field}` });

/** What is expected at an ED in the hour of an arrival, and how many it takes. */
export interface InboundLoad {
  readonly count: number;
  readonly capPerHour: number;
}

/** Undefined where the policy and the ED set no cap. */
export function loadAt(
  source: Pick<InboundSource, "expectedAt">,
  { inbound }: Policy,
  { id, inboundCapPerHour }: Hospital,
  arrivalMs: EpochMs,
): InboundLoad | undefined {
  if (inbound === undefined) return undefined;
  const capPerHour = inboundCapPerHour ?? inbound.capPerHour;
  return capPerHour === null ? undefined : { count: source.expectedAt(id, arrivalMs), capPerHour };
}

/**
 * The counts that one answer was given by: asked once for each ED, so that the answer is one of a single moment, and kept
 * for the answer's basis.
 */
export class InboundReading {
  readonly #source: Pick<InboundSource, "expectedAt"> | undefined;
  readonly #counts = new Map<string, number>();

  constructor(source: Pick<InboundSource, "expectedAt"> | undefined) {
    this.#source = source;
  }

  expectedAt(hospital: string, arrivalMs: EpochMs): number {
    let count = this.#counts.get(hospital);
    if (count === undefined) {
      count = this.#source?.expectedAt(hospital, arrivalMs) ?? 0;
      this.#counts.set(hospital, count);
    }
    return count;
  }

  /** By hospital, ordered by id. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Whether one more ambulance would be more than the ED takes in an hour. */
export const isFull = ({ count, capPerHour }: InboundLoad): boolean => count >= capPerHour;

/**
 * Whether a cap may send this patient elsewhere: nobody in extremis, and nobody who needs more than any ED offers, for
 * load is levelled between EDs that serve as well (as in London, where patients for a specialist unit are excluded).
 */
export const mayBeCapped = ({ needs, acuity }: Incident): boolean =>
  acuity !== "extremis" && needs.every((need) => need === EMERGENCY);
