import { type Checksum, checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { didYouMean } from "../../core/near-matches";
import { CapabilityVocabulary } from "./capabilities";
import { readHospitalRows } from "./csv";
import { type Hospital, type HospitalInput, hospitalFrom } from "./hospital";
import { checkHospitals, type HospitalRow, type ValidHospital } from "./hospital-checks";

export interface HospitalDirectoryOptions {
  /** The words for capabilities. Default: those of `data/capabilities.json`. */
  readonly vocabulary?: CapabilityVocabulary;
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
  private readonly entries: readonly ValidHospital[];
  private readonly places: ReadonlyMap<string, number>;
  private memoizedChecksum: Checksum | undefined;

  private constructor(entries: readonly ValidHospital[], vocabulary: CapabilityVocabulary) {
    this.entries = [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.vocabulary = vocabulary;
    this.hospitals = this.entries.map((entry) => hospitalFrom(entry, vocabulary));
    this.places = new Map(this.hospitals.map(({ id }, place) => [id, place]));
  }

  /**
   * Reads a list of hospitals: an array, or an object with the array under `hospitals` and notes for people beside it.
   * Rows in messages count the hospitals from 1.
   *
   * @throws DiversionError `invalid-hospitals` or `duplicate-hospital`. The first problem gives code and place; the
   * message tells up to five and counts the rest.
   */
  static parse(json: unknown, options: HospitalDirectoryOptions = {}): HospitalDirectory {
    const rows = listOf(json).map((value, index): HospitalRow => ({ row: index + 1, value, problems: [] }));
    return HospitalDirectory.fromRows(rows, options);
  }

  /**
   * Reads CSV (RFC 4180, UTF-8) with a header line: `id,name,lon,lat` and any of `capabilities` (words separated by `|`),
   * `entrances` (`lon lat` pairs separated by `|`), `handoverMinutes`, `inboundCapPerHour`, `openingHoursText`, `trust`, `address`,
   * `postcode`, `source`, `notes`. Rows in messages are lines of the file; the header is line 1.
   *
   * @throws DiversionError as {@link parse} does.
   */
  static parseCsv(text: string, options: HospitalDirectoryOptions = {}): HospitalDirectory {
    return HospitalDirectory.fromRows(readHospitalRows(text), options);
  }

  private static fromRows(rows: readonly HospitalRow[], options: HospitalDirectoryOptions): HospitalDirectory {
    const vocabulary = options.vocabulary ?? CapabilityVocabulary.standard;
    return new HospitalDirectory(checkHospitals(rows, vocabulary), vocabulary);
  }

  get size(): number {
    return this.hospitals.length;
  }

  /** Of the hospitals as stated and of the vocabulary they are read with; independent of order and layout of the file. */
  get checksum(): Checksum {
    this.memoizedChecksum ??= checksumOf({ capabilities: this.vocabulary.definitions, hospitals: this.entries });
    return this.memoizedChecksum;
  }

  get(id: string): Hospital | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.hospitals[place];
  }

  /** The hospital's number in {@link hospitals}, or -1. */
  indexOf(id: string): number {
    return this.places.get(id) ?? -1;
  }

  /**
   * The hospital's number in {@link hospitals}.
   * @throws DiversionError `unknown-hospital`, naming ids and names that come near.
   */
  requireIndex(id: string, field = "hospital"): number {
    const place = this.places.get(id);
    if (place === undefined) throw this.unknownHospital(id, field);
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
    return new HospitalDirectory([...this.entries.filter(({ id }) => id !== entry.id), entry], this.vocabulary);
  }

  /** This directory without a hospital. @throws DiversionError `unknown-hospital`. */
  without(id: string): HospitalDirectory {
    const place = this.requireIndex(id, "id");
    return new HospitalDirectory(
      this.entries.filter((_, index) => index !== place),
      this.vocabulary,
    );
  }

  /** The list as {@link parse} reads it, ordered by id, what was implied left out. */
  toJSON(): readonly HospitalInput[] {
    return this.entries;
  }

  private unknownHospital(id: string, field: string): DiversionError {
    const byName = this.hospitals.filter(({ name }) => name.toLowerCase() === String(id).toLowerCase());
    const hint =
      byName.length > 0
        ? ` ${byName[0]!.name} has the id ${byName.map((hospital) => hospital.id).join(" or ")}.`
        : didYouMean(String(id), this.places.keys());
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
  const known: readonly string[] = ["hospitals", ...DOCUMENTATION_FIELDS];
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
