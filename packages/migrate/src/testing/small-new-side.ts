import type { Json, JsonMembers, LogLine } from '@actionbase/client';
import type { JsonObject } from '@actionbase/core/codec/json-value';
import { type EdgeState, INITIAL_STATE } from '@actionbase/core/model/edge';
import { printStreamPosition } from '@actionbase/core/model/stream-position';
import { foldEntry } from '@actionbase/core/reduce/fold-entry';
import { aTable } from '@actionbase/core/testing/a-table';
import type { NewFeed } from '../back/new-feed.ts';
import type { KeyedEdge, NewSide, Sent, SentStatus } from '../direct/new-side.ts';

const TABLE = aTable({ name: 'shop.wish', fields: { note: 'string' } });

export interface SmallNewSideOptions {
  /** Each step waits for its turn. */
  readonly turn: () => Promise<void>;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Whether an answer gets lost. */
  readonly losesAnswer: () => boolean;
  readonly nowMs: () => number;
}

/**
 * A new side in memory for tests, with the real reducer: names that are fences, one queue of writes in order, a change feed and
 * counts. A write is let in by what names are active then, and takes effect later, as on the server.
 */
export class SmallNewSide implements NewSide, NewFeed {
  readonly states = new Map<string, EdgeState>();
  readonly names = new Set<string>();
  readonly lines: LogLine[] = [];
  isUp = true;
  /** Each write takes this long. */
  slowMs = 0;
  readonly #options: SmallNewSideOptions;
  #queue: Promise<unknown> = Promise.resolve();
  #offset = 0;
  #wakeReaders: (() => void)[] = [];

  constructor(options: SmallNewSideOptions) {
    this.#options = options;
  }

  async send(name: string, edges: readonly KeyedEdge[], timeoutMs: number): Promise<Sent> {
    const over = new AbortController();
    const late = this.#options.sleep(timeoutMs, over.signal).then(
      () => ({ kind: 'unavailable', reason: 'timed out' }) as const,
      () => ({ kind: 'unavailable', reason: 'aborted' }) as const,
    );
    const sent = this.#send(name, edges);
    try {
      return await Promise.race([sent, late]);
    } finally {
      over.abort();
    }
  }

  async versionOf(edge: Pick<KeyedEdge, 'source' | 'target'>): Promise<bigint | 'unavailable' | undefined> {
    await this.#options.turn();
    if (!this.isUp) return 'unavailable';
    const state = this.states.get(keyOf(edge));
    return state?.active === true ? state.version : undefined;
  }

  /** Closes a name: what was let in before still takes effect. Behind the returned position nothing of it comes. */
  async close(name: string): Promise<string> {
    this.names.delete(name);
    await this.#options.turn();
    return this.#inOrder(() => {
      this.#offset += 1;
      this.#tellReaders();
      return printStreamPosition({ epoch: 1, partition: 0, offset: this.#offset, item: null });
    });
  }

  async *follow(from: string | undefined, signal: AbortSignal): AsyncGenerator<LogLine> {
    let next = from === undefined ? 0 : this.lines.findIndex(({ position }) => isBehind(position, from));
    if (next < 0) next = this.lines.length;
    for (;;) {
      await this.#options.turn();
      signal.throwIfAborted();
      const line = this.lines[next];
      if (line === undefined) {
        await this.#somethingNew(signal);
      } else {
        next += 1;
        yield line;
      }
    }
  }

  async quietEnd(from: string | undefined): Promise<string | undefined> {
    await this.#options.turn();
    const last = this.lines.at(-1);
    if (last !== undefined && (from === undefined || isBehind(last.position, from))) return undefined;
    return printStreamPosition({ epoch: 1, partition: 0, offset: this.#offset, item: null });
  }

  async counts(of: 'source' | 'target', starts: readonly string[]): Promise<readonly bigint[]> {
    await this.#options.turn();
    const counts = new Map<string, bigint>();
    for (const [key, state] of this.states) {
      if (!state.active) continue;
      const [source, target]: readonly string[] = JSON.parse(key);
      const vertex = String(of === 'source' ? source : target);
      counts.set(vertex, (counts.get(vertex) ?? 0n) + 1n);
    }
    return starts.map((start) => counts.get(start) ?? 0n);
  }

  async #send(name: string, edges: readonly KeyedEdge[]): Promise<Sent> {
    await this.#options.turn();
    if (this.slowMs > 0) await this.#options.sleep(this.slowMs);
    if (!this.isUp) return { kind: 'unavailable', reason: 'down' };
    if (!this.names.has(name)) return { kind: 'fenced' };
    const statuses = await this.#inOrder(() => this.#apply(name, edges));
    await this.#options.turn();
    if (!this.isUp || this.#options.losesAnswer()) return { kind: 'unavailable', reason: 'the answer was lost' };
    return { kind: 'done', statuses };
  }

  #inOrder<T>(work: () => T): Promise<T> {
    const done = this.#queue.then(async () => {
      await this.#options.turn();
      return work();
    });
    this.#queue = done;
    return done;
  }

  #apply(name: string, edges: readonly KeyedEdge[]): readonly SentStatus[] {
    this.#offset += 1;
    const offset = this.#offset;
    const statuses = edges.map((edge, item) => this.#applyOne(name, edge, { offset, item }));
    this.#tellReaders();
    return statuses;
  }

  #tellReaders(): void {
    for (const wake of this.#wakeReaders.splice(0)) wake();
  }

  #applyOne(name: string, edge: KeyedEdge, place: { readonly offset: number; readonly item: number }): SentStatus {
    const { source, target, version, properties } = edge;
    const before = this.states.get(keyOf(edge)) ?? INITIAL_STATE;
    const type = properties === null ? 'DELETE' : 'INSERT';
    const note = noteOf(properties);
    const key = { kind: 'edge', source: String(source), target: String(target) } as const;
    const folded = foldEntry(TABLE, before, { key, events: [{ type, version, properties: [note] }] });
    if (folded.kind === 'refused') return { status: 'ERROR', reason: folded.message };
    this.states.set(keyOf(edge), folded.after);
    const state = folded.after;
    const ends = { src: plainEnd(source), tgt: plainEnd(target) };
    const after = {
      active: state.active,
      ts: state.version,
      ...ends,
      props: { note: plainNote(state.properties[0]?.value) },
    };
    const record: JsonMembers = {
      label: 'shop.wish',
      edge: { ts: version, ...ends, props: {} },
      op: type,
      status: folded.status,
      after,
      acc: folded.delta,
      alias: name === 'wish' ? null : `shop.${name}`,
      ts: this.#options.nowMs(),
    };
    const position = printStreamPosition({ epoch: 1, partition: 0, ...place });
    this.lines.push({ position, key: keyOf(edge), record, text: '' });
    return { status: folded.status === 'PURGED' ? 'IDLE' : folded.status, reason: '' };
  }

  #somethingNew(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wakeReaders.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}

function keyOf({ source, target }: Pick<KeyedEdge, 'source' | 'target'>): string {
  return JSON.stringify([String(source), String(target)]);
}

function noteOf(properties: JsonObject | null): string | null | undefined {
  if (properties === null) return undefined;
  return typeof properties.note === 'string' ? properties.note : null;
}

function plainNote(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function plainEnd(end: string | bigint): Json {
  return end;
}

function isBehind(position: string, from: string): boolean {
  const [a, b] = [numbersOf(position), numbersOf(from)];
  for (const place of [0, 1, 2, 3]) {
    const [left = 0, right = 0] = [a[place], b[place]];
    if (left !== right) return left > right;
  }
  return false;
}

/** Epoch, partition, offset, item; the whole frame is behind its items. */
function numbersOf(position: string): readonly number[] {
  const numbers = position.match(/\d+/g)?.map(Number) ?? [];
  return numbers.length === 3 ? [...numbers, Number.POSITIVE_INFINITY] : numbers;
}
