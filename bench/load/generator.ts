import autocannon, { type Client, type Request, type Result } from "autocannon";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import { type KeptAnswer, requestFor } from "./questions";

export interface GeneratorOptions {
  readonly url: string;
  readonly questions: readonly RecommendationRequest[];
  readonly connections: number;
  readonly seconds: number;
  /** One answer in so many is kept. */
  readonly sampleEvery: number;
}

export interface Generated {
  readonly seconds: number;
  /** Of each answer, from sending the question to the answer's last byte, ascending. */
  readonly latencyMs: Float64Array;
  /** Connections that failed, questions that were not answered in time. */
  readonly errors: number;
  /** Answers by status other than 200. */
  readonly refused: Readonly<Record<string, number>>;
  readonly kept: readonly KeptAnswer[];
}

/**
 * Asks as many questions as are answered: each connection sends the next when it has the answer to the last. The
 * connections share out the questions, every second of which is asked by a query, and begin again at the end.
 */
export async function generateLoad(options: GeneratorOptions): Promise<Generated> {
  const { url, questions, connections, seconds, sampleEvery } = options;
  const kept: KeptAnswer[] = [];
  let answers = 0;
  const requests = questions.map(
    (question, i): Request => ({
      ...requestFor(question, i % 2 === 0),
      onResponse(status, body) {
        if (status === 200 && answers++ % sampleEvery === 0) kept.push({ question, body });
      },
    }),
  );
  const latencyMs: number[] = [];
  const refused: Record<string, number> = {};
  let connection = 0;
  const setupClient = (client: Client): void => {
    const own = connection++;
    client.setRequests(requests.filter((_, i) => i % connections === own).map((request) => ({ ...request })));
  };
  const { duration, errors } = await new Promise<Result>((resolve, reject) => {
    const running = autocannon({ url, connections, duration: seconds, setupClient }, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
    running.on("response", (_client, status, _bytes, milliseconds) => {
      latencyMs.push(milliseconds);
      if (status !== 200) refused[status] = (refused[status] ?? 0) + 1;
    });
  });
  return { seconds: duration, latencyMs: Float64Array.from(latencyMs).sort(), errors, refused, kept };
}
