/**
 * Goal: an operator gives out tokens, starts a server for others over TLS, rotates and revokes, and nothing that is secret
 * shows up anywhere. Method: the command, as processes; the server listens on all addresses.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeSelfSigned } from '@actionbase/server/testing/self-signed';

const main = join(dirname(import.meta.dirname), 'packages/cli/src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'actionbase-access-e2e-'));
const tokensFile = join(folder, 'tokens.json');
const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
/** All that the server has written. */
const said = { out: '', err: '' };
/** Texts that may be nowhere but where they were asked for. */
const secrets: string[] = [];
let server: ChildProcess;
let url = '';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ACTIONBASE_ACCESS_TOKENS_FILE: tokensFile, ACTIONBASE_URL: url, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    texts.err += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** Makes a token, and a file that holds it; answers the file. */
async function makeToken(name: string, args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(['token', ...args]);
  assert.equal(code, 0, err);
  const text = out.trim();
  assert.match(text, /^actionbase_[\w-]{43}$/);
  assert.ok(!err.includes(text), 'the token goes to the results alone');
  secrets.push(text);
  const path = join(folder, `${name}.token`);
  writeFileSync(path, out, { mode: 0o600 });
  return path;
}

function withToken(path: string): Readonly<Record<string, string>> {
  return { ACTIONBASE_TOKEN_FILE: path, ACTIONBASE_CA: paths.cert };
}

async function idOf(comment: string): Promise<string> {
  const { out } = await run(['token', 'list', '--json']);
  const tokens: readonly { readonly id: string; readonly comment: string }[] = JSON.parse(out);
  return tokens.find((token) => token.comment === comment)?.id ?? 'none';
}

/** Waits until the server has said something since its last words of this kind. */
async function serverSays(part: string, times: number): Promise<void> {
  while (said.err.split(part).length <= times) {
    assert.ok(server.stderr !== null);
    await once(server.stderr, 'data');
  }
}

describe('access', () => {
  let admin = '';
  let shop = '';

  before(async () => {
    const { cert, key } = makeSelfSigned('e2e');
    writeFileSync(paths.cert, cert);
    writeFileSync(paths.key, key, { mode: 0o600 });
    admin = await makeToken('admin', ['create', '--role', 'admin', '--comment', 'ops']);
    shop = await makeToken('shop', [
      'create',
      '--role',
      'write',
      '--database',
      'shop',
      '--comment',
      'shop',
      '--expires',
      '1d',
    ]);
    const flags = ['--host', '0.0.0.0', '--port', '0', '--data-dir', join(folder, 'data')];
    const tls = ['--tls-cert-file', paths.cert, '--tls-key-file', paths.key, '--access-tokens-file', tokensFile];
    const spawned = spawn(process.execPath, [main, 'serve', ...flags, ...tls], { stdio: ['ignore', 'pipe', 'pipe'] });
    server = spawned;
    spawned.stdout.on('data', (chunk) => {
      said.out += String(chunk);
    });
    spawned.stderr.on('data', (chunk) => {
      said.err += String(chunk);
    });
    while (!said.out.includes('Calls need a token')) await once(spawned.stdout, 'data');
    const [, port] = /serves https:\/\/0\.0\.0\.0:(\d+)/.exec(said.out) ?? [];
    url = `https://127.0.0.1:${port}`;
  });

  after(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('refuses to listen for others without tokens, and says how to', async () => {
    const { code, err } = await run(
      ['serve', '--host', '0.0.0.0', '--port', '0', '--data-dir', join(folder, 'other')],
      {
        ACTIONBASE_ACCESS_TOKENS_FILE: '',
      },
    );
    assert.equal(code, 4);
    assert.match(err, /^Failed: host is 0\.0\.0\.0.*\[access-not-guarded\]$/m);
  });

  it('lets each token do what it may', async () => {
    assert.equal((await run(['database', 'create', 'shop'], withToken(admin))).code, 0);
    const table = ['--source', 'long', '--target', 'string', '--index', 'newest=version:desc'];
    assert.equal((await run(['table', 'create', 'shop', 'wish', ...table], withToken(admin))).code, 0);
    const edge = ['insert', 'shop', 'wish', '--source', '7', '--target', 'a', '--version', '1'];
    assert.equal((await run(edge, withToken(shop))).code, 0);
    const refused = await run(['table', 'delete', 'shop', 'wish'], withToken(shop));
    assert.equal(refused.code, 1);
    assert.match(refused.err, /this call needs admin on shop; the token [0-9a-f]{8} has write on shop \[forbidden\]/);
  });

  it('says what is missing: the token, or the certificate', async () => {
    const anonymous = await run(['database', 'list'], { ACTIONBASE_CA: paths.cert });
    assert.equal(anonymous.code, 1);
    assert.match(anonymous.err, /\[unauthorized\]\nGive a valid token with --token-file/);
    const untrusted = await run(['database', 'list', '--token-file', shop]);
    assert.equal(untrusted.code, 3);
    assert.match(untrusted.err, /SELF_SIGNED/);
    const flags = ['--token-file', shop, '--ca', paths.cert];
    assert.match((await run(['database', 'list', ...flags])).out, /^shop\t/m);
    assert.equal((await run(['status', ...flags])).code, 0);
  });

  it('rotates and revokes without a restart', async () => {
    const id = await idOf('shop');
    const next = await makeToken('next', ['rotate', id, '--grace', '1h']);
    await serverSays('was read again', 1);
    for (const path of [shop, next])
      assert.equal((await run(['count', 'shop', 'wish', '--start', '7'], withToken(path))).code, 0);
    assert.equal((await run(['token', 'revoke', id])).code, 0);
    await serverSays('was read again', 2);
    for (const path of [shop, next]) assert.equal((await run(['database', 'list'], withToken(path))).code, 1);
    assert.equal((await run(['database', 'list'], withToken(admin))).code, 0);
  });

  it('audits who changed what and who was refused', async () => {
    const lines = said.out.split('\n').filter((line) => line.startsWith('{"audit"'));
    const told = lines
      .map((line) => JSON.parse(line))
      .map(({ audit, token, what, outcome }) => [audit, token, what, outcome]);
    const ops = await idOf('ops');
    assert.deepEqual(told[0], ['change', ops, 'create-database', 'done']);
    assert.deepEqual(told[1], ['change', ops, 'create-table', 'done']);
    assert.ok(told.some(([audit, , , outcome]) => audit === 'refusal' && outcome === 'forbidden'));
    assert.ok(told.some(([, token, , outcome]) => token === null && outcome === 'unknown-token'));
  });

  it('shows no secret in what the server says, in its files, in lists, and in answers', async () => {
    const list = await run(['token', 'list']);
    const listed = await run(['token', 'list', '--json']);
    const debug = await run(['status', '--json'], withToken(admin));
    const missing = await run(['database', 'show', 'none', '--json'], withToken(admin));
    const texts = [
      said.out,
      said.err,
      readFileSync(tokensFile, 'utf8'),
      ...[list, listed, debug, missing].flatMap(({ out, err }) => [out, err]),
    ];
    const key = readFileSync(paths.key, 'utf8').slice(40, 100);
    for (const secret of [...secrets, key]) for (const text of texts) assert.ok(!text.includes(secret));
  });
});
