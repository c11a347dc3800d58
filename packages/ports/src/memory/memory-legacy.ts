import { Failure, invariant } from '@actionbase/core/failure';
import type { Clock } from '../clock.ts';
import { portFailures } from '../failures.ts';
import type { LegacyChange, LegacyColumn, LegacyPosition, LegacyRow, LegacyTransaction } from '../legacy.ts';
import { MemoryLegacyTable, type MemoryTableDefinition } from './memory-legacy-table.ts';
import { MemoryTruth } from './memory-truth.ts';

/** What a transaction of an application does to tables. */
export interface MemoryLegacyWriter {
  put(table: string, row: LegacyRow): void;
  delete(table: string, key: LegacyRow): void;
  /** Gives a row other values, of its key too. */
  update(table: string, key: LegacyRow, values: LegacyRow): void;
}

/** A record of the log: a transaction, or a change of a table's columns. */
export interface MemoryLogRecord extends LegacyTransaction {
  readonly alteredTable: string | undefined;
}

/**
 * The old side of a migration in memory: tables with a change log, and the truth maps beside them. Several `MemoryLegacySource`
 * and `MemoryLegacyStore` may be open on it at once, as those of several processes are.
 */
export class MemoryLegacy {
  readonly #tables = new Map<string, MemoryLegacyTable>();
  readonly #truths = new Map<string, MemoryTruth>();
  readonly #clock: Clock | undefined;
  #log: MemoryLogRecord[] = [];
  /** Records that were purged. */
  #purged = 0;
  #waiting: (() => void)[] = [];
  /** Statements that the server says to run at this moment. */
  threadsRunning = 1;

  constructor(clock?: Clock) {
    this.#clock = clock;
  }

  createTable(name: string, definition: MemoryTableDefinition): void {
    this.#tables.set(name, new MemoryLegacyTable(name, definition));
  }

  /** Changes the columns of a table; rows keep what they have. */
  alterTable(name: string, columns: readonly LegacyColumn[]): void {
    this.table(name).columns = columns;
    this.#append([], name);
  }

  /** Runs a transaction: all of it takes effect, or nothing when `work` throws. */
  transact(work: (writer: MemoryLegacyWriter) => void): LegacyPosition {
    const changes: LegacyChange[] = [];
    const writer: MemoryLegacyWriter = {
      put: (table, row) => {
        changes.push({ table, ...this.table(table).put(row) });
      },
      delete: (table, key) => {
        const before = this.table(table).delete(this.table(table).keyOf(key));
        if (before !== undefined) changes.push({ table, before, after: undefined });
      },
      update: (table, key, values) => {
        const stored = this.table(table);
        const before = stored.delete(stored.keyOf(key));
        if (before === undefined) return;
        changes.push({ table, before, after: undefined });
        const { after } = stored.put({ ...before, ...values });
        changes[changes.length - 1] = { table, before, after };
      },
    };
    try {
      work(writer);
    } catch (error) {
      this.#undo(changes);
      throw error;
    }
    return changes.length === 0 ? this.end() : this.#append(changes, undefined);
  }

  /** Forgets the log up to now. */
  purgeLog(): void {
    this.#purged += this.#log.length;
    this.#log = [];
  }

  /** All rows of a table in the order of their keys. */
  rows(table: string): readonly LegacyRow[] {
    return this.table(table).read({}, Number.POSITIVE_INFINITY);
  }

  table(name: string): MemoryLegacyTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Failure(portFailures['legacy-refused'], `there is no table ${name}`);
    return table;
  }

  get(table: string, key: LegacyRow): LegacyRow | undefined {
    return this.table(table).get(this.table(table).keyOf(key));
  }

  truth(migration: string): MemoryTruth {
    const truth = this.#truths.get(migration);
    if (truth === undefined) {
      throw new Failure(portFailures['legacy-refused'], `migration ${migration} was not prepared here`);
    }
    return truth;
  }

  prepare(migration: string): void {
    if (!this.#truths.has(migration)) this.#truths.set(migration, new MemoryTruth());
  }

  end(): LegacyPosition {
    return printPosition(this.#purged + this.#log.length);
  }

  /** The record behind a position, undefined at the end. */
  recordAfter(position: LegacyPosition): MemoryLogRecord | undefined {
    const index = Number(parsePosition(position)) - this.#purged;
    if (index < 0) {
      throw new Failure(portFailures['legacy-log-gone'], `the log was purged behind position ${position}`);
    }
    return this.#log[index];
  }

  /** Resolves when the log has grown, or the signal is aborted. */
  async grown(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const onAbort = () => resolve();
    signal.addEventListener('abort', onAbort);
    await promise;
    signal.removeEventListener('abort', onAbort);
  }

  #append(changes: readonly LegacyChange[], alteredTable: string | undefined): LegacyPosition {
    const position = printPosition(this.#purged + this.#log.length + 1);
    this.#log.push({ position, committedMs: this.#clock?.nowMs() ?? 0, changes, alteredTable });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
    return position;
  }

  #undo(changes: readonly LegacyChange[]): void {
    for (const { table, before, after } of [...changes].reverse()) {
      const stored = this.table(table);
      if (after !== undefined) stored.delete(stored.keyOf(after));
      if (before !== undefined) stored.put(before);
    }
  }
}

/** The number of transactions up to a position. */
export function parsePosition(position: LegacyPosition): bigint {
  invariant(/^\d+$/.test(position), `${position} is a position of a memory log`);
  return BigInt(position);
}

function printPosition(transactions: number): LegacyPosition {
  return String(transactions) as LegacyPosition;
}

/** Columns of a table for tests, in short: `{ user_id: 'integer', note: 'text?' }`; "?" allows null. */
export function memoryColumns(kinds: Readonly<Record<string, string>>): readonly LegacyColumn[] {
  return Object.entries(kinds).map(([name, text]) => {
    const nullable = text.endsWith('?');
    const kind = parseKind(nullable ? text.slice(0, -1) : text);
    return { name, type: kind, kind, nullable };
  });
}

const KINDS: readonly LegacyColumn['kind'][] = ['integer', 'decimal', 'float', 'text', 'time', 'binary'];

function parseKind(text: string): LegacyColumn['kind'] {
  const kind = KINDS.find((kind) => kind === text);
  invariant(kind !== undefined, `${text} is the kind of a column`);
  return kind;
}
