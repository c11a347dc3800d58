import type { Wish, WishCursor, WishKey, WishPage, WishPageRequest } from '../app/wish-store.ts';
import { parseTime, printTime, type SqlRow, type WishSql } from './wish-sql.ts';

/** Microseconds since the epoch by the server's clock: what versions of rows are made of. */
const NOW_US = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)';

const ADD = `INSERT INTO wishes (user_id, product_id, created_at, note, version) VALUES (?, ?, ?, ?, ${NOW_US})
  ON DUPLICATE KEY UPDATE created_at = VALUES(created_at), note = VALUES(note), version = GREATEST(version + 1, VALUES(version))`;
const REMOVE = 'DELETE FROM wishes WHERE user_id = ? AND product_id = ?';
const GET = 'SELECT * FROM wishes WHERE user_id = ? AND product_id = ?';
const NEWEST = 'ORDER BY created_at DESC, product_id DESC LIMIT ?';
const FIRST_PAGE = `SELECT * FROM wishes WHERE user_id = ? ${NEWEST}`;
const NEXT_PAGE = `SELECT * FROM wishes WHERE user_id = ? AND created_at <= ? AND (created_at < ? OR product_id < ?) ${NEWEST}`;
const COUNT = 'SELECT COUNT(*) AS wishes FROM wishes WHERE user_id = ?';

/** Everything that one table of MariaDB answers by user. */
export class UserWishes {
  readonly sql: WishSql;

  constructor(sql: WishSql) {
    this.sql = sql;
  }

  async add({ userId, productId, createdAtMs, note }: Wish): Promise<void> {
    await this.sql.change(ADD, [userId, productId, printTime(createdAtMs), note]);
  }

  async remove({ userId, productId }: WishKey): Promise<void> {
    await this.sql.change(REMOVE, [userId, productId]);
  }

  async get({ userId, productId }: WishKey): Promise<Wish | undefined> {
    const [row] = await this.sql.rows(GET, [userId, productId]);
    return row === undefined ? undefined : wishOfRow(row);
  }

  /** Reads one row more than asked for, to know whether a page follows. */
  async scan({ userId, limit, after }: WishPageRequest): Promise<WishPage> {
    const place = after === undefined ? undefined : parseCursor(after);
    const rows =
      place === undefined
        ? await this.sql.rows(FIRST_PAGE, [userId, String(limit + 1)])
        : await this.sql.rows(NEXT_PAGE, [userId, place.time, place.time, place.productId, String(limit + 1)]);
    const wishes = rows.slice(0, limit).map(wishOfRow);
    const last = wishes.at(-1);
    return { wishes, next: rows.length > limit && last !== undefined ? cursorBehind(last) : undefined };
  }

  async countOfUser(userId: bigint): Promise<number> {
    const [row] = await this.sql.rows(COUNT, [userId]);
    return Number(row?.wishes);
  }
}

function wishOfRow(row: SqlRow): Wish {
  return {
    userId: BigInt(row.user_id ?? ''),
    productId: BigInt(row.product_id ?? ''),
    createdAtMs: parseTime(String(row.created_at)),
    note: row.note === null ? null : String(row.note),
  };
}

/** `1767323045678-42`: the time and the product of the last wish of a page. */
function cursorBehind({ createdAtMs, productId }: Wish): WishCursor {
  return `${createdAtMs}-${productId}` as WishCursor;
}

function parseCursor(cursor: WishCursor): { readonly time: string; readonly productId: string } {
  const found = /^(\d{1,15})-(\d{1,18})$/.exec(cursor);
  if (found === null) throw new Error(`after: ${JSON.stringify(cursor)} is not what a page ended with`);
  return { time: printTime(Number(found[1])), productId: found[2] ?? '' };
}
