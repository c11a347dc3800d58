import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { getText } from './get-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'debian-text-'));
after(() => rmSync(folder, { recursive: true }));

const text = 'Package: a\nDepends: b\n\nPackage: b\n\nPackage: c\nDescription: ü\n';
const plain = join(folder, 'Packages');
writeFileSync(plain, text);

function missing(program: string): string | false {
  return spawnSync(program, ['--version']).error === undefined ? false : `there is no ${program} here`;
}

test('a plain file and a gzip file give the same text, whatever their names', async () => {
  const zipped = join(folder, 'Packages.txt');
  writeFileSync(zipped, gzipSync(text));
  for (const file of [plain, zipped]) {
    const { path, bytes } = await getText(folder, file, undefined);
    assert.equal(readFileSync(path, 'utf8'), text);
    assert.equal(bytes, Buffer.byteLength(text));
  }
});

test('an xz file gives the text', { skip: missing('xz') }, async () => {
  const zipped = join(folder, 'Packages.xz');
  writeFileSync(zipped, spawnSync('xz', ['--stdout', plain]).stdout);
  assert.equal(readFileSync((await getText(folder, zipped, undefined)).path, 'utf8'), text);
});

test('a limit keeps that many paragraphs from the beginning', { skip: missing('awk') }, async () => {
  const { path } = await getText(folder, plain, 2);
  assert.equal(readFileSync(path, 'utf8'), 'Package: a\nDepends: b\n\nPackage: b\n\n');
});
