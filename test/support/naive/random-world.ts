import { SeededRandom } from "../../../src/core/random";
import type {
  AcuityRules,
  Asked,
  FeedWord,
  Network,
  PlainAcuity,
  PlainEffect,
  PlainFeed,
  PlainHospital,
  PlainHours,
  PlainLimits,
  PlainPolicy,
  PlainScope,
  PlainService,
  Question,
  Report,
  World,
} from "./world";

const MINUTE = 60_000;
const WORDS = ["trauma", "major-trauma", "stroke", "paediatric"] as const;
const ACUITIES: readonly PlainAcuity[] = ["extremis", "immediate", "urgent", "standard"];

/** A road of an hour, a node each minute: where exact ties and exact limits are met. */
const LINE: Network = {
  nodes: Array.from({ length: 61 }, (_, km) => [km, 0] as const),
  roads: Array.from({ length: 60 }, (_, km) => [km, km + 1, MINUTE, MINUTE] as const),
};

/** Streets of a grid, 5 by 6 junctions a kilometre apart, each driven in a time of its own that differs by direction. */
function grid(seed: number): Network {
  const random = new SeededRandom(seed);
  const [columns, rows] = [6, 5];
  const nodes = Array.from({ length: columns * rows }, (_, i) => [i % columns, Math.floor(i / columns)] as const);
  const ms = (): number => 30_000 + random.integer(900_000);
  const roads = nodes.flatMap(([east, north], i) => [
    ...(east + 1 < columns ? [[i, i + 1, ms(), ms()] as const] : []),
    ...(north + 1 < rows && random.next() < 0.8 ? [[i, i + columns, ms(), ms()] as const] : []),
  ]);
  return { nodes, roads };
}

/** All that random worlds are set in: the line, and three grids. */
export const NETWORKS: readonly Network[] = [LINE, grid(1), grid(2), grid(3)];

/** Moments: an ordinary noon, both nights on which Europe's clocks change, an evening when doors shut. */
const MOMENTS = [
  "2017-05-15T11:00:00Z",
  "2017-03-26T00:45:00Z",
  "2017-03-26T01:05:00Z",
  "2017-10-29T00:10:00Z",
  "2017-10-29T01:20:00Z",
  "2017-07-05T20:50:00Z",
] as const;

/** Worlds one after another, the same for the same seed. */
export class RandomWorlds {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  next(): World {
    const network = this.#chance(0.5) ? LINE : this.#pick(NETWORKS);
    const count = 2 + this.#integer(5);
    const ids = Array.from({ length: count }, (_, i) => `H${i}`);
    const at = this.#pick(MOMENTS);
    const hospitals = ids.map((id) => this.#hospital(id, network));
    const question = this.#question(network);
    const world: World = {
      at,
      network,
      closed: this.#chance(0.85) ? [] : this.#closed(network, [question.node, ...hospitals.map(({ node }) => node)]),
      hospitals,
      ...this.#maybe(0.2, "recorded", () => this.#some(WORDS, 0.7)),
      reports: this.#reports(ids),
      ...this.#maybe(0.4, "feeds", () => this.#feeds(ids)),
      ...this.#maybe(0.15, "overrules", () =>
        this.#some(ids, 0.4).map((hospital) => ({
          hospital,
          received: -this.#integer(60),
          until: this.#pick([2, 10, 30, 600]),
        })),
      ),
      expected: Object.fromEntries(ids.filter(() => this.#chance(0.4)).map((id) => [id, this.#integer(4)])),
      policy: this.#policy(),
      question,
    };
    return world;
  }

  #closed(network: Network, inUse: readonly number[]): number[] {
    const closed = [...new Set([this.#integer(network.roads.length), this.#integer(network.roads.length)])];
    // Where a road at a place is closed, its drive may begin or end elsewhere: that is told in other tests.
    return closed.filter((road) => !network.roads[road]!.slice(0, 2).some((node) => inUse.includes(node)));
  }

  #hospital(id: string, network: Network): PlainHospital {
    const services = this.#some(WORDS, 0.5).map((capability) => this.#service(capability));
    // A place that is no ED lists something.
    const isPlace = services.length > 0 && this.#chance(0.08);
    return {
      id,
      node: this.#integer(network.nodes.length),
      services,
      ...this.#maybe(0.25, "openingHours", () => this.#hours()),
      ...this.#maybe(0.6, "handoverMinutes", () => this.#pick([0, 5, 10, 20, 30, 45, 90])),
      ...this.#maybe(0.2, "inboundCapPerHour", () => 1 + this.#integer(3)),
      ...(isPlace ? { emergencyDepartment: false as const } : {}),
      ...this.#maybe(0.05, "recorded", () => this.#some(WORDS, 0.5)),
    };
  }

  #service(capability: string): PlainService {
    return {
      capability,
      ...this.#pick([{}, {}, {}, { minAge: 16 }, { maxAge: 15 }, { minAge: 18 }]),
      ...this.#maybe(0.2, "openingHours", () => this.#hours()),
    };
  }

  #hours(): PlainHours {
    return this.#pick<PlainHours>([
      { zone: "Europe/London", weekly: [{ opens: "08:00", closes: "22:00" }] },
      { zone: "Europe/London", weekly: [{ opens: "12:10", closes: "23:00" }] },
      { zone: "Europe/London", weekly: [{ opens: "01:30", closes: "01:00" }] },
      { zone: "Europe/London", weekly: [{ opens: "02:00", closes: "12:20" }] },
      {
        zone: "Europe/Paris",
        weekly: [
          { opens: "02:30", closes: "03:15" },
          { opens: "13:20", closes: "22:55" },
        ],
      },
    ]);
  }

  #scope(): PlainScope | undefined {
    if (this.#chance(0.45)) return undefined;
    const needs = this.#chance(0.3) ? this.#some([...WORDS, "emergency"], 0.4) : [];
    const exceptNeeds = this.#chance(0.2) ? this.#some(WORDS, 0.4).filter((word) => !needs.includes(word)) : [];
    const ages = this.#chance(0.4) ? this.#pick([{ minAge: 16 }, { maxAge: 15 }, { minAge: 18 }, { maxAge: 17 }]) : {};
    return {
      ...(needs.length === 0 ? {} : { needs }),
      ...(exceptNeeds.length === 0 ? {} : { exceptNeeds }),
      ...ages,
      ...this.#maybe(0.3, "acuity", () => {
        const some = this.#some(ACUITIES, 0.5);
        return some.length === 0 ? (["urgent"] as const) : some;
      }),
    };
  }

  #asked(key: string, hospital: string, ids: readonly string[]): Asked {
    const scope = this.#scope();
    const receiver = this.#pick(ids);
    const from = this.#pick([undefined, undefined, undefined, -30, 5, 12]);
    const until = this.#pick([undefined, undefined, 3, 10, 20, 30, 60]);
    return {
      key,
      effect: this.#pick<PlainEffect>(["divert", "divert", "divert", "refuse", "inform"]),
      ...(scope === undefined ? {} : { scope }),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined || (from !== undefined && until <= from) ? {} : { until }),
      ...(receiver === hospital || this.#chance(0.6) ? {} : { divertTo: receiver }),
    };
  }

  #reports(ids: readonly string[]): Report[] {
    const reports = Array.from({ length: this.#integer(2 * ids.length + 1) }, (): Report => {
      const hospital = this.#pick(ids);
      // Some are of the question's future: it is about the past then.
      const received = this.#chance(0.85) ? -this.#integer(300) : this.#integer(120);
      const observed = received + this.#pick([0, 0, 0, -20, -120, 240]);
      if (this.#chance(0.15)) {
        return { hospital, key: "flag", effect: this.#pick(["divert", "refuse"] as const), observed, received };
      }
      const key = this.#pick(["a", "b", "c"]);
      const asked = this.#asked(key, hospital, ids);
      const lifts = ["a", "b", "c"].filter((one) => one !== key && this.#chance(0.5));
      const lifting = lifts.length > 0 && asked.effect !== "refuse" && this.#chance(0.12) ? { lifts } : {};
      return { ...asked, ...lifting, hospital, observed, received };
    });
    return reports.sort((a, b) => a.received - b.received);
  }

  #feeds(ids: readonly string[]): PlainFeed[] {
    return Array.from({ length: 1 + this.#integer(2) }, (_, i) => ({
      id: `feed${i}`,
      timeToLiveMinutes: this.#pick([5, 10, 300]),
      words: Object.fromEntries(
        ids.filter(() => this.#chance(0.7)).map((id) => [id, this.#chance(0.1) ? null : this.#word(id, ids)] as const),
      ),
    })).filter(({ words }) => Object.keys(words).length > 0);
  }

  #word(hospital: string, ids: readonly string[]): FeedWord {
    const heard = -this.#pick([0, 1, 2, 5, 10, 11, 60, 250, 400]);
    const says = this.#pick(["accepting", "restricted", "restricted", "unknown", "no-ed"] as const);
    const asks = says === "restricted" ? this.#some(["x", "y"], 0.6).map((key) => this.#asked(key, hospital, ids)) : [];
    return {
      heard,
      since: heard - this.#pick([0, 0, 30, 600]),
      says: says === "restricted" && asks.length === 0 ? "accepting" : says,
      // What a message asks runs from the moment it is said.
      asks,
      ...this.#maybe(0.5, "handoverMinutes", () => this.#pick([0, 10, 30, 60])),
    };
  }

  #limits(): PlainLimits {
    const minutes = (): number | null => this.#pick([null, 0, 3, 5, 10, 15, 30]);
    return {
      divertExtraMinutes: minutes(),
      ...this.#maybe(0.1, "divertWithinMinutes", () => this.#pick([5, 15, 30])),
      receiverExtraMinutes: minutes(),
      capExtraMinutes: minutes(),
      handoverExtraMinutes: minutes(),
      nearestWhenDiverting: this.#pick([null, null, null, 1, 2, 3]),
    };
  }

  #acuityRules(): AcuityRules {
    const rules: AcuityRules = {
      ...this.#maybe(0.4, "rankBy", () => this.#pick(["total", "drive"] as const)),
      ...this.#maybe(0.3, "diverts", () => this.#pick(["honour", "ignore"] as const)),
      ...this.#maybe(0.2, "namedReceiver", () => this.#pick(["prefer", "ignore"] as const)),
      ...this.#maybe(0.3, "inbound", () => "ignore" as const),
      ...this.#maybe(0.3, "handoverCapMinutes", () => this.#pick([null, 15, 30])),
      ...this.#maybe(0.2, "limits", () => ({ divertExtraMinutes: this.#pick([null, 5, 20]) })),
    };
    return Object.keys(rules).length === 0 ? { rankBy: "drive" } : rules;
  }

  #policy(): PlainPolicy {
    const bypass = {
      need: "major-trauma",
      withinMinutes: this.#pick([5, 15, 30]),
      fallback: this.#pick(["trauma", "emergency"]),
    };
    return {
      diverts: this.#chance(0.85) ? "honour" : "ignore",
      namedReceiver: this.#chance(0.7) ? "prefer" : "ignore",
      rankBy: this.#chance(0.7) ? "total" : "drive",
      limits: this.#limits(),
      waitMinutes: this.#pick([0, 0, 5, 15, 30]),
      handoverDefaultMinutes: this.#pick([0, 15, 15]),
      handoverCapMinutes: this.#pick([null, null, 20, 45]),
      ...this.#maybe(0.3, "byAcuity", () =>
        Object.fromEntries(
          (["immediate", "urgent", "standard"] as const)
            .filter(() => this.#chance(0.5))
            .map((acuity) => [acuity, this.#acuityRules()]),
        ),
      ),
      defaultExpiryMinutes: {
        divert: this.#pick([null, 60, 240]),
        refuse: this.#pick([null, null, 120]),
        inform: null,
      },
      bypass: this.#chance(0.5) ? [bypass] : [],
      unknown: this.#chance(0.75) ? "use-with-warning" : "refuse",
      unrecorded: this.#chance(0.7) ? "use-with-warning" : "refuse",
      ...this.#maybe(0.4, "inbound", () => ({
        capPerHour: this.#pick([null, 1, 2, 3]),
        effect: this.#chance(0.8) ? ("divert" as const) : ("inform" as const),
      })),
    };
  }

  #question(network: Network): Question {
    const need = (): Question["needs"][number] =>
      this.#chance(0.75) ? this.#pick(WORDS) : { anyOf: [this.#pick(WORDS), this.#pick(WORDS)] };
    return {
      node: this.#integer(network.nodes.length),
      needs: this.#chance(0.4) ? [] : Array.from({ length: 1 + this.#integer(2) }, need),
      ...this.#maybe(0.6, "age", () => this.#pick([0, 5, 8, 15, 15.9, 16, 17, 18, 40, 90])),
      ...this.#maybe(0.7, "acuity", () => this.#pick(ACUITIES)),
    };
  }

  #integer(bound: number): number {
    return this.#random.integer(bound);
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  #pick<T>(items: readonly T[]): T {
    return this.#random.pick(items);
  }

  #some<T>(items: readonly T[], probability: number): T[] {
    return items.filter(() => this.#chance(probability));
  }

  /** A field that may be left out, as the product's optional fields are: never undefined. */
  #maybe<K extends string, T>(probability: number, field: K, value: () => T): { [key in K]?: T } {
    return this.#chance(probability) ? ({ [field]: value() } as { [key in K]: T }) : {};
  }
}
