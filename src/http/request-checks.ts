import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { timeout } from "hono/timeout";
import { DiversionError } from "../core/errors";
import { MAXIMUM_JSON_DEPTH, tooDeepAt } from "../core/parse-json";
import { decodeText, type TextTrouble } from "../core/text";

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/**
 * Lets a request through that carries `Authorization: Bearer` and the token, compared in constant time (as digests, so
 * that not even its length shows).
 *
 * @param token undefined: nothing is let through.
 * @throws DiversionError `unauthorized`.
 */
export function requireToken(token: string | undefined): MiddlewareHandler {
  const expected = token === undefined ? undefined : digest(token);
  return async (c, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const isRight = timingSafeEqual(expected ?? digest(""), digest(given ?? ""));
    if (expected === undefined) {
      throw new DiversionError(
        "unauthorized",
        "This server has no token, so nothing can be changed through it; set AMBULANCE_DIVERSION_TOKEN and start it again.",
      );
    }
    if (given === undefined || !isRight) {
      const why = given === undefined ? "The request carries no token" : "The token is not the one of this server";
      throw new DiversionError("unauthorized", `${why}; send Authorization: Bearer and the token.`);
    }
    await next();
  };
}

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
