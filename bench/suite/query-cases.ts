import { longitudeScale, METRES_PER_DEGREE } from "../../src/core/geometry";
import { INFINITE_MS, toFixedDegrees, UNITS_PER_DEGREE } from "../../src/core/units";
import { BulkNearest, NO_TARGET, OFF_NETWORK } from "../../src/roads/bulk-nearest";
import type { RoadIndex } from "../../src/roads/road-index";
import { usableSegments } from "../../src/roads/snap/road-connections";
import { departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import { PointToPoint } from "../../src/shortest-path/cch/point-to-point";
import type { CchEngine } from "../../src/shortest-path/cch-engine";
import type { Path } from "../../src/shortest-path/engine";
import { Checksum, measure, type Samples } from "./measure";
import { requireEqual, type Subject } from "./subject";

/** A case measured: its samples, and a checksum of answers that do not depend on how many samples there were. */
export interface CaseResult {
  readonly samples: Samples;
  readonly checksum: Checksum;
  /** How many answers were compared with Dijkstra's. */
  readonly verified: number;
}

const VERIFIED = 300;

interface Answers {
  readonly target: Int32Array;
  readonly milliseconds: Int32Array;
}

/** Every origin's nearest accepted target. */
function answerAll({ nodes, accepted }: Subject, engine: CchEngine): Answers {
  const target = new Int32Array(nodes.length);
  const milliseconds = new Int32Array(nodes.length);
  engine.nearestAccepted(nodes, accepted, target, milliseconds);
  return { target, milliseconds };
}

function verifyNearest(subject: Subject, { target, milliseconds }: Answers, count: number): void {
  for (let i = 0; i < count; i++) {
    const [nearest] = subject.dijkstra.nearest(subject.origin(i), { accepts: subject.accepts });
    requireEqual(target[i], nearest?.target ?? NO_TARGET, `nearest target of node ${subject.nodes[i]}`);
    requireEqual(milliseconds[i], nearest?.milliseconds ?? INFINITE_MS, `time to it from node ${subject.nodes[i]}`);
  }
}

const checksumOf = ({ target, milliseconds }: Answers): Checksum => new Checksum().addAll(target).addAll(milliseconds);

const TABLE_BATCH = 1024;

export function tableNearest(subject: Subject): CaseResult {
  const { engine, nodes, accepted } = subject;
  const answers = answerAll(subject, engine);
  verifyNearest(subject, answers, VERIFIED);
  const batches = Array.from({ length: nodes.length / TABLE_BATCH }, (_, i) =>
    nodes.subarray(i * TABLE_BATCH, (i + 1) * TABLE_BATCH),
  );
  const target = new Int32Array(TABLE_BATCH);
  const milliseconds = new Int32Array(TABLE_BATCH);
  const samples = measure((i) => engine.nearestAccepted(batches[i % batches.length]!, accepted, target, milliseconds), {
    batch: TABLE_BATCH,
    warmUps: batches.length,
  });
  return { samples, checksum: checksumOf(answers), verified: VERIFIED };
}

export function bucketNearest(subject: Subject): CaseResult {
  const { bucketEngine, nodes, accepted } = subject;
  const answers = answerAll(subject, bucketEngine);
  verifyNearest(subject, answers, VERIFIED);
  const single = new Int32Array(1);
  const target = new Int32Array(1);
  const milliseconds = new Int32Array(1);
  const samples = measure(
    (i) => {
      single[0] = nodes[i % nodes.length]!;
      bucketEngine.nearestAccepted(single, accepted, target, milliseconds);
    },
    { warmUps: 2000, mostSamples: 200_000 },
  );
  return { samples, checksum: checksumOf(answers), verified: VERIFIED };
}

export function oneToMany(subject: Subject): CaseResult {
  const { engine, nodes, targets } = subject;
  const out = new Int32Array(targets.length);
  const checksum = new Checksum();
  let verified = 0;
  subject.judgedTimes.forEach((_, origin) => {
    engine.oneToMany(subject.origin(origin), out);
    checksum.addAll(out);
    out.forEach((milliseconds, target) => {
      const expected = subject.judgedTargetTime(origin, target);
      requireEqual(milliseconds, expected, `time from node ${nodes[origin]} to target ${target}`);
      verified++;
    });
  });
  const samples = measure((i) => engine.oneToMany(subject.origin(i % nodes.length), out), { warmUps: 1000 });
  return { samples, checksum, verified };
}

export function pointToPoint(subject: Subject): CaseResult {
  const { roads, nodes } = subject;
  const query = new PointToPoint(roads.hierarchy);
  const end = (i: number) => subject.origin((i * 31 + 7) % nodes.length).accessPoints;
  const checksum = new Checksum();
  let verified = 0;
  subject.judgedTimes.forEach((times, origin) => {
    for (let i = 0; i < 60; i++) {
      const to = end(i * 5 + origin);
      const found = query.milliseconds(roads.metric, subject.origin(origin).accessPoints, to);
      requireEqual(found, times[to[0]!.node], `time from node ${nodes[origin]} to node ${to[0]!.node}`);
      checksum.add(found);
      verified++;
    }
  });
  const samples = measure(
    (i) => query.milliseconds(roads.metric, subject.origin(i % nodes.length).accessPoints, end(i)),
    {
      warmUps: 1000,
    },
  );
  return { samples, checksum, verified };
}

/** The whole node path to the nearest accepted target. */
export function path(subject: Subject): CaseResult {
  const { engine, nodes } = subject;
  const answers = answerAll(subject, engine);
  verifyNearest(subject, answers, VERIFIED);
  const { target, milliseconds } = answers;
  const reachable = Int32Array.from(nodes.keys()).filter((i) => target[i]! >= 0);
  const checksum = new Checksum();
  const judged = reachable.filter((i) => i < VERIFIED);
  for (const i of judged) {
    const found = engine.path(subject.origin(i), target[i]!)!;
    requireEqual(found.milliseconds, milliseconds[i], `time of the path from node ${nodes[i]}`);
    requireEqual(drivenMilliseconds(subject, i, target[i]!, found), milliseconds[i], `path from node ${nodes[i]}`);
    checksum.addAll(found.nodes);
  }
  const samples = measure(
    (sample) => {
      const i = reachable[sample % reachable.length]!;
      engine.path(subject.origin(i), target[i]!);
    },
    { warmUps: 2000, mostSamples: 200_000 },
  );
  return { samples, checksum, verified: judged.length };
}

/** What driving the path edge by edge takes; -1 when it is no path. */
function drivenMilliseconds({ roads, nodes, targets }: Subject, i: number, target: number, path: Path): number {
  const { firstEdge, edgeHead } = roads.graph.columns;
  let at = nodes[i]!;
  let milliseconds = 0;
  for (const edge of path.arcs) {
    if (edge < firstEdge[at]! || edge >= firstEdge[at + 1]!) return -1;
    at = edgeHead[edge]!;
    milliseconds += roads.weights[edge]!;
  }
  const end = targets[target]![path.targetAccessPoint ?? -1];
  return end?.node === at ? milliseconds + end.milliseconds : -1;
}

const SNAP_BATCH = 64;

export function snap(subject: Subject): CaseResult {
  const { roads } = subject;
  const checksum = new Checksum();
  const judged = 20;
  const exhaustive = new ExhaustiveSnap(roads);
  for (let i = 0; i < VERIFIED; i++) {
    const point = roads.trySnap(subject.location(i));
    checksum.add(point?.segment ?? OFF_NETWORK).add(Math.round((point?.distanceMetres ?? 0) * 100));
    if (i >= judged) continue;
    const centimetres = point === undefined ? undefined : Math.round(point.distanceMetres * 100);
    requireEqual(
      centimetres,
      exhaustive.centimetres(subject.location(i)),
      `distance from ${subject.location(i)} to a road`,
    );
  }
  const places = Array.from({ length: 1 << 14 }, (_, i) => subject.location(i));
  const samples = measure(
    (sample) => {
      const from = (sample * SNAP_BATCH) % places.length;
      for (let i = from; i < from + SNAP_BATCH; i++) roads.trySnap(places[i]!);
    },
    { batch: SNAP_BATCH, warmUps: 500 },
  );
  return { samples, checksum, verified: judged };
}

/** Looks at every usable road. */
class ExhaustiveSnap {
  readonly #roads: RoadIndex;
  readonly #usable: Uint8Array;

  constructor(roads: RoadIndex) {
    this.#roads = roads;
    this.#usable = usableSegments(roads.graph);
  }

  /** Distance to the nearest road, undefined beyond the snapping limit. */
  centimetres([lon, lat]: readonly [number, number]): number | undefined {
    const { segmentFirstPoint, points } = this.#roads.snapColumns;
    const scale = longitudeScale(lat);
    const x = toFixedDegrees(lon);
    const y = toFixedDegrees(lat);
    let best = Number.POSITIVE_INFINITY;
    for (let s = 0; s < this.#usable.length; s++) {
      if (this.#usable[s] === 0) continue;
      for (let p = segmentFirstPoint[s]!; p < segmentFirstPoint[s + 1]! - 1; p++) {
        const ax = (points[2 * p]! - x) * scale;
        const ay = points[2 * p + 1]! - y;
        const bx = (points[2 * p + 2]! - x) * scale;
        const by = points[2 * p + 3]! - y;
        const length = (bx - ax) ** 2 + (by - ay) ** 2;
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * (bx - ax) + ay * (by - ay)) / length));
        best = Math.min(best, (ax + along * (bx - ax)) ** 2 + (ay + along * (by - ay)) ** 2);
      }
    }
    const metres = (Math.sqrt(best) / UNITS_PER_DEGREE) * METRES_PER_DEGREE;
    return metres > this.#roads.description.snapLimitMetres ? undefined : Math.round(metres * 100);
  }
}

/** Raw longitudes and latitudes in, nearest accepted targets out. */
export function bulkNearest(subject: Subject): CaseResult {
  const { roads, engine, points, accepted, locations } = subject;
  const count = locations.length / 2;
  const bulk = new BulkNearest(roads, engine, points);
  const target = new Int32Array(count);
  const milliseconds = new Int32Array(count);
  bulk.find(locations, accepted, target, milliseconds);
  for (let i = 0; i < VERIFIED; i++) {
    const from = roads.trySnap(subject.location(i));
    const direct = points.flatMap(([to], number) => {
      const drive = from === undefined ? undefined : directDrive(roads.graph, roads.weights, from, to!);
      return drive === undefined ? [] : [{ target: number, milliseconds: drive.milliseconds }];
    });
    const seeds = from === undefined ? [] : departureAccessPoints(roads.graph, roads.weights, from);
    const [nearest] = subject.dijkstra.nearest({ accessPoints: seeds, direct }, { accepts: subject.accepts });
    const none = from === undefined ? OFF_NETWORK : NO_TARGET;
    requireEqual(target[i], nearest?.target ?? none, `nearest target of ${subject.location(i)}`);
    requireEqual(milliseconds[i], nearest?.milliseconds ?? INFINITE_MS, `time to it from ${subject.location(i)}`);
  }
  const checksum = checksumOf({ target, milliseconds });
  const samples = measure(() => bulk.find(locations, accepted, target, milliseconds), {
    batch: count,
    warmUps: 3,
    leastSamples: 10,
    budgetMilliseconds: 1500,
  });
  return { samples, checksum, verified: VERIFIED };
}

export function dijkstraNearest(subject: Subject): CaseResult {
  const { dijkstra, nodes, accepts, accepted } = subject;
  const checksum = new Checksum();
  subject.judgedTimes.forEach((_, origin) => {
    let best = INFINITE_MS;
    accepted.forEach((accepting, target) => {
      if (accepting !== 0) best = Math.min(best, subject.judgedTargetTime(origin, target));
    });
    const [nearest] = dijkstra.nearest(subject.origin(origin), { accepts });
    requireEqual(nearest?.milliseconds ?? INFINITE_MS, best, `time to the nearest target of node ${nodes[origin]}`);
    checksum.add(best);
  });
  const samples = measure((i) => dijkstra.nearest(subject.origin(i % nodes.length), { accepts }), { warmUps: 200 });
  return { samples, checksum, verified: subject.judgedTimes.length };
}
