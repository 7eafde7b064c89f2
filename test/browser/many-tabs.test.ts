import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, ControlRoom, putOnDivert, stateOf } from "./support/control-room";

const BROOMFIELD = "RQ8L0";

describe("six tabs of one browser, under a path of the site", () => {
  let room: ControlRoom;
  beforeAll(async () => {
    room = await ControlRoom.open({}, { basePath: "/diversion" });
  });
  afterAll(() => room.close());

  const clients = async (): Promise<string | undefined> => {
    const metrics = await (await fetch(`${room.url}metrics`)).text();
    return /^ambulance_diversion_event_clients (\d+)$/m.exec(metrics)?.[1];
  };

  it("share one stream of events, so that a write goes through and all see it; the last to go ends it", async () => {
    const first = await room.page();
    const context = first.context();
    const others = [];
    for (let tab = 1; tab < 6; tab++) others.push(await room.page({ context }));
    expect(await clients()).toBe("1");
    await ask(first);
    await putOnDivert(first, BROOMFIELD, "Ambulances queue");
    for (const page of [first, ...others]) {
      await expect.poll(() => page.textContent("#eds")).toContain("Ambulances queue");
    }
    await first.close();
    room.router.status.setOpen(BROOMFIELD, true);
    for (const page of others) {
      await expect.poll(async () => (await stateOf(page)).live?.version).toBe(room.router.status.version);
    }
    for (const page of others) await page.close();
    await expect.poll(clients).toBe("0");
  });

  it("goes on without the server, from what the browser holds for that path", async () => {
    const page = await room.page();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await room.stop();
    await page.locator(".notice.lost").waitFor();
    await page.reload();
    await page.locator(".notice.lost").waitFor();
    await ask(page);
    expect(await page.textContent(".destination")).toBe("Broomfield Hospital");
    await room.start();
    await expect.poll(() => page.textContent("#connection"), { timeout: 10_000 }).toContain("Live");
  });

  it("made no browser complain and asked nobody but its server", () => {
    expect(room.complaints).toEqual([]);
  });
});
