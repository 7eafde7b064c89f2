import type { Context, MiddlewareHandler } from "hono";
import { checksumOfText } from "../core/checksum";
import { DiversionError } from "../core/errors";

/**
 * The name that a client gives a request, so that sent again it makes nothing twice: the header `Idempotency-Key`
 * (draft-ietf-httpapi-idempotency-key-header), in the quotes of a structured field or without.
 */
export function idempotencyKey(c: Context): string | undefined {
  const header = c.req.header("Idempotency-Key")?.trim();
  return header === undefined ? undefined : (/^"(.*)"$/.exec(header)?.[1] ?? header);
}

/** As many requests are remembered: those of an hour in which one is sent each second. */
const REMEMBERED = 3600;

interface Remembered {
  /** What the request asked. */
  readonly asked: string;
  readonly answer: Promise<Response>;
}

/**
 * Answers a request that is sent again under its key as it was answered the first time, for as long as the server runs
 * and remembers it: for what has no log to remember by. A request that failed is done anew.
 *
 * @throws DiversionError `idempotency-key-reused`.
 */
export function onceByKey(): MiddlewareHandler {
  const remembered = new Map<string, Remembered>();
  return async (c, next) => {
    const key = idempotencyKey(c);
    if (key === undefined) return next();
    const asked = `${c.req.method} ${c.req.url} ${checksumOfText(await c.req.text())}`;
    const before = remembered.get(key);
    if (before !== undefined) {
      if (before.asked !== asked) {
        const message = "The Idempotency-Key was used for another request; send each request under a key of its own.";
        throw new DiversionError("idempotency-key-reused", message, { field: "Idempotency-Key" });
      }
      const { status, headers, body } = (await before.answer).clone();
      c.res = new Response(body, { status, headers: { "Content-Type": headers.get("Content-Type") ?? "" } });
      return;
    }
    let answered: (response: Response) => void = () => undefined;
    const answer = new Promise<Response>((resolve) => {
      answered = resolve;
    });
    remembered.set(key, { asked, answer });
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
    try {
      await next();
    } finally {
      if (!c.res.ok) remembered.delete(key);
      answered(c.res.clone());
    }
  };
}
