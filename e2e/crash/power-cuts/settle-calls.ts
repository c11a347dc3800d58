import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderModel } from './folder-model.ts';
import type { DiskCall, ReadTrace } from './read-calls.ts';

/** Calls of one process that may be under way at a time. */
const UNFINISHED_MAX = 5;

/**
 * The calls of a trace without those that a kill kept from happening, found by comparing the model with the real files.
 * It fails when nothing fits: then the trace does not tell the whole truth.
 */
export async function settleCalls(root: string, before: readonly DiskCall[], trace: ReadTrace): Promise<DiskCall[]> {
  const writes = trace.calls.flatMap((call) =>
    call.kind === 'file' && call.event.kind === 'write' && trace.unfinished.includes(call.event.call)
      ? [call.event.call]
      : [],
  );
  if (writes.length > UNFINISHED_MAX) throw new Error(`${writes.length} writes were under way`);
  const real = await readFiles(root);
  let difference = '';
  for (let choice = 0; choice < 2 ** writes.length; choice += 1) {
    const isDropped = (call: number): boolean => writes.includes(call) && (choice & (1 << writes.indexOf(call))) === 0;
    const calls = trace.calls.filter(
      (call) => !(call.kind === 'file' && 'call' in call.event && isDropped(call.event.call)),
    );
    difference = differenceOf(root, [...before, ...calls], real);
    if (difference === '') return calls;
  }
  throw new Error(`the recording does not tell all of ${difference}`);
}

/** The name of a file that the model has otherwise than it is; empty when all is the same. */
function differenceOf(root: string, calls: readonly DiskCall[], real: ReadonlyMap<string, Buffer>): string {
  const model = new FolderModel(root, 4_096);
  for (const call of calls) model.apply(call);
  const { files } = model.newest();
  for (const [path, bytes] of real) {
    const modelled = files.get(path);
    if (modelled === undefined || !bytes.equals(modelled)) return path;
  }
  for (const path of files.keys()) if (!real.has(path)) return path;
  return '';
}

async function readFiles(root: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const name of await readdir(join(root, 'data'), { recursive: true })) {
    const path = join(root, 'data', name);
    if (name.endsWith('lock.mdb') || (await stat(path)).isDirectory()) continue;
    files.set(path, await readFile(path));
  }
  return files;
}
