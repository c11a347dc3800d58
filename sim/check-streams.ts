import { printStreamPosition } from '@actionbase/core/model/stream-position';
import { printTraceId } from '@actionbase/core/wire/trace-id';
import type { Engine } from '@actionbase/engine/engine';
import type { StreamStart } from '@actionbase/engine/stream/stream-page';
import type { Ledger } from './ledger.ts';

/** Every so many records of a stream, a reader begins behind one. */
const STRIDE = 17;

interface Read {
  readonly position: Exclude<StreamStart, string>;
  /** Position and trace id. */
  readonly text: string;
}

/** A reader that stops anywhere and goes on, in pages of any size, has every record of WAL and CDC once. */
export async function checkStreams(ledger: Ledger, engine: Engine): Promise<void> {
  for (const stream of ['wal', 'cdc'] as const) {
    const read = (from: StreamStart, recordsMax?: number) =>
      stream === 'wal'
        ? engine.readWal({ from, ...bound(recordsMax) })
        : engine.readCdc({ from, ...bound(recordsMax) });
    const all = await readRest(read, { from: 'first', pagesMax: Number.POSITIVE_INFINITY });
    if (new Set(all.map(({ position }) => printStreamPosition(position))).size !== all.length) {
      ledger.violate(`L5: two records of the ${stream} have one position`);
    }
    for (let place = 0; place < all.length; place += STRIDE) {
      const from = all[place]?.position;
      if (from === undefined) continue;
      const expected = all.slice(place + 1);
      // Pages may be empty: frames without records end them, too.
      const found = await readRest(read, { from, recordsMax: 1 + (place % 50), pagesMax: 2 * all.length + 1_000 });
      const isRest = found.length === expected.length && found.every(({ text }, nth) => text === expected[nth]?.text);
      if (!isRest) ledger.violate(`L5: the ${stream} behind ${all[place]?.text} does not give the rest`);
    }
  }
}

type ReadPage = (
  from: StreamStart,
  recordsMax?: number,
) => ReturnType<Engine['readWal']> | ReturnType<Engine['readCdc']>;

interface RestRequest {
  readonly from: StreamStart;
  readonly recordsMax?: number;
  readonly pagesMax: number;
}

async function readRest(read: ReadPage, { from: start, recordsMax, pagesMax }: RestRequest): Promise<readonly Read[]> {
  const all: Read[] = [];
  let from = start;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const { records, reached, atEnd } = await read(from, recordsMax);
    for (const { position, record } of records) {
      all.push({ position, text: `${printStreamPosition(position)} ${printTraceId(record.place)}` });
    }
    if (atEnd || reached === null) return all;
    from = reached;
  }
  return all;
}

function bound(recordsMax: number | undefined): { readonly recordsMax?: number } {
  return recordsMax === undefined ? {} : { recordsMax };
}
