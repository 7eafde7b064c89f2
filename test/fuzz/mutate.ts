import type { SeededRandom } from "../../src/core/random";

const text = new TextDecoder();
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Numbers, words and pieces that parsers stumble over. */
const ODD_TEXTS = [
  ...["", " ", "0", "-0", "-1", "1e999", "1e-999", "NaN", "null", "true", "9007199254740993", "0x10", "1,5", "١"],
  ...["9999-12-31T23:59:59Z", "0000-01-01T00:00:00+23:59", "2017-02-30", "__proto__", "constructor", "toString"],
  ...[
    "\u0000",
    "\ufeff",
    "\ud800",
    "\u2028",
    "💥",
    '"',
    "'",
    "\\",
    "\n",
    "\r\n",
    "\t",
    ";",
    ",",
    "|",
    "</",
    "<![CDATA[",
    "&lt;",
  ],
] as const;

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 0.1, 1e308, 2 ** 53, 2 ** 31, "", " ", "x", "\u0000", "__proto__"],
  ...[[], {}, [[]], [null], { a: 1 }, [0, 0], [181, 91], "9999-12-31T23:59:59Z", "2017-05-15", "a".repeat(600)],
];

const splice = (bytes: Uint8Array, from: number, to: number, put: Uint8Array): Uint8Array => {
  const out = new Uint8Array(bytes.length - (to - from) + put.length);
  out.set(bytes.subarray(0, from));
  out.set(put, from);
  out.set(bytes.subarray(to), from + put.length);
  return out;
};

/** One change of bytes that know nothing of their format. */
function mutatedBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const length = Math.min(random.integer(random.pick([2, 5, 50])) + 1, bytes.length - at);
  switch (random.integer(7)) {
    case 0: {
      if (bytes.length === 0) return Uint8Array.of(random.integer(256));
      const out = bytes.slice();
      out[random.integer(out.length)]! ^= 1 << random.integer(8);
      return out;
    }
    case 1:
      return splice(bytes, at, at + length, new Uint8Array(0));
    case 2:
      return splice(bytes, at, at, bytesOf(random.pick(ODD_TEXTS)));
    case 3:
      return splice(bytes, at, at + length, bytesOf(random.pick(ODD_TEXTS)));
    case 4: {
      const from = random.integer(bytes.length + 1);
      return splice(bytes, at, at, bytes.slice(from, from + random.integer(60)));
    }
    case 5:
      return bytes.slice(0, at);
    default: {
      const times = random.pick([2, 10, 300]);
      const part = bytes.slice(at, at + length);
      return splice(bytes, at, at, bytesOf(text.decode(part).repeat(times)));
    }
  }
}

/** Changes one value somewhere in a JSON value, takes it out, doubles it, or nests it deep. */
export function mutatedValue(value: unknown, random: SeededRandom): unknown {
  const isContainer = typeof value === "object" && value !== null;
  if (!isContainer || random.integer(6) === 0) {
    if (random.integer(40) === 0) return JSON.parse(`${"[".repeat(2000)}${"]".repeat(2000)}`);
    return random.pick(ODD_VALUES);
  }
  if (Array.isArray(value)) {
    const at = random.integer(value.length + 1);
    if (at === value.length || random.integer(5) === 0) return [...value, random.pick([...value, ...ODD_VALUES])];
    if (random.integer(6) === 0) return value.toSpliced(at, 1);
    return value.with(at, mutatedValue(value[at], random));
  }
  const entries = Object.entries(value);
  const at = random.integer(entries.length + 1);
  if (at === entries.length) return { ...value, [random.pick(ODD_TEXTS)]: random.pick(ODD_VALUES) };
  const [key, of] = entries[at]!;
  if (random.integer(6) === 0) return Object.fromEntries(entries.toSpliced(at, 1));
  return { ...value, [key]: mutatedValue(of, random) };
}

/** One to four changes of a sample: of its JSON values where it is JSON, or of its bytes. */
export function mutated(sample: Uint8Array, random: SeededRandom): Uint8Array {
  let bytes = sample;
  for (let changes = 1 + random.integer(4); changes > 0; changes--) {
    const value = random.integer(3) > 0 ? jsonOf(bytes) : undefined;
    bytes =
      value === undefined ? mutatedBytes(bytes, random) : bytesOf(JSON.stringify(mutatedValue(value, random)) ?? "");
  }
  return bytes;
}

function jsonOf(bytes: Uint8Array): unknown {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return undefined;
  try {
    return JSON.parse(text.decode(bytes));
  } catch {
    return undefined;
  }
}
