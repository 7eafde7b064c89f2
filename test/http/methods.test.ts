import { describe, expect, it } from "vitest";
import { createApp, DiversionService } from "../../src/http/index";
import { hospitalsAt, routerOver } from "../support/small-county";

const router = routerOver(hospitalsAt({ A: 12, B: 30 }));
const app = createApp({ service: new DiversionService({ router }), token: "a-token-for-tests-only-0123456789" });
const ask = (method: string, path: string): Promise<Response> => Promise.resolve(app.request(path, { method }));

/** The document's paths, their parameters filled in. */
const paths = Object.entries((app.openApiDocument() as { paths: Record<string, object> }).paths).map(
  ([path, methods]) => [path.replace("{id}", "A").replace("{key}", "flag"), Object.keys(methods)] as const,
);

describe("a method that a path does not serve", () => {
  it.each(paths)("is 405 at %s, which allows what the document has there", async (path, methods) => {
    const response = await ask("PROPFIND", path);
    const allowed = methods.flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])).sort();
    expect([response.status, response.headers.get("allow")]).toEqual([405, allowed.join(", ")]);
    expect(await response.json()).toMatchObject({ code: "method-not-allowed", status: 405 });
  });

  it("is 404 where nothing is", async () => {
    expect((await ask("GET", "/v1/nothing")).status).toBe(404);
    expect((await ask("PUT", "/v1/hospitals/A/restrictions")).status).not.toBe(405);
  });
});

describe("GET /v1/hospitals/{id}", () => {
  it("answers for one hospital what the list does", async () => {
    router.status.setOpen("A", false);
    const list = await (await ask("GET", "/v1/hospitals")).json();
    const response = await ask("GET", "/v1/hospitals/A");
    expect(response.headers.get("etag")).toBe(`"${router.status.version}"`);
    expect(await response.json()).toEqual({
      statusVersion: list.statusVersion,
      at: list.at,
      hospital: list.hospitals[0],
    });
    expect((await ask("GET", "/v1/hospitals/X")).status).toBe(404);
  });
});
