import type { CellAddress } from '@actionbase/core/codec/derived-row';
import { keyOwner } from '@actionbase/core/codec/record-type';
import { Failure } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import type { Table } from '@actionbase/core/model/table';
import { justAfter } from '@actionbase/core/query/byte-order';
import type { Clock } from '@actionbase/ports/clock';
import type { Row, Store, StoreReader } from '@actionbase/ports/store';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';
import { Pace } from '../queue/pace.ts';
import { type AuditedTable, isLeftOut } from './audited-table.ts';
import { type Bucket, CounterSums, EVERY_COUNTER } from './counter-sums.ts';
import type { StateOutcome } from './feed-follower.ts';
import type { Finding, RowContent } from './finding.ts';
import { Findings } from './findings.ts';
import { PassBroken } from './pass-broken.ts';
import { readSettled } from './read-settled.ts';
import { checkOwnersOfCells, checkRowsOfStates, type PageToCheck, type StoredCell } from './row-check.ts';
import { addressOfName } from './row-name.ts';
import { StatesSoFar } from './states-so-far.ts';
import { readAddress, readCounter, readStateOf, readStoredState, readType, type StoredState } from './stored-row.ts';

export interface TableAuditParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  /** The table as of the last applied frame; undefined when it is gone. */
  readonly tableOf: () => AuditedTable | undefined;
  /** Resolves when the frame is applied, so that `tableOf` is not older. */
  readonly waitFor: (offset: number, signal: AbortSignal) => Promise<void>;
  /** Rows that may be read in a second; 0 for any number. */
  readonly ratePerS: number;
  /** Ends the audit. */
  readonly signal: AbortSignal;
}

/** How far an audit is; told after every page. */
export interface AuditProgress {
  readonly kind: 'progress';
  /**
   *   cells     cells of wide rows are read, and what they belong to
   *   rows      states, index rows and count rows are read, the counters summed up
   *   counters  the sums are compared with what is stored
   *   trace     the log records that touched the differences are looked for
   *   repair    rows are derived again
   */
  readonly phase: 'cells' | 'rows' | 'counters' | 'trace' | 'repair';
  /** Counted from 1; a table with more counters than memory holds takes several. */
  readonly pass: number;
  /** Rows, cells and frames read so far, in all passes. */
  readonly rows: number;
  /** Differences so far. */
  readonly differences: number;
}

/** Shorter waits are put together: so often to sleep and wake would cost more than it gives. */
export const AUDIT_WAIT_MS_MIN = 50;

const EVERY_ROW = new Uint8Array(0);

/**
 * Compares the derived rows of one table with its states while writes go on. Every page is read in a snapshot of its own.
 * An index row or a cache cell is compared with its state in one snapshot. Counters are sums over all states, which no short
 * snapshot holds: the states are summed up page by page, and the change feed corrects what was read before, so that the
 * sums always are those of the states read so far as of one position; in the end they are compared with the counters as of
 * that position.
 */
export class TableAudit {
  readonly findings: Findings;
  /** States read, and the active edges among them. */
  states = 0;
  activeEdges = 0;
  /** Index rows, cache cells and counters compared. */
  compared = 0;
  /** Position of the last page. */
  position: LogPosition | null = null;
  readonly #parts: TableAuditParts;
  readonly #pace: Pace;
  #audited: AuditedTable;
  #pass = 1;
  #rows = 0;
  #isFirst = true;
  #sums = new CounterSums(EVERY_COUNTER, 1);
  #soFar: StatesSoFar;

  constructor(parts: TableAuditParts) {
    this.#parts = parts;
    this.#pace = new Pace(parts.ratePerS);
    this.findings = new Findings(parts.limits.auditDifferencesMax);
    this.#audited = this.#currentTable();
    this.#soFar = this.#newSoFar();
  }

  get #table(): Table {
    return this.#audited.table;
  }

  /** Failures: `audit-unsettled`, `unknown-table` when the table is deleted meanwhile. */
  async *run(): AsyncGenerator<AuditProgress, undefined> {
    if (this.#table.layout !== 'INDEXED') return undefined;
    const buckets = [EVERY_COUNTER];
    for (let bucket = buckets.pop(); bucket !== undefined; bucket = buckets.pop()) {
      yield* this.#untilSettled(bucket);
      buckets.push(...this.#sums.putOff);
      this.#isFirst = false;
      this.#pass += 1;
    }
    return undefined;
  }

  /** One pass, begun again as often as the table changes under it. */
  async *#untilSettled(bucket: Bucket): AsyncGenerator<AuditProgress, undefined> {
    const { auditRestartsMax, auditCountersMax } = this.#parts.limits;
    const mark = this.findings.mark();
    for (let attempt = 0; ; attempt++) {
      try {
        this.#audited = this.#currentTable();
        this.#sums = new CounterSums(bucket, auditCountersMax);
        this.#soFar = this.#newSoFar();
        if (this.#isFirst) this.states = this.activeEdges = this.compared = 0;
        yield* this.#passCells();
        yield* this.#passRows();
        yield* this.#passCounters();
        return undefined;
      } catch (error) {
        if (!(error instanceof PassBroken)) throw error;
        if (attempt === auditRestartsMax) throw unsettled(error, attempt);
        this.findings.restore(mark);
      }
    }
  }

  /** Cells of groups are noted, those of caches looked up. */
  async *#passCells(): AsyncGenerator<AuditProgress, undefined> {
    const space = this.#table.id;
    let start: Uint8Array | undefined;
    for (let more = true; more; ) {
      const page = await this.#readPage(async (reader) => {
        const { cells, more } = await reader.scanCells({ space, key: EVERY_ROW, start, limit: this.#pageRows });
        await this.#checkCells(
          reader,
          cells.map(({ qualifier, value }) => ({ key: qualifier, value })),
        );
        return { last: cells.at(-1)?.qualifier, more, rows: cells.length };
      });
      yield await this.#progress('cells', page.rows);
      more = page.more && page.last !== undefined;
      start = page.last && justAfter(page.last);
    }
    return undefined;
  }

  async #checkCells(reader: StoreReader, rows: readonly Row[]): Promise<void> {
    const cached: StoredCell[] = [];
    for (const { key, value } of rows) {
      const type = readType(this.#table, key);
      if (type !== 'group' && type !== 'cache') {
        this.#addUnreadable({ key, value }, 'unknown');
        continue;
      }
      if (isLeftOut(this.#audited, key)) continue;
      const { sizeBytes } = keyOwner(key, this.#table.saltBytes);
      const address = { key: key.subarray(0, sizeBytes), qualifier: key.subarray(sizeBytes) };
      if (type === 'cache') cached.push({ address, value });
      else this.#sums.note(address);
    }
    if (this.#isFirst) await checkOwnersOfCells(this.#pageOf(reader), cached);
  }

  /** States are summed up, and their index rows and cache cells looked up; index rows are looked up; count rows are noted. */
  async *#passRows(): AsyncGenerator<AuditProgress, undefined> {
    const space = this.#table.id;
    let start: Uint8Array | undefined;
    for (let more = true; more; ) {
      await this.#soFar.catchUp();
      const page = await this.#readPage(async (reader, offset) => {
        await this.#soFar.followTo(reader, offset);
        const { rows, more } = await reader.scan({ space, start, limit: this.#pageRows });
        await this.#checkRows(reader, rows);
        return { last: rows.at(-1)?.key, more, rows: rows.length };
      });
      more = page.more && page.last !== undefined;
      start = page.last && justAfter(page.last);
      if (page.last !== undefined) this.#soFar.reach(page.last);
      yield await this.#progress('rows', page.rows);
    }
    this.#soFar.reachEnd();
    return undefined;
  }

  async #checkRows(reader: StoreReader, rows: readonly Row[]): Promise<void> {
    const states: StoredState[] = [];
    const indexed: StoredCell[] = [];
    for (const row of rows) {
      const { key, value } = row;
      const type = readType(this.#table, key);
      if (type === 'state') {
        const state = readStoredState(this.#table, key, value);
        if (state === undefined) this.#addUnreadable(row, 'state');
        else states.push(state);
      } else if (type === 'count') this.#sums.note({ key });
      else if (type === undefined) this.#addUnreadable(row, 'unknown');
      else if (type !== 'lock' && !isLeftOut(this.#audited, key)) indexed.push({ address: { key }, value });
    }
    for (const { rows: derived } of states) {
      for (const { amount, ...address } of derived.shares) this.#sums.add(address, amount);
    }
    if (!this.#isFirst) return;
    this.states += states.length;
    for (const { active } of states) if (active) this.activeEdges += 1;
    const page = this.#pageOf(reader);
    this.compared += await checkRowsOfStates(page, states);
    await checkOwnersOfCells(page, indexed);
  }

  /** Every counter holds the sum of the states. */
  async *#passCounters(): AsyncGenerator<AuditProgress, undefined> {
    this.#sums.close();
    const { names } = this.#sums;
    for (let first = 0; first < names.length; first += this.#pageRows) {
      const some = names.slice(first, first + this.#pageRows);
      await this.#soFar.catchUp();
      await this.#readPage(async (reader, offset) => {
        await this.#soFar.followTo(reader, offset);
        const addresses = some.map(addressOfName);
        const found = await reader.getMany(addresses.map((address) => ({ space: this.#table.id, ...address })));
        for (const [place, address] of addresses.entries()) {
          this.#compareCounter(address, this.#sums.sumOf(some[place] ?? ''), found[place]);
        }
      });
      yield await this.#progress('counters', some.length);
    }
    return undefined;
  }

  #compareCounter(address: CellAddress, sum: bigint, bytes: Uint8Array | undefined): void {
    if (sum === 0n && bytes === undefined) return;
    this.compared += 1;
    const stored = bytes === undefined ? undefined : readCounter(address, bytes);
    if (sum !== 0n && stored === sum) return;
    const row = readAddress(this.#table, address) ?? null;
    const kind = address.qualifier === undefined ? 'count' : 'group';
    const problem = sum === 0n ? 'orphan' : bytes === undefined ? 'missing' : 'wrong';
    const expected: RowContent | null = sum === 0n ? null : { kind: 'number', number: sum };
    const found: RowContent | null =
      bytes === undefined ? null : stored === undefined ? { kind: 'bytes', bytes } : { kind: 'number', number: stored };
    this.findings.add({ address, kind, row, problem, edge: null, expected, found });
  }

  #addUnreadable({ key, value }: Row, kind: Finding['kind']): void {
    if (!this.#isFirst) return;
    const found: RowContent = { kind: 'bytes', bytes: value };
    this.findings.add({ address: { key }, kind, row: null, problem: 'unreadable', edge: null, expected: null, found });
  }

  /** Reads in a short snapshot, and makes sure that the table is still the one that the pass began with. */
  async #readPage<T>(read: (reader: StoreReader, offset: number) => Promise<T>): Promise<T> {
    const isSame = (): boolean => this.#currentTable().meaning === this.#audited.meaning;
    const { result, position } = await readSettled({ ...this.#parts, isSame }, read);
    this.position = position;
    return result;
  }

  /** What corrects the sums: they are those of the states read so far as of one position. */
  #newSoFar(): StatesSoFar {
    const { store, limits } = this.#parts;
    const onChange = ({ edge, outcome }: StateOutcome): void => {
      this.#addShares(edge, outcome.before, -1n);
      this.#addShares(edge, outcome.after, 1n);
    };
    return new StatesSoFar({ store, table: this.#table, framesMax: limits.auditFeedFramesMax, onChange });
  }

  #addShares(edge: StateOutcome['edge'], cell: Uint8Array | null, sign: 1n | -1n): void {
    const state = cell === null ? undefined : readStateOf(this.#table, edge, cell);
    for (const { amount, ...address } of state?.rows.shares ?? []) this.#sums.add(address, sign * amount);
  }

  /** Waits as the rate wants it, and tells how far the audit is. */
  async #progress(phase: AuditProgress['phase'], rows: number): Promise<AuditProgress> {
    const { clock, signal } = this.#parts;
    this.#rows += rows;
    this.#pace.pass(rows, clock.monotonicMs());
    const waitMs = this.#pace.waitMs(clock.monotonicMs());
    if (waitMs >= AUDIT_WAIT_MS_MIN) await clock.sleep(waitMs, signal);
    return { kind: 'progress', phase, pass: this.#pass, rows: this.#rows, differences: this.findings.count };
  }

  get #pageRows(): number {
    return Math.min(this.#parts.limits.auditPageRowsMax, this.#pace.burst);
  }

  #pageOf(reader: StoreReader): PageToCheck {
    const { pageRowsMax } = this.#parts.limits;
    return { reader, table: this.#table, findings: this.findings, readRowsMax: pageRowsMax };
  }

  #currentTable(): AuditedTable {
    const table = this.#parts.tableOf();
    if (table === undefined) throw new Failure(engineFailures['unknown-table'], 'the table was deleted meanwhile');
    return table;
  }
}

function unsettled(cause: PassBroken, attempts: number): Failure {
  const message = `the audit began again ${attempts} times, the last time since ${cause.message}; start it later`;
  return new Failure(engineFailures['audit-unsettled'], message, { attempts }, cause);
}
