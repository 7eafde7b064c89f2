import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OwnEntry, WireHistory, WireSetup } from "../compute/protocol";
import { siteName } from "../site-names";
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
export interface Storage {
  /** Why nothing is held, as for a browser that blocks site data; undefined when it is. */
  readonly problem: string | undefined;
  kept(): Promise<Kept | undefined>;
  keep(kept: Kept): Promise<void>;
  heardMs(): Promise<number | undefined>;
  noteHeard(epochMs: number): Promise<void>;
  roads(checksum: string): Promise<ArrayBuffer | undefined>;
  /** Keeps these roads and no others: a file of a country takes gigabytes. */
  keepRoads(checksum: string, bytes: ArrayBuffer): Promise<void>;
  /** In the order in which they were entered. */
  entries(): Promise<OwnEntry[]>;
  /** @throws when the browser does not store it. */
  addEntry(entry: OwnEntry): Promise<void>;
  dropEntry(id: string): Promise<void>;
}

/** The browser's storage, or where it has none for this page, one that holds nothing and takes no entry. */
export async function openStorage(open: () => Promise<Storage> = BrowserStorage.open): Promise<Storage> {
  try {
    return await open();
  } catch (error) {
    return new NoStorage(error instanceof Error ? error.message : String(error));
  }
}

class NoStorage implements Storage {
  #heardMs: number | undefined;

  constructor(readonly problem: string) {}

  kept = async (): Promise<undefined> => undefined;
  keep = async (): Promise<void> => undefined;
  heardMs = async (): Promise<number | undefined> => this.#heardMs;
  roads = async (): Promise<undefined> => undefined;
  keepRoads = async (): Promise<void> => undefined;
  entries = async (): Promise<OwnEntry[]> => [];
  dropEntry = async (): Promise<void> => undefined;

  async noteHeard(epochMs: number): Promise<void> {
    this.#heardMs = epochMs;
  }

  async addEntry(): Promise<never> {
    throw new Error(`it holds no data of this page: ${this.problem}`);
  }
}

/** In IndexedDB. */
class BrowserStorage implements Storage {
  readonly #database: IDBPDatabase<Schema>;
  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  readonly problem = undefined;

  static async open(): Promise<BrowserStorage> {
    const database = await openDB<Schema>(siteName("data", location.href), 1, {
      upgrade(created) {
        created.createObjectStore("roads");
        created.createObjectStore("kept");
        created.createObjectStore("heard");
        created.createObjectStore("entries", { keyPath: "id" });
      },
    });
    return new BrowserStorage(database);
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

  async keepRoads(checksum: string, bytes: ArrayBuffer): Promise<void> {
    const change = this.#database.transaction("roads", "readwrite");
    await change.store.clear();
    await change.store.put(bytes, checksum);
    await change.done;
  }

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
