import type { HospitalReference } from "../../diversion/answer/recommendation";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { OFF_NETWORK } from "./catchment-map";

/** One numbering, by id, for the EDs of two directories. What is no ED keeps its (negative) number. */
export class EdNumbering {
  readonly references: readonly HospitalReference[];
  /** By number in the first directory. */
  readonly ofBefore: readonly number[];
  /** By number in the second. */
  readonly ofAfter: readonly number[];

  constructor(before: HospitalDirectory, after: HospitalDirectory) {
    const known = new Map<string, HospitalReference>();
    for (const { hospitals } of [before, after]) {
      for (const { id, name } of hospitals) known.set(id, { id, name });
    }
    const ids = [...known.keys()].sort();
    const numbers = new Map(ids.map((id, number) => [id, number]));
    this.references = ids.map((id) => known.get(id)!);
    const numbersOf = ({ hospitals }: HospitalDirectory): number[] => hospitals.map(({ id }) => numbers.get(id)!);
    this.ofBefore = numbersOf(before);
    this.ofAfter = numbersOf(after);
  }

  before(ed: number): number {
    return ed < 0 ? ed : this.ofBefore[ed]!;
  }

  after(ed: number): number {
    return ed < 0 ? ed : this.ofAfter[ed]!;
  }

  /** A number of its own for each pair. */
  pairKey(from: number, to: number): number {
    const span = this.references.length - OFF_NETWORK;
    return (from - OFF_NETWORK) * span + (to - OFF_NETWORK);
  }
}
