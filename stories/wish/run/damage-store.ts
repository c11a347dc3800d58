import { prefixStart } from '@actionbase/adapter-lmdb/lmdb-key';
import { defaultDurability } from '@actionbase/adapter-lmdb/lmdb-store';
import { type LmdbEntry, openLmdbTree } from '@actionbase/adapter-lmdb/lmdb-tree';
import { ValueReader } from '@actionbase/core/codec/ordered-value';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { DIRECTION_CODE } from '@actionbase/core/codec/row-key';

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
export function damageStore(directory: string): Promise<StoreDamage> {
  return withTree(directory, async (tree) => {
    const { space, index, count } = findRows(tree);
    const raised = Uint8Array.from(count.value);
    raised[raised.length - 1] = (raised.at(-1) ?? 0) + 1;
    await tree.batch(() => {
      tree.remove({ prefix: space, head: index.key });
      tree.put({ prefix: space, head: count.key }, raised);
    });
    return { lostIndexRow: toHex(index.key), wrongCount: toHex(count.key) };
  });
}

/** Takes the first row of a user's list away, in the same way. */
export function loseListRow(directory: string, userId: bigint): Promise<void> {
  return withTree(directory, async (tree) => {
    for (const { space, row } of rowsOf(tree)) {
      if (!isListRow(row.key, userId)) continue;
      await tree.batch(() => tree.remove({ prefix: space, head: row.key }));
      return;
    }
    throw new Error(`the store has no list of user ${userId}`);
  });
}

type Tree = ReturnType<typeof openLmdbTree>;

async function withTree<T>(directory: string, work: (tree: Tree) => Promise<T>): Promise<T> {
  const tree = openLmdbTree({
    directory,
    readOnly: false,
    mapBytes: 2 ** 34,
    readersMax: 126,
    durability: defaultDurability,
  });
  try {
    return await work(tree);
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
function findRows(tree: Tree): FoundRows {
  let index: LmdbEntry | undefined;
  let indexSpace = 0;
  for (const { space, row } of rowsOf(tree)) {
    if (space !== indexSpace) index = undefined;
    const type = recordTypeOf(row.key, 0);
    if (type === 'index' && index === undefined) {
      index = row;
      indexSpace = space;
    }
    if (type === 'count' && index !== undefined) return { space, index, count: row };
  }
  throw new Error('the store has no table with an index row and a count');
}

function* rowsOf(tree: Tree): Generator<{ readonly space: number; readonly row: LmdbEntry }> {
  for (let space = 1; space < SPACES_MAX; space += 1) {
    const range = { start: prefixStart(space), end: prefixStart(space + 1), limit: Number.MAX_SAFE_INTEGER };
    for (const row of tree.getRange({ ...range, reverse: false, exclusiveStart: false, inclusiveEnd: false }))
      yield { space, row };
  }
}

/** Whether a row is one of a user's wishes in the order of an index: user, table, type, direction. */
function isListRow(key: Uint8Array, userId: bigint): boolean {
  if (recordTypeOf(key, 0) !== 'index') return false;
  const reader = new ValueReader(key);
  reader.next();
  if (reader.value !== userId) return false;
  reader.nextInt32();
  reader.nextInt8();
  return reader.nextInt8() === DIRECTION_CODE.OUT;
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
