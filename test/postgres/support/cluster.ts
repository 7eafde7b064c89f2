import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** Where Debian and Ubuntu put the programs of each release. */
const RELEASES = "/usr/lib/postgresql";

/** The programs of the newest release at hand; undefined where there is none. */
function programs(): string | undefined {
  const given = process.env.POSTGRES_BIN;
  if (given !== undefined) return given;
  if (!existsSync(RELEASES)) return undefined;
  const newest = readdirSync(RELEASES).sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join(RELEASES, newest, "bin");
}

export const POSTGRES_BIN = programs();

/** Why tests of the database are left out; undefined when they are not. */
export const NO_POSTGRES =
  POSTGRES_BIN !== undefined && existsSync(join(POSTGRES_BIN, "initdb"))
    ? undefined
    : "PostgreSQL is not installed: apt-get install postgresql, or name its programs by POSTGRES_BIN";

/** The server refuses to run as root: then it runs as the user that Debian makes for it. */
function servant(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string): number => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** A PostgreSQL of its own, in a temporary folder, on a loopback port. */
export class Cluster {
  readonly #folder: string;
  readonly #as = servant();
  readonly #settings: readonly string[];
  readonly port: number;
  #server: ChildProcess | undefined;

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.#folder = folder;
    this.port = port;
    this.#settings = settings;
  }

  /** @param settings such as `fsync=off` */
  static async start(settings: readonly string[] = []): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "postgres-"));
    const cluster = new Cluster(folder, await freePort(), settings);
    const { uid, gid } = cluster.#as;
    if (uid !== undefined) chownSync(folder, uid, gid!);
    cluster.#run("initdb", ["-D", cluster.#data, "-A", "trust", "-U", "status", "--no-locale", "-E", "UTF8", "-N"]);
    await cluster.begin();
    return cluster;
  }

  /** Starts a standby of this server, which follows it under a name. */
  async standby(name: string): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "postgres-"));
    const standby = new Cluster(
      folder,
      await freePort(),
      this.#settings.filter((one) => !one.includes("standby")),
    );
    const { uid, gid } = standby.#as;
    if (uid !== undefined) chownSync(folder, uid, gid!);
    const from = `host=127.0.0.1 port=${this.port} user=status application_name=${name}`;
    standby.#run("pg_basebackup", ["-d", from, "-D", standby.#data, "-R", "-X", "stream", "-c", "fast"]);
    await standby.begin();
    return standby;
  }

  /** Makes a standby the primary. */
  async promote(): Promise<void> {
    await this.sql("SELECT pg_promote(true, 30)");
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  url(database = "postgres", port = this.port): string {
    return `postgres://status@127.0.0.1:${port}/${database}`;
  }

  /** Makes a database and gives its URL. */
  async database(name: string): Promise<string> {
    await this.sql(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  async sql(text: string, url = this.url()): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  }

  /** Starts the server again, after {@link kill} or {@link stop}. */
  async begin(): Promise<void> {
    const settings = [`listen_addresses=127.0.0.1`, `port=${this.port}`, `unix_socket_directories=${this.#folder}`];
    const args = [...settings, ...this.#settings].flatMap((setting) => ["-c", setting]);
    const server = spawn(join(POSTGRES_BIN!, "postgres"), ["-D", this.#data, ...args], {
      ...this.#as,
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    server.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-4000);
    });
    this.#server = server;
    const endsMs = performance.now() + 60_000;
    for (;;) {
      try {
        await this.sql("SELECT 1");
        return;
      } catch (error) {
        if (server.exitCode !== null || performance.now() > endsMs) {
          throw new Error(`PostgreSQL did not start:\n${said}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Ends the server and all its processes as a loss of power would end them, but for the disk. */
  async kill(): Promise<void> {
    const pid = Number(readFileSync(join(this.#data, "postmaster.pid"), "utf8").split("\n", 1)[0]);
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
    const gone = this.#gone();
    for (const one of [pid, ...children.trim().split(/\s+/).map(Number)]) {
      try {
        process.kill(one, "SIGKILL");
      } catch {
        // It ended by itself in between.
      }
    }
    await gone;
  }

  /** Lets the server stand still, with its connections open, until {@link thaw}. */
  freeze(): void {
    this.#signalAll("SIGSTOP");
  }

  thaw(): void {
    this.#signalAll("SIGCONT");
  }

  async stop(): Promise<void> {
    const gone = this.#gone();
    this.#server?.kill("SIGINT");
    await gone;
  }

  async remove(): Promise<void> {
    if (this.#server?.exitCode === null && this.#server.signalCode === null) await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #signalAll(signal: NodeJS.Signals): void {
    const pid = this.#server!.pid!;
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
    for (const one of [pid, ...children.trim().split(/\s+/).map(Number)]) process.kill(one, signal);
  }

  #gone(): Promise<void> {
    const server = this.#server!;
    if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => server.once("exit", () => resolve()));
  }

  #run(program: string, args: readonly string[]): void {
    execFileSync(join(POSTGRES_BIN!, program), args, { ...this.#as, cwd: this.#folder, stdio: "pipe" });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
