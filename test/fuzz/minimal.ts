/** The least part of an input that still shows a fault: halves, quarters and so on are left out as long as it does. */
export async function minimal(input: Uint8Array, shows: (part: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let least = input;
  let tries = 0;
  for (let size = Math.ceil(least.length / 2); size >= 1 && tries < 2000; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length && tries < 2000; tries++) {
      const part = new Uint8Array([...least.subarray(0, at), ...least.subarray(at + size)]);
      if (await shows(part)) least = part;
      else at += size;
    }
  }
  return least;
}
