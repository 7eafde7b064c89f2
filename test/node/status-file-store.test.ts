import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readStatusLog } from "../../src/hospitals/status/status-log";
import { compactStatus } from "../../src/node/logs/status-compaction";
import { loadStatus, openStatus } from "../../src/node/logs/status-file";
import { StatusFileStore } from "../../src/node/logs/status-file-store";
import { describeStatusStore } from "../hospitals/status-store-contract";
import { essex, failure } from "../hospitals/support/essex";

const folder = mkdtempSync(join(tmpdir(), "status-file-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `${files++}.log`);

describeStatusStore({
  name: "a file",
  create: async (clock) => new StatusFileStore(newFile(), clock === undefined ? {} : { clock }),
});

/** A log as the first release wrote it, sealed by hand. */
const FORMAT_1 = readFileSync(new URL("./support/status.format-1.log", import.meta.url));

describe("a status log of format 1", () => {
  it("is read as it is", () => {
    const file = newFile();
    writeFileSync(file, FORMAT_1);
    const { status } = loadStatus(file, essex);
    expect(status.version).toBe(3);
    expect(
      status
        .view()
        .all()
        .map(({ key }) => key),
    ).toEqual(["flag"]);
    expect(readFileSync(file)).toEqual(FORMAT_1);
  });

  it("is rewritten by whoever writes on, with every version as it was, and kept beside", () => {
    const file = newFile();
    writeFileSync(file, FORMAT_1);
    const before = loadStatus(file, essex).status;
    const status = openStatus(file, essex);
    expect(status.setOpen("RQ8L0", false).version).toBe(4);
    status.close();
    expect(readFileSync(`${file}.format-1`)).toEqual(FORMAT_1);
    const { format, events } = readStatusLog(readFileSync(file));
    expect(format).toBe(2);
    expect(events.slice(0, 3)).toEqual(before.history());
    const after = loadStatus(file, essex).status;
    for (let version = 0; version <= 3; version++) {
      expect(after.viewAt({ version }).all()).toEqual(before.viewAt({ version }).all());
    }
  });

  it("keeps aside what differs under another name, and the same once", () => {
    const file = newFile();
    writeFileSync(file, FORMAT_1);
    writeFileSync(`${file}.format-1`, "something else\n");
    openStatus(file, essex).close();
    expect(readFileSync(`${file}.format-1`, "utf8")).toBe("something else\n");
    expect(readFileSync(`${file}.format-1-2`)).toEqual(FORMAT_1);
  });

  it("compacts into an archive that the audit reads", () => {
    const file = newFile();
    writeFileSync(file, FORMAT_1);
    expect(compactStatus(file)).toMatchObject({ version: 3, changesBefore: 3, changesAfter: 2 });
    expect(loadStatus(file, essex, { archives: true }).status.history()).toHaveLength(3);
  });
});

describe("StatusFileStore", () => {
  it("refuses a log that was compacted, whose first entries are elsewhere", () => {
    const file = newFile();
    const status = openStatus(file, essex);
    status.setOpen("RQ8L0", false);
    status.setOpen("RQ8L0", true);
    status.close();
    compactStatus(file);
    expect(failure(() => new StatusFileStore(file)).code).toBe("status-archived");
    // And leaves it free.
    openStatus(file, essex).close();
  });
});
