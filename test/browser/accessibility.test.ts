import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, ControlRoom } from "./support/control-room";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeWindow {
  readonly axe: {
    run(
      context: Document,
      options: unknown,
    ): Promise<{
      readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
    }>;
  };
}

/** What axe finds against WCAG 2 A and AA, in a line each. */
async function violations(page: Page): Promise<string[]> {
  // Evaluated by the protocol: a script element would be against the page's security policy.
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    (globalThis as unknown as AxeWindow).axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }),
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

describe.each(["light", "dark"] as const)("accessibility in the %s", (colorScheme) => {
  let room: ControlRoom;
  beforeAll(async () => {
    room = await ControlRoom.open();
    const { status } = room.router;
    status.report({ hospital: "RQ8L0", effect: "divert", scope: { needs: ["trauma"] }, reason: "IT outage" });
    status.setOpen("RDDH0", false, { effect: "refuse", reason: "Fire alarm", by: "Site control" });
    status.setOpen("RDEE4", false, { reason: "Full" });
  });
  afterAll(() => room.close());

  it("has nothing that axe objects to, in any state of the page", async () => {
    const page = await room.page({ colorScheme });
    await page.locator(".eds button").first().waitFor();
    await page.getByText(/^Live/).waitFor();
    let streams = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/v1/events")) streams++;
    });
    expect(await violations(page)).toEqual([]);
    await page.locator("input[name=need][value=trauma]").check();
    await ask(page);
    await page.locator(".directions summary").click();
    expect(await violations(page)).toEqual([]);
    await page.fill("#place", "hospital");
    await page.getByRole("option").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("[data-ed=RQ8L0]").click();
    await page.getByText("Add a restriction").click();
    await page.locator(".restrictions .end").click();
    await page.getByRole("button", { name: "Catchments" }).click();
    expect(await violations(page)).toEqual([]);
    await page.locator("#slider").focus();
    await page.keyboard.press("ArrowLeft");
    await page.locator(".notice.past").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Back to now" }).click();
    await page.locator("#help-button").click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    // In all that time the stream of events held.
    expect(streams).toBe(0);
    await room.stop();
    await page.locator(".notice.lost").waitFor();
    await page.fill("#change-reason", "Told by radio");
    await page.fill("#change-by", "Crew 12");
    await page.locator(".flip").click();
    await page.locator(".own-entries li").waitFor();
    expect(await violations(page)).toEqual([]);
    room.router.status.setOpen("RDEE4", true);
    await room.start();
    await page.locator(".notice.away").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(room.complaints).toEqual([]);
  });
});
