import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLimits } from './limits.ts';

test('documented numeric limits are found with their comments, as constants and as members', () => {
  const code = `
/** Bytes of a frame. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;
/** Not a limit. */
const color = 7;
export const LIMITS = {
  /**
   * Rows of a page,
   * at most.
   */
  pageRowsMax: 1_000,
  /** Address space. */
  mapBytesDefault: 16 * 2 ** 30,
};
`;
  assert.deepEqual(findLimits(code), [
    { name: 'FRAME_BYTES_MAX', value: 16_777_216, meaning: 'Bytes of a frame.' },
    { name: 'pageRowsMax', value: 1_000, meaning: 'Rows of a page, at most.' },
    { name: 'mapBytesDefault', value: 17_179_869_184, meaning: 'Address space.' },
  ]);
});
