import type { Store } from '@actionbase/ports/store';
import { ENGINE_LIMITS } from '../limits.ts';
import type { ApplyRules } from './apply-frame.ts';

/** The rules by which a store is applied to: configuration may change between two runs, and what is applied may not. */
export function stableRules(store: Pick<Store, 'keyBytesMax'>): ApplyRules {
  return { keyBytesMax: store.keyBytesMax, valueBytesMax: ENGINE_LIMITS.valueBytesMax };
}
