import { afterEach, describe, expect, it, vi } from "vitest";
import { ServerApi } from "../../src/page/sync/server-api";
import { openStorage } from "../../src/page/sync/storage";

const blocked = new DOMException("Access to site data is denied.", "SecurityError");

describe("a browser that blocks site data", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("gives a storage that says why it holds nothing and refuses entries, and so the page goes on", async () => {
    const storage = await openStorage(() => Promise.reject(blocked));
    expect(storage.problem).toBe(blocked.message);
    expect(await storage.kept()).toBeUndefined();
    expect(await storage.roads("sha256:1")).toBeUndefined();
    expect(await storage.entries()).toEqual([]);
    await storage.noteHeard(7);
    expect(await storage.heardMs()).toBe(7);
    const change = { kind: "open", hospital: "A1", open: false } as const;
    const entry = { id: "1", change, key: "flag", enteredAt: "2017-05-15T12:00:00Z" };
    await expect(storage.addEntry(entry)).rejects.toThrow(/holds no data of this page: Access to site data is denied/);
    expect(await storage.entries()).toEqual([]);
  });

  it("keeps the token for as long as the page is open", () => {
    const refuse = (): never => {
      throw blocked;
    };
    vi.stubGlobal("sessionStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    const api = new ServerApi();
    expect(api.token).toBeUndefined();
    api.token = "secret";
    expect(api.token).toBe("secret");
    api.token = undefined;
    expect(api.token).toBeUndefined();
  });
});
