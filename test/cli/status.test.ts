import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

let log: string;
let count = 0;
beforeEach(() => {
  log = county.path(`${count++}.log`);
});

const MORNING = "2017-05-15T09:00:00+01:00";

/** One status command at a moment. */
const status = (now: string, ...args: string[]) =>
  runCommand(["status", ...args, "--status", log, "--hospitals", county.hospitals], { now });
/** The line that acknowledges a change. */
async function acknowledged(now: string, ...args: string[]): Promise<string> {
  const run = await status(now, ...args);
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return run.stdout;
}
const divert = (id: string, ...more: string[]): string[] => [
  "report",
  id,
  "--effect",
  "divert",
  "--reason",
  "IT outage",
  "--by",
  "duty manager",
  ...more,
];

describe("status report", () => {
  it("makes the log and acknowledges each change with its version", async () => {
    expect(existsSync(log)).toBe(false);
    expect(await acknowledged(MORNING, ...divert("A1", "--needs", "trauma,stroke"))).toBe(
      "version 1: A1 divert:stroke+trauma held until 2017-05-15T13:00:00+01:00 (no end given: england-default)\n",
    );
    expect(await acknowledged(MORNING, ...divert("B2", "--until", "2017-05-15T11:00:00+01:00"))).toBe(
      "version 2: B2 divert held until 2017-05-15T11:00:00+01:00\n",
    );
    expect(existsSync(`${log}.lock`)).toBe(false);
  });

  it("holds a divert of adults that leaves needs out, and reads it back aloud", async () => {
    expect(
      await acknowledged(MORNING, ...divert("A1", "--min-age", "18", "--except-needs", "stroke,maternity")),
    ).toMatch(/^version 1: A1 divert:age18-:except.maternity\+stroke held/);
    const { stdout } = await status(MORNING, "list");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "in force: divert for adults, but not maternity or stroke, IT outage",
    );
  });

  it("takes a hospital's own word for effect, patients and reason", async () => {
    const word = (one: string) => [
      "report",
      "A1",
      "--status-code",
      one,
      "--policy",
      "maryland-like",
      "--by",
      "duty manager",
    ];
    expect(await acknowledged(MORNING, ...word("yellow"))).toBe(
      "version 1: A1 code:yellow held until 2017-05-15T08:00:00-04:00 (no end given: maryland-like)\n",
    );
    const { stdout } = await status(MORNING, ...word("trauma-bypass"), "--reason", "theatres full", "--json");
    expect(JSON.parse(stdout).held).toMatchObject({
      key: "code:trauma-bypass",
      effect: "divert",
      scope: { needs: ["trauma"] },
      reason: "theatres full",
      authorisedBy: "duty manager",
    });
    const list = JSON.parse((await status(MORNING, "list", "--json")).stdout);
    expect(list.restrictions.map(({ reason }: { reason: string }) => reason)).toEqual([
      "theatres full",
      "Yellow alert",
    ]);
    expect(await acknowledged(MORNING, "clear", "A1", "--key", "code:yellow")).toContain("code:yellow cleared");
  });

  it("records everything that was said", async () => {
    const said = await status(
      MORNING,
      ...divert("A1", "--needs", "trauma", "--min-age", "16", "--max-age", "80", "--acuity", "urgent,immediate"),
      ...["--divert-to", "B2", "--from", "2017-05-15T10:00:00+01:00", "--until", "2017-05-15T12:00:00+01:00"],
      ...["--key", "it", "--source", "phone", "--observed-at", "2017-05-15T08:55:00+01:00", "--json"],
    );
    const restriction = {
      key: "it",
      hospital: "A1",
      effect: "divert",
      scope: { needs: ["trauma"], minAge: 16, maxAge: 80, acuity: ["immediate", "urgent"] },
      reason: "IT outage",
      observedAt: "2017-05-15T08:55:00+01:00",
      receivedAt: "2017-05-15T09:00:00+01:00",
      from: "2017-05-15T10:00:00+01:00",
      until: "2017-05-15T12:00:00+01:00",
      divertTo: "B2",
      authorisedBy: "duty manager",
      source: "phone",
    };
    expect(said.status).toBe(0);
    expect(JSON.parse(said.stdout)).toEqual({
      outcome: "accepted",
      version: 1,
      hospital: "A1",
      key: "it",
      held: restriction,
    });
    const listed = JSON.parse((await status(MORNING, "list", "--json")).stdout);
    expect(listed).toEqual({
      version: 1,
      at: MORNING,
      restrictions: [{ ...restriction, inForce: false }],
      overrules: [],
    });
  });

  it("says when a report is late or known already, and changes nothing", async () => {
    const seen = ["--observed-at", "2017-05-15T08:00:00+01:00"];
    await acknowledged(MORNING, ...divert("A1", ...seen));
    const before = readFileSync(log, "utf8");
    expect(await acknowledged(MORNING, ...divert("A1", ...seen))).toBe(
      "version 1: A1 divert unchanged: the very same was already reported (duplicate)\n",
    );
    expect(await acknowledged(MORNING, ...divert("A1", "--observed-at", "2017-05-15T07:00:00+01:00"))).toBe(
      "version 1: A1 divert unchanged: something observed later is known (observed 2017-05-15T08:00:00+01:00) (late)\n",
    );
    expect(readFileSync(log, "utf8")).toBe(before);
  });

  const badUses: readonly (readonly [readonly string[], string])[] = [
    [["report", "A1", "--effect", "divert"], "--reason: status report needs --reason, --by: the log records"],
    [["report", "A1", "--reason", "x", "--by", "y"], "status report needs --effect"],
    [divert("A1").with(-1, " "), "status report needs --by"],
    [divert("A9"), 'No hospital has the id "A9"'],
    [divert("A1").with(3, "close"), '--effect is "close"; it takes refuse, divert, inform.'],
    [divert("A1", "--needs", "wings"), '"wings" is not a known capability.'],
    [
      ["report", "A1", "--status-code", "amber", "--policy", "maryland-like", "--by", "x"],
      '"amber" is no hospital status code of the policy maryland-like, which has yellow, red, mini-disaster, reroute, trauma-bypass, blue.',
    ],
    [["report", "A1", "--status-code", "red", "--by", "x"], "Name the rules that have the code with --policy"],
    [["report", "A1", "--status-code", "red", "--policy", "maryland-like"], "status report needs --by"],
    [divert("A1", "--status-code", "red", "--policy", "maryland-like"), "--effect does not go with --status-code"],
    [divert("A1", "--policy", "maryland-like"), "--policy goes with --status-code"],
    [divert("A1", "--except-needs", "wings"), 'scope.exceptNeeds: "wings" is not a known capability.'],
    [
      divert("A1", "--except-needs", "emergency"),
      "every patient needs emergency, so that with it excepted nobody is left",
    ],
    [divert("A1", "--acuity", "bad"), '--acuity is "bad"; it takes extremis, immediate, urgent, standard.'],
    [divert("A1", "--min-age", "1.5"), "--min-age takes a whole number from 0 to 150"],
    [divert("A1", "--min-age", "20", "--max-age", "10"), "minAge is above maxAge"],
    [divert("A1", "--until", "tomorrow"), '--until: --until is "tomorrow"; write a date, a time'],
    [divert("A1", "--until", "2017-05-15T08:59:59+01:00"), "which is past: nothing would be held"],
    [divert("A1", "--divert-to", "A1"), "A1 cannot divert to itself"],
    [divert("A1", "--when", MORNING), "--when does not go with status report."],
    [["set-open", "A1"], "The form is `ambulance-diversion status set-open ID true|false --status FILE`."],
    [["set-open", "A1", "yes"], 'set-open takes true or false, not "yes".'],
    [
      ["open", "A1"],
      'status has no action "open"; the actions are report, set-open, overrule, clear, list, history, statistics, verify, recover, compact, store, import, export, put-back.',
    ],
    [
      [],
      "status needs an action; the actions are report, set-open, overrule, clear, list, history, statistics, verify, recover, compact, store, import, export, put-back.",
    ],
    [["clear", "A1"], "The status log cannot be read"],
    [["list"], "The status log cannot be read"],
    [["history"], "The status log cannot be read: there is no such file."],
    [["compact"], "There is no status log to compact"],
  ];
  it.each(badUses)("refuses %j with one line, and makes no log", async (args, message) => {
    const run = await status(MORNING, ...args);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toMatch(/^ambulance-diversion: [^\n]+\n$/);
    expect(run.stderr).toContain(message);
    expect(existsSync(log)).toBe(false);
  });

  it("asks for --status", async () => {
    const run = await runCommand(["status", "list"]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toBe("ambulance-diversion: --status: Name the status log with --status FILE.\n");
  });
});

describe("status set-open", () => {
  it("closes and opens the plain flag, and tells what is still held", async () => {
    expect(await acknowledged(MORNING, "set-open", "A1", "false")).toBe("version 1: A1 set closed (divert)\n");
    expect(await acknowledged(MORNING, ...divert("A1", "--needs", "trauma"))).toContain("version 2: ");
    expect(await acknowledged(MORNING, "set-open", "A1", "true")).toBe(
      "version 3: A1 set open; still held: divert:trauma\n",
    );
    expect(await acknowledged(MORNING, "set-open", "A1", "true")).toBe(
      "version 3: A1 already open; still held: divert:trauma\n",
    );
    expect(await acknowledged(MORNING, "set-open", "B2", "false", "--effect", "refuse", "--reason", "Fire")).toBe(
      "version 4: B2 set closed (refuse)\n",
    );
    const answer = JSON.parse((await status(MORNING, "set-open", "B2", "true", "--json")).stdout);
    expect(answer).toEqual({ outcome: "accepted", version: 5, hospital: "B2", key: "flag" });
  });
});

describe("status overrule", () => {
  const overrule = ["overrule", "A1", "--by", "duty manager", "--reason", "open, by telephone"];

  it("holds a person's word, listed with what it overrules, and ends by its key", async () => {
    await acknowledged(MORNING, ...divert("A1", "--key", "feed:north"));
    expect(await acknowledged(MORNING, ...overrule, "--until", "2017-05-15T12:00:00+01:00")).toBe(
      "version 2: A1 overrule held until 2017-05-15T12:00:00+01:00: feeds do not count there\n",
    );
    const list = await acknowledged(MORNING, "list");
    expect(list).toContain("overrule, in force: what feeds say does not count, open, by telephone");
    expect(list).toContain("feed:north, overruled: ");
    expect(await acknowledged(MORNING, "history")).toContain("A1 overrule held until 2017-05-15T12:00:00+01:00");
    expect(await acknowledged(MORNING, "clear", "A1", "--key", "overrule")).toBe("version 3: A1 overrule cleared\n");
    expect(await acknowledged(MORNING, "list")).toContain("feed:north, in force: ");
  });

  it("demands an end", async () => {
    const run = await status(MORNING, ...overrule);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("status overrule needs --until");
  });
});

describe("nothing weakens by accident", () => {
  it("keeps a refusal, and takes a weaker effect only where it is said to be one", async () => {
    await acknowledged(MORNING, "set-open", "A1", "false", "--effect", "refuse", "--reason", "flooded");
    expect(await acknowledged(MORNING, "set-open", "A1", "false", "--reason", "still")).toBe(
      "version 2: A1 set closed (refuse)\n",
    );
    const run = await status(MORNING, "set-open", "A1", "false", "--effect", "divert");
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("A1 holds refuse under the key flag (still), and divert would weaken it");
    const said = ["set-open", "A1", "false", "--effect", "divert", "--weakens"];
    expect(await acknowledged(MORNING, ...said)).toBe("version 3: A1 set closed (divert)\n");
  });
});

describe("status clear", () => {
  it("ends the one restriction there is, and several only when told which", async () => {
    await acknowledged(MORNING, ...divert("A1", "--needs", "trauma"));
    expect(await acknowledged(MORNING, "clear", "A1")).toBe("version 2: A1 divert:trauma cleared\n");
    expect(await acknowledged(MORNING, "clear", "A1")).toBe("version 2: A1 unchanged: flag was not held\n");
    await acknowledged(MORNING, ...divert("A1", "--needs", "trauma"));
    await acknowledged(MORNING, ...divert("A1", "--needs", "stroke"));
    const unsure = await status(MORNING, "clear", "A1");
    expect(unsure).toMatchObject({ status: 2, stdout: "" });
    expect(unsure.stderr).toContain(
      "A1 holds divert:stroke, divert:trauma; name one with --key, or clear them with --all.",
    );
    expect(await acknowledged(MORNING, "clear", "A1", "--key", "divert:stroke")).toBe(
      "version 5: A1 divert:stroke cleared\n",
    );
    await acknowledged(MORNING, "set-open", "A1", "false");
    expect(await acknowledged(MORNING, "clear", "A1", "--all", "--by", "manager")).toBe(
      "version 7: A1 divert:trauma cleared\nversion 8: A1 flag cleared\n",
    );
  });
});

describe("status list and history", () => {
  beforeEach(async () => {
    await acknowledged(
      "2017-05-12T13:00:00+01:00",
      ...divert("A1", "--needs", "trauma", "--divert-to", "B2", "--from", "2017-05-12T12:00:00+01:00"),
    );
    await acknowledged(MORNING, "set-open", "C3", "false");
    await acknowledged("2017-05-16T15:00:00+01:00", "clear", "A1", "--reason", "IT restored", "--by", "manager");
  });

  it("lists what is held, for people", async () => {
    const { stdout } = await status("2017-05-17T09:00:00+01:00", "list");
    expect(stdout).toBe(
      [
        "Status version 3 at 2017-05-17T09:00:00+01:00: 1 restriction held, 1 in force.",
        "",
        "Cowley (C3)",
        "  flag, in force: divert, Closed",
        "    by nobody named, observed 2017-05-15T09:00:00+01:00, until cleared",
        "",
      ].join("\n"),
    );
  });

  it("lists what was known at a moment", async () => {
    const { stdout } = await status(MORNING, "list", "--when", "2017-05-14T12:00:00+01:00");
    expect(stdout).toBe(
      [
        "Status version 1 at 2017-05-14T12:00:00+01:00: 1 restriction held, 0 in force.",
        "",
        "Ashby (A1)",
        "  divert:trauma, not in force: trauma divert to Burton since 12 May, IT outage",
        "    by duty manager, observed 2017-05-12T13:00:00+01:00, until 2017-05-12T17:00:00+01:00 (no end",
        "      given: england-default)",
        "",
      ].join("\n"),
    );
  });

  it("shows every change", async () => {
    const { stdout } = await status(MORNING, "history");
    expect(stdout).toBe(
      [
        "1  2017-05-12T13:00:00+01:00  A1 divert:trauma held from 2017-05-12T12:00:00+01:00 until 2017-05-12T17:00:00+01:00 (no end given: england-default), IT outage, by duty manager",
        "2  2017-05-15T09:00:00+01:00  C3 flag held until cleared, Closed",
        "3  2017-05-16T15:00:00+01:00  A1 divert:trauma cleared, IT restored, by manager",
        "",
      ].join("\n"),
    );
    const { version, events } = JSON.parse((await status(MORNING, "history", "--json")).stdout);
    expect(version).toBe(3);
    expect(events.map((event: { version: number; kind: string }) => [event.version, event.kind])).toEqual([
      [1, "report"],
      [2, "report"],
      [3, "clear"],
    ]);
  });

  it("reads a log whose last line a dead writer left unfinished, and says so", async () => {
    writeFileSync(log, readFileSync(log).subarray(0, -5));
    const { status: exit, stdout, stderr } = await status(MORNING, "list", "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version: 2, restrictions: [{ hospital: "A1" }, { hospital: "C3" }] });
    expect(stderr).toBe(
      `ambulance-diversion: ${log}: the last line is unfinished and was left out; that change was never acknowledged.\n`,
    );
    expect(await status(MORNING, "clear", "C3")).toMatchObject({ status: 0, stdout: "version 3: C3 flag cleared\n" });
  });
});

describe("status without --hospitals", () => {
  const plain = (...args: string[]) => runCommand(["status", ...args, "--status", log], { now: MORNING });

  it("takes ids of the caller's own list, says that they are unchecked, and shows what is held for them", async () => {
    const closed = await plain("set-open", "county-a1", "false", "--reason", "flooded");
    expect(closed).toMatchObject({ status: 0, stdout: "version 1: county-a1 set closed (divert)\n" });
    expect(closed.stderr).toMatch(/county-a1 is not among England's EDs; .*--hospitals FILE/);
    expect((await plain("list")).stdout).toContain("county-a1");
    expect(await plain("set-open", "county-a1", "true")).toMatchObject({ status: 0 });
  });

  it("takes an id near a known one for a slip", async () => {
    const slip = await plain("set-open", "RQ8LO", "false");
    expect(slip.status).toBe(2);
    expect(slip.stderr).toContain("Did you mean RQ8L0");
    expect(existsSync(log)).toBe(false);
  });

  it("is complained of by nearest when the hospital list does not have the id", async () => {
    await plain("set-open", "elsewhere-1", "false");
    const answer = await runCommand(["nearest", ...county.options, "--status", log, "--at", "0.1,52"], {
      now: MORNING,
    });
    expect(answer.status).toBe(0);
    expect(answer.stderr).toMatch(/speaks of elsewhere-1, not in the hospital list/);
  });
});

describe("status statistics", () => {
  it("tells minutes per ED and day, how many EDs at once, and each alert", async () => {
    await acknowledged(MORNING, ...divert("A1", "--needs", "trauma", "--until", "2017-05-15T10:00:00+01:00"));
    await acknowledged(MORNING, "set-open", "B2", "false", "--effect", "refuse", "--reason", "flooded");
    const period = ["--from", "2017-05-15T08:00:00+01:00", "--until", "2017-05-15T11:00:00+01:00"];
    const text = await acknowledged(MORNING, "statistics", ...period);
    expect(text).toContain("    divert, trauma  60.0 min");
    expect(text).toContain("  0  60.0 min  33.3 %\n  1  60.0 min  33.3 %\n  2  60.0 min  33.3 %");
    expect(text).toContain(
      "2017-05-15T09:00:00+01:00 to 2017-05-15T11:00:00+01:00  B2 flag (refuse)  120.0 min, longer than the period",
    );
    const json = JSON.parse((await status(MORNING, "statistics", ...period, "--json")).stdout);
    expect(json.perDay).toHaveLength(2);
    expect(json.decisions).toBeUndefined();
    const backwards = ["--from", "2017-05-15T11:00:00Z", "--until", "2017-05-15T10:00:00Z"];
    expect((await status(MORNING, "statistics", ...backwards)).stderr).toContain("which is not after --from");
  });
});

describe("status compact", () => {
  it("shortens the log, and history tells all as before", async () => {
    await acknowledged(MORNING, "set-open", "A1", "false");
    await acknowledged(MORNING, "set-open", "A1", "true");
    await acknowledged(MORNING, "set-open", "B2", "false");
    const [before, held] = [await acknowledged(MORNING, "history"), await acknowledged(MORNING, "list")];
    expect(await acknowledged(MORNING, "compact")).toBe(
      `version 3: 3 changes archived in ${log}.to-3, 2 carried over; keep the archive beside the log\n`,
    );
    expect(await acknowledged(MORNING, "history")).toBe(before);
    expect(await acknowledged(MORNING, "list")).toBe(held);
    expect(await acknowledged(MORNING, "compact")).toContain("nothing to move");
    rmSync(`${log}.to-3`);
    const partly = await status(MORNING, "history");
    expect(partly.stdout).toBe(before.split("\n").slice(1).join("\n"));
    expect(partly.stderr).toContain(`${log}.to-3: This archive is not there; changes before version 4`);
  });
});

describe("status verify and recover", () => {
  it("tell of a damaged log, keep its beginning, and the whole of it aside", async () => {
    await acknowledged(MORNING, "set-open", "A1", "false");
    await acknowledged(MORNING, "set-open", "B2", "false");
    expect(await acknowledged(MORNING, "verify")).toBe("whole: 2 changes up to version 2\n");
    const text = readFileSync(log, "utf8").replace('"hospital":"B2"', '"hospital":"C3"');
    writeFileSync(log, text);
    const verdict = await status(MORNING, "verify");
    expect([verdict.status, verdict.stdout]).toEqual([
      1,
      expect.stringContaining("Line 3 of the status log is damaged"),
    ]);
    expect((await status(MORNING, "list")).status).toBe(2);
    expect(await acknowledged(MORNING, "recover")).toBe(
      `version 1: the log as it was is kept in ${log}.before-recovery-at-1; 1 lines from the damage on are there alone, 0 changes count as received now\n`,
    );
    expect(readFileSync(`${log}.before-recovery-at-1`, "utf8")).toBe(text);
    expect(await acknowledged(MORNING, "verify")).toBe("whole: 1 changes up to version 1\n");
  });

  it("bring back what a clock that was ahead has put into the future, which every reading warns of", async () => {
    await acknowledged("2018-05-15T09:00:00+01:00", ...divert("A1"));
    const listed = await status(MORNING, "list");
    expect(listed.stderr).toContain("the last change was received 525,600 min after now");
    expect((await status(MORNING, "verify")).stdout).toContain("1 changes were received after now");
    expect(await acknowledged(MORNING, "recover", "--clock-was-ahead")).toContain("1 changes count as received now");
    expect((await status(MORNING, "list")).stderr).toBe("");
  });
});

describe("status --help", () => {
  it("has a page for each action, with its own options only", async () => {
    const page = async (...args: string[]) => (await runCommand(["status", ...args, "--help"])).stdout;
    const clear = await page("clear");
    expect(clear).toContain("Usage: ambulance-diversion status clear ID");
    expect(clear).toContain("--all");
    expect(clear).not.toContain("--divert-to");
    expect(await page("report")).toContain("--divert-to");
    expect(await page()).toBe(await page("nonsense"));
  });
});

describe("status in a database", () => {
  const at = (url: string, ...args: string[]) => runCommand(["status", ...args, "--status", url]);
  const URL = "postgres://dispatch:s3cret@127.0.0.1:1/status";

  it("that does not answer is told in one line, without its password", async () => {
    for (const args of [
      ["list"],
      ["set-open", "RQ8L0", "false"],
      ["store", "setup"],
      ["export", "-o", county.path("x")],
    ]) {
      const { status: code, stdout, stderr } = await at(URL, ...args);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(
        /^ambulance-diversion: PostgreSQL at postgres:\/\/dispatch@127[^\n]* does not answer: [^\n]+\n$/,
      );
      expect(stderr).not.toContain("s3cret");
    }
  });

  it("is not mended or shortened as a file, and a file is no database", async () => {
    for (const action of ["compact", "verify", "recover"]) {
      expect((await at(URL, action)).stderr).toContain("works on a file, and a database is named");
    }
    for (const args of [
      ["store", "setup"],
      ["import", log],
      ["export", "-o", log],
      ["put-back", log],
    ]) {
      const { status: code, stderr } = await status(MORNING, ...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining("Name the database with --status postgres://")]);
    }
    expect((await at(URL, "store", "tables")).stderr).toContain('status store takes setup, not "tables"');
    expect((await at(URL, "import", county.path("nothing.log"))).stderr).toContain("There is no such status log");
  });

  it("is made by SQL that can be read first", async () => {
    const { stdout } = await at(URL, "store", "setup", "--print", "--role", 'desk"s');
    expect(stdout).toMatch(/^CREATE TABLE IF NOT EXISTS status_log/);
    expect(stdout).toContain('GRANT SELECT, INSERT ON status_log TO "desk""s";');
  });
});
