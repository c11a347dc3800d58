import { prefixStart } from '@actionbase/adapter-lmdb/lmdb-key';
import { defaultDurability } from '@actionbase/adapter-lmdb/lmdb-store';
import { type LmdbEntry, openLmdbTree } from '@actionbase/adapter-lmdb/lmdb-tree';
import { recordTypeOf } from '@actionbase/core/codec/record-type';

/** What was damaged, by the keys of the rows in hexadecimal. */
export interface StoreDamage {
  readonly lostIndexRow: string;
  readonly wrongCount: string;
}

/** Spaces that are looked at: tables have small ids. */
const SPACES_MAX = 100;

/**
 * Takes an index row away and raises a count by one in the store of a server that is stopped, as a broken disk would: no log
 * knows of it.
 */
export async function damageStore(directory: string): Promise<StoreDamage> {
  const tree = openLmdbTree({
    directory,
    readOnly: false,
    mapBytes: 2 ** 34,
    readersMax: 126,
    durability: defaultDurability,
  });
  try {
    const { space, index, count } = findRows(tree);
    const raised = Uint8Array.from(count.value);
    raised[raised.length - 1] = (raised.at(-1) ?? 0) + 1;
    await tree.batch(() => {
      tree.remove({ prefix: space, head: index.key });
      tree.put({ prefix: space, head: count.key }, raised);
    });
    return { lostIndexRow: toHex(index.key), wrongCount: toHex(count.key) };
  } finally {
    await tree.close();
  }
}

interface FoundRows {
  readonly space: number;
  readonly index: LmdbEntry;
  readonly count: LmdbEntry;
}

/** The first index row and the first count of the first space that has both. */
function findRows(tree: ReturnType<typeof openLmdbTree>): FoundRows {
  for (let space = 1; space < SPACES_MAX; space += 1) {
    const range = { start: prefixStart(space), end: prefixStart(space + 1), limit: Number.MAX_SAFE_INTEGER };
    let index: LmdbEntry | undefined;
    for (const row of tree.getRange({ ...range, reverse: false, exclusiveStart: false, inclusiveEnd: false })) {
      const type = recordTypeOf(row.key, 0);
      if (type === 'index') index ??= row;
      if (type === 'count' && index !== undefined) return { space, index, count: row };
    }
  }
  throw new Error('the store has no table with an index row and a count');
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
