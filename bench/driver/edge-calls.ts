import type { Calls } from './calls.ts';
import { getRequest, HttpConnection, postRequest } from './http-connection.ts';
import { runLoad } from './run-load.ts';

export interface EdgeMix {
  /** Share of the calls that write one edge; the others read. */
  readonly writes: number;
  /** Share of the writes that delete an edge instead of making one. */
  readonly deletes: number;
  /** Share of the reads that scan 25 edges, that count, and that sum a group; the others get one edge. */
  readonly scans: number;
  readonly counts: number;
  readonly sums: number;
  /** Goes along as X-Request-Timeout-Ms. */
  readonly deadlineMs: number;
}

export interface Verification {
  readonly edges: number;
  /** Acknowledged edges that are not there. */
  readonly lost: number;
  /** Refused or deleted edges that are there. */
  readonly risen: number;
  /** Counts of vertices that differ from their edges. */
  readonly wrongCounts: number;
  /** Edges of which nothing is known: their answers never came. */
  readonly unknown: number;
}

const TABLE = '/graph/v3/databases/bench/tables/wish';
const USERS = 2_000;
const PRELOADED_PER_USER = 25;
const CREATED_MS = 1_775_001_600_000;
const DAY_MS = 86_400_000;
const KEYS_PER_GET = 200;

/** Somebody with many edges, whose answers are large. */
export const HOARDER = { source: USERS, edges: 5_000 } as const;

/** What is known of an edge. Calls under way are unknown until their answer comes. */
const FATE = { never: 0, unknown: 1, present: 2, absent: 3 } as const;

const SCHEMA = {
  type: 'EDGE',
  source: { type: 'long', comment: 'user' },
  target: { type: 'string', comment: 'product' },
  direction: 'BOTH',
  properties: [
    { name: 'created_at', type: 'long', comment: 'milliseconds', nullable: false },
    { name: 'memo', type: 'string', comment: '', nullable: true },
  ],
  indexes: [{ index: 'newest', fields: [{ field: 'created_at', order: 'DESC' }], comment: '' }],
  groups: [
    {
      group: 'per_day',
      type: 'COUNT',
      fields: [
        {
          name: 'created_at',
          bucket: { type: 'date', name: 'day', unit: 'MILLISECOND', timezone: 'UTC', format: 'yyyy-MM-dd' },
        },
      ],
    },
  ],
};

/** Reads and writes of single edges, with a ledger of what became of every edge. Edge n belongs to user n % USERS. */
export class EdgeCalls implements Calls {
  readonly #mix: EdgeMix;
  readonly #head: string;
  #fates = new Uint8Array(1 << 20);
  #edges = 0;
  /** Edges that are there and may be deleted, in no order. */
  readonly #deletable: number[] = [];
  /** Writes under way, by their calls: the edge, negative for its deletion. */
  readonly #writing = new Map<number, number>();

  constructor(mix: EdgeMix) {
    this.#mix = mix;
    this.#head = `X-Request-Timeout-Ms: ${mix.deadlineMs}\r\n`;
  }

  /** Makes the table, and edges for every user to read. */
  async prepare(host: string, port: number): Promise<void> {
    const base = `http://${host}:${port}/graph/v3/databases`;
    await post(base, { database: 'bench', comment: '' });
    await post(`${base}/bench/tables`, {
      table: 'wish',
      schema: SCHEMA,
      mode: 'SYNC',
      storage: 'datastore://bench/wish',
      comment: '',
    });
    const lots = (USERS * PRELOADED_PER_USER) / 250;
    const connections = await Promise.all(Array.from({ length: 8 }, () => HttpConnection.open(host, port)));
    let lot = 0;
    let hoarded = 0;
    const load = async (connection: HttpConnection): Promise<void> => {
      while (lot < lots) {
        lot += 1;
        const edges = Array.from({ length: 250 }, () => this.#edges++);
        const body = `{"mutations":[${edges.map(insertion).join(',')}]}`;
        const { status } = await connection.ask(postRequest(`${TABLE}/edges`, body));
        if (status !== 200) throw new Error(`the preload was answered ${status}`);
        for (const edge of edges) this.#tell(edge, FATE.present);
      }
      while (hoarded < HOARDER.edges) {
        const items = Array.from({ length: 250 }, () => hoardedItem(hoarded++));
        await connection.ask(postRequest(`${TABLE}/edges`, `{"mutations":[${items.join(',')}]}`));
      }
      connection.close();
    };
    await Promise.all(connections.map(load));
  }

  /** Calls per second that as many connections get answered when each sends its next call after the answer. */
  async capacity(load: {
    host: string;
    port: number;
    connections: number;
    durationMs: number;
    firstCall: number;
  }): Promise<{
    readonly calls: number;
    readonly callsPerSecond: number;
  }> {
    let refused = 0;
    const { calls, seconds } = await runLoad({
      ...load,
      request: (call) => this.request(load.firstCall + call),
      check: ({ status, body }, call) => {
        if (status !== 200 && status !== 503) throw new Error(`status ${status}: ${body}`);
        if (status !== 200) refused += 1;
        this.answered(load.firstCall + call, status, body);
      },
    });
    return { calls, callsPerSecond: (calls - refused) / seconds };
  }

  request(call: number): string {
    const { writes, deletes, scans, counts, sums } = this.#mix;
    const draw = drawOf(call, 1);
    if (draw < writes) return this.#write(call, draw < writes * deletes);
    const read = (draw - writes) / (1 - writes);
    const user = Math.floor(drawOf(call, 2) * USERS);
    const start = `start=${user}&direction=OUT`;
    if (read < scans) return this.#get(`scan/newest?${start}&limit=25`);
    if (read < scans + counts) return this.#get(`count?${start}`);
    if (read < scans + counts + sums) return this.#get(`agg/per_day?${start}&ranges=day:bt:2026-04-01,2026-04-30`);
    const edge = user + USERS * (call % PRELOADED_PER_USER);
    return this.#get(`get?source=${user}&target=t${edge}`);
  }

  answered(call: number, status: number, answer: string): void {
    const wrote = this.#writing.get(call);
    if (wrote === undefined) return;
    this.#writing.delete(call);
    const isDone = status === 200 && !answer.includes('"status":"ERROR"');
    // Every refusal says whether it may have happened; all but this one say that it did not.
    if (!isDone && answer.includes('"code":"unknown-outcome"')) return;
    if (!isDone && status >= 500 && status !== 503) return;
    const isThere = wrote >= 0 ? isDone : !isDone;
    const edge = wrote >= 0 ? wrote : -wrote - 1;
    this.#tell(edge, isThere ? FATE.present : FATE.absent);
    if (isThere) this.#deletable.push(edge);
  }

  unknown(call: number): void {
    this.#writing.delete(call);
  }

  /** Reads the edges of every `step`-th user and compares them with the ledger, and their counts. */
  async verify(host: string, port: number, step: number): Promise<Verification> {
    const connection = await HttpConnection.open(host, port);
    const found = { edges: 0, lost: 0, risen: 0, wrongCounts: 0, unknown: 0 };
    for (let user = 0; user < USERS; user += step) {
      let present = 0;
      let unknown = 0;
      for (let first = user; first < this.#edges; first += USERS * KEYS_PER_GET) {
        const edges: number[] = [];
        for (let edge = first; edge < this.#edges && edges.length < KEYS_PER_GET; edge += USERS) edges.push(edge);
        const there = await this.#presentOf(connection, user, edges);
        for (const edge of edges) {
          const fate = this.#fates[edge];
          found.edges += 1;
          if (there.has(`t${edge}`)) present += 1;
          if (fate === FATE.unknown) unknown += 1;
          if (fate === FATE.present && !there.has(`t${edge}`)) found.lost += 1;
          if (fate === FATE.absent && there.has(`t${edge}`)) found.risen += 1;
        }
      }
      const { body } = await connection.ask(getRequest(`${TABLE}/edges/count?start=${user}&direction=OUT`));
      if (!body.includes(`"count":${present},`)) found.wrongCounts += 1;
      found.unknown += unknown;
    }
    connection.close();
    return found;
  }

  async #presentOf(connection: HttpConnection, user: number, edges: readonly number[]): Promise<Set<string>> {
    const body = JSON.stringify({ source: [user], target: edges.map((edge) => `t${edge}`) });
    const answer = await connection.ask(postRequest(`${TABLE}/edges/get`, body));
    if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.body}`);
    return new Set([...answer.body.matchAll(/"target":"(t\d+)"/g)].map(([, target = '']) => target));
  }

  #get(what: string): string {
    return `GET ${TABLE}/edges/${what} HTTP/1.1\r\nHost: bench\r\n${this.#head}\r\n`;
  }

  #write(call: number, wantsDelete: boolean): string {
    const deleted = wantsDelete ? this.#deletable.pop() : undefined;
    const edge = deleted ?? this.#edges++;
    this.#tell(edge, FATE.unknown);
    this.#writing.set(call, deleted === undefined ? edge : -edge - 1);
    const body = `{"mutations":[${deleted === undefined ? insertion(edge) : deletion(edge)}]}`;
    const head = `POST ${TABLE}/edges HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n`;
    return `${head}${this.#head}Content-Length: ${body.length}\r\n\r\n${body}`;
  }

  #tell(edge: number, fate: number): void {
    if (edge >= this.#fates.length) {
      const larger = new Uint8Array(this.#fates.length * 2);
      larger.set(this.#fates);
      this.#fates = larger;
    }
    this.#fates[edge] = fate;
  }
}

function insertion(edge: number): string {
  const properties = `{"created_at":${CREATED_MS + (edge % 30) * DAY_MS},"memo":"a wish from the bench"}`;
  return `{"type":"INSERT","edge":{"version":1,"source":${edge % USERS},"target":"t${edge}","properties":${properties}}}`;
}

function hoardedItem(place: number): string {
  const edge = `"source":${HOARDER.source},"target":"h${place}","properties":{"created_at":${CREATED_MS}}`;
  return `{"type":"INSERT","edge":{"version":1,${edge}}}`;
}

function deletion(edge: number): string {
  return `{"type":"DELETE","edge":{"version":2,"source":${edge % USERS},"target":"t${edge}"}}`;
}

/** A number from 0 to 1 that looks random, the same for the same call and salt. */
function drawOf(call: number, salt: number): number {
  let mixed = Math.imul(call + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
}
