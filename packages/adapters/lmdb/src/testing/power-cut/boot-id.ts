import { readFile } from 'node:fs/promises';

const bootIdFile = '/proc/sys/kernel/random/boot_id';

/** The number that lmdb makes of the system's boot id and stores in its meta pages. */
export async function readBootId(): Promise<bigint> {
  const text = await readFile(bootIdFile, 'latin1');
  return BigInt(`0x${text.slice(0, text.indexOf('-'))}`);
}

/** Makes an image look as if the machine had been started again since it was written. */
export function changeBootId(image: Uint8Array, bootId: bigint): void {
  const view = new DataView(image.buffer, image.byteOffset, Math.min(image.length, 8_192));
  for (let at = 0; at + 8 <= view.byteLength; at += 8) {
    if (view.getBigUint64(at, true) === bootId) view.setBigUint64(at, bootId ^ 0xffffn, true);
  }
}
