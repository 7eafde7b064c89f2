import { describe, expect, it } from "vitest";
import { createApp, DiversionService } from "../../src/http/index";
import { MAXIMUM_ROWS_AT_ONCE } from "../../src/http/schemas/distributions";
import { distribute } from "../../src/planning/distribution/distribution";
import { at, hospitalsAt, NOON, routerOver } from "../support/small-county";

const router = routerOver(hospitalsAt({ A: 12, B: 30 }));
const app = createApp({ service: new DiversionService({ router }) });
const post = (body: unknown): Promise<Response> =>
  Promise.resolve(
    app.request("/v1/distributions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
const incident = { location: at(10), casualties: [{ priority: "P1" as const, count: 3 }] };

const many = (count: number) => Array.from({ length: count }, (_, age) => ({ priority: "P2", age: age % 100 }));

describe("POST /v1/distributions", () => {
  it("answers as the library does, byte for byte", async () => {
    const body = { incidents: [incident], capacity: { A: { total: 2 } }, at: NOON };
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(JSON.stringify(distribute(router, body)));
  });

  it.each([
    [{}, 400, "incidents"],
    [{ incidents: [{ ...incident, name: "Ann" }] }, 400, "incidents.0.name"],
    [{ incidents: [incident], capacity: { X: { total: 1 } } }, 404, "capacity.X"],
    [{ incidents: [{ ...incident, location: [40, 40] }] }, 422, "location"],
    [{ incidents: Array.from({ length: MAXIMUM_ROWS_AT_ONCE + 1 }, () => incident) }, 400, "incidents"],
    [{ incidents: [{ ...incident, casualties: many(MAXIMUM_ROWS_AT_ONCE + 1) }] }, 400, "incidents"],
  ])("refuses %j", async (body, status, field) => {
    const response = await post(body);
    expect([response.status, (await response.json()).field]).toEqual([status, field]);
  });
});
