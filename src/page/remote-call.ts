import { DiversionError, ERROR_TABLE, type ErrorCode } from "../core/errors";

/** The methods of an object in a worker, as its callers on the other side see them. */
export type Remote<T> = {
  readonly [M in keyof T as T[M] extends (...parameters: never[]) => unknown ? M : never]: T[M] extends (
    ...parameters: infer P
  ) => infer R
    ? (...parameters: { [I in keyof P]: P[I] | Handover<P[I]> }) => Promise<Received<Awaited<R>>>
    : never;
};

type Received<R> = R extends Handover<infer V> ? V : R;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: { readonly code?: ErrorCode; readonly message: string } };

/** A worker, or the other end of a channel to one. */
export interface Wire {
  postMessage(message: unknown, options: { readonly transfer: Transferable[] }): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** Large typed arrays change hands instead of being copied: the side that sends them keeps nothing. */
export class Handover<T> {
  constructor(
    readonly value: T,
    readonly transfer: Transferable[],
  ) {}
}

/** Calls methods of the object that {@link answerCalls} serves at the other end. Errors arrive as they were thrown. */
export function remote<T extends object>(wire: Wire): Remote<T> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  wire.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if ("value" in data) caller?.resolve(data.value);
    else caller?.reject(errorFrom(data.failure));
  });
  const callOf =
    (method: string) =>
    (...given: unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const transfer = given.flatMap((one) => (one instanceof Handover ? one.transfer : []));
        const parameters = given.map((one) => (one instanceof Handover ? one.value : one));
        const call: Call = { id: ++calls, method, parameters };
        waiting.set(call.id, { resolve, reject });
        wire.postMessage(call, { transfer });
      });
  return new Proxy({} as Remote<T>, { get: (_, method) => callOf(String(method)) });
}

/** Answers the calls that come over a wire with the methods of an object, one after the other. */
export function answerCalls(wire: Wire, object: object): void {
  const methods = object as Record<string, (...parameters: readonly unknown[]) => unknown>;
  wire.addEventListener("message", async ({ data }: MessageEvent<Call>) => {
    const { id, method, parameters } = data;
    try {
      const result = await methods[method]!(...parameters);
      const { value, transfer } = result instanceof Handover ? result : { value: result, transfer: [] };
      wire.postMessage({ id, value } satisfies Reply, { transfer });
    } catch (error) {
      const failure =
        error instanceof DiversionError
          ? { code: error.code, message: error.message }
          : { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      wire.postMessage({ id, failure } satisfies Reply, { transfer: [] });
    }
  });
}

const errorFrom = ({ code, message }: { readonly code?: ErrorCode; readonly message: string }): Error =>
  code !== undefined && code in ERROR_TABLE ? new DiversionError(code, message) : new Error(message);
