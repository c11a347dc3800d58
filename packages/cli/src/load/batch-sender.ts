import {
  ActionbaseError,
  type EdgeInput,
  type EdgeResult,
  type MultiEdgeInput,
  type MultiEdgeResult,
  type Mutation,
  type TableHandle,
} from '@actionbase/client';
import { backOffMs } from '@actionbase/client/retry-plan';
import type { EventType } from '@actionbase/core/model/edge';
import type { TableSchema } from '@actionbase/core/model/schema';
import type { RowOutcome } from './load-ledger.ts';
import { keyOfEdge } from './map-row.ts';

/** A row that is ready to be sent; no two of a batch have one key. */
export interface SendableRow {
  readonly type: EventType;
  readonly edge: EdgeInput | MultiEdgeInput;
  /** What follows in the same request: mutations of the same edge. */
  readonly further?: readonly Mutation<EdgeInput | MultiEdgeInput>[] | undefined;
  readonly key: string;
  readonly settle: (outcome: RowOutcome) => void;
}

export interface BatchSenderParts {
  readonly table: TableHandle;
  readonly schema: TableSchema;
  /** How long to try again while nothing gets through. */
  readonly patienceMs: number;
  readonly interrupted: AbortSignal;
  readonly nowMs: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told when a failure is waited for. */
  readonly onWaiting: (error: ActionbaseError) => void;
}

/** Refusals with 400 that are about the table or the call, and not about a row. */
const NOT_OF_ROWS = new Set(['unknown-table', 'wrong-edge-kind', 'mode-conflict', 'precondition-failed', 'http-400']);

/**
 * Sends batches. A batch that is refused because of some row is halved until that row is alone, so that only bad rows are
 * rejected. What may be sent again is, until nothing got through for `patienceMs`.
 */
export class BatchSender {
  readonly #parts: BatchSenderParts;
  #lastSuccessMs: number;

  constructor(parts: BatchSenderParts) {
    this.#parts = parts;
    this.#lastSuccessMs = parts.nowMs();
  }

  /** Settles every row, or throws the error that stops the load. */
  async send(rows: readonly SendableRow[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    try {
      this.#settle(rows, await this.#sendPatiently(rows));
    } catch (error) {
      if (!(error instanceof ActionbaseError) || !isOfRows(error)) throw error;
      if (rows.length === 1) {
        first.settle({ kind: 'rejected', code: error.code, message: error.message });
        return;
      }
      const half = rows.length >> 1;
      await this.send(rows.slice(0, half));
      await this.send(rows.slice(half));
    }
  }

  async #sendPatiently(rows: readonly SendableRow[]): Promise<readonly Result[]> {
    const { nowMs, sleep, interrupted, patienceMs, onWaiting } = this.#parts;
    const startedMs = nowMs();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const results = await this.#sendOnce(rows);
        this.#lastSuccessMs = nowMs();
        return results;
      } catch (error) {
        if (!(error instanceof ActionbaseError) || error.retry === 'never') throw error;
        if (nowMs() - Math.max(startedMs, this.#lastSuccessMs) >= patienceMs) throw error;
        onWaiting(error);
      }
      await sleep(backOffMs(attempt, 0), interrupted);
    }
  }

  #sendOnce(rows: readonly SendableRow[]): Promise<readonly Result[]> {
    const { table, interrupted: signal } = this.#parts;
    return table.mutate(
      rows.flatMap(({ type, edge, further = [] }) => [{ type, edge }, ...further]),
      { signal },
    );
  }

  #settle(rows: readonly SendableRow[], results: readonly Result[]): void {
    const { schema } = this.#parts;
    const resultByKey = new Map(results.map((result) => [keyOfResult(schema, result), result]));
    for (const row of rows) {
      const result = resultByKey.get(row.key);
      if (result === undefined) throw withoutResult(row);
      if (result.status !== 'ERROR') row.settle({ kind: 'done', status: result.status });
      else row.settle({ kind: 'error', code: result.code ?? 'error', message: result.message ?? '' });
    }
  }
}

type Result = EdgeResult | MultiEdgeResult;

/** The row stays out of the counts of what was loaded: the next start sends it again. */
function withoutResult(row: SendableRow): ActionbaseError {
  const message = `the answer has no result for the edge ${row.key.replace('\0', ' -> ')}`;
  return new ActionbaseError({ status: 200, code: 'malformed-answer', message, retry: 'never' });
}

function keyOfResult(schema: TableSchema, result: Result): string {
  return keyOfEdge(schema, 'id' in result ? { id: asKeyPart(result.id) } : endsOf(result)) ?? '';
}

function endsOf({ source, target }: EdgeResult): { readonly source: KeyPart; readonly target: KeyPart } {
  return { source: asKeyPart(source), target: asKeyPart(target) };
}

/** A key of an answer is no tree; one that is would match no row. */
function asKeyPart(value: EdgeResult['source']): KeyPart {
  return typeof value === 'object' ? null : value;
}

type KeyPart = null | boolean | number | bigint | string;

/** Whether the request was refused for what one of its rows holds. */
function isOfRows({ status, code }: ActionbaseError): boolean {
  return status === 413 || (status === 400 && !NOT_OF_ROWS.has(code));
}
