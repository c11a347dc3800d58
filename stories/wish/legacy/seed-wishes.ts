import { Readable } from 'node:stream';
import type { Wish } from '../app/wish-store.ts';
import type { WishPopulation } from '../load/wish-population.ts';
import { printTime, type WishSql } from './wish-sql.ts';

export interface SeedOptions {
  readonly sql: WishSql;
  readonly population: WishPopulation;
  /** The first user, and the one behind the last. */
  readonly start: number;
  readonly limit: number;
  /** Told after each statement how many wishes there are so far. */
  readonly onProgress?: (wishes: number) => void;
}

/** Wishes of one LOAD DATA: one transaction of the change log. */
const LOAD_WISHES = 50_000;

const LOAD = `LOAD DATA LOCAL INFILE 'wishes' INTO TABLE wishes CHARACTER SET utf8mb4
  FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'
  (user_id, product_id, created_at, note, version)`;

/** Loads the wishes of users into the table, in the order of its primary key, and gives their number. */
export async function seedWishes({ sql, population, start, limit, onProgress }: SeedOptions): Promise<number> {
  let lines: string[] = [];
  let wishes = 0;
  const flush = async () => {
    if (lines.length === 0) return;
    const text = lines.join('');
    await sql.load(LOAD, () => Readable.from([Buffer.from(text)]));
    wishes += lines.length;
    lines = [];
    onProgress?.(wishes);
  };
  for (let user = start; user < limit; user++) {
    for (const wish of population.wishesOfUser(BigInt(user))) lines.push(lineOf(wish));
    if (lines.length >= LOAD_WISHES) await flush();
  }
  await flush();
  return wishes;
}

/** The version is the time of the wish in microseconds, as the application would have written it. */
function lineOf({ userId, productId, createdAtMs, note }: Wish): string {
  const time = printTime(createdAtMs);
  return `${userId}\t${productId}\t${time}\t${note === null ? '\\N' : escaped(note)}\t${createdAtMs * 1_000}\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n]/g, (character) => (character === '\t' ? '\\t' : character === '\n' ? '\\n' : '\\\\'));
}
