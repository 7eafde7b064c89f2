import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { DiversionError } from "../core/errors";

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
