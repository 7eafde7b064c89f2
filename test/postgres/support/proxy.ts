import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * What becomes of a connection.
 * - `cut`: it is closed as soon as the next bytes come from the client, which do not arrive.
 * - `deafen`: what the client sends arrives, and no answer comes back.
 * - `mute`: what the client sends does not arrive, and the connection stays open.
 * - `cut-after`: what the client sends next arrives, and the connection is closed before the answer.
 */
export type LineFault = "cut" | "deafen" | "mute" | "cut-after";
export const LINE_FAULTS: readonly LineFault[] = ["cut", "deafen", "mute", "cut-after"];

/** A way to a server on which lines fail. */
export class FaultyLine {
  readonly #server: Server;
  readonly #open = new Set<{ readonly client: Socket; readonly server: Socket }>();
  /** What happens to every connection at its next request, until it is undefined again. */
  fault: LineFault | undefined;
  /** Whether nothing goes through, either way, on any connection. */
  isBlack = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<FaultyLine> {
    let line: FaultyLine;
    const server = createServer((client) => line.#join(client, connect(port, "127.0.0.1")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    line = new FaultyLine(server);
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #join(client: Socket, server: Socket): void {
    const pair = { client, server };
    this.#open.add(pair);
    let isDeaf = false;
    const end = (): void => {
      this.#open.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    client.on("data", (bytes) => {
      const { fault } = this;
      if (this.isBlack || fault === "mute") return;
      if (fault === "cut") return end();
      if (fault === "deafen" || fault === "cut-after") isDeaf = true;
      server.write(bytes);
      if (fault === "cut-after") setTimeout(end, 50);
    });
    server.on("data", (bytes) => {
      if (!isDeaf && !this.isBlack) client.write(bytes);
    });
  }

  async close(): Promise<void> {
    for (const { client, server } of this.#open) {
      client.destroy();
      server.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
