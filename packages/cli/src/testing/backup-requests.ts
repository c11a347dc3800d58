import type { Manifest } from '../backup/manifest.ts';
import type { RestoreTarget } from '../backup/plan-restore.ts';
import { type Restored, type RestoreRequest, restore } from '../backup/restore.ts';
import { SILENT } from '../backup/stage-progress.ts';
import { takeBackup } from '../backup/take-backup.ts';

export function backUp(dataDir: string, to: string, tailOnly = false): Promise<Manifest> {
  return takeBackup({ dataDir, to, tailOnly, nowMs: Date.now, progress: SILENT });
}

/** Restores to a frame of epoch 1, or to the end. */
export function restoreTo(
  from: string,
  dataDir: string,
  given: { readonly offset?: number; readonly epochBefore?: number } & Partial<RestoreRequest> = {},
): Promise<Restored> {
  const { offset, epochBefore = 1, ...rest } = given;
  const target: RestoreTarget =
    offset === undefined
      ? { kind: 'end' }
      : { kind: 'position', position: { epoch: epochBefore, partition: 0, offset } };
  const request = { from, dataDir, target, log: undefined, epoch: undefined, nowMs: Date.now(), progress: SILENT };
  return restore({ ...request, ...rest });
}
