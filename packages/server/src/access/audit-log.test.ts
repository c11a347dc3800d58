import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { Failure } from '@actionbase/core/failure';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { SERVER_LIMITS } from '../limits.ts';
import { aToken, makeTokenFile } from '../testing/access-tokens.ts';
import { AuditFile } from './audit-file.ts';
import { AuditLog, nameOfChange } from './audit-log.ts';
import { Caller } from './caller.ts';

const PARTS = { address: '10.0.0.9', requestId: 'r1', actor: 'ann' };

test('a change is one line: when, who, from where, what, and how it ended', () => {
  const lines: string[] = [];
  const log = new AuditLog({ clock: new ManualClock({ nowMs: 0 }), write: (line) => lines.push(line) });
  const { token } = aToken({ id: 'ops' });
  const caller = new Caller({ kind: 'token', token, sha256: token.sha256 }, PARTS);
  log.change(caller, { kind: 'delete-table', database: 'shop', table: 'wish' }, 'done');
  log.change(new Caller({ kind: 'anybody' }, PARTS), { kind: 'delete-storage', storage: 's' }, 'not-found');
  assert.deepEqual(lines, [
    '{"audit":"change","time":"1970-01-01T00:00:00.000Z","token":"ops","actor":"ann","requestId":"r1","address":"10.0.0.9","what":"delete-table","name":"shop.wish","outcome":"done"}\n',
    '{"audit":"change","time":"1970-01-01T00:00:00.000Z","token":null,"actor":"ann","requestId":"r1","address":"10.0.0.9","what":"delete-storage","name":"s","outcome":"not-found"}\n',
  ]);
});

test('a change is named by what it makes or takes away', () => {
  assert.equal(nameOfChange({ kind: 'create-database', database: 'shop', comment: '' }), 'shop');
  assert.equal(
    nameOfChange({ kind: 'create-alias', database: 'shop', alias: 'fav', table: 'wish', comment: '' }),
    'shop.fav',
  );
  assert.equal(nameOfChange({ kind: 'update-query', database: 'shop', query: 'q' }), 'shop.q');
  assert.equal(nameOfChange({ kind: 'update-storage', storage: 'st' }), 'st');
});

test('refusals are bounded per minute; the first of a later minute tells how many are missing', () => {
  const lines: string[] = [];
  const clock = new ManualClock();
  const log = new AuditLog({ clock, write: (line) => lines.push(line) });
  const caller = new Caller({ kind: 'nobody', reason: 'no-token' }, PARTS);
  const refuse = () => log.refusal(caller, { what: 'GET /x', needs: null, outcome: 'no-token' });
  const most = SERVER_LIMITS.auditRefusalsPerMinuteMax;
  for (let count = 0; count < most + 5; count++) refuse();
  assert.equal(lines.length, most);
  log.change(caller, { kind: 'delete-database', database: 'shop' }, 'done');
  assert.equal(lines.length, most + 1, 'changes are not bounded');
  clock.advance(60_000);
  refuse();
  assert.match(lines.at(-2) ?? '', /^\{"audit":"refusals-left-out","time":"[^"]+","count":5\}\n$/);
  assert.match(lines.at(-1) ?? '', /"audit":"refusal".*"needs":null,"outcome":"no-token"\}\n$/);
  clock.advance(60_000);
  refuse();
  assert.equal(lines.length, most + 4, 'what was told is not told again');
});

test('what a client chooses is cut, and cannot begin a line of its own', () => {
  const lines: string[] = [];
  const log = new AuditLog({ clock: new ManualClock(), write: (line) => lines.push(line) });
  const caller = new Caller(
    { kind: 'anybody' },
    { ...PARTS, actor: 'a\n{"audit":"change"}', requestId: 'r'.repeat(60_000) },
  );
  log.change(caller, { kind: 'delete-database', database: 'shop' }, 'done');
  const [line = ''] = lines;
  assert.equal(line.trimEnd().split('\n').length, 1);
  assert.ok(line.length < 500);
});

test('an audit file is private, may be renamed away, and tells once that lines are lost', async () => {
  await using folder = await makeTokenFile([]);
  const path = join(folder.folder, 'audit.jsonl');
  const notices: string[] = [];
  const file = new AuditFile(path, (text) => notices.push(text));
  file.write('one\n');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await rename(path, `${path}.1`);
  file.write('two\n');
  assert.deepEqual([await readFile(`${path}.1`, 'utf8'), await readFile(path, 'utf8')], ['one\n', 'two\n']);
  await rename(path, `${path}.2`);
  await mkdir(path);
  file.write('lost\n');
  file.write('lost\n');
  assert.equal(notices.length, 1);
  assert.match(notices[0] ?? '', /^audit lines are lost: EISDIR/);
  await rmdir(path);
  file.write('three\n');
  assert.equal(await readFile(path, 'utf8'), 'three\n');
  assert.throws(
    () => new AuditFile(folder.folder, () => {}),
    (error) => error instanceof Failure && error.code === 'file-not-usable',
  );
});
