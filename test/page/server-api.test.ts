import { afterEach, expect, it, vi } from "vitest";
import type { Change } from "../../src/page/compute/protocol";
import { ServerApi } from "../../src/page/sync/server-api";

afterEach(() => vi.unstubAllGlobals());

/** What goes over the wire for a change. */
async function sent(change: Change, key: string, observedAt?: string) {
  const calls: Record<"method" | "url" | "ifMatch" | "id" | "body", unknown>[] = [];
  vi.stubGlobal("fetch", async (url: string, { method, headers, body }: RequestInit) => {
    const sent = new Headers(headers);
    const [ifMatch, id] = [sent.get("If-Match"), sent.get("Idempotency-Key")];
    calls.push({ method: method!, url, ifMatch, id, body: body === undefined ? undefined : JSON.parse(String(body)) });
    return Response.json({ outcome: "accepted" });
  });
  await new ServerApi().change(change, key, 7, "a-uuid", observedAt);
  expect(calls).toHaveLength(1);
  return calls[0]!;
}

const by = { reason: "By telephone", by: "Gold" };

it("sends each kind of change where the server takes it, with the version that was seen", async () => {
  const until = "2017-05-15T13:00:00.000Z";
  expect(await sent({ kind: "open", hospital: "A/1", open: false, ...by }, "flag")).toEqual({
    method: "PUT",
    url: "v1/hospitals/A%2F1/open",
    ifMatch: '"7"',
    id: "a-uuid",
    body: { open: false, ...by },
  });
  expect(await sent({ kind: "overrule", hospital: "A1", until, ...by }, "overrule", "2017-05-15T12:00:00Z")).toEqual({
    method: "PUT",
    url: "v1/hospitals/A1/overrule",
    ifMatch: '"7"',
    id: "a-uuid",
    body: { until, ...by, observedAt: "2017-05-15T12:00:00Z" },
  });
  expect(await sent({ kind: "clear", hospital: "A1", key: "overrule", ...by }, "overrule")).toMatchObject({
    method: "DELETE",
    url: "v1/hospitals/A1/overrule?reason=By+telephone&by=Gold",
  });
  expect(await sent({ kind: "clear", hospital: "A1", key: "divert:stroke", ...by }, "divert:stroke")).toMatchObject({
    method: "DELETE",
    url: "v1/hospitals/A1/restrictions/divert%3Astroke?reason=By+telephone&by=Gold",
  });
  const report = { effect: "divert", scope: {}, reason: "Full" } as const;
  expect(await sent({ kind: "report", hospital: "A1", ...report }, "divert")).toMatchObject({
    method: "PUT",
    url: "v1/hospitals/A1/restrictions/divert",
    body: report,
  });
});
