import { randomFillSync } from 'node:crypto';
import type { Random } from '@actionbase/ports/random';

/** Chance from the operating system; the bytes are fit for ids that nobody may guess. */
export class SystemRandom implements Random {
  next(): number {
    return Math.random();
  }

  bytes(target: Uint8Array): Uint8Array {
    return randomFillSync(target);
  }
}
