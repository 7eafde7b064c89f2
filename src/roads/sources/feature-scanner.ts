import { lengthened } from "../../core/growable";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** The 0 that stands for a feature in the rest of the document. */
const FEATURE_MARK = Uint8Array.of(0x30);

/**
 * Bytes of one feature, twenty times the longest road; beyond it a file is not what it says, and its value in memory would
 * be eight times as large.
 */
const MAXIMUM_FEATURE_BYTES = 1 << 24;

/** Bytes of everything that is no feature, two for each that is. */
const MAXIMUM_REST_BYTES = 1 << 26;

/** Objects of `features` lie inside the collection (1) and the array (2). */
const FEATURES_DEPTH = 2;

export interface FeatureText {
  readonly json: string;
  /** The line the feature starts on, from 1. */
  readonly row: number;
}

/**
 * Cuts a GeoJSON FeatureCollection into the texts of its features as the bytes arrive, so that memory holds one
 * feature and not the file (and a file may be longer than the longest string, about 512 MB).
 *
 * Only brackets and strings are followed; JSON.parse does the rest of the checking: on each feature, and on what is
 * left of the document when every feature is replaced by a 0.
 */
export class FeatureScanner {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  readonly #feature: ByteBuffer;
  readonly #rest = new ByteBuffer(MAXIMUM_REST_BYTES, "a text around its features");
  #depth = 0;
  #inFeatures = false;
  #inFeature = false;
  #inString = false;
  #escaped = false;
  #row = 1;
  #featureRow = 1;

  /** @param maximumFeatureBytes beyond which a feature is none */
  constructor(maximumFeatureBytes = MAXIMUM_FEATURE_BYTES) {
    this.#feature = new ByteBuffer(maximumFeatureBytes, "a feature");
  }

  /** The line being read, from 1. */
  get line(): number {
    return this.#row;
  }

  /**
   * Goes on with the next bytes and returns the features that end in them.
   *
   * @throws TypeError when a feature is not UTF-8, RangeError when one is too long to be one.
   */
  push(chunk: Uint8Array): FeatureText[] {
    const features: FeatureText[] = [];
    // Start of the bytes of this chunk that belong to the part being gathered.
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (byte === QUOTE) this.#inString = true;
      else if (byte === NEWLINE) this.#row++;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (byte === OPEN_BRACE && this.#inFeatures && this.#depth === FEATURES_DEPTH) {
          this.#rest.append(chunk.subarray(start, i));
          start = i;
          this.#inFeature = true;
          this.#featureRow = this.#row;
        } else if (byte === OPEN_BRACKET && this.#depth === FEATURES_DEPTH - 1) {
          this.#rest.append(chunk.subarray(start, i));
          start = i;
          this.#inFeatures = /"features"\s*:\s*$/.test(this.#rest.tail());
        }
        this.#depth++;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth--;
        if (this.#inFeature && this.#depth === FEATURES_DEPTH) {
          this.#feature.append(chunk.subarray(start, i + 1));
          start = i + 1;
          features.push(this.#finishFeature());
        } else if (this.#depth < FEATURES_DEPTH) this.#inFeatures = false;
      }
    }
    (this.#inFeature ? this.#feature : this.#rest).append(chunk.subarray(start));
    return features;
  }

  /** The document with a 0 in place of each feature. */
  finish(): string {
    // A feature that never ended is left in, so that parsing says where the text breaks off.
    this.#rest.append(this.#feature.bytes());
    return this.#utf8.decode(this.#rest.bytes());
  }

  #finishFeature(): FeatureText {
    this.#inFeature = false;
    this.#rest.append(FEATURE_MARK);
    const json = this.#utf8.decode(this.#feature.bytes());
    this.#feature.clear();
    return { json, row: this.#featureRow };
  }
}

/** Bytes gathered from chunks. */
class ByteBuffer {
  readonly #maximum: number;
  readonly #noun: string;
  #buffer = new Uint8Array(4096);
  #length = 0;

  constructor(maximum: number, noun: string) {
    this.#maximum = maximum;
    this.#noun = noun;
  }

  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#maximum) throw new RangeError(`${this.#noun} of more than ${this.#maximum} bytes`);
    if (needed > this.#buffer.length) {
      this.#buffer = lengthened(this.#buffer, Math.max(needed, this.#buffer.length * 2));
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** The last bytes, as ASCII. */
  tail(): string {
    return String.fromCharCode(...this.#buffer.subarray(Math.max(0, this.#length - 64), this.#length));
  }

  clear(): void {
    this.#length = 0;
  }
}
