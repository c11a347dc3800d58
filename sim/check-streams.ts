import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import type { Engine } from '@actionbase/engine/engine';
import { readStream } from '@actionbase/engine/testing/read-streams';
import type { Ledger } from './ledger.ts';

/** Every so many records of a stream, a reader begins behind one. */
const STRIDE = 17;

/** A reader that stops anywhere and goes on, in pages of any size, has every record of WAL and CDC once. */
export async function checkStreams(ledger: Ledger, engine: Engine): Promise<void> {
  for (const stream of ['wal', 'cdc'] as const) {
    const all = (await readStream(engine, stream)).map(({ position, text }) => `${position} ${text}`);
    if (new Set(all.map((line) => line.split(' ')[0])).size !== all.length) {
      ledger.violate(`L5: two records of the ${stream} have one position`);
    }
    for (let place = 0; place < all.length; place += STRIDE) {
      const from = parseStreamPosition(all[place]?.split(' ')[0] ?? '');
      if (from === undefined) {
        ledger.violate(`L5: "${all[place]}" of the ${stream} has no position`);
        continue;
      }
      const recordsMax = 1 + (place % 50);
      const rest = (await readStream(engine, stream, { from, recordsMax })).map(
        ({ position, text }) => `${position} ${text}`,
      );
      const at = rest.findIndex((line, nth) => line !== all[place + 1 + nth]);
      if (at < 0 && rest.length === all.length - place - 1) continue;
      ledger.violate(
        `L5: the ${stream} from ${all[place]?.slice(0, 60)} on gives ${rest.length} records, not the rest`,
      );
    }
  }
}
