import { type Checksum, checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { didYouMean } from "../../core/near-matches";
import { CapabilityVocabulary, EMERGENCY } from "./capabilities";
import { type Hospital, type HospitalInput, hospitalFrom } from "./hospital";
import { checkHospitals, type HospitalRow, type ValidHospital } from "./hospital-checks";

export interface HospitalDirectoryOptions {
  /** The words for capabilities. Default: those of `data/capabilities.json`. */
  readonly vocabulary?: CapabilityVocabulary;
}

/** A list of hospitals as files hold it. */
export interface HospitalList {
  /** Words whose absence from a hospital says that it does not offer them; see {@link HospitalDirectory.isRecorded}. */
  readonly recorded?: readonly string[];
  readonly hospitals: readonly HospitalInput[];
}

/** Fields beside `hospitals` in a file, for people: they are allowed and not read. */
const DOCUMENTATION_FIELDS = [
  "$schema",
  "about",
  "attribution",
  "licence",
  "license",
  "notes",
  "source",
  "sources",
  "unresolved",
  "updated",
] as const;

/**
 * The hospitals an answer may choose from: checked, ordered by id (code unit order), never changed. A hospital's place in
 * `hospitals` is its number wherever numbers are used, such as in {@link StatusView.restrictionsAt}.
 */
export class HospitalDirectory {
  readonly hospitals: readonly Hospital[];
  readonly vocabulary: CapabilityVocabulary;
  readonly #entries: readonly ValidHospital[];
  readonly #recorded: readonly string[] | undefined;
  /** By id and by alias. */
  readonly #places: ReadonlyMap<string, number>;
  /** Words recorded for the whole list. */
  readonly #recordedWords: ReadonlySet<string>;
  #checksum: Checksum | undefined;

  private constructor(
    entries: readonly ValidHospital[],
    recorded: readonly string[] | undefined,
    vocabulary: CapabilityVocabulary,
  ) {
    this.#entries = [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#recorded = recorded;
    this.vocabulary = vocabulary;
    this.hospitals = this.#entries.map((entry) => hospitalFrom(entry, vocabulary));
    this.#places = new Map(
      this.hospitals.flatMap(({ id, aliases }, place) => [id, ...aliases].map((name) => [name, place] as const)),
    );
    this.#recordedWords = new Set([EMERGENCY, ...(recorded ?? this.#wordsWhereNothingIsSaid())]);
  }

  /** A list that says nothing of what is recorded records the words that some hospital of it carries. */
  #wordsWhereNothingIsSaid(): readonly string[] {
    if (this.hospitals.some((hospital) => hospital.recorded !== undefined)) return [];
    return this.hospitals.flatMap(({ capabilities }) => capabilities);
  }

  /**
   * Reads a list of hospitals: an array, or an object with the array under `hospitals`, and beside it `recorded` and notes
   * for people.
   * Rows in messages count the hospitals from 1.
   *
   * @throws DiversionError `invalid-hospitals` or `duplicate-hospital`. The first problem gives code and place; the
   * message tells up to five and counts the rest.
   */
  static parse(json: unknown, options: HospitalDirectoryOptions = {}): HospitalDirectory {
    const rows = listOf(json).map((value, index): HospitalRow => ({ row: index + 1, value, problems: [] }));
    return HospitalDirectory.fromRows(rows, recordedOf(json), options);
  }

  /** Checks rows as {@link parse} does, with those numbers. @param recorded as in {@link parse}; undefined: not said. */
  static fromRows(
    rows: readonly HospitalRow[],
    recorded: readonly string[] | undefined,
    { vocabulary = CapabilityVocabulary.standard }: HospitalDirectoryOptions = {},
  ): HospitalDirectory {
    vocabulary.requireKnown(recorded ?? [], "invalid-hospitals", "recorded");
    return new HospitalDirectory(checkHospitals(rows, vocabulary), recorded, vocabulary);
  }

  get size(): number {
    return this.hospitals.length;
  }

  /** Of the hospitals as stated and of the vocabulary they are read with; independent of order and layout of the file. */
  get checksum(): Checksum {
    const { definitions: capabilities } = this.vocabulary;
    const recorded = this.#recorded === undefined ? undefined : [...new Set(this.#recorded)].sort();
    this.#checksum ??= checksumOf({ capabilities, recorded, hospitals: this.#entries });
    return this.#checksum;
  }

  /** @param id its id or one of its aliases, as everywhere here. */
  get(id: string): Hospital | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.hospitals[place];
  }

  /** The hospital's number in {@link hospitals}, or -1. */
  indexOf(id: string): number {
    return this.#places.get(id) ?? -1;
  }

  /**
   * Whether the list says of a hospital if it offers a word: "not recorded" is not "does not offer". It does where the
   * hospital offers it, and where the list or the hospital names it under `recorded`; a list that says nothing at all of
   * what is recorded says it of the words that any of its hospitals carries.
   */
  isRecorded(hospitalIndex: number, word: string): boolean {
    const { recorded, capabilities } = this.hospitals[hospitalIndex]!;
    return this.#recordedWords.has(word) || recorded?.includes(word) === true || capabilities.includes(word);
  }

  /**
   * The hospital's number in {@link hospitals}.
   * @throws DiversionError `unknown-hospital`, naming ids and names that come near.
   */
  requireIndex(id: string, field = "hospital"): number {
    const place = this.#places.get(id);
    if (place === undefined) throw this.#unknownHospital(id, field);
    return place;
  }

  /** @throws DiversionError `unknown-hospital`, naming ids and names that come near. */
  require(id: string, field = "hospital"): Hospital {
    return this.hospitals[this.requireIndex(id, field)]!;
  }

  /** This directory with a hospital added, or replaced when the id is known. @throws DiversionError as {@link parse}. */
  with(hospital: HospitalInput): HospitalDirectory {
    const rows: HospitalRow[] = [{ row: 1, value: hospital, problems: [] }];
    const [entry] = checkHospitals(rows, this.vocabulary) as [ValidHospital];
    const others = this.#entries.filter(({ id }) => id !== entry.id);
    for (const name of [entry.id, ...(entry.aliases ?? [])]) {
      const other = others.find(({ id, aliases = [] }) => id === name || aliases.includes(name));
      if (other === undefined) continue;
      const message = `${name} is an id of ${other.name} (${other.id}); give ${entry.name} another.`;
      throw new DiversionError("duplicate-hospital", message, { field: name === entry.id ? "id" : "aliases" });
    }
    return new HospitalDirectory([...others, entry], this.#recorded, this.vocabulary);
  }

  /** This directory without some hospitals. @throws DiversionError `unknown-hospital`. */
  without(...ids: readonly string[]): HospitalDirectory {
    const left = new Set(ids.map((id) => this.requireIndex(id, "id")));
    const entries = this.#entries.filter((_, index) => !left.has(index));
    return new HospitalDirectory(entries, this.#recorded, this.vocabulary);
  }

  /** The list as {@link parse} reads it, ordered by id, what was implied left out. */
  toJSON(): HospitalList {
    const hospitals = this.#entries;
    return this.#recorded === undefined ? { hospitals } : { recorded: this.#recorded, hospitals };
  }

  #unknownHospital(id: string, field: string): DiversionError {
    const byName = this.hospitals.filter(({ name }) => name.toLowerCase() === String(id).toLowerCase());
    const hint =
      byName.length > 0
        ? ` ${byName[0]!.name} has the id ${byName.map((hospital) => hospital.id).join(" or ")}.`
        : didYouMean(String(id), this.#places.keys());
    const size = this.size === 1 ? "1 hospital" : `${this.size} hospitals`;
    return new DiversionError(
      "unknown-hospital",
      `No hospital has the id ${JSON.stringify(id)} in this directory of ${size}.${hint}`,
      { field },
    );
  }
}

function listOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  const wanted = "give an array of hospitals, or an object with such an array under `hospitals`";
  if (typeof json !== "object" || json === null || !("hospitals" in json)) {
    throw new DiversionError("invalid-hospitals", `The hospital list is not of the documented form; ${wanted}.`);
  }
  if (!Array.isArray(json.hospitals)) {
    throw new DiversionError("invalid-hospitals", `hospitals is not an array; ${wanted}.`, { field: "hospitals" });
  }
  const known: readonly string[] = ["hospitals", "recorded", ...DOCUMENTATION_FIELDS];
  const stranger = Object.keys(json).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    throw new DiversionError(
      "invalid-hospitals",
      `${JSON.stringify(stranger)} is not a known field beside hospitals.${didYouMean(stranger, known)} Known are ${known.join(", ")}.`,
      { field: stranger },
    );
  }
  return json.hospitals;
}

function recordedOf(json: unknown): readonly string[] | undefined {
  const recorded: unknown = Array.isArray(json) ? undefined : (json as { readonly recorded?: unknown }).recorded;
  if (recorded === undefined) return undefined;
  if (Array.isArray(recorded) && recorded.every((word) => typeof word === "string")) return recorded;
  throw new DiversionError("invalid-hospitals", 'recorded is not an array of words, such as ["trauma"].', {
    field: "recorded",
  });
}
