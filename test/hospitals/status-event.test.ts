import { describe, expect, it } from "vitest";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusEntry } from "../../src/hospitals/status/status-event";
import { hospitalsAt } from "../support/small-county";

describe("a change of the status as JSON", () => {
  it("is read back as it was, so that another board holds the same", () => {
    const hospitals = hospitalsAt({ A1: 10, B2: 20 });
    const board = new StatusBoard(hospitals);
    board.setOpen("A1", false, { reason: "Fire", by: "Site control", observedAt: "2017-05-15T12:00:00+01:00" });
    board.report({
      hospital: "B2",
      effect: "divert",
      scope: { needs: ["trauma", "stroke"], minAge: 16 },
      until: "2031-01-01T00:00:00Z",
      divertTo: "A1",
      reason: "Scanner down",
      source: "feed",
    });
    board.clear("A1", "flag", { reason: "Out", by: "Site control" });
    const history = JSON.parse(JSON.stringify(board.history())).map(readStatusEntry);
    expect(history).toEqual(board.history());
    expect(new StatusBoard(hospitals, { history }).view().all()).toEqual(board.view().all());
  });

  it.each([
    ["nothing", undefined],
    ["a list", []],
    ["a change without version", { kind: "clear", hospital: "A1", key: "flag" }],
    ["a field that is not known", { version: 1, kind: "clear", hospital: "A1", key: "flag", patient: "x" }],
  ])("is refused when it is %s", (_, json) => {
    expect(() => readStatusEntry(json)).toThrow(expect.objectContaining({ code: "corrupt-status-log" }));
  });
});
