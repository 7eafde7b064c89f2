import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, ControlRoom, INCIDENT, putOnDivert, routerOver, stateOf, TOKEN } from "./support/control-room";

const BROOMFIELD = "RQ8L0";
const BASILDON = "RDDH0";
const COLCHESTER = "RDEE4";

describe("a page without a server", () => {
  let room: ControlRoom;
  beforeAll(async () => {
    room = await ControlRoom.open();
  });
  afterAll(() => room.close());

  it("goes on, also when loaded again, takes entries by hand, and comes to terms with the server on its return", async () => {
    const { status, hospitals } = room.router;
    const page = await room.page();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await ask(page);
    expect(await page.textContent(".destination")).toBe("Broomfield Hospital");
    const version = status.version;

    await room.stop();
    await page.locator(".notice.lost").waitFor();
    expect(await page.textContent("#connection")).toMatch(/^No connection since \d\d:\d\d$/);
    expect(await page.textContent(".notice.lost")).toContain(`from status version ${version} as of`);
    await ask(page, "0.9, 51.88");
    expect(await page.textContent(".destination")).toBe("Colchester General Hospital");

    // Loaded again with nothing there but what the browser holds.
    await page.reload();
    await page.locator(".eds button").first().waitFor();
    await page.locator(".notice.lost").waitFor();
    await ask(page);
    const { answer } = await stateOf(page);
    const advice = room.router.recommend({ location: INCIDENT, needs: [], at: answer!.advice.basis.at });
    expect(JSON.stringify(answer!.advice)).toBe(JSON.stringify(advice));

    // By hand: with reason and name, marked as not shared, and counting at once.
    await page.locator(`[data-ed="${BROOMFIELD}"]`).click();
    await page.getByRole("button", { name: "Put on divert" }).click();
    await expect.poll(() => page.textContent(".change-result")).toContain("say who you are and why");
    await page.getByRole("button", { name: "← All EDs" }).click();
    await putOnDivert(page, BROOMFIELD, "Told by radio");
    await expect.poll(() => page.textContent(".destination")).toBe("Basildon University Hospital");
    expect(await page.textContent(".restrictions .own")).toBe("entered here, not shared");
    await page.getByRole("button", { name: "← All EDs" }).click();
    await putOnDivert(page, BASILDON, "Ambulances queue");
    await page.getByRole("button", { name: "← All EDs" }).click();
    await expect.poll(() => page.locator(".own-entries li").count()).toBe(2);
    await page.reload();
    await expect.poll(() => page.locator(".own-entries li").count()).toBe(2);
    await ask(page);
    expect(await page.textContent(".destination")).not.toMatch(/Broomfield|Basildon/);

    // Meanwhile others changed two EDs, one of them after the entry about it.
    status.setOpen(COLCHESTER, false, { reason: "Fire alarm" });
    status.setOpen(BASILDON, false, { reason: "Power cut", effect: "refuse" });
    expect(status.view().restrictionsOf(BROOMFIELD)).toEqual([]);
    await room.start();
    await page.locator(".notice.away").waitFor();
    const away = await page.textContent(".notice.away");
    expect(away).toContain("Colchester General Hospital: divert, Fire alarm");
    expect(away).toContain("Basildon University Hospital: refuses all patients, Power cut");
    const entries = page.locator(".own-entries li");
    expect(await entries.filter({ hasText: "Basildon" }).textContent()).toContain("overtaken");
    expect(await page.textContent("#connection")).toContain(`version ${status.version}`);

    const own = entries.filter({ hasText: "Broomfield" });
    await own.locator("input").fill(TOKEN);
    const [entry] = (await stateOf(page)).entries;
    await own.getByRole("button", { name: "Send" }).click();
    await expect
      .poll(() => status.view().restrictionsOf(BROOMFIELD))
      .toMatchObject([{ effect: "divert", reason: "Told by radio", authorisedBy: "Duty manager" }]);
    expect(status.view().restrictionsOf(BROOMFIELD)[0]!.observedAt.text).toBe(entry!.enteredAt);
    await expect.poll(() => entries.count()).toBe(1);
    await entries.getByRole("button", { name: "Drop" }).click();
    await expect.poll(() => entries.count()).toBe(0);
    await page.getByRole("button", { name: "Understood" }).click();
    expect(await page.locator(".notice").count()).toBe(0);
    expect((await stateOf(page)).live!.version).toBe(status.version);
    expect(hospitals.size).toBe((await stateOf(page)).live!.eds.length);
  });

  it("takes over everything anew when the server comes back with other hospitals and another log", async () => {
    const page = await room.page();
    await ask(page);
    await room.stop();
    await page.locator(".notice.lost").waitFor();
    const hospitals = room.router.hospitals.without(BROOMFIELD);
    await room.start(await routerOver({ hospitals }));
    await expect.poll(async () => (await stateOf(page)).live?.eds.length, { timeout: 10_000 }).toBe(hospitals.size);
    expect((await stateOf(page)).opened!.hospitalsChecksum).toBe(hospitals.checksum);
    await expect.poll(() => page.textContent(".destination")).toBe("Basildon University Hospital");
    expect((await stateOf(page)).live!.version).toBe(0);
  });

  it("replaces its status when the server has another log of the same hospitals", async () => {
    const page = await room.page();
    room.router.status.setOpen(BASILDON, false, { reason: "First log" });
    await expect.poll(() => page.textContent("#eds")).toContain("First log");
    await room.stop();
    await page.locator(".notice.lost").waitFor();
    const other = await routerOver({ hospitals: room.router.hospitals });
    other.status.setOpen(COLCHESTER, false, { reason: "Second log" });
    await room.start(other);
    await expect.poll(() => page.textContent("#eds"), { timeout: 10_000 }).toContain("Second log");
    expect(await page.textContent("#eds")).not.toContain("First log");
    expect(await page.textContent(".notice.away")).toContain("another status log");
  });

  it("asks for the token where reading needs it", async () => {
    const guarded = await ControlRoom.open({}, { readsNeedToken: true });
    const page = await (await guarded.browser.newContext()).newPage();
    await page.goto(guarded.url);
    await page.fill("#read-token", "guess");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.locator("#read-token:not([value=guess])").waitFor();
    await page.fill("#read-token", TOKEN);
    await page.getByRole("button", { name: "Use it" }).click();
    await page.locator(".eds button").first().waitFor();
    await expect.poll(() => page.textContent("#connection")).toContain("Live");
    expect(await page.locator("#read-token").count()).toBe(0);
    await guarded.close();
  });

  it("says that it has nothing to compute from when it never had a server", async () => {
    const context = await room.browser.newContext();
    const page = await context.newPage();
    await page.route("**/v1/**", (route) => route.abort());
    await page.goto(room.url);
    await expect.poll(() => page.textContent("#notices"), { timeout: 10_000 }).toContain("holds no roads yet");
    await context.close();
  });

  it("made no browser complain and asked nobody but its server", () => {
    expect(room.complaints).toEqual([]);
  });
});
