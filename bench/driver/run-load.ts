import { HttpConnection, type LoadAnswer } from './http-connection.ts';

export interface Load {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** The request of the n-th call, counted over all connections from 0. */
  readonly request: (call: number) => string;
  /** Looks at an answer; throws when it is not what the request should get. */
  readonly check: (answer: LoadAnswer, call: number) => void;
}

export interface LoadResult {
  readonly calls: number;
  readonly seconds: number;
  readonly callsPerSecond: number;
  readonly latencyMs: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Runs a closed loop on every connection until the time is over; the requests under way are finished and counted. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const opened = Array.from({ length: load.connections }, () => HttpConnection.open(load.host, load.port));
  const connections = await Promise.all(opened);
  const latencies: number[] = [];
  let call = 0;
  const begin = performance.now();
  const end = begin + load.durationMs;
  async function loop(connection: HttpConnection): Promise<void> {
    for (let now = performance.now(); now < end; ) {
      const mine = call++;
      const answer = await connection.ask(load.request(mine));
      const after = performance.now();
      latencies.push(after - now);
      load.check(answer, mine);
      now = after;
    }
  }
  await Promise.all(connections.map(loop));
  const seconds = (performance.now() - begin) / 1000;
  for (const connection of connections) connection.close();
  return { calls: call, seconds, callsPerSecond: call / seconds, latencyMs: percentiles(latencies) };
}

/** Median, 90th and 99th percentile and largest of some numbers. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
