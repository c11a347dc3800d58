/**
 * Goal: the command works as a person or a script uses it. Method: a real `serve` on a free port, every other command as a
 * process of its own.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const main = join(dirname(import.meta.dirname), 'packages/cli/src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'actionbase-cli-'));
const dataDir = join(folder, 'data');

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly banner: string;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let served: Served;

/** Starts a server and waits until it says where it serves. */
async function serve(port: string): Promise<Served> {
  const flags = ['--port', port, '--data-dir', dataDir, '--request-log', 'off'];
  const child = spawn(process.execPath, [main, 'serve', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  let banner = '';
  for await (const chunk of child.stdout) {
    banner += String(chunk);
    if (banner.includes('curl')) break;
  }
  const [, url] = /serves (\S+)/.exec(banner) ?? [];
  assert.ok(url !== undefined, banner);
  return { child, url, banner };
}

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, ACTIONBASE_URL: served.url, NO_COLOR: '' };
  return spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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

function run(...args: readonly string[]): Promise<Ended> {
  return finish(start(args));
}

async function runOk(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...args);
  assert.equal(code, 0, `actionbase ${args.join(' ')}: ${out}${err}`);
  return out;
}

/** The number of bytes that a load has behind it; 0 before it wrote its state. */
function loadedBytes(file: string): number {
  const state = `${file}.load.json`;
  return existsSync(state) ? JSON.parse(readFileSync(state, 'utf8')).offset : 0;
}

/** Waits until a load has more behind it than so many bytes. Its state is replaced by a rename, so it is always whole. */
async function waitForLoaded(file: string, bytes: number): Promise<number> {
  const watcher = watch(dirname(file));
  try {
    while (loadedBytes(file) <= bytes) await once(watcher, 'change');
    return loadedBytes(file);
  } finally {
    watcher.close();
  }
}

describe('the command', () => {
  before(async () => {
    served = await serve('0');
    await runOk('database', 'create', 'shop', '--comment', '데모');
    await runOk(
      ...['table', 'create', 'shop', 'wish', '--source', 'long', '--target', 'string', '--property', 'at:long!'],
      ...['--property', 'color:string', '--index', 'newest=at:desc'],
    );
  });

  after(() => {
    served.child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('tells where it serves, where the data is and what to try', () => {
    assert.match(
      served.banner,
      new RegExp(
        `serves http://127\\.0\\.0\\.1:\\d+\nAPI:  http://127\\.0\\.0\\.1:\\d+/openapi\\.json\nData: ${dataDir}\nTry:\n`,
      ),
    );
  });

  it('writes, reads, scans and counts', async () => {
    const edge = ['shop', 'wish', '--source', '7', '--target', 'sku-a'];
    const written = await runOk('insert', ...edge, '--version', '9007199254740993', '--property', 'at=1', '--json');
    assert.deepEqual(JSON.parse(written), { source: 7, target: 'sku-a', status: 'CREATED', count: 1 });
    await runOk('update', ...edge, '--version', '9007199254740994', '--property', 'color=빨강');
    assert.equal(
      await runOk('get', ...edge),
      'VERSION\tSOURCE\tTARGET\tat\tcolor\n9007199254740994\t7\tsku-a\t1\t빨강\n',
    );
    assert.equal(
      await runOk('scan', 'shop', 'wish', '--index', 'newest', '--start', '7', '--all', '--json'),
      '{"version":9007199254740994,"source":7,"target":"sku-a","properties":{"at":1,"color":"빨강"}}\n',
    );
    const counts = await runOk('count', 'shop', 'wish', '--start', '7', '--start', '8', '--json');
    assert.deepEqual(JSON.parse(counts).counts[0], { start: 7, direction: 'OUT', count: 1 });
    await runOk('delete', ...edge, '--version', '9007199254740995');
    assert.equal(await runOk('get', ...edge, '--json'), '{"edges":[]}\n');
  });

  it('seeks in a cache, sums up a group and does a multi-hop query', async () => {
    const schema = {
      source: 'long',
      target: 'string',
      properties: [{ name: 'color', type: 'string', nullable: true }],
      caches: [{ cache: 'top', fields: [{ field: 'version', order: 'DESC' }], limit: 2 }],
      groups: [{ group: 'colors', type: 'COUNT', fields: [{ name: 'color' }] }],
    };
    await runOk('table', 'create', 'shop', 'liked', '--schema', JSON.stringify(schema));
    for (const [version, target] of [
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'c'],
    ] as const) {
      const edge = ['--source', '7', '--target', target, '--version', version, '--property', 'color=red'];
      await runOk('insert', 'shop', 'liked', ...edge);
    }
    assert.equal(
      await runOk('seek', 'shop', 'liked', '--cache', 'top', '--start', '7'),
      'VERSION\tSOURCE\tTARGET\tcolor\n3\t7\tc\tred\n2\t7\tb\tred\n',
    );
    const agg = ['agg', 'shop', 'liked', '--group', 'colors', '--start', '7', '--ranges', 'color:eq:red'];
    assert.equal(await runOk(...agg), 'START\tDIRECTION\tVALUE\n7\tOUT\t3\n');
    assert.equal(await runOk(...agg, '--cells'), 'START\tDIRECTION\tCELL\tVALUE\n7\tOUT\tred\t3\n');
    const source = { type: 'VALUE', value: [7] };
    const item = {
      type: 'COUNT',
      name: 'n',
      database: 'shop',
      table: 'liked',
      direction: 'OUT',
      source,
      include: true,
    };
    const file = join(folder, 'query.json');
    writeFileSync(file, JSON.stringify({ query: [item] }));
    assert.equal(await runOk('query', '--file', file), 'source\tCOUNT(1)\tdirection\n7\t3\tOUT\n');
    const [result] = JSON.parse(await runOk('query', '--file', file, '--json')).items;
    assert.deepEqual(result, {
      name: 'n',
      data: [{ source: 7, 'COUNT(1)': 3, direction: 'OUT' }],
      offset: null,
      hasNext: false,
    });
    writeFileSync(file, '{"query":7}');
    assert.equal((await run('query', '--file', file)).code, 2);
  });

  it('shows, changes and deletes tables and aliases', async () => {
    const shown = await runOk('table', 'show', 'shop', 'wish', '--json');
    const { schema } = JSON.parse(shown);
    await runOk('table', 'create', 'shop', 'copy', '--schema', JSON.stringify(schema));
    await runOk('table', 'update', 'shop', 'copy', '--add-property', 'size:int', '--add-index', 'by_size=size:asc');
    const listed = await runOk('table', 'list', 'shop');
    assert.match(listed, /^copy\tedge\tlong -> string\tBOTH\tnewest,by_size\tSYNC\ttrue\t$/m);
    await runOk(
      'insert',
      'shop',
      'copy',
      '--source',
      '7',
      '--target',
      'a',
      '--property',
      'at=1',
      '--property',
      'size=3',
    );
    const waited = await run(
      'table',
      'update',
      'shop',
      'copy',
      '--drop-index',
      'by_size',
      '--add-cache',
      'top=at',
      '--wait',
    );
    assert.deepEqual([waited.code, waited.err], [0, '']);
    assert.match(waited.out, /^cache\ttop\tat:asc \(100\)\t$/m);
    assert.match(await runOk('seek', 'shop', 'copy', '--cache', 'top', '--start', '7'), /\ta\t/);
    const sum = '{"group":"sum","type":"SUM","valueField":"size","fields":[{"name":"at"}]}';
    await runOk('insert', 'shop', 'copy', '--source', '7', '--target', 'b', '--property', 'at=1');
    const copy = JSON.parse(await runOk('table', 'show', 'shop', 'copy', '--json')).schema;
    const summed = JSON.stringify({ ...copy, groups: [JSON.parse(sum)] });
    const failed = await run('table', 'update', 'shop', 'copy', '--schema', summed, '--wait');
    assert.equal(failed.code, 1);
    assert.match(failed.err, /Failed: group sum cannot be built at 7 -> b: size must be provided/);
    assert.match(
      await runOk('table', 'show', 'shop', 'copy'),
      /^failed\tgroup sum\t\d\t7 -> b: size must be provided/m,
    );
    assert.equal((await run('table', 'wait', 'shop', 'copy', '--json')).code, 1);
    await runOk('table', 'update', 'shop', 'copy', '--drop-group', 'sum');
    assert.doesNotMatch(await runOk('table', 'wait', 'shop', 'copy', '--json'), /reworks/);
    await runOk('alias', 'create', 'shop', 'fav', 'copy');
    assert.match(await runOk('alias', 'list', 'shop'), /^fav\tcopy\ttrue\t$/m);
    await runOk('alias', 'delete', 'shop', 'fav', '--deactivate');
    assert.equal((await run('table', 'delete', 'shop', 'copy')).code, 1);
    await runOk('table', 'delete', 'shop', 'copy', '--deactivate');
    assert.equal((await run('table', 'show', 'shop', 'copy')).code, 1);
  });

  it('exits by what happened', async () => {
    const refused = await run('insert', 'shop', 'wish', '--source', 'x', '--target', 'y', '--json');
    assert.equal(refused.code, 1);
    assert.equal(JSON.parse(refused.err).error.code, 'cast-failed');
    const incomplete = await run('insert', 'shop', 'wish', '--source', '7', '--target', 'y');
    assert.equal(incomplete.code, 1);
    assert.match(incomplete.out, /ERROR\tmissing-property/);
    const wrong = await run('scan', 'shop', 'wish', '--start', '7', '--index', 'newest', '--drection', 'IN');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /--drection is not a flag of this command; did you mean --direction\?/);
    assert.equal((await run('status', '--url', 'http://127.0.0.1:1')).code, 3);
    assert.match(
      await runOk('status', '--json'),
      /"ready":true,"engine":"running","position":"e\d+-p0-\d+","tables":\d/,
    );
  });

  it('loads a file, sets bad rows aside, and says which and why', async () => {
    const file = join(folder, 'wishes.csv');
    const rows = [
      'user,sku,ts,at,color',
      '1,a,1,10,"red, ""deep"""',
      '1,b,1,x,',
      'y,c,1,1,',
      '1,d,1,,',
      '1,"e\nf",1,30,',
      '1',
    ];
    writeFileSync(file, rows.map((row) => `${row}\r\n`).join(''));
    const flags = ['shop', 'wish', '--map', 'source=user,target=sku,version=ts'];
    const { code, out } = await run('load', file, ...flags, '--json');
    assert.equal(code, 1);
    const { end, created, errors, rejected } = JSON.parse(out);
    assert.deepEqual({ end, created, errors, rejected }, { end: 'done', created: 2, errors: 1, rejected: 3 });
    const rejects = readFileSync(`${file}.rejects.jsonl`, 'utf8').trim().split('\n');
    assert.deepEqual(
      rejects.map((line) => [JSON.parse(line).line, JSON.parse(line).code]),
      [
        [3, 'cast-failed'],
        [4, 'cast-failed'],
        [5, 'missing-property'],
        [8, 'malformed-row'],
      ],
    );
    assert.ok(!existsSync(`${file}.load.json`));
    assert.match(await runOk('scan', 'shop', 'wish', '--index', 'newest', '--start', '1'), /\te\\nf\t30\t-\n/);
  });

  it('tells in one sentence that a file of this computer could not be written', async () => {
    const file = join(folder, 'one.jsonl');
    writeFileSync(file, '{"source":1,"target":"e","properties":{"at":1}}\n');
    const rejects = join(folder, 'missing', 'rejects.jsonl');
    const { code, err } = await run('load', file, 'shop', 'wish', '--rejects', rejects, '--json');
    assert.equal(code, 5, err);
    const { error } = JSON.parse(err.trim().split('\n').at(-1) ?? '');
    assert.equal(error.code, 'file-failed');
    assert.match(error.message, /missing/);
  });

  it('goes on with a load after the server and then the load itself was killed, and loses and doubles nothing', async () => {
    const [users, edges] = [50, 20_000];
    const file = join(folder, 'many.jsonl');
    const lines = Array.from({ length: edges }, (_, place) => {
      const edge = { source: 1000 + (place % users), target: `t${place}`, properties: { at: place } };
      return `${JSON.stringify(edge)}\n`;
    });
    // Every hundredth edge is deleted again at the end of the file, and one row is no row.
    const deleted = lines.filter((_, place) => place % 100 === 0);
    lines.push('nope\n', ...deleted.map((line) => line.replace('{', '{"type":"delete",')));
    writeFileSync(file, lines.join(''));
    const load = ['load', file, 'shop', 'wish', '--version', 'now', '--batch', '20', '--concurrency', '3', '--json'];

    const first = start(load);
    const beforeCrash = await waitForLoaded(file, 0);
    served.child.kill('SIGKILL');
    await once(served.child, 'exit');
    served = await serve(new URL(served.url).port);
    await waitForLoaded(file, beforeCrash);
    first.kill('SIGKILL');
    await once(first, 'exit');
    assert.ok(loadedBytes(file) > 0 && loadedBytes(file) < lines.join('').length);

    const other = await run(...load, '--type', 'delete');
    assert.equal(other.code, 2);
    assert.match(other.err, /is of another load: type was "insert" and is "delete" now.*--fresh/);

    const { code, out, err } = await run(...load);
    assert.equal(code, 1, err);
    assert.match(err, /Going on at line \d+/);
    const { end, created, deleted: gone, idle, rejected } = JSON.parse(out);
    assert.deepEqual([end, created + gone + idle, rejected], ['done', lines.length - 1, 1]);
    assert.equal(readFileSync(`${file}.rejects.jsonl`, 'utf8').trim().split('\n').length, 1);

    const starts = Array.from({ length: users }, (_, user) => ['--start', String(1000 + user)]).flat();
    const { counts } = JSON.parse(await runOk('count', 'shop', 'wish', ...starts, '--json'));
    const total = counts.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    assert.equal(total, edges - deleted.length);
    const scan = ['scan', 'shop', 'wish', '--index', 'newest', '--start', '1001', '--all', '--json'];
    const found = (await runOk(...scan))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const expected = Array.from({ length: edges / users }, (_, place) => edges - users * (place + 1) + 1);
    assert.deepEqual(
      found.map(({ properties }) => properties.at),
      expected,
    );
    assert.equal(new Set(found.map(({ version }) => version)).size, 1);
  });

  it('tails the log from any position, as lines of JSON in a pipe', async () => {
    const first = await runOk('log', 'tail', 'cdc', '--table', 'shop.wish', '--limit', '2');
    const [one, two] = first.trim().split('\n');
    assert.ok(one !== undefined && two !== undefined);
    const { position, record } = JSON.parse(one);
    assert.deepEqual([record.label, record.status], ['shop.wish', 'CREATED']);
    const after = await runOk(
      'log',
      'tail',
      'cdc',
      '--table',
      'shop.wish',
      '--from',
      position,
      '--limit',
      '1',
      '--json',
    );
    assert.equal(after, `${two}\n`);
    const labels = await runOk('log', 'tail', 'wal', '--table', 'sys.label', '--limit', '1');
    const { key, record: created } = JSON.parse(labels);
    assert.deepEqual([key, created.op, created.mode.f], ['local:shop:wish', 'INSERT', true]);
    const wrong = await run('log', 'tail', 'both');
    assert.deepEqual([wrong.code, wrong.err.includes('expected wal or cdc')], [2, true]);
    assert.equal((await run('log', 'tail', 'wal', '--from', 'e9-p0-0')).code, 1);
  });

  it('shows, retries and drops asynchronous mutations that were refused', async () => {
    const table = ['--source', 'long', '--target', 'string', '--property', 'at:long!', '--mode', 'ASYNC'];
    await runOk('table', 'create', 'shop', 'later', ...table);
    for (const target of ['a', 'b', 'c']) {
      const edge = ['--source', '7', '--target', target, '--version', '1'];
      assert.match(await runOk('insert', 'shop', 'later', ...edge), /QUEUED/);
    }
    const parkedNow = async () => JSON.parse(await runOk('queue', 'show', '--table', 'shop.later', '--json')).mutations;
    while ((await parkedNow()).length < 3);
    const [first, second] = await parkedNow();
    assert.deepEqual([first.code, first.edge.tgt, second.edge.tgt], ['missing-property', 'a', 'b']);
    const shown = await run('queue', 'show', '--limit', '1');
    assert.match(
      shown.err,
      /^Queue: idle, 0 frames behind; \d+ requests took effect[^\n]*\nParked: 3 of at most 100000\nMore/,
    );
    assert.match(shown.out, /^ID\tTABLE\t[^\n]+\ne1-p0-\d+-0-0\tshop\.later\tmissing-property\t1\t/);

    const inVain = await run('queue', 'retry', first.id);
    assert.deepEqual([inVain.code, inVain.err], [1, 'Retried 0 of 1, 1 in vain.\n']);
    assert.match(inVain.out, /\tERROR\tmissing-property\te1-p0-\d+-0-0\tat must be provided/);
    assert.equal((await run('queue', 'retry', first.id)).code, 1, 'it is parked under another id now');

    const { schema } = JSON.parse(await runOk('table', 'show', 'shop', 'later', '--json'));
    const properties = schema.properties.map((property: object) => ({ ...property, nullable: true }));
    await runOk('table', 'update', 'shop', 'later', '--schema', JSON.stringify({ ...schema, properties }));
    const dropped = await runOk('queue', 'drop', second.id, '--json');
    assert.equal(dropped, `{"id":"${second.id}","status":"DROPPED","code":null,"message":null,"parkedAs":null}\n`);
    assert.equal((await run('queue', 'drop', second.id)).code, 1);
    const retried = await runOk('queue', 'retry', '--all', '--table', 'shop.later', '--json');
    const statuses = retried.trim().split('\n');
    assert.deepEqual(
      statuses.map((line) => JSON.parse(line).status),
      ['CREATED', 'CREATED'],
    );
    const { counts } = JSON.parse(await runOk('count', 'shop', 'later', '--start', '7', '--json'));
    assert.equal(counts[0].count, 2);
    assert.deepEqual(await parkedNow(), []);

    assert.equal((await run('queue', 'drop', '--all')).code, 2, 'all are not dropped without --yes');
    assert.deepEqual((await run('queue', 'drop', '--all', '--yes')).code, 0);
    for (const wrong of [['retry'], ['retry', 'a', '--all'], ['drop', 'a', '--table', 'shop.later']]) {
      assert.equal((await run('queue', ...wrong)).code, 2, wrong.join(' '));
    }
    assert.equal((await run('queue', 'drop', 'nonsense')).code, 1);
  });

  it('audits tables, and says that nothing differs', async () => {
    const { code, out, err } = await run('audit', '--all', '--repair');
    assert.equal(code, 0, err);
    assert.match(out, /^shop\.wish: 0 differences; 0 rows repaired, 0 differences left; \d+ states/m);
    assert.equal((await run('audit', 'shop.nothing')).code, 1);
    assert.equal((await run('audit')).code, 2);
  });

  it('stops at a signal after the requests under way, with exit code 0', async () => {
    served.child.kill('SIGTERM');
    const [code] = await once(served.child, 'exit');
    assert.equal(code, 0);
  });
});
