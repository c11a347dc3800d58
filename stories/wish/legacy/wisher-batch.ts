import type { Clock } from '@actionbase/ports/clock';
import type { LegacyCounts } from '@actionbase/ports/legacy';
import { printTime, type SqlRow, type SqlTransaction, type WishSql } from './wish-sql.ts';
import { wishersKey } from './wish-table.ts';

/**
 * Where a batch passes by, in order; a demonstration may let it die at one of them:
 *
 *     chunk-read       rows of a chunk are in memory, nothing of them is stored
 *     chunk-counted    the chunk's counts and the place behind it are committed
 *     all-read         everything is counted, Redis has nothing of it
 *     page-set         Redis has a page of counts, the place behind it is not noted
 *     all-set          Redis has all counts; products without wishers are still to be removed
 */
export type BatchPoint = 'chunk-read' | 'chunk-counted' | 'all-read' | 'page-set' | 'all-set';

export interface BatchOptions {
  readonly sql: WishSql;
  readonly counts: LegacyCounts;
  readonly clock: Clock;
  /** Wishes that are counted in one transaction. */
  readonly chunkRows?: number;
  readonly onPoint?: (point: BatchPoint) => void;
}

/** A run as its row tells. */
export interface BatchRun {
  readonly runId: number;
  readonly rowsRead: number;
  readonly products: number;
  /** How many processes have worked on it: more than one when it was restarted. */
  readonly starts: number;
}

export const CHUNK_ROWS_DEFAULT = 20_000;

/** Counts that go to Redis, or rows to a statement, at once. */
const PAGE_ROWS = 1_000;

type RunState = 'reading' | 'publishing' | 'removing' | 'finished';

/** What the batch goes on from: the row of its run. */
interface Place {
  readonly runId: string;
  readonly state: RunState;
  readonly user: string;
  readonly product: string;
}

/**
 * Counts the wishers of every product and sets the counts in Redis. It works in chunks, and notes its place in the transaction that
 * stores a chunk's counts, so a run whose process died is finished by the next call as if nothing had happened. What it sets is
 * as old as its reading: that is the point of the story.
 */
export async function runWisherBatch(options: BatchOptions): Promise<BatchRun> {
  const { sql } = options;
  let place = await findOrBeginRun(options);
  while (place.state !== 'finished') {
    if (place.state === 'reading') place = await countChunk(options, place);
    else if (place.state === 'publishing') place = await publishPage(options, place);
    else place = await removeRest(options, place);
  }
  const [row] = await sql.rows('SELECT rows_read, products, starts FROM batch_runs WHERE run_id = ?', [place.runId]);
  return {
    runId: Number(place.runId),
    rowsRead: Number(row?.rows_read),
    products: Number(row?.products),
    starts: Number(row?.starts),
  };
}

async function findOrBeginRun({ sql, clock }: BatchOptions): Promise<Place> {
  const [open] = await sql.rows("SELECT * FROM batch_runs WHERE state <> 'finished' ORDER BY run_id LIMIT 1");
  if (open !== undefined) {
    await sql.change('UPDATE batch_runs SET starts = starts + 1 WHERE run_id = ?', [String(open.run_id)]);
    return placeOf(open);
  }
  await sql.change("INSERT INTO batch_runs (state, started_at) VALUES ('reading', ?)", [printTime(clock.nowMs())]);
  const [begun] = await sql.rows('SELECT * FROM batch_runs ORDER BY run_id DESC LIMIT 1');
  if (begun === undefined) throw new Error('the run that was begun is not in batch_runs');
  return placeOf(begun);
}

function placeOf(row: SqlRow): Place {
  return {
    runId: String(row.run_id),
    state: row.state as RunState,
    user: String(row.cursor_user),
    product: String(row.cursor_product),
  };
}

const CHUNK = `SELECT user_id, product_id FROM wishes
  WHERE user_id >= ? AND (user_id > ? OR product_id > ?) ORDER BY user_id, product_id LIMIT ?`;

async function countChunk(options: BatchOptions, place: Place): Promise<Place> {
  const { sql, clock, chunkRows = CHUNK_ROWS_DEFAULT, onPoint } = options;
  const rows = await sql.rows(CHUNK, [place.user, place.user, place.product, String(chunkRows)]);
  onPoint?.('chunk-read');
  const last = rows.at(-1);
  if (last === undefined) {
    const after: Place = { ...place, state: 'publishing', user: '-1', product: '-1' };
    await sql.transaction((transaction) => moveOn(transaction, { before: place, after, readAtMs: clock.nowMs() }));
    onPoint?.('all-read');
    return after;
  }
  const after = { ...place, user: String(last.user_id), product: String(last.product_id) };
  const wishers = new Map<string, number>();
  for (const { product_id: product } of rows) wishers.set(String(product), (wishers.get(String(product)) ?? 0) + 1);
  await sql.transaction(async (transaction) => {
    const counted = [...wishers].map(([product, count]) => [place.runId, product, count]);
    for (let start = 0; start < counted.length; start += PAGE_ROWS) {
      await transaction.changeMany(
        'INSERT INTO batch_counts VALUES ? ON DUPLICATE KEY UPDATE wishers = wishers + VALUES(wishers)',
        counted.slice(start, start + PAGE_ROWS),
      );
    }
    await moveOn(transaction, { before: place, after, rows: rows.length });
  });
  onPoint?.('chunk-counted');
  return after;
}

async function publishPage(options: BatchOptions, place: Place): Promise<Place> {
  const { sql, counts, onPoint } = options;
  const page = await sql.rows(
    'SELECT product_id, wishers FROM batch_counts WHERE run_id = ? AND product_id > ? ORDER BY product_id LIMIT ?',
    [place.runId, place.product, String(PAGE_ROWS)],
  );
  const last = page.at(-1);
  const after: Place =
    last === undefined
      ? { ...place, state: 'removing', product: '-1' }
      : { ...place, product: String(last.product_id) };
  if (last !== undefined) {
    await counts.set(new Map(page.map((row) => [wishersKey(String(row.product_id)), BigInt(row.wishers ?? 0)])));
  }
  onPoint?.(last === undefined ? 'all-set' : 'page-set');
  await sql.transaction((transaction) => moveOn(transaction, { before: place, after, products: page.length }));
  return after;
}

/** Products of the finished runs before that this one has not met have lost their last wisher. */
const GONE = `SELECT DISTINCT old.product_id FROM batch_counts old
  LEFT JOIN batch_counts new ON new.run_id = ? AND new.product_id = old.product_id
  WHERE old.run_id < ? AND new.product_id IS NULL`;

async function removeRest({ sql, counts, clock }: BatchOptions, place: Place): Promise<Place> {
  const gone = await sql.rows(GONE, [place.runId, place.runId]);
  await counts.set(new Map(gone.map((row) => [wishersKey(String(row.product_id)), 0n])));
  const after: Place = { ...place, state: 'finished' };
  await sql.transaction(async (transaction) => {
    await transaction.change('DELETE FROM batch_counts WHERE run_id < ?', [place.runId]);
    await moveOn(transaction, { before: place, after, finishedAtMs: clock.nowMs() });
  });
  return after;
}

interface Move {
  readonly before: Place;
  readonly after: Place;
  readonly rows?: number;
  readonly products?: number;
  readonly readAtMs?: number;
  readonly finishedAtMs?: number;
}

const MOVE = `UPDATE batch_runs SET state = ?, cursor_user = ?, cursor_product = ?, rows_read = rows_read + ?,
  products = products + ?, read_at = COALESCE(?, read_at), finished_at = COALESCE(?, finished_at)
  WHERE run_id = ? AND state = ? AND cursor_user = ? AND cursor_product = ?`;

/** Notes a place, if the run is still where this process has left it: two of them must not count the same chunk. */
async function moveOn(transaction: SqlTransaction, move: Move): Promise<void> {
  const { before, after, rows = 0, products = 0, readAtMs, finishedAtMs } = move;
  const times = [readAtMs, finishedAtMs].map((ms) => (ms === undefined ? null : printTime(ms)));
  const changed = await transaction.change(MOVE, [
    ...[after.state, after.user, after.product, rows, products, ...times],
    ...[before.runId, before.state, before.user, before.product],
  ]);
  if (changed !== 1) throw new Error(`run ${before.runId}: another process goes on with it`);
}
