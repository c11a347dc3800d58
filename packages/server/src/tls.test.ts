/** Goal: the server speaks TLS, and nothing else, with the certificate that its files hold at the moment. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { Failure } from '@actionbase/core/failure';
import { engineOptions } from './engine-options.ts';
import { openMemoryInstance } from './testing/memory-instance.ts';
import { replacing } from './testing/replacing.ts';
import { makeSelfSigned, type SelfSigned } from './testing/self-signed.ts';
import { startTestServer } from './testing/test-server.ts';
import { WatchingParts } from './testing/watching-server.ts';

interface TestFiles extends AsyncDisposable {
  readonly config: { readonly 'tls.certFile': string; readonly 'tls.keyFile': string };
  write(parts: Partial<SelfSigned>): Promise<void>;
}

async function makeFiles(parts: SelfSigned): Promise<TestFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'actionbase-tls-'));
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const write = async (changed: Partial<SelfSigned>): Promise<void> => {
    for (const [name, text] of Object.entries(changed)) {
      await writeFile(join(folder, 'new'), text, { mode: 0o600 });
      await rename(join(folder, 'new'), name === 'cert' ? paths.cert : paths.key);
    }
  };
  await write(parts);
  return {
    config: { 'tls.certFile': paths.cert, 'tls.keyFile': paths.key },
    write,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

interface TlsAnswer {
  readonly status: number;
  readonly text: string;
  readonly subject: string;
}

function ask(port: number, ca: string, path: string): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ca, agent: false }, (response) => {
      const socket = response.socket as TLSSocket;
      const subject = String(socket.getPeerCertificate().subject.CN);
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), subject }),
      );
    });
    sent.on('error', reject).end();
  });
}

async function protocolOf(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, ...options });
  try {
    await once(socket, 'secureConnect');
    return String(socket.getProtocol());
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

test('with a certificate and its key the server answers over TLS, from version 1.2 on, and prints https', async () => {
  const own = makeSelfSigned('one');
  await using files = await makeFiles(own);
  await using server = await startTestServer(files.config);
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(await ask(server.port, own.cert, '/graph/v3'), {
    status: 200,
    text: '{"engine":"Actionbase"}',
    subject: 'one',
  });
  const old = { ca: own.cert, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  assert.equal(await protocolOf(server.port, { ...old, maxVersion: 'TLSv1.2' }), 'TLSv1.2');
  assert.equal(
    await protocolOf(server.port, { ...old, maxVersion: 'TLSv1.1' }),
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  );
  const expiry = /actionbase_tls_certificate_expires_seconds (\d+)/.exec(
    (await ask(server.port, own.cert, '/actuator/prometheus')).text,
  );
  assert.ok(Math.abs(Number(expiry?.[1]) * 1000 - Date.now() - 86_400_000) < 60_000);
});

test('plain HTTP on the TLS port gets a clean end and no answer', async () => {
  await using files = await makeFiles(makeSelfSigned('one'));
  await using server = await startTestServer(files.config);
  const socket = connect(server.port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.write('GET /graph/v3 HTTP/1.1\r\nHost: x\r\n\r\n');
  // A reset would be an error, which once() rejects with.
  await once(socket, 'end');
  assert.equal(Buffer.concat(received).toString('latin1').includes('HTTP'), false);
  assert.deepEqual(server.notices, []);
});

test('files that change are taken over without a restart; until they fit together the old ones stay', async () => {
  const [one, two] = [makeSelfSigned('one'), makeSelfSigned('two')];
  await using files = await makeFiles(one);
  const watching = new WatchingParts();
  await using server = await startTestServer(files.config, { parts: watching.parts });
  await files.write({ cert: two.cert });
  await watching.noticed(
    /^TLS cannot use .*cert\.pem and .*key\.pem: .*mismatch.*; what was read before stays in use$/,
  );
  assert.equal((await ask(server.port, one.cert, '/graph/v3')).subject, 'one');
  await files.write({ key: two.key });
  await watching.noticed(/^the TLS certificate was read again; it ends \d{4}-/);
  assert.equal((await ask(server.port, two.cert, '/graph/v3')).subject, 'two');
  await assert.rejects(ask(server.port, one.cert, '/graph/v3'));
  for (const text of watching.told) assert.ok(!text.includes(two.key.slice(40, 80)) && !text.includes('PRIVATE'));
});

test('a start with files that do not fit, or a key that others may read, is refused', async () => {
  const [one, two] = [makeSelfSigned('one'), makeSelfSigned('two')];
  await using files = await makeFiles({ cert: one.cert, key: two.key });
  const refused = (code: string) => (error: unknown) =>
    error instanceof Failure && error.code === code && !error.message.includes('PRIVATE');
  await assert.rejects(startTestServer(files.config), refused('file-not-usable'));
  await files.write({ key: 'no key' });
  await assert.rejects(startTestServer(files.config), refused('file-not-usable'));
  await files.write({ key: one.key });
  await chmod(files.config['tls.keyFile'], 0o644);
  await assert.rejects(startTestServer(files.config), refused('file-exposed'));
});

test('a stop lets a request over TLS finish, and closes connections that have sent none', async () => {
  const own = makeSelfSigned('one');
  await using files = await makeFiles(own);
  const clock = new SystemClock();
  const [gate, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = await startTestServer(files.config, {
    parts: {
      open: async (config, onNotice) => {
        const instance = await openMemoryInstance(clock, engineOptions(config, onNotice));
        const engine = replacing(instance.engine, {
          async query() {
            reached.resolve();
            await gate.promise;
            return [];
          },
        });
        return { ...instance, engine, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() };
      },
    },
  });
  const idle = connectTls({ host: '127.0.0.1', port: server.port, ca: own.cert });
  await once(idle, 'secureConnect');
  const half = connect(server.port, '127.0.0.1');
  await once(half, 'connect');
  const answer = new Promise<string>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, method: 'POST', path: '/graph/v3/query', ca: own.cert };
    const sent = request(options, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    sent.on('error', reject).end('{"query":[]}');
  });
  await reached.promise;
  const stopped = server[Symbol.asyncDispose]();
  await Promise.all([once(idle.resume(), 'close'), once(half.resume(), 'close')]);
  gate.resolve();
  assert.equal(await answer, '{"items":[]}');
  await stopped;
});
