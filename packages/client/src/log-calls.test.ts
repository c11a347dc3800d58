/** Goal: a stream is read whole over lost connections. Method: a `fetch` that answers with bodies that break off. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ActionbaseError } from './actionbase-error.ts';
import { HttpTransport } from './http-transport.ts';
import { LogCalls, type LogLine, type LogReader } from './log-calls.ts';
import { fetchFailure } from './testing/scripted-fetch.ts';

interface ScriptedBody {
  readonly pieces: readonly string[];
  /** Whether the connection breaks after the pieces. */
  readonly breaks?: boolean;
}

type Step = ScriptedBody | { readonly status: number; readonly body: string } | Error;

function open(...steps: readonly Step[]) {
  const urls: string[] = [];
  let nowMs = 0;
  const transport = new HttpTransport({
    url: 'http://db.test',
    headers: {},
    timeoutMs: 1000,
    retries: 0,
    fetch: async (input) => {
      const step = steps[Math.min(urls.length, steps.length - 1)];
      urls.push(String(input));
      if (step === undefined || step instanceof Error) throw step ?? new TypeError('the script is empty');
      if ('status' in step) return new Response(step.body, { status: step.status });
      return new Response(bodyOf(step));
    },
    nowMs: () => nowMs,
    random: () => 0,
    sleep: async (ms) => {
      nowMs += ms;
    },
  });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { log: new LogCalls(transport), urls, pass };
}

function bodyOf({ pieces, breaks = false }: ScriptedBody): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (breaks) controller.error(fetchFailure('ECONNRESET'));
      else controller.close();
    },
  });
}

function record(item: number): string {
  return `{"position":"e1-p0-${item}-0","key":"7:${item}","record":{"n":${2n ** 60n},"item":${item}}}\n`;
}

async function collect(reader: LogReader): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of reader) lines.push(line);
  return lines;
}

test('records come with position, key, content and the text of the server, however the bytes are cut', async () => {
  const whole = `${record(1)}${record(2)}{"position":"e1-p0-2"}\n`;
  const { log, urls } = open({ pieces: [whole.slice(0, 10), whole.slice(10, 90), whole.slice(90)] });
  const reader = log.wal({ from: 'first', table: 'shop.wish', request: 'r 1', limit: 9 });
  const lines = await collect(reader);
  assert.deepEqual(
    lines.map(({ position, key, text }) => ({ position, key, text })),
    [1, 2].map((item) => ({ position: `e1-p0-${item}-0`, key: `7:${item}`, text: record(item).trim() })),
  );
  assert.deepEqual(lines[0]?.record, { n: 2n ** 60n, item: 1 });
  assert.equal(reader.position, 'e1-p0-2');
  assert.deepEqual(urls, ['http://db.test/actionbase/v1/log/wal?from=first&table=shop.wish&request=r%201&limit=9']);
});

test('a lost connection is made again from the last position, with what is left of the limit', async () => {
  const { log, urls } = open(
    { pieces: [record(1), '{"position":"e1-p0-5"}\n', record(6).slice(0, 20)], breaks: true },
    fetchFailure('ECONNREFUSED'),
    { pieces: [record(6), '{"error":{"status":503,"code":"engine-stopped","message":"m","retry":"later"}}\n'] },
    { pieces: [record(7)] },
  );
  const lines = await collect(log.cdc({ limit: 3, follow: true }));
  assert.deepEqual(
    lines.map(({ key }) => key),
    ['7:1', '7:6', '7:7'],
  );
  assert.deepEqual(
    urls.map((url) => url.split('?')[1]),
    [
      'limit=3&follow=true',
      'from=e1-p0-5&limit=2&follow=true',
      'from=e1-p0-5&limit=2&follow=true',
      'from=e1-p0-6-0&limit=1&follow=true',
    ],
  );
});

test('a reader of an empty log goes on with its first record, also when it began at the end', async () => {
  const { log, urls } = open({ pieces: ['{"position":null}\n'], breaks: true }, { pieces: [record(1)] });
  assert.equal((await collect(log.cdc({ from: 'end', limit: 1, follow: true }))).length, 1);
  assert.deepEqual(
    urls.map((url) => url.split('?')[1]),
    ['from=end&limit=1&follow=true', 'from=first&limit=1&follow=true'],
  );
});

test('the patience does not count the time that a reader takes for a line', async () => {
  const { log, pass } = open({ pieces: [record(1)], breaks: true }, { pieces: [record(2)] });
  const keys: string[] = [];
  for await (const { key } of log.wal({ limit: 2, follow: true, patienceMs: 1000 })) {
    keys.push(key);
    pass(5000);
  }
  assert.deepEqual(keys, ['7:1', '7:2']);
});

test('a server that never answered is told at once, one that went away after the patience', async () => {
  const none = open(fetchFailure('ECONNREFUSED'));
  await assert.rejects(collect(none.log.wal()), isCode('not-reachable'));
  assert.equal(none.urls.length, 1);
  const gone = open({ pieces: [record(1)], breaks: true }, fetchFailure('ECONNREFUSED'));
  await assert.rejects(collect(gone.log.wal({ patienceMs: 1000 })), isCode('not-reachable'));
  assert.ok(gone.urls.length > 2);
});

test('what the server refuses is not tried again, as an answer and as a line', async () => {
  const body = '{"status":410,"error":"Gone","message":"gone","code":"log-trimmed"}';
  const refused = open({ status: 410, body });
  await assert.rejects(collect(refused.log.cdc({ from: 'e1-p0-1' })), isCode('log-trimmed'));
  const line = '{"error":{"status":500,"code":"feed-gap","message":"m","retry":"never"}}\n';
  const broken = open({ pieces: [record(1), line] });
  await assert.rejects(collect(broken.log.cdc()), isCode('feed-gap'));
  assert.deepEqual([refused.urls.length, broken.urls.length], [1, 1]);
});

test('what is no stream of this API is an error', async () => {
  await assert.rejects(collect(open({ pieces: ['<html>\n'] }).log.wal()), isCode('malformed-answer'));
});

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ActionbaseError && error.code === code;
}
