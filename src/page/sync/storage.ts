import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OwnEntry, WireHistory, WireSetup } from "../compute/protocol";
import type { WireBasis } from "./server-api";

/** What the server last told, beside the roads. */
export interface Kept {
  readonly basis: WireBasis;
  readonly setup: WireSetup;
  readonly history: WireHistory;
  readonly closures: unknown;
}

interface Schema extends DBSchema {
  /** By checksum: the bytes of the roads file. */
  roads: { key: string; value: ArrayBuffer };
  kept: { key: "server"; value: Kept };
  /** When the server was last heard, milliseconds since 1970. */
  heard: { key: "server"; value: number };
  entries: { key: string; value: OwnEntry };
}

/**
 * What the page holds in the browser to go on without the server: roads, hospitals, status, and what was entered by
 * hand. Nothing about any incident is kept.
 */
export class Storage {
  readonly #database: IDBPDatabase<Schema>;
  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  static async open(): Promise<Storage> {
    const database = await openDB<Schema>("ambulance-diversion", 1, {
      upgrade(created) {
        created.createObjectStore("roads");
        created.createObjectStore("kept");
        created.createObjectStore("heard");
        created.createObjectStore("entries", { keyPath: "id" });
      },
    });
    return new Storage(database);
  }

  kept = (): Promise<Kept | undefined> => this.#database.get("kept", "server");

  async keep(kept: Kept): Promise<void> {
    await this.#database.put("kept", kept, "server");
  }

  heardMs = (): Promise<number | undefined> => this.#database.get("heard", "server");

  async noteHeard(epochMs: number): Promise<void> {
    await this.#database.put("heard", epochMs, "server");
  }

  roads = (checksum: string): Promise<ArrayBuffer | undefined> => this.#database.get("roads", checksum);

  /** Keeps these roads and no others: a file of a country takes gigabytes. */
  async keepRoads(checksum: string, bytes: ArrayBuffer): Promise<void> {
    const change = this.#database.transaction("roads", "readwrite");
    await change.store.clear();
    await change.store.put(bytes, checksum);
    await change.done;
  }

  /** In the order in which they were entered. */
  async entries(): Promise<OwnEntry[]> {
    const entries = await this.#database.getAll("entries");
    return entries.sort((a, b) => (a.enteredAt < b.enteredAt ? -1 : 1));
  }

  async addEntry(entry: OwnEntry): Promise<void> {
    await this.#database.put("entries", entry);
  }

  async dropEntry(id: string): Promise<void> {
    await this.#database.delete("entries", id);
  }
}
