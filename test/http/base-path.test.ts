import { describe, expect, it } from "vitest";
import { countyApp } from "./support/county-server";

describe("a server behind a path of its site", () => {
  const { app } = countyApp({ basePath: "/cad/diversion", pageFolder: "src/page" });

  it("answers as elsewhere, whether or not the proxy takes the path off", async () => {
    const plain = await countyApp().app.request("/v1/recommendations?location=0.18,52");
    const expected = await plain.text();
    for (const path of ["/cad/diversion/v1/recommendations", "/v1/recommendations"]) {
      expect(await (await app.request(`${path}?location=0.18,52`)).text(), path).toBe(expected);
    }
    expect((await app.request("/cad/diversion/livez")).status).toBe(200);
    expect((await app.request("/cad/diversions/livez")).status).toBe(404);
    expect((await app.request("/cad/livez")).status).toBe(404);
  });

  it("leads to the page's folder, whose addresses are relative", async () => {
    const redirect = await app.request("/cad/diversion");
    expect([redirect.status, redirect.headers.get("Location")]).toEqual([308, "/cad/diversion/"]);
    const html = await (await app.request("/cad/diversion/")).text();
    const addresses = [...html.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, address]) => address!);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      const { pathname } = new URL(address, "http://site/cad/diversion/");
      // Scripts are not there before the page is built.
      if (!address.endsWith(".js")) expect((await app.request(pathname)).status, address).toBe(200);
      expect(pathname, address).toMatch(/^\/cad\/diversion\//);
    }
    const manifest = await (await app.request("/cad/diversion/page.webmanifest")).json();
    const base = "http://site/cad/diversion/page.webmanifest";
    expect(new URL(manifest.start_url, base).pathname).toBe("/cad/diversion/");
    expect(new URL(manifest.icons[0].src, base).pathname).toBe("/cad/diversion/icon.svg");
  });

  it("names the path in its OpenAPI document, and only then", () => {
    expect(app.openApiDocument()).toMatchObject({ servers: [{ url: "/cad/diversion" }] });
    expect(countyApp().app.openApiDocument()).not.toHaveProperty("servers");
  });

  it("is refused a path that is none", () => {
    for (const basePath of ["/", "cad", "/cad/", "/a b", "//cad", "/cad?x"]) {
      expect(() => countyApp({ basePath }), basePath).toThrow(/write a path such as \/diversion/);
    }
  });
});
