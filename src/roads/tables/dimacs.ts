import { DiversionError } from "../../core/errors";
import { fixedDistanceMetres } from "../../core/geometry";
import { forEachLine } from "../../core/lines";
import type { ProgressListener } from "../../core/progress";
import { INFINITE_MS, MINIMUM_EDGE_MS, UNITS_PER_DEGREE } from "../../core/units";
import { reportOfGivenTimes } from "../build/build-report";
import type { BuiltRoads } from "../build/build-road-graph";
import { NAMELESS_ROAD, toCentimetres } from "../graph/assemble-road-graph";
import type { ByteChunks } from "../sources/byte-chunks";
import { roadsFromArcs } from "./roads-from-arcs";

/** A text file of the 9th DIMACS Implementation Challenge, unpacked. */
export interface DimacsFile {
  /** For messages. */
  readonly name: string;
  readonly bytes: ByteChunks;
}

interface DimacsOptions {
  /** The `.gr` file: `p sp NODES ARCS`, then `a FROM TO WEIGHT` with nodes from 1. */
  readonly graph: DimacsFile;
  /** The `.co` file: `p aux sp co NODES`, then `v NODE LON LAT` in millionths of a degree. */
  readonly coordinates: DimacsFile | undefined;
  readonly onProgress?: ProgressListener;
}

/** Number of nodes and arcs beyond which typed arrays of this product cannot number edges. */
const MAXIMUM_COUNT = 0x3fffffff;

/** `.co` files hold millionths of a degree. */
const UNITS_PER_MICRODEGREE = UNITS_PER_DEGREE / 1e6;
const MAXIMUM_LON = 180e6;
const MAXIMUM_LAT = 90e6;

/** Lines between two calls of the progress listener. */
const PROGRESS_STEP = 1 << 17;

/** Comments may be long; nothing else comes near. */
const MAXIMUM_LINE_BYTES = 1 << 16;

/**
 * Reads a road network in the format of the 9th DIMACS Implementation Challenge
 * (http://www.diag.uniroma1.it/challenge9/format.shtml).
 *
 * Node i here is node i + 1 there; nodes are never folded. Weights are taken for milliseconds one to one (the
 * challenge's own travel times are in a unit of its making: scale the answers, the ranking is the same); a weight of 0
 * becomes 1. Opposite arcs of equal weight make one two-way segment. Lengths are great-circle distances, since the file
 * has none.
 *
 * @throws DiversionError `invalid-dimacs`, with the row, when either file is malformed or the coordinates are missing;
 * `empty-road-graph` when there is no arc.
 */
export async function readDimacs({ graph, coordinates, onProgress }: DimacsOptions): Promise<BuiltRoads> {
  if (coordinates === undefined) {
    throw new DiversionError(
      "invalid-dimacs",
      `${graph.name} has no positions of its own. Pass the matching coordinate file with --coordinates FILE.co.gz (option coordinates).`,
      { file: graph.name },
    );
  }
  const { nodeCount, tails, heads, weights } = await readArcs(graph, onProgress);
  if (tails.length === 0) {
    throw new DiversionError("empty-road-graph", `${graph.name} declares no arcs. Check that it is the right file.`, {
      file: graph.name,
    });
  }
  const { lon, lat } = await readCoordinates(coordinates, nodeCount, graph.name, onProgress);
  const centimetres = tails.map((tail, arc) => {
    const head = heads[arc]!;
    return toCentimetres(fixedDistanceMetres(lon[tail]!, lat[tail]!, lon[head]!, lat[head]!));
  });
  const roads = roadsFromArcs(
    {
      nodeLon: lon,
      nodeLat: lat,
      tails,
      heads,
      milliseconds: weights,
      centimetres,
      road: new Int32Array(tails.length),
      kind: weights,
    },
    [NAMELESS_ROAD],
  );
  return { roads, report: reportOfGivenTimes(graph.name, undefined, roads, tails.length) };
}

interface Arcs {
  readonly nodeCount: number;
  readonly tails: Int32Array;
  readonly heads: Int32Array;
  readonly weights: Int32Array;
}

async function readArcs(file: DimacsFile, onProgress: ProgressListener | undefined): Promise<Arcs> {
  let arcs: Arcs | undefined;
  let count = 0;
  await forEachDimacsLine(file, (line) => {
    if (line.kind === "p") {
      if (arcs !== undefined) line.fail('has a second problem line; expected one "p sp NODES ARCS"');
      line.word("sp");
      const nodeCount = line.integer("number of nodes", 0, MAXIMUM_COUNT);
      const arcCount = line.integer("number of arcs", 0, MAXIMUM_COUNT);
      arcs = {
        nodeCount,
        tails: new Int32Array(arcCount),
        heads: new Int32Array(arcCount),
        weights: new Int32Array(arcCount),
      };
    } else if (line.kind === "a") {
      if (arcs === undefined) return line.fail('has an arc before the problem line "p sp NODES ARCS"');
      if (count === arcs.tails.length) line.fail(`has more arcs than the ${count} its problem line declares`);
      arcs.tails[count] = line.integer("tail", 1, arcs.nodeCount) - 1;
      arcs.heads[count] = line.integer("head", 1, arcs.nodeCount) - 1;
      arcs.weights[count] = Math.max(MINIMUM_EDGE_MS, line.integer("weight", 0, INFINITE_MS - 1));
      count++;
      if (count % PROGRESS_STEP === 0) {
        onProgress?.({ stage: "reading arcs", done: count, total: arcs.tails.length, unit: "arcs" });
      }
    } else {
      line.fail(`has a line of kind "${line.kind}"; expected c, p or a`);
    }
    line.end();
  });
  if (arcs === undefined) throw incomplete(file, 'holds no problem line "p sp NODES ARCS"');
  if (count < arcs.tails.length) {
    throw incomplete(file, `ends after ${count} of the ${arcs.tails.length} arcs its problem line declares`);
  }
  return arcs;
}

async function readCoordinates(
  file: DimacsFile,
  nodeCount: number,
  graphName: string,
  onProgress: ProgressListener | undefined,
): Promise<{ lon: Int32Array; lat: Int32Array }> {
  const lon = new Int32Array(nodeCount);
  const lat = new Int32Array(nodeCount);
  const seen = new Uint8Array(nodeCount);
  let declared = false;
  let count = 0;
  await forEachDimacsLine(file, (line) => {
    if (line.kind === "p") {
      if (declared) line.fail('has a second problem line; expected one "p aux sp co NODES"');
      line.word("aux");
      line.word("sp");
      line.word("co");
      const nodes = line.integer("number of nodes", 0, MAXIMUM_COUNT);
      if (nodes !== nodeCount)
        line.fail(`declares ${nodes} nodes, but ${graphName} has ${nodeCount}; pass the matching file`);
      declared = true;
    } else if (line.kind === "v") {
      if (!declared) line.fail('has a position before the problem line "p aux sp co NODES"');
      const node = line.integer("node", 1, nodeCount) - 1;
      if (seen[node] === 1) line.fail(`gives node ${node + 1} a second position`);
      seen[node] = 1;
      lon[node] = line.integer("longitude", -MAXIMUM_LON, MAXIMUM_LON) * UNITS_PER_MICRODEGREE;
      lat[node] = line.integer("latitude", -MAXIMUM_LAT, MAXIMUM_LAT) * UNITS_PER_MICRODEGREE;
      count++;
      if (count % PROGRESS_STEP === 0) {
        onProgress?.({ stage: "reading positions", done: count, total: nodeCount, unit: "nodes" });
      }
    } else {
      line.fail(`has a line of kind "${line.kind}"; expected c, p or v`);
    }
    line.end();
  });
  if (!declared) throw incomplete(file, 'holds no problem line "p aux sp co NODES"');
  if (count < nodeCount) throw incomplete(file, `has positions for ${count} of the ${nodeCount} nodes of ${graphName}`);
  return { lon, lat };
}

const forEachDimacsLine = (file: DimacsFile, onLine: (line: DimacsLine) => void): Promise<void> => {
  const line = new DimacsLine(file.name);
  return forEachLine(
    file.bytes(),
    MAXIMUM_LINE_BYTES,
    (bytes, row) => {
      line.start(bytes, row);
      if (line.kind !== "" && line.kind !== "c") onLine(line);
    },
    (row) => {
      throw new DiversionError(
        "invalid-dimacs",
        `${file.name} has a line of more than ${MAXIMUM_LINE_BYTES} bytes. It is not a DIMACS text file; if it ends in .gz, unpack it first.`,
        { file: file.name, row },
      );
    },
  );
};

const incomplete = (file: DimacsFile, what: string): DiversionError =>
  new DiversionError("invalid-dimacs", `${file.name} ${what}. The file may be cut short, or of another format.`, {
    file: file.name,
  });

const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

/** One line of a DIMACS file, read word by word from its bytes; reused, since files have millions of lines. */
class DimacsLine {
  readonly #file: string;
  /** The first word: `c`, `p`, `a` or `v` in a sound file; empty for a blank line. */
  kind = "";
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  #row = 0;

  constructor(file: string) {
    this.#file = file;
  }

  start(bytes: Uint8Array, row: number): void {
    this.#bytes = bytes;
    this.#position = 0;
    this.#row = row;
    this.kind = this.#next();
  }

  /** Reads the given word, or fails. */
  word(expected: string): void {
    const found = this.#next();
    if (found !== expected) this.fail(`has "${found}" where "${expected}" belongs`);
  }

  /** Reads a whole number between `minimum` and `maximum`, or fails. */
  integer(what: string, minimum: number, maximum: number): number {
    this.#skipBlanks();
    const bytes = this.#bytes;
    const begin = this.#position;
    let at = begin;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const firstDigit = at;
    let value = 0;
    for (; at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= NINE; at++) value = value * 10 + bytes[at]! - ZERO;
    if (at === firstDigit || (at < bytes.length && !isBlank(bytes[at]!))) {
      return this.fail(`has "${this.#next()}" where the ${what} belongs; expected a whole number`);
    }
    this.#position = at;
    if (negative) value = -value;
    if (value < minimum || value > maximum) {
      return this.fail(`has ${what} ${value}, which is not within ${minimum} to ${maximum}`);
    }
    return value;
  }

  /** Checks that the line holds nothing more. */
  end(): void {
    const rest = this.#next();
    if (rest !== "") this.fail(`has "${rest}" after the end of the line's fields`);
  }

  /** @param what completes "The file …". */
  fail(what: string): never {
    throw new DiversionError("invalid-dimacs", `${this.#file} ${what}. Correct the file or fetch it again.`, {
      file: this.#file,
      row: this.#row,
    });
  }

  #next(): string {
    this.#skipBlanks();
    const begin = this.#position;
    while (this.#position < this.#bytes.length && !isBlank(this.#bytes[this.#position]!)) this.#position++;
    // Nothing longer is ever valid, and messages quote what they find.
    const shown = this.#bytes.subarray(begin, Math.min(this.#position, begin + LONGEST_WORD));
    return String.fromCharCode(...shown);
  }

  #skipBlanks(): void {
    while (this.#position < this.#bytes.length && isBlank(this.#bytes[this.#position]!)) this.#position++;
  }
}

const LONGEST_WORD = 40;

const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
