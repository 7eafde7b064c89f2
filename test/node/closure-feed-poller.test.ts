import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { ClosureFeedPoller } from "../../src/node/feeds/closure-feed-poller";
import { ClosureFeedMonitor } from "../../src/roads/closure-feed-monitor";
import { stoppedClock } from "../hospitals/support/essex";
import { at, smallCounty } from "../support/small-county";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

it("brings an authority's messages to the roads, and has answers tell when it is silent", async () => {
  let answer: "message" | "failure" = "message";
  const accepted: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    accepted.push(request.headers.accept);
    if (answer === "failure") response.writeHead(503).end();
    else if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
    else {
      const properties = {
        core_details: { event_type: "work-zone", road_names: ["A1"], direction: "eastbound" },
        vehicle_impact: "all-lanes-closed",
      };
      const geometry = { type: "LineString", coordinates: [at(3), at(4)] };
      const features = [{ type: "Feature", id: "a", geometry, properties }];
      const feed_info = { version: "4.1", update_date: "2017-05-15T12:00:00+01:00" };
      response.writeHead(200, { ETag: '"1"' }).end(JSON.stringify({ type: "FeatureCollection", feed_info, features }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  const clock = stoppedClock("2017-05-15T12:00:00+01:00");
  const roads = smallCounty();
  const monitor = new ClosureFeedMonitor(roads, [{ id: "county", timeToLiveMs: 600_000 }], { clock });
  const location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/zones`;
  const poller = new ClosureFeedPoller({ monitor, feed: "county", format: "wzdx", location, clock });
  endings.push(() => poller.stop());

  expect(roads.silentFeeds).toEqual([{ feed: "county" }]);
  expect(await poller.poll()).toMatchObject({ polls: 1, failures: 0, lastApplication: { entered: ["county:a"] } });
  expect([roads.closures.map(({ id }) => id), roads.silentFeeds]).toEqual([["county:a"], []]);
  const { version } = roads;

  // Unchanged: heard again, and nothing to change.
  clock.advance(600_000);
  await poller.poll();
  clock.advance(600_000);
  monitor.noteSilence();
  expect([roads.version, roads.silentFeeds]).toEqual([version, []]);

  answer = "failure";
  clock.advance(1);
  expect(await poller.poll()).toMatchObject({ polls: 3, failuresInARow: 1, lastError: { code: "feed-unavailable" } });
  expect(roads.silentFeeds).toEqual([{ feed: "county", heardAt: "2017-05-15T11:10:00Z" }]);
  expect(roads.closures.map(({ id }) => id)).toEqual(["county:a"]);

  answer = "message";
  expect(await poller.poll()).toMatchObject({ failuresInARow: 0 });
  expect([roads.silentFeeds, roads.closures.length]).toEqual([[], 1]);
  expect(new Set(accepted)).toEqual(new Set(["application/geo+json, application/json;q=0.9, */*;q=0.1"]));
});
