import type { AddressInfo } from "node:net";
import { serve as listen, type ServerType } from "@hono/node-server";
import { DiversionError } from "../core/errors";
import { type AppOptions, createApp, type DiversionApp } from "./app";

export interface ServeOptions extends AppOptions {
  /** Default: 8080; 0 takes a free one. */
  readonly port?: number;
  /** Default: 127.0.0.1. Beyond loopback a token is required. */
  readonly host?: string;
  /** How long {@link RunningServer.close} waits for requests under way. Default: 10 s. */
  readonly graceMs?: number;
}

export interface RunningServer {
  readonly app: DiversionApp;
  readonly host: string;
  readonly port: number;
  /** Where the page and the routes are, the base path included. */
  readonly url: string;
  /** Takes no more requests, ends event streams, and waits for requests under way. */
  close(): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** 16 letters at random take longer to guess than anybody has. */
const SHORTEST_TOKEN = 16;

/** A connection on which nothing moves for so long is cut; event streams have heartbeats. */
const IDLE_MS = 60_000;

/**
 * Serves the wrapper over HTTP.
 *
 * @throws DiversionError `invalid-argument` for a host beyond loopback without a token, or a port that is taken.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port = 8080, host = "127.0.0.1", graceMs = 10_000 } = options;
  if (!LOOPBACK.test(host) && options.token === undefined) {
    throw new DiversionError(
      "invalid-argument",
      `Without a token this server listens on loopback only, not on ${host}; set AMBULANCE_DIVERSION_TOKEN.`,
      { field: "host" },
    );
  }
  if (!LOOPBACK.test(host) && options.token !== undefined && options.token.length < SHORTEST_TOKEN) {
    throw new DiversionError(
      "invalid-argument",
      `The token has ${options.token.length} characters, and beyond loopback it is guessed at: take ${SHORTEST_TOKEN} or more, such as of \`openssl rand -hex 16\`.`,
      { field: "token" },
    );
  }
  const app = createApp(LOOPBACK.test(host) ? { ...options, hosts: options.hosts ?? [] } : options);
  const { server, address } = await started(app, host, port);
  // Headers that trickle in are the oldest way to use up a server; bodies have limits of their own in the app.
  if ("headersTimeout" in server) {
    server.headersTimeout = 10_000;
    server.requestTimeout = 0;
    server.setTimeout(IDLE_MS);
  }
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    app,
    host,
    port: address.port,
    url: `http://${name}:${address.port}${options.basePath ?? ""}`,
    close: () => stopped(app, server, graceMs),
  };
}

function started(app: DiversionApp, host: string, port: number): Promise<{ server: ServerType; address: AddressInfo }> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch: app.fetch, hostname: host, port }, (address) => resolve({ server, address }));
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "it is in use; choose another with --port" : cause.message;
      const message = `The server cannot listen on ${host}, port ${port}: ${why}.`;
      reject(new DiversionError("invalid-argument", message, { field: "port" }, { cause }));
    });
  });
}

function stopped(app: DiversionApp, server: ServerType, graceMs: number): Promise<void> {
  app.close();
  return new Promise((resolve) => {
    const cut = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), graceMs);
    // A connection falls idle when its last answer is written, and would then be kept open for the client's next request.
    const sweep = setInterval(() => "closeIdleConnections" in server && server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
  });
}
