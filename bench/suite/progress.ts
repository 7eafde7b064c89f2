/** Shows what is being done: on a terminal one line rewritten in place, elsewhere a line each, so that logs tell too. */
export function progressLine(stream: NodeJS.WriteStream): { show: (text: string) => void; clear: () => void } {
  if (!stream.isTTY) return { show: (text) => stream.write(`${text}\n`), clear: () => {} };
  return {
    show: (text) => stream.write(`\r\x1b[K${text} …`),
    clear: () => stream.write("\r\x1b[K"),
  };
}
