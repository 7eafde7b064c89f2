import { describe, expect, it } from "vitest";
import { changesBetween } from "../../src/page/actions";
import { hospitalsAt, routerOver } from "../support/small-county";

describe("what changed in an answer", () => {
  const answers = () => {
    const router = routerOver(hospitalsAt({ A1: { km: 10, name: "Ashby" }, B2: { km: 20, name: "Burton" } }));
    const location = router.roads.graph.nodePosition(0);
    return { router, ask: () => router.recommend({ location, at: "2017-05-15T12:00:00+01:00" }) };
  };

  it("is nothing when it says the same", () => {
    const { ask } = answers();
    expect(changesBetween(ask(), ask())).toEqual([]);
  });

  it("is where to go now, instead of where, and why", () => {
    const { router, ask } = answers();
    const before = ask();
    router.status.setOpen("A1", false, { effect: "refuse", reason: "Fire" });
    const [text] = changesBetween(before, ask());
    expect(text).toMatch(/^Now Burton, \d+ min, instead of Ashby \(refuses all patients, Fire\)\.$/);
    const after = ask();
    router.status.setOpen("B2", false, { effect: "refuse", reason: "Flood" });
    expect(changesBetween(after, ask())[0]).toMatch(/^Now no ED, none can take the patient, instead of Burton/);
  });

  it("is a new warning of the same ED", () => {
    const { router, ask } = answers();
    const before = ask();
    router.status.report({ hospital: "A1", effect: "inform", reason: "Use the back gate" });
    expect(changesBetween(before, ask())).toEqual(["New: notice, Use the back gate."]);
  });
});
