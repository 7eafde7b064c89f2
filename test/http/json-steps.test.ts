import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { jsonInTurns } from "../../src/http/json-steps";
import { Turns } from "../../src/http/turns";

const sent = async (value: object): Promise<Response> => {
  const app = new Hono().get("/", (c) => jsonInTurns(c, new Turns(), value));
  return app.request("/");
};

describe("a response written in turns", () => {
  it.each([
    ["nothing", {}],
    ["no list", { a: 1, b: "ü\ud83d\ude42", c: null, d: undefined, e: { f: [1] } }],
    [
      "lists of every length",
      Object.fromEntries([0, 1, 511, 512, 513, 1024].map((n) => [`l${n}`, Array(n).fill({ n })])),
    ],
    ["holes and what writes itself", { list: [undefined, 1, { toJSON: () => "x" }], not: undefined }],
    ["a long list", { before: 1, list: Array.from({ length: 20_000 }, (_, i) => ({ id: `Ä${i}` })), after: 2 }],
  ])("is the text of JSON.stringify: %s", async (_, value) => {
    const response = await sent(value);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(await response.text()).toBe(JSON.stringify(value));
  });
});
