import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { timeout } from "hono/timeout";
import { DiversionError } from "../core/errors";
import { MAXIMUM_JSON_DEPTH, tooDeepAt } from "../core/parse-json";
import { decodeText, type TextTrouble } from "../core/text";
import type { WrongTokens } from "./wrong-tokens";

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/**
 * Lets a request through that carries `Authorization: Bearer` and the token, compared in constant time (as digests, so
 * that not even its length shows).
 *
 * @param token undefined: nothing is let through.
 * @throws DiversionError `unauthorized`, `too-many-attempts`.
 */
export function requireToken(token: string | undefined, wrongTokens: WrongTokens): MiddlewareHandler {
  const expected = token === undefined ? undefined : digest(token);
  return async (c, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const place = remoteAddress(c);
    const waitMs = given === undefined ? 0 : wrongTokens.waitMs(place);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      c.header("Retry-After", String(seconds));
      const message = `Too many wrong tokens came from there; the next is looked at in ${seconds} s.`;
      throw new DiversionError("too-many-attempts", message);
    }
    const isRight = timingSafeEqual(expected ?? digest(""), digest(given ?? ""));
    if (expected === undefined) {
      throw new DiversionError(
        "unauthorized",
        "This server has no token, so nothing can be changed through it; set AMBULANCE_DIVERSION_TOKEN and start it again.",
      );
    }
    if (given !== undefined) wrongTokens.note(place, isRight);
    if (given === undefined || !isRight) {
      const why = given === undefined ? "The request carries no token" : "The token is not the one of this server";
      throw new DiversionError("unauthorized", `${why}; send Authorization: Bearer and the token.`);
    }
    await next();
  };
}

/** Where a request comes from: an address, or a proxy's. Requests that came over no network are all of one place. */
function remoteAddress(c: Context): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.socket.remoteAddress ?? "here";
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Gives each request an id: the client's, when it is a UUID. Others are not taken over, for what a client writes there
 * goes into the log, which says nothing of where a patient is.
 */
export const requestIds: MiddlewareHandler = async (c, next) => {
  const given = c.req.header("X-Request-Id") ?? "";
  const id = UUID.test(given) ? given : randomUUID();
  c.set("requestId", id);
  c.header("X-Request-Id", id);
  await next();
};

/**
 * Lets a request through that asks for one of the hosts, by whatever port: a page that has its own name lead to this
 * machine would otherwise read what only this machine should.
 *
 * @throws DiversionError `wrong-host`.
 */
export function requireHost(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return async (c, next) => {
    const asked = (c.req.header("Host") ?? new URL(c.req.url).host).toLowerCase();
    // An IPv6 address stands in brackets, and its colons are no port's.
    const name = asked.startsWith("[") ? asked.slice(1, Math.max(1, asked.indexOf("]"))) : asked.split(":", 1)[0]!;
    if (!known.has(name) && !LOOPBACK_ADDRESS.test(name)) {
      throw new DiversionError("wrong-host", "The server is not to be asked by this name; allow it by --allow-host.");
    }
    await next();
  };
}

const LOOPBACK_ADDRESS = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/;

/**
 * Lets a request through whose body is no larger than allowed and arrives in time.
 *
 * Most bodies say how long they are, and Node reads no more of them than that. Hono's own limit opens every body as a
 * stream before it looks, which costs as much as the answer; it is left to those that do not say.
 *
 * @throws DiversionError `body-too-large`; HTTPException 408.
 */
export function bodyLimits(maximumBytes: number, timeoutMs: number): MiddlewareHandler {
  const refuse = (): never => {
    throw new DiversionError("body-too-large", `The body is larger than ${maximumBytes} bytes.`);
  };
  const counted = bodyLimit({ maxSize: maximumBytes, onError: refuse });
  const inTime = timeout(timeoutMs, new HTTPException(408));
  return async (c, next) => {
    const { method } = c.req;
    if (method === "GET" || method === "HEAD") return next();
    const length = c.req.header("Content-Length");
    const isStated = length !== undefined && c.req.header("Transfer-Encoding") === undefined;
    if (!isStated) return inTime(c, async () => void (await counted(c, next)));
    if (Number(length) > maximumBytes) refuse();
    return inTime(c, next);
  };
}

/**
 * Refuses JSON that is not UTF-8 (RFC 8259): decoded without a check, as Hono does, names would be damaged in silence and
 * stored so. Refuses what is nested beyond all use before anything walks it.
 *
 * @throws DiversionError `invalid-text`, `invalid-argument`.
 */
export const soundJson: MiddlewareHandler = async (c, next) => {
  const { method } = c.req;
  const isJson = /^application\/([\w.-]+\+)?json\b/i.test(c.req.header("Content-Type") ?? "");
  if (isJson && method !== "GET" && method !== "HEAD") {
    const fail = ({ what, row }: TextTrouble): DiversionError =>
      new DiversionError("invalid-text", `The body ${what}.`, { row });
    const text = decodeText(new Uint8Array(await c.req.arrayBuffer()), fail, "utf-8");
    if (tooDeepAt(text) >= 0) {
      throw new DiversionError(
        "invalid-argument",
        `The body is nested more than ${MAXIMUM_JSON_DEPTH} deep; flatten it.`,
      );
    }
  }
  return next();
};
