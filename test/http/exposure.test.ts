import { describe, expect, it } from "vitest";
import { serve } from "../../src/http/server";
import { DiversionService } from "../../src/http/service";
import { countyApp } from "./support/county-server";

const { router } = countyApp();
const service = new DiversionService({ router });

const statusFor = async (host: string, hosts?: readonly string[]): Promise<number> => {
  const { app } = countyApp(hosts === undefined ? {} : { hosts });
  return (await app.request("/livez", { headers: { Host: host } })).status;
};

describe("a server on loopback", () => {
  it("is not asked by a name that a page elsewhere has pointed at it", async () => {
    const own = ["localhost", "127.0.0.1:8080", "LOCALHOST:1", "[::1]:8080"];
    for (const host of own) expect([host, await statusFor(host, [])]).toEqual([host, 200]);
    for (const host of ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil", "[::2]"]) {
      expect([host, await statusFor(host, [])]).toEqual([host, 421]);
    }
    expect(await statusFor("cad.example", ["cad.example"])).toBe(200);
    expect(await statusFor("anything")).toBe(200);
    const server = await serve({ service, port: 0 });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await server.close();
  });
});

describe("a server beyond loopback", () => {
  it("has a token that nobody guesses", async () => {
    await expect(serve({ service, host: "0.0.0.0", port: 0, token: "short" })).rejects.toMatchObject({
      code: "invalid-argument",
      place: { field: "token" },
    });
    const server = await serve({ service, host: "0.0.0.0", port: 0, token: "0123456789abcdef" });
    await server.close();
  });
});

describe("responses", () => {
  it("promise no TLS, and carry an id of the server's own", async () => {
    const entries: { requestId: string }[] = [];
    const { app } = countyApp({ log: (entry) => void entries.push(entry) });
    const response = await app.request("/livez", { headers: { "X-Request-Id": "at-51-7356-0-469" } });
    expect(response.headers.get("Strict-Transport-Security")).toBeNull();
    const id = response.headers.get("X-Request-Id") ?? entries[0]!.requestId;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(entries)).not.toContain("51-7356");
  });

  it("tell the moment of the answers, by which pages set themselves", async () => {
    const { app, clock } = countyApp();
    const response = await app.request("/v1/hospitals");
    expect(response.headers.get("Date")).toBe(new Date(clock()).toUTCString());
  });
});
