import { describe, expect, it } from "vitest";
import { RandomWorlds } from "../support/naive/random-world";
import { routerOfWorld } from "../support/naive/router-of-world";
import { at } from "../support/small-county";

const WORLDS = 250;
const SEED = 41;

describe("the destination", () => {
  it(`is the same however many alternatives are listed, on ${WORLDS} worlds of seed ${SEED}`, () => {
    const worlds = new RandomWorlds(SEED);
    for (let number = 0; number < WORLDS; number++) {
      const world = worlds.next();
      const router = routerOfWorld(world);
      const { node, needs, ...patient } = world.question;
      const asked = (alternatives: number) => {
        const location = at(...world.network.nodes[node]!);
        const { outcome, destination } = router.recommend({
          location,
          needs: JSON.parse(JSON.stringify(needs)),
          ...patient,
          at: world.at,
          alternatives,
        });
        return JSON.stringify({ outcome, id: destination?.hospital.id, seconds: destination?.totalSeconds });
      };
      const first = asked(0);
      for (const alternatives of [1, 2, 3, 5, 50]) {
        expect([number, alternatives, asked(alternatives)]).toEqual([number, alternatives, first]);
      }
    }
  });
});
