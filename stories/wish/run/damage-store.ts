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
    const [space, rows] = findTable(tree);
    const index = rows.find(({ key }) => recordTypeOf(key, 0) === 'index');
    const count = rows.find(({ key }) => recordTypeOf(key, 0) === 'count');
    if (index === undefined || count === undefined) throw new Error('the table has no index row or no count');
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

/** The first space whose rows are edges', and some of these. */
function findTable(tree: ReturnType<typeof openLmdbTree>): readonly [number, readonly LmdbEntry[]] {
  for (let space = 1; space < SPACES_MAX; space += 1) {
    const range = {
      start: prefixStart(space),
      end: prefixStart(space + 1),
      reverse: false,
      exclusiveStart: false,
      inclusiveEnd: false,
    };
    const rows = [...tree.getRange({ ...range, limit: 1_000 })];
    if (rows.length > 0) return [space, rows];
  }
  throw new Error('the store has no table with rows');
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
