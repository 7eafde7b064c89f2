import { describe, expect, it } from "vitest";
import { serve } from "../../src/http/server";
import { DiversionService } from "../../src/http/service";
import { WrongTokens } from "../../src/http/wrong-tokens";
import { countyApp, TOKEN } from "./support/county-server";

const HOUR_MS = 3_600_000;

describe("wrong tokens", () => {
  const set = (nowMs = 0) => {
    const clock = { nowMs };
    return { clock, tokens: new WrongTokens(() => clock.nowMs) };
  };

  it("are refused unseen after twenty from one place, and from no other; one more is looked at every five seconds", () => {
    const { clock, tokens } = set();
    for (let i = 0; i < 20; i++) {
      expect(tokens.waitMs("a")).toBe(0);
      tokens.note("a", false);
    }
    expect(tokens.waitMs("a")).toBe(5000);
    expect(tokens.waitMs("b")).toBe(0);
    clock.nowMs = 4999;
    expect(tokens.waitMs("a")).toBeGreaterThan(0);
    let looked = 0;
    for (; clock.nowMs < HOUR_MS; clock.nowMs += 100) {
      if (tokens.waitMs("a") > 0) continue;
      looked++;
      tokens.note("a", false);
    }
    expect(looked).toBeGreaterThan(700);
    expect(looked).toBeLessThanOrEqual(720);
    expect(tokens.count).toBe(20 + looked);
  });

  it("shut nobody out from where the right one has come within the hour", () => {
    const { clock, tokens } = set();
    tokens.note("proxy", true);
    for (let i = 0; i < 1000; i++) tokens.note("proxy", false);
    expect(tokens.waitMs("proxy")).toBe(0);
    clock.nowMs = HOUR_MS;
    expect(tokens.waitMs("proxy")).toBeGreaterThan(0);
  });

  it("are remembered of so many places and no more", () => {
    const { tokens } = set();
    for (let i = 0; i < 20; i++) tokens.note("a", false);
    for (let i = 0; i < 10_000; i++) tokens.note(`b${i}`, false);
    expect(tokens.waitMs("a")).toBe(0);
  });

  it("are answered by 401 and then by 429, the right one among them, and counted; reading goes on", async () => {
    const { router } = countyApp();
    const server = await serve({ service: new DiversionService({ router }), port: 0, token: TOKEN });
    const change = (token: string): Promise<Response> =>
      fetch(`${server.url}/v1/hospitals/A1/open`, {
        method: "PUT",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: '{"open":true}',
      });
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++) statuses.push((await change(`guess-${i}`)).status);
    expect(statuses).toEqual([...Array(20).fill(401), 429]);
    const right = await change(TOKEN);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await right.json()).code).toBe("too-many-attempts");
    expect((await fetch(`${server.url}/v1/hospitals`)).status).toBe(200);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain("ambulance_diversion_wrong_tokens_total 20");
    await server.close();
  });
});
