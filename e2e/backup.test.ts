/**
 * Goal: backups, restores, exports and imports work as an operator uses them, beside a server under load, and whatever dies.
 * Method: real servers and commands as processes of their own, on folders of their own.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Manifest, parseManifest } from '@actionbase/cli/backup/manifest';
import { framesOf } from '@actionbase/cli/testing/file-instance';
import { replayedDump, storedDump } from '@actionbase/cli/testing/replayed-dump';
import { ask } from './crash/ask.ts';
import { createTable } from './crash/create-table.ts';
import { killServer, type ServerUnderTest, startServer } from './crash/server.ts';

const MAIN = join(import.meta.dirname, '../packages/cli/src/main.ts');
const WRITERS = 4;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let root: string;

function start(args: readonly string[], url = ''): ChildProcess {
  const env = { ...process.env, ACTIONBASE_URL: url };
  return spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess): Promise<Ended> {
  const texts = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    texts.out += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    texts.err += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

async function runOk(args: readonly string[], url?: string): Promise<string> {
  const { code, out, err } = await finish(start(args, url));
  assert.equal(code, 0, `actionbase ${args.join(' ')}: ${out}${err}`);
  return out;
}

/** Kills a command as soon as it says that it has come to a stage; false when it was over before. */
async function killAt(args: readonly string[], stage: string): Promise<boolean> {
  const child = start(args);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
    if (said.includes(stage)) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'exit');
  return signal === 'SIGKILL';
}

/** Clients that write until they are told to end; each write is an edge of its own. */
function writing(server: ServerUnderTest, agent: Agent): { readonly end: () => Promise<number> } {
  let isOver = false;
  let written = 0;
  const clients = Array.from({ length: WRITERS }, async (_, source) => {
    for (let at = 1; !isOver; at += 1) {
      const mutations = [{ type: 'INSERT', edge: { version: at, source, target: `t${at % 50}`, properties: { at } } }];
      const path = `/graph/v3/databases/crash/tables/${at % 5 === 0 ? 'later' : 'wish'}/edges`;
      const { status, body } = await ask(server.port, agent, 'POST', path, { mutations });
      assert.equal(status, 200, body);
      written += 1;
    }
  });
  return {
    end: async () => {
      isOver = true;
      await Promise.all(clients);
      return written;
    },
  };
}

function readManifest(backup: string): Manifest {
  return parseManifest(readFileSync(join(backup, 'manifest.json'), 'utf8'), backup);
}

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'actionbase-backup-'));
});

after(() => rm(root, { recursive: true, force: true }));

describe('a backup under load', () => {
  const agent = new Agent({ keepAlive: true });
  let dataDir: string;
  let backup: string;
  let server: ServerUnderTest;

  before(async () => {
    dataDir = join(root, 'load');
    backup = join(root, 'load-backup');
    server = await startServer(dataDir);
    await createTable(server, agent);
    const later = ['--source', 'long', '--target', 'string', '--property', 'at:long', '--mode', 'ASYNC'];
    await runOk(['table', 'create', 'crash', 'later', ...later], `http://127.0.0.1:${server.port}`);
    const writers = writing(server, agent);
    for (;;) {
      await runOk(['backup', '--data-dir', dataDir, '--to', backup, '--json']);
      const { store, log } = readManifest(backup);
      if (store.offset < log.end - 1) break;
      // Nobody happened to write between the copy of the store and the end of the log.
      await rm(backup, { recursive: true });
    }
    assert.ok((await writers.end()) > WRITERS);
    await killServer(server);
  });

  after(async () => {
    agent.destroy();
    await killServer(server);
  });

  it('is restored at its store, at its end and between, byte for byte as the log up to there says', async () => {
    const manifest = readManifest(backup);
    const [store, end] = [manifest.store.offset, manifest.log.end - 1];
    const frames = await framesOf(dataDir);
    const between = Math.floor((store + end) / 2);
    for (const offset of new Set([Math.floor(store / 2), store, between, end])) {
      const restored = join(root, `load-${offset}`);
      const out = await runOk([
        'restore',
        '--from',
        backup,
        '--data-dir',
        restored,
        '--to',
        `e1-p0-${offset}`,
        '--json',
      ]);
      const { position, nowCalled, comparedWithBackup } = JSON.parse(out);
      assert.deepEqual([position, nowCalled], [`e1-p0-${offset}`, `e2-p0-${offset}`]);
      assert.equal(comparedWithBackup, offset === store);
      assert.deepEqual(await storedDump(restored), await replayedDump(frames, offset));
    }
  });

  it('is verified, down to frame 0', async () => {
    const out = await runOk(['backup', 'verify', backup, '--depth', 'all-frames', '--scratch', root, '--json']);
    const { tables, replayedFromFrame0 } = JSON.parse(out);
    assert.deepEqual([tables, replayedFromFrame0], [2, true]);
  });

  it('serves on after a restore, and refuses a reader of the old epoch', async () => {
    const restored = join(root, 'load-served');
    await runOk(['restore', '--from', backup, '--data-dir', restored]);
    const second = await startServer(restored);
    const url = `http://127.0.0.1:${second.port}`;
    try {
      const refused = await finish(start(['log', 'tail', 'cdc', '--from', 'e1-p0-3', '--json'], url));
      assert.equal(refused.code, 1);
      assert.equal(JSON.parse(refused.err).error.code, 'unknown-position');
      assert.ok((await runOk(['log', 'tail', 'cdc', '--from', 'e2-p0-3', '--limit', '1'], url)).includes('"e2-p0-'));
      const edge = ['--source', '900', '--target', 'new', '--version', '1', '--property', 'at=1', '--json'];
      assert.equal(JSON.parse(await runOk(['insert', 'crash', 'wish', ...edge], url)).status, 'CREATED');
      const again = join(root, 'load-again');
      await runOk(['backup', '--data-dir', restored, '--to', `${again}-backup`, '--tail-only']);
      await runOk(['restore', '--from', `${again}-backup`, '--data-dir', again]);
      const third = await startServer(again);
      try {
        const found = await runOk(
          ['count', 'crash', 'wish', '--start', '900', '--json'],
          `http://127.0.0.1:${third.port}`,
        );
        assert.match(found, /"count":1\b/);
      } finally {
        await killServer(third);
      }
    } finally {
      await killServer(second);
    }
  });

  it('is no backup when it was killed, at whatever stage, and says so', async () => {
    const stages = ['Copying the log', 'Hashing the files'];
    for (const [place, stage] of stages.entries()) {
      const to = join(root, `killed-${place}`);
      const isKilled = await killAt(['backup', '--data-dir', dataDir, '--to', to], stage);
      if (existsSync(join(to, 'manifest.json'))) continue;
      assert.ok(isKilled);
      const verified = await finish(start(['backup', 'verify', to]));
      assert.equal(verified.code, 5);
      assert.match(verified.err, /backup-unreadable/);
      if (readdirSync(to).length > 0)
        assert.match(verified.err, /was interrupted before it was complete; remove the folder/);
      const refused = await finish(start(['restore', '--from', to, '--data-dir', join(root, 'never')]));
      assert.equal(refused.code, 5);
      assert.equal(existsSync(join(root, 'never')), false);
    }
    const server = await startServer(dataDir);
    await killServer(server);
  });

  it('leaves no data directory when its restore was killed, and a server says so', async () => {
    const stages = ['Copying the store', 'Digesting the rows'];
    for (const [place, stage] of stages.entries()) {
      const to = join(root, `unfinished-${place}`);
      await killAt(['restore', '--from', backup, '--data-dir', to], stage);
      if (existsSync(join(to, 'FORMAT'))) continue;
      const served = await finish(start(['serve', '--data-dir', to, '--port', '0']));
      assert.equal(served.code, 4);
      assert.match(served.err, /holds a restore that did not finish \(its file RESTORING\)\. Remove the folder/);
      const again = await finish(start(['restore', '--from', backup, '--data-dir', to]));
      assert.equal(again.code, 5);
      assert.match(again.err, /RESTORING.*folder-not-empty/);
      await rm(to, { recursive: true });
      await runOk(['restore', '--from', backup, '--data-dir', to]);
    }
  });
});

describe('the moment before the bad deploy', () => {
  it('is found in the log behind an older backup', async () => {
    const dataDir = join(root, 'deploy');
    const [nightly, now, restored] = [join(root, 'nightly'), join(root, 'now'), join(root, 'before')];
    const server = await startServer(dataDir);
    const url = `http://127.0.0.1:${server.port}`;
    try {
      await runOk(['database', 'create', 'shop'], url);
      await runOk(['table', 'create', 'shop', 'wish', '--source', 'long', '--target', 'string'], url);
      const insert = (source: string): Promise<string> =>
        runOk(['insert', 'shop', 'wish', '--source', source, '--target', 'a', '--version', '1'], url);
      await insert('1');
      await runOk(['backup', '--data-dir', dataDir, '--to', nightly]);
      await insert('2');
      const time = new Date().toISOString();
      await runOk(['delete', 'shop', 'wish', '--source', '1', '--target', 'a', '--version', '9'], url);
      await runOk(['backup', '--data-dir', dataDir, '--to', now]);
      const alone = await finish(start(['restore', '--from', nightly, '--to-time', time, '--data-dir', restored]));
      assert.equal(alone.code, 5);
      assert.match(alone.err, /is after .*, when it was taken/);
      await runOk(['restore', '--from', nightly, '--log', now, '--to-time', time, '--data-dir', restored]);
    } finally {
      await killServer(server);
    }
    const second = await startServer(restored);
    try {
      const target = `http://127.0.0.1:${second.port}`;
      for (const source of ['1', '2']) {
        const found = await runOk(['get', 'shop', 'wish', '--source', source, '--target', 'a', '--json'], target);
        assert.equal(JSON.parse(found).edges.length, 1, `edge of ${source}`);
      }
    } finally {
      await killServer(second);
    }
  });
});

describe('an export', () => {
  const types = ['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'string', 'object'];
  const extremes: readonly Readonly<Record<string, string>>[] = [
    {},
    { boolean: 'false', byte: '-128', short: '-32768', int: '-2147483648', long: '-9223372036854775808' },
    { boolean: 'true', byte: '127', short: '32767', int: '2147483647', long: '9223372036854775807' },
    { float: '-0.0', double: '-0.0', string: '""', object: 'null' },
    { float: '"NaN"', double: '"-Infinity"', string: '"\\uFEFF\\n\\"한국\\u2028 😀"', object: '"text"' },
    {
      float: '3.4028235E38',
      double: '4.9E-324',
      string: '"{}"',
      object: '{"a":[1,12345678901234567890,1.50,{"b":null}],"한":true}',
    },
    { float: '0.1', double: '0.1', string: '"1"', object: '[]' },
  ];
  let server: ServerUnderTest;
  let url: string;
  let dataDir: string;

  before(async () => {
    dataDir = join(root, 'types');
    server = await startServer(dataDir);
    url = `http://127.0.0.1:${server.port}`;
    await runOk(['database', 'create', 'shop'], url);
    for (const table of ['from', 'by_jsonl', 'by_parquet', 'states_jsonl', 'states_parquet']) {
      const properties = types.flatMap((type) => ['--property', `${type}:${type}`]);
      await runOk(['table', 'create', 'shop', table, '--source', 'long', '--target', 'string', ...properties], url);
    }
    await rowsInto('from');
  });

  after(() => killServer(server));

  /** Every row of extremes as an edge; some updated, one deleted. */
  async function rowsInto(table: string): Promise<void> {
    const agent = new Agent();
    const base = 9_007_199_254_740_993n;
    const mutations = extremes.map((values, source) => {
      const properties = Object.entries(values).map(([name, text]) => `"${name}":${text}`);
      const edge = `{"version":${base},"source":${source},"target":"t","properties":{${properties.join(',')}}}`;
      return `{"type":"INSERT","edge":${edge}}`;
    });
    mutations.push(
      `{"type":"UPDATE","edge":{"version":${base + 2n},"source":1,"target":"t","properties":{"string":"new"}}}`,
    );
    mutations.push(`{"type":"DELETE","edge":{"version":${base + 3n},"source":2,"target":"t"}}`);
    const response = await fetch(`${url}/graph/v3/databases/shop/tables/${table}/edges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"mutations":[${mutations.join(',')}]}`,
    });
    assert.equal(response.status, 200, await response.text());
    agent.destroy();
  }

  async function exported(table: string, flags: readonly string[]): Promise<string[]> {
    const lines = (await runOk(['export', `shop.${table}`, '--data-dir', dataDir, ...flags])).trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^\{"export":\{"format":1,"kind":"\w+","table":"shop\.\w+","position":"e1-p0-\d+"/);
    assert.match(lines.at(-1) ?? '', /^\{"end":\{"rows":\d+\}\}$/);
    return lines.slice(1, -1);
  }

  for (const format of ['jsonl', 'parquet']) {
    it(`of active edges as ${format} makes the same edges, of every type`, async () => {
      const file = join(root, `edges.${format}`);
      await runOk(['export', 'shop.from', '--data-dir', dataDir, '--format', format, '--to', file]);
      const out = await runOk(['import', file, '--to', `shop.by_${format}`, '--json', '--batch', '2'], url);
      assert.equal(JSON.parse(out).created, extremes.length - 1);
      assert.deepEqual(await exported(`by_${format}`, []), await exported('from', []));
      const again = JSON.parse(await runOk(['import', file, '--to', `shop.by_${format}`, '--json'], url));
      assert.deepEqual([again.idle, again.created], [extremes.length - 1, 0]);
    });

    it(`of states as ${format} makes the same states, the deleted ones too`, async () => {
      const file = join(root, `states.${format}`);
      await runOk(['export', 'shop.from', '--data-dir', dataDir, '--format', format, '--to', file, '--states']);
      await runOk(['import', file, '--to', `shop.states_${format}`], url);
      const states = await exported('from', ['--states']);
      assert.equal(states.length, extremes.length);
      assert.ok(states.some((line) => line.includes('"active":false')));
      assert.deepEqual(await exported(`states_${format}`, ['--states']), states);
    });
  }

  it('of a backup is as of its position, whatever was written since', async () => {
    const backup = join(root, 'types-backup');
    const before = await exported('from', []);
    await runOk(['backup', '--data-dir', dataDir, '--to', backup]);
    await runOk(['insert', 'shop', 'from', '--source', '77', '--target', 't', '--version', '1'], url);
    const lines = (await runOk(['export', 'shop.from', '--from-backup', backup])).trimEnd().split('\n');
    assert.deepEqual(lines.slice(1, -1), before);
    assert.equal((await exported('from', [])).length, before.length + 1);
  });

  it('that was cut off, of no known table, or over another file is refused', async () => {
    const file = join(root, 'edges.jsonl');
    const cut = join(root, 'cut.jsonl');
    writeFileSync(cut, readFileSync(file, 'utf8').slice(0, -20));
    const imported = await finish(start(['import', cut, '--to', 'shop.by_jsonl'], url));
    assert.equal(imported.code, 5);
    assert.match(imported.err, /it was cut off\. Export again \[export-unreadable\]/);
    const unknown = await finish(start(['export', 'shop.nothing', '--data-dir', dataDir]));
    assert.match(unknown.err, /there is no table or alias "shop\.nothing"; there are: shop\.by_jsonl, /);
    const over = await finish(start(['export', 'shop.from', '--data-dir', dataDir, '--to', file]));
    assert.equal(over.code, 2);
  });

  it('goes on where its import was stopped', async () => {
    await runOk(['table', 'create', 'shop', 'many', '--source', 'long', '--target', 'string'], url);
    await runOk(['table', 'create', 'shop', 'resumed', '--source', 'long', '--target', 'string'], url);
    const lines = Array.from({ length: 20_000 }, (_, at) => `{"source":${at},"target":"t","version":1}\n`);
    const rows = join(root, 'many.rows.jsonl');
    writeFileSync(rows, lines.join(''));
    await runOk(['load', rows, 'shop', 'many', '--quiet'], url);
    const file = join(root, 'many.parquet');
    await runOk(['export', 'shop.many', '--data-dir', dataDir, '--format', 'parquet', '--to', file]);
    const args = ['import', file, '--to', 'shop.resumed', '--batch', '50', '--json'];
    const child = start(args, url);
    const watcher = watch(root);
    while (!existsSync(`${file}.load.json`)) await once(watcher, 'change');
    watcher.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const end = JSON.parse(await runOk(args, url));
    assert.equal(end.created + end.idle, 20_000);
    assert.equal(end.errors + end.rejected, 0);
    assert.deepEqual(await exported('resumed', []), await exported('many', []));
  });
});
