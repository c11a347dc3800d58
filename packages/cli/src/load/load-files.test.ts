import assert from 'node:assert/strict';
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UsageError } from '../arguments/usage-error.ts';
import { requireRejectsPath } from './load-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'actionbase-load-files-'));

after(() => rmSync(folder, { recursive: true }));

test('a file of rejects is neither the loaded file nor a device or folder, which would be removed', async () => {
  const path = join(folder, 'x.jsonl');
  const linked = join(folder, 'same.jsonl');
  const older = join(folder, 'x.rejects.jsonl');
  writeFileSync(path, '');
  writeFileSync(older, '');
  linkSync(path, linked);
  for (const refused of [path, linked, folder, '/dev/null']) {
    await assert.rejects(requireRejectsPath(refused, path), UsageError, refused);
  }
  await requireRejectsPath(older, path);
  await requireRejectsPath(join(folder, 'new.jsonl'), path);
  await requireRejectsPath(older, undefined);
});
