import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, ControlRoom, INCIDENT, putOnDivert, stateOf, TOKEN } from "./support/control-room";

const BROOMFIELD = "RQ8L0";
const SOUTHEND = "RAJ01";

describe("the map page", () => {
  let room: ControlRoom;
  beforeAll(async () => {
    room = await ControlRoom.open();
  });
  afterAll(() => room.close());

  it("answers as the server does, to the byte, for a place that is typed", async () => {
    const page = await room.page();
    await page.locator("input[name=need][value=trauma]").check();
    await page.fill("#age", "40");
    await ask(page);
    const { answer } = await stateOf(page);
    const { at } = answer!.advice.basis;
    const advice = room.router.recommend({ location: INCIDENT, needs: ["trauma"], age: 40, at });
    expect(JSON.stringify(answer!.advice)).toBe(JSON.stringify(advice));
    expect(JSON.stringify(answer!.route)).toBe(JSON.stringify(room.router.route(advice)));
    expect(await page.textContent(".destination")).toBe("Broomfield Hospital");
  });

  it("finds EDs and roads by name, with the keyboard alone", async () => {
    const page = await room.page();
    await page.keyboard.press("/");
    await page.keyboard.type("a1060");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".result").waitFor();
    expect((await stateOf(page)).answer!.advice.incident.snapped.road).toBe("A1060");

    const options = page.locator(".options button");
    await options.first().focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => options.nth(1).getAttribute("aria-pressed")).toBe("true");
    const { chosenEd, chosenRoute } = await stateOf(page);
    expect(chosenRoute!.properties.destination.id).toBe(chosenEd);
    expect(await page.textContent(".directions summary")).toContain(chosenRoute!.properties.destination.name);
    expect(await page.textContent("#announcer")).toMatch(/^Go to /);

    await page.locator("body").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("?");
    expect(await page.locator("dialog[open]").count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.locator("#map").focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await stateOf(page)).question!.location[0]).not.toBe(INCIDENT[0]);
  });

  it("takes a click on the map for the incident", async () => {
    const page = await room.page();
    await page.locator("#map").click({ position: { x: 300, y: 300 } });
    await page.locator(".result, .problem").first().waitFor();
    const { question } = await stateOf(page);
    expect(await page.inputValue("#place")).toBe(question!.location.join(", "));
  });

  it("says in the library's words what is wrong with a place", async () => {
    const page = await room.page();
    await page.fill("#place", "51.7356, 0.469");
    await page.getByRole("button", { name: "Recommend" }).click();
    await expect.poll(() => page.textContent("#answer")).toContain("longitude and latitude look swapped");
    await page.fill("#place", "nowhere at all");
    await page.getByRole("button", { name: "Recommend" }).click();
    await expect.poll(() => page.textContent("#answer")).toContain("No ED and no road has that name");
  });

  it("shows a flip in every open page, and says what it did to the answer", async () => {
    const [acting, watching] = [await room.page(), await room.page()];
    await ask(watching);
    await putOnDivert(acting, BROOMFIELD, "IT outage");
    const flippedMs = performance.now();
    await watching.locator(".destination", { hasText: "Basildon University Hospital" }).waitFor();
    console.info(`Another page answered by the flip after ${Math.round(performance.now() - flippedMs)} ms.`);
    const changes = await watching.textContent(".changes");
    expect(changes).toContain("Broomfield Hospital: divert, IT outage (Duty manager)");
    expect(changes).toContain("Now Basildon University Hospital");
    expect(await watching.textContent(".extra")).toMatch(/^\+\d+ min/);
    expect(await watching.textContent(".passed-over")).toContain("IT outage");
    expect(await watching.textContent("#announcer")).toContain("Now Basildon University Hospital");
    await expect.poll(() => watching.locator(".ed[aria-label='Broomfield Hospital: on divert']").count()).toBe(1);

    await acting.getByRole("button", { name: "Set open" }).click();
    await expect.poll(() => watching.textContent(".destination")).toBe("Broomfield Hospital");
    expect(room.router.status.view().restrictionsOf(BROOMFIELD)).toEqual([]);
  });

  it("hears of the flip of another program, and of closed roads", async () => {
    const page = await room.page();
    await ask(page);
    const before = (await stateOf(page)).answer!.advice.destination!;
    const { id } = room.router.roads.close({
      reason: "Flooded",
      line: { type: "LineString", coordinates: [[...INCIDENT], [INCIDENT[0] + 0.004, INCIDENT[1]]] },
      bufferMetres: 300,
    });
    await expect.poll(() => page.locator("path.closure").count()).toBeGreaterThan(0);
    await expect
      .poll(async () => (await stateOf(page)).answer?.advice.basis.roadsVersion)
      .toBe(room.router.roads.version);
    room.router.roads.reopen(id);
    await expect
      .poll(async () => (await stateOf(page)).answer?.advice.destination)
      .toMatchObject({
        hospital: before.hospital,
        driveSeconds: before.driveSeconds,
      });
  });

  it("holds a restriction as the form states it, and ends it", async () => {
    const page = await room.page();
    await page.locator(`[data-ed="${SOUTHEND}"]`).click();
    await page.fill("#token", TOKEN);
    await page.fill("#change-reason", "Two theatres shut");
    await page.fill("#change-by", "Site control");
    await page.getByText("Add a restriction").click();
    const form = page.locator(".restriction-form");
    await form.locator("input[value=trauma]").check();
    await page.fill("#min-age", "16");
    await page.selectOption("#effect", "refuse");
    await page.selectOption("#divert-to", BROOMFIELD);
    await page.fill("#until", "2031-05-15T18:00");
    await form.getByRole("button", { name: "Hold it" }).click();
    await page.locator(".restrictions li").waitFor();
    const held = room.router.status.view().restrictionsOf(SOUTHEND);
    expect(held).toMatchObject([
      {
        effect: "refuse",
        scope: { needs: ["trauma"], minAge: 16 },
        divertTo: BROOMFIELD,
        reason: "Two theatres shut",
        authorisedBy: "Site control",
      },
    ]);
    expect(held[0]!.until!.epochMs).toBe(new Date("2031-05-15T18:00").getTime());
    const text = await page.textContent(".restrictions li");
    expect(text).toContain("refuses trauma, age 16 and over to Broomfield Hospital");
    expect(text).toContain("by Site control");
    // The token was typed once.
    expect(await page.locator("#token").isVisible()).toBe(false);

    await page.locator(".restrictions .end").click();
    await page.getByRole("button", { name: "End it" }).click();
    await expect.poll(() => room.router.status.view().restrictionsOf(SOUTHEND)).toEqual([]);
    await expect.poll(() => page.textContent(".held")).toContain("Nothing is held against it");
  });

  it("holds a word against a feed as the form states it, shows both, and ends it", async () => {
    const page = await room.page();
    const { status } = room.router;
    await page.locator(`[data-ed="${SOUTHEND}"]`).click();
    expect(await page.locator(".overruling").isVisible()).toBe(false);
    status.report({ hospital: SOUTHEND, effect: "divert", reason: "Closed", key: "feed:have:closed" });
    await page.locator(".restrictions li").waitFor();
    await page.fill("#token", TOKEN);
    await page.getByText("Overrule feeds").click();
    const hold = page.getByRole("button", { name: "Overrule them" });
    for (const [field, text] of [
      ["#change-reason", "Told by telephone that it is open"],
      ["#change-by", "Gold"],
      ["#overrule-until", "2031-05-15T18:00"],
    ] as const) {
      await hold.click();
      expect(await page.textContent(".change-result")).toMatch(/^Say /);
      expect(await page.locator(field).evaluate((one) => one === document.activeElement)).toBe(true);
      expect(status.view().overrules()).toEqual([]);
      await page.fill(field, text);
    }
    await page.locator("#overrule-until").press("Enter");
    await expect.poll(() => page.locator(".held .restrictions li").count()).toBe(2);
    const [overrule] = status.view().overrules();
    expect(overrule).toMatchObject({ authorisedBy: "Gold", reason: "Told by telephone that it is open" });
    expect(overrule!.until.epochMs).toBe(new Date("2031-05-15T18:00").getTime());
    const [word, feed] = await page.locator(".held .restrictions li").allTextContents();
    expect(word).toMatch(/overruled: Told by telephone that it is open.*by Gold.*until 15 May/);
    expect(feed).toMatch(/Closed.*overruled, does not count/);
    expect((await page.textContent(".condition.open"))!).toContain("open");

    await page.locator(".held .end").first().click();
    await page.getByRole("button", { name: "End it" }).click();
    await expect.poll(() => status.view().overrules()).toEqual([]);
    await expect.poll(() => page.textContent(".held")).not.toContain("overruled");
    status.clear(SOUTHEND, "feed:have:closed");
  });

  it("shows names and reasons as text, whatever they hold", async () => {
    const page = await room.page();
    const reason = "<img src=x onerror=alert(1)>";
    room.router.status.report({ hospital: BROOMFIELD, effect: "inform", reason });
    await expect.poll(() => page.textContent("#eds")).toContain(reason);
    expect(await page.locator("#eds img").count()).toBe(0);
    room.router.status.clear(BROOMFIELD, "inform");
  });

  it("sends nothing over what somebody else has changed meanwhile", async () => {
    const page = await room.page();
    await page.locator(`[data-ed="${BROOMFIELD}"]`).click();
    await page.fill("#change-reason", "Staff sickness");
    await page.fill("#change-by", "Duty manager");
    await page.fill("#token", TOKEN);
    room.router.status.setOpen(BROOMFIELD, false, { reason: "Power cut", effect: "refuse" });
    await expect.poll(() => page.textContent(".held")).toContain("Power cut");
    await page.locator(".flip").click();
    await expect.poll(() => page.textContent(".change-result")).toContain("Somebody changed this");
    expect(room.router.status.view().restrictionsOf(BROOMFIELD)).toMatchObject([{ reason: "Power cut" }]);
    // Seen and decided anew.
    await page.locator(".flip").click();
    await expect.poll(() => room.router.status.view().restrictionsOf(BROOMFIELD)).toEqual([]);
  });

  it("asks for the token again when it was wrong", async () => {
    const page = await room.page();
    await putOnDivert(page, BROOMFIELD, "IT outage", "guess");
    await expect.poll(() => page.textContent(".change-result")).toContain("token is not the one");
    expect(await page.locator("#token").isVisible()).toBe(true);
    expect(room.router.status.view().restrictionsOf(BROOMFIELD)).toEqual([]);
  });

  it("replays the status log, marked as the past", async () => {
    const { status } = room.router;
    const first = status.setOpen(BROOMFIELD, false, { reason: "Rehearsal" }).version;
    status.setOpen(BROOMFIELD, true);
    const page = await room.page();
    await ask(page);
    expect(await page.textContent(".destination")).toBe("Broomfield Hospital");
    await page.locator("#slider").focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(async () => (await stateOf(page)).showing).toMatchObject({ kind: "past", version: first });
    await expect.poll(() => page.textContent(".destination")).toBe("Basildon University Hospital");
    expect(await page.textContent(".notice.past")).toContain("not how things stand now");
    expect(await page.textContent(".result h2")).toContain("at that time");
    const { answer } = await stateOf(page);
    const { at } = answer!.advice.basis;
    const then = room.router.recommend({ location: INCIDENT, needs: [], at }, { statusVersion: first });
    expect(JSON.stringify(answer!.advice)).toBe(JSON.stringify(then));
    await page.getByRole("button", { name: "Back to now" }).click();
    await expect.poll(() => page.textContent(".destination")).toBe("Broomfield Hospital");
    expect(await page.locator(".notice.past").count()).toBe(0);
  });

  it("colours roads by the ED they belong to, for the patients asked about", async () => {
    const page = await room.page();
    await expect.poll(() => colouredPixels(page)).toBeLessThan(50);
    await page.getByRole("button", { name: "Catchments" }).click();
    await expect.poll(() => colouredPixels(page)).toBeGreaterThan(2000);
    await page.getByRole("button", { name: "Catchments" }).click();
    await expect.poll(() => colouredPixels(page)).toBeLessThan(50);
  });

  it("fits a phone", async () => {
    const page = await room.page({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await ask(page);
    await page.locator(".eds button").first().tap();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await page.locator(".destination").isVisible()).toBe(true);
  });

  it("made no browser complain and asked nobody but its server", () => {
    expect(room.complaints).toEqual([]);
  });
});

/** How many pixels of the roads' tiles are of a colour that is no grey. */
const colouredPixels = (page: Page): Promise<number> =>
  page.evaluate(() => {
    let coloured = 0;
    for (const tile of document.querySelectorAll<HTMLCanvasElement>(".leaflet-tile-pane canvas")) {
      const copy = new OffscreenCanvas(tile.width, tile.height);
      const context = copy.getContext("2d")!;
      context.drawImage(tile, 0, 0);
      const { data } = context.getImageData(0, 0, tile.width, tile.height);
      for (let i = 0; i < data.length; i += 4) {
        const [red, green, blue, alpha] = data.subarray(i, i + 4) as unknown as [number, number, number, number];
        if (alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 70) coloured++;
      }
    }
    return coloured;
  });
