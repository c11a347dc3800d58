import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { aToken, makeTokenFile } from '../testing/access-tokens.ts';
import { isExposed } from './private-file.ts';
import { changeTokenFile, readTokenFile } from './token-file.ts';

function failsWith(code: string, part: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code && part.test(error.message);
}

test('a file that others may read or change is exposed; root may hand one to a group', () => {
  const exposed = (mode: number, uid: number, processUid: number) =>
    isExposed({ mode: 0o100000 | mode, uid }, processUid);
  for (const mode of [0o600, 0o400, 0o700]) assert.equal(exposed(mode, 7, 7), false);
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666]) assert.equal(exposed(mode, 7, 7), true);
  assert.deepEqual([exposed(0o640, 0, 7), exposed(0o440, 0, 7)], [false, false]);
  for (const mode of [0o660, 0o644, 0o604]) assert.equal(exposed(mode, 0, 7), true);
  assert.equal(exposed(0o640, 0, 0), true);
});

test('a file that is exposed, broken or missing is refused with its name and why', async () => {
  await using file = await makeTokenFile([]);
  await chmod(file.path, 0o644);
  await assert.rejects(
    readTokenFile(file.path),
    failsWith('file-exposed', /tokens\.json has the mode 0644.*chmod 600 /),
  );
  await file.writeText('{');
  await assert.rejects(
    readTokenFile(file.path),
    failsWith('file-not-usable', /tokens\.json cannot be used: JSON has an early end/),
  );
  const missing = join(file.folder, 'none.json');
  await assert.rejects(readTokenFile(missing), failsWith('file-not-usable', /none\.json cannot be used: ENOENT/));
  await assert.rejects(readTokenFile(file.folder), failsWith('file-not-usable', /./));
});

test('a change makes the file for its owner alone, whatever the mask of the process is', async () => {
  await using file = await makeTokenFile([]);
  const path = join(file.folder, 'new.json');
  const { token } = aToken();
  const mask = process.umask(0);
  try {
    await changeTokenFile(path, (tokens) => [...tokens, token]);
  } finally {
    process.umask(mask);
  }
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readTokenFile(path), [token]);
});

test('a change replaces the file in one step and keeps the link that leads to it', async () => {
  const [first, second] = [aToken({ id: 'first' }), aToken({ id: 'second' })];
  await using file = await makeTokenFile([first]);
  const link = join(file.folder, 'link.json');
  await symlink(file.path, link);
  const before = await stat(file.path);
  await changeTokenFile(link, (tokens) => [...tokens, second.token]);
  assert.deepEqual(
    (await readTokenFile(file.path)).map(({ id }) => id),
    ['first', 'second'],
  );
  assert.notEqual((await stat(file.path)).ino, before.ino);
  assert.deepEqual((await readdir(file.folder)).sort(), ['link.json', 'tokens.json', 'tokens.json.lock']);
});

test('a change that is refused leaves the file as it was', async () => {
  await using file = await makeTokenFile([aToken()]);
  const before = await readFile(file.path, 'utf8');
  const refuse = (): never => {
    throw new Error('no');
  };
  await assert.rejects(changeTokenFile(file.path, refuse), /no/);
  assert.equal(await readFile(file.path, 'utf8'), before);
  await writeFile(file.path, '[]');
  await assert.rejects(
    changeTokenFile(file.path, () => []),
    failsWith('file-not-usable', /./),
  );
  assert.equal(await readFile(file.path, 'utf8'), '[]');
});

test('a second change at the same time is refused', async () => {
  await using file = await makeTokenFile([]);
  const inside = Promise.withResolvers<void>();
  await changeTokenFile(file.path, (tokens) => {
    inside.resolve(
      assert.rejects(
        changeTokenFile(file.path, () => []),
        failsWith('locked', /tokens\.json\.lock is locked/),
      ),
    );
    return tokens;
  });
  await inside.promise;
});
