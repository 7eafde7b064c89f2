import { lengthened } from "../../core/growable";
import { StringTableField } from "./osm-pbf-format";
import { type DamageReport, MessageReader } from "./osm-pbf-message";
import type { Tags } from "./osm-source";

/** The texts of one block, decoded when first asked for: a pass over ways never pays for the names of shops. */
export class StringTable {
  #reader: MessageReader | undefined;
  #damaged: DamageReport | undefined;
  #starts = new Int32Array(4096);
  #decoded: (string | undefined)[] = [];
  #count = 0;

  /** Adopts the table at `start..end` of a block, in place of the one before. */
  load(bytes: Uint8Array, start: number, end: number, damaged: DamageReport): void {
    const reader = new MessageReader(bytes, damaged);
    this.#reader = reader;
    this.#damaged = damaged;
    this.#count = 0;
    reader.seek(start);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field !== StringTableField.string) continue;
      if (this.#count === this.#starts.length) this.#starts = lengthened(this.#starts, this.#count * 2);
      this.#starts[this.#count++] = reader.position;
      reader.seek(reader.enter(end));
    }
    this.#decoded = new Array(this.#count).fill(undefined);
  }

  get(index: number): string {
    if (!(index >= 0 && index < this.#count)) {
      throw this.#damaged!(`string ${index} is asked for, the block's table holds ${this.#count}`);
    }
    return (this.#decoded[index] ??= this.#reader!.textAt(this.#starts[index]!));
  }

  /** The tags whose keys and values are the strings `keys[i]`, `values[i]`. */
  tags(keys: Int32Array, values: Int32Array, count: number): Tags {
    const tags = new Map<string, string>();
    for (let i = 0; i < count; i++) tags.set(this.get(keys[i]!), this.get(values[i]!));
    return tags;
  }
}
