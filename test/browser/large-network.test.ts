import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HospitalDirectory } from "../../src/index";
import { buildRoads } from "../../src/node/files/roads-files";
import type { AnswerTimes } from "../../src/page/compute/protocol";
import { sharedData } from "../support/shared-data";
import { ask, ControlRoom, stateOf } from "./support/control-room";

const graphFile = sharedData("dimacs/USA-road-t.NY.gr.gz");
const coordinates = sharedData("dimacs/USA-road-d.NY.co.gz");

/** EDs spread over the city and its surroundings. */
const hospitals = HospitalDirectory.parse(
  Array.from({ length: 200 }, (_, i) => ({
    id: `NY${i}`,
    name: `Hospital ${i}`,
    location: [-74.4 + 0.05 * (i % 20), 40.55 + 0.06 * Math.floor(i / 20)],
  })),
);

describe.skipIf(graphFile === undefined || coordinates === undefined)(
  "New York, 264,346 junctions (skipped without ../shared/data)",
  () => {
    let room: ControlRoom;
    beforeAll(async () => {
      const roads = await buildRoads(graphFile!, { coordinates: coordinates! });
      room = await ControlRoom.open({ roads, hospitals, hospitalsOffNetwork: "exclude" });
    });
    afterAll(() => room.close());

    it("is answered in the browser as on the server, also from what the browser holds", async () => {
      const page = await room.page();
      await ask(page, "-73.98, 40.75");
      const { answer } = await stateOf(page);
      const { at } = answer!.advice.basis;
      const advice = room.router.recommend({ location: [-73.98, 40.75], needs: [], at });
      expect(JSON.stringify(answer!.advice)).toBe(JSON.stringify(advice));
      const times = await page.evaluate(() =>
        (
          globalThis as unknown as { ambulanceDiversion: { measure(answers: number): Promise<AnswerTimes> } }
        ).ambulanceDiversion.measure(1000),
      );
      expect(times.answers).toBe(1000);
      console.info(
        `An answer in the browser: mean ${times.mean.toFixed(2)} ms, median ${times.median.toFixed(2)} ms, p99 ${times.p99.toFixed(2)} ms over ${times.answers}.`,
      );

      await page.evaluate(() => navigator.serviceWorker.ready);
      await room.stop();
      await page.reload();
      await page.locator(".notice.lost").waitFor();
      await ask(page, "-73.98, 40.75");
      expect((await stateOf(page)).answer!.advice.destination).toMatchObject({
        hospital: advice.destination!.hospital,
        driveSeconds: advice.destination!.driveSeconds,
      });
      expect(room.complaints).toEqual([]);
    });
  },
);
