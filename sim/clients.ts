import type { JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Database } from './database.ts';
import type { Delivery, Ledger, MutationRecord, SentMutation } from './ledger.ts';
import type { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

const USERS = [1, 2, 3];
const SKUS = ['a', 'b'];
const ORDERS = [100, 101];
const COLORS = ['red', 'blue', null];
/** A client gives up waiting for an answer after this. */
const PATIENCE_MS = 1_000;
const THINK_MS = 30;
/** Share of the reads that are scans, in runs that have them. */
const SCAN_SHARE = 0.5;

/** A client: sends one request after the other through a network that delays and doubles, and remembers what it is told. */
export class Client {
  readonly #world: World;
  readonly #random: SeededRandom;
  /** Draws what only varied runs have. */
  readonly #variety: SeededRandom;
  readonly #place: number;
  readonly #name: string;
  #sent = 0;
  #done = false;

  constructor(world: World, place: number) {
    this.#world = world;
    this.#place = place;
    this.#name = `c${place}`;
    const seed = world.random.below(2 ** 31);
    this.#random = new SeededRandom(seed);
    this.#variety = new SeededRandom(seed ^ 1);
  }

  get isDone(): boolean {
    return this.#done;
  }

  begin(): void {
    this.#next();
  }

  #next(): void {
    const { scheduler, lengthMs } = this.#world;
    if (scheduler.nowMs >= lengthMs) {
      this.#done = true;
      return;
    }
    scheduler.schedule(this.#random.next() * THINK_MS, () => {
      if (this.#random.next() < 0.3) this.#read();
      else this.#mutate();
    });
  }

  #mutate(): void {
    const { ledger, faults, scheduler } = this.#world;
    const record = ledger.begin(this.#drawMutation());
    let waits = true;
    const goOn = (): void => {
      if (!waits) return;
      waits = false;
      this.#next();
    };
    const copies = faults.isDuplicated() ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      scheduler.schedule(faults.networkMs(), () => this.#deliver(record, goOn));
    }
    scheduler.schedule(PATIENCE_MS, goOn);
  }

  #deliver(record: MutationRecord, onAnswer: () => void): void {
    const { process, database } = this.#world.partnerOf(this.#place);
    process.whenAwake(() => this.#arrive(record, { process, database, onAnswer }));
  }

  #arrive(record: MutationRecord, { process, database, onAnswer }: Partner): void {
    const { ledger, scheduler, faults } = this.#world;
    if (database === undefined) {
      scheduler.schedule(faults.networkMs(), onAnswer);
      return;
    }
    record.open += 1;
    process.pending += 1;
    const answer = (delivery: Delivery): void => {
      process.pending -= 1;
      if (!process.isAlive) return;
      // What the server answered counts from here: its client may wait no longer, but it was acknowledged.
      ledger.close(record, delivery);
      scheduler.schedule(faults.networkMs(), onAnswer);
    };
    const { requestId, table, rules, mode, items } = record.sent;
    const stamp = { timeMs: process.nowMs(), requestId, actor: this.#name };
    const kind = table === 'orders' ? ('multiEdge' as const) : ('edge' as const);
    const request = {
      database: 'shop',
      table,
      kind,
      rules,
      items,
      stamp,
      mode,
      force: false,
      origin: null,
    };
    database.engine.mutate(request).then(
      ({ position, results }) => {
        if (position === null) return;
        answer({ kind: 'acknowledged', position, statuses: results.map(({ status }) => status) });
      },
      (error: unknown) => answer(deliveryOf(error, ledger)),
    );
  }

  #read(): void {
    if (this.#world.isVaried && this.#variety.next() < SCAN_SHARE) return this.#scan();
    const { database, ledger, process } = this.#world;
    if (database === undefined) return this.#next();
    const { table, key } = this.#drawKey();
    const fromOffset = ledger.acknowledgedOffset;
    const compiled = database.engine.catalog.tables.get(`shop.${table}`)?.table;
    if (compiled === undefined) return this.#next();
    database.engine.get(compiled, [key], []).then(
      ({ rows }) => {
        if (!process.isAlive || process !== this.#world.process) return;
        const toOffset = database.log.bounds(0).end - 1;
        ledger.reads.push({ table, key, fromOffset, toOffset, row: rows[0] ?? null });
      },
      (error: unknown) => {
        if (!(error instanceof Failure)) ledger.violate(`a read met a mistake: ${String(error)}`);
      },
    );
    this.#next();
  }

  /** A page of an index that answers, with the count of its vertex. */
  #scan(): void {
    const { database, ledger, process } = this.#world;
    const table = database?.engine.catalog.tables.get('shop.wish')?.table;
    if (database === undefined || table === undefined || table.indexes.length === 0) return this.#next();
    const { name: index } = this.#pick(table.indexes, this.#variety);
    const source = BigInt(this.#pick(USERS, this.#variety));
    const fromOffset = ledger.acknowledgedOffset;
    const query = {
      index,
      direction: 'OUT',
      start: source,
      limit: 100,
      offset: undefined,
      ranges: [],
      filters: [],
    } as const;
    database.engine.scan(table, { ...query, withTotal: true }).then(
      ({ rows, total }) => {
        if (!process.isAlive || process !== this.#world.process) return;
        ledger.scans.push({ index, source, fromOffset, toOffset: database.log.bounds(0).end - 1, rows, total });
      },
      (error: unknown) => {
        if (!(error instanceof Failure)) ledger.violate(`a scan met a mistake: ${String(error)}`);
      },
    );
    this.#next();
  }

  #drawKey(): { table: 'wish' | 'orders'; key: EdgeKey } {
    if (this.#random.next() < 0.7) {
      const [source, target] = [BigInt(this.#pick(USERS)), this.#pick(SKUS)];
      return { table: 'wish', key: { kind: 'edge', source, target } };
    }
    return { table: 'orders', key: { kind: 'multiEdge', id: BigInt(this.#pick(ORDERS)) } };
  }

  #drawMutation(): SentMutation {
    const table = this.#random.next() < 0.7 ? 'wish' : 'orders';
    const items = Array.from({ length: 1 + this.#random.below(4) }, () => this.#drawItem(table));
    // An asynchronous request takes effect twice in the log: where it was asked for, and where the queue appends it again.
    const mode = this.#random.next() < 0.2 ? 'ASYNC' : null;
    return this.#varied({ requestId: `${this.#name}-${this.#sent++}`, table, rules: 'v3', mode, items });
  }

  /** Some mutations of wishes go to another table or by an alias, by the rules of v2, which know PURGE. */
  #varied(sent: SentMutation): SentMutation {
    if (!this.#world.isVaried || sent.table !== 'wish') return sent;
    const random = this.#variety;
    const isV2 = random.next() < 0.4;
    const table = this.#pick(['wish', 'wish', 'fav', 'temp', isV2 ? 'links' : 'wish'] as const, random);
    if (!isV2) return { ...sent, table };
    const items = sent.items.map((item) => (random.next() < 0.25 ? { ...item, type: 'PURGE' as const } : item));
    return { ...sent, table, rules: 'v2', items };
  }

  #drawItem(table: 'wish' | 'orders'): MutationItem {
    const type = this.#pick(['INSERT', 'INSERT', 'INSERT', 'UPDATE', 'DELETE'] as const);
    const version = BigInt(this.#random.below(40));
    if (table === 'wish') {
      const properties: Record<string, JsonValue> = { color: this.#pick(COLORS) };
      if (this.#random.next() < 0.9) properties.at = this.#random.below(50);
      return { type, version, source: this.#pick(USERS), target: this.#pick(SKUS), properties };
    }
    const properties = { paidAt: 1_750_000_000 + this.#random.below(200_000), amount: this.#random.below(9) };
    const ends = type === 'DELETE' ? {} : { source: this.#pick(USERS), target: 5 + this.#random.below(2) };
    return { type, version, id: this.#pick(ORDERS), ...ends, properties };
  }

  #pick<T>(items: readonly T[], random = this.#random): T {
    const item = items[random.below(items.length)];
    if (item === undefined) throw new RangeError('something is picked from a list that is not empty');
    return item;
  }
}

/** Whom a request was sent to, and who waits for the answer. */
interface Partner {
  readonly process: SimProcess;
  readonly database: Database | undefined;
  readonly onAnswer: () => void;
}

function deliveryOf(error: unknown, ledger: Ledger): Delivery {
  if (!(error instanceof Failure)) {
    ledger.violate(`a mutation met a mistake: ${String(error)}`);
    return { kind: 'unknown', code: 'mistake' };
  }
  return { kind: error.kind.retry === 'unknown-outcome' ? 'unknown' : 'refused', code: error.code };
}
