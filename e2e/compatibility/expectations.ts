import assert from 'node:assert/strict';
import { type Received, type Sent, send } from '@actionbase/server/testing/send';
import type { Check } from './compatibility-case.ts';

/** A body as JSON, or as it stands. */
export type Body = string | Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * What an answer must be: its whole text with times as `<ms>`, a part of it, or the code (and a part of the message) of a
 * failure.
 */
export type Expected = string | RegExp | { readonly code: string; readonly message?: RegExp };

export function get(path: string, headers: Readonly<Record<string, string>> = {}): Sent {
  return { path, headers };
}

export function post(path: string, body: Body, headers: Readonly<Record<string, string>> = {}): Sent {
  return { method: 'POST', path, body: textOf(body), headers };
}

export function put(path: string, body: Body): Sent {
  return { method: 'PUT', path, body: textOf(body) };
}

export function remove(path: string): Sent {
  return { method: 'DELETE', path };
}

/** The check that a request has this answer. */
export function answers(sent: Sent, status: number, expected: Expected): Check {
  return async (site) => {
    await expectAnswer(site, sent, status, expected);
  };
}

/** The check that a request is refused with 400 and this code. */
export function refuses(sent: Sent, code: string, message: RegExp): Check {
  return answers(sent, 400, { code, message });
}

/** The check that a change of metadata is refused with the reference's JSON text in the message. */
export function refusesDdl(sent: Sent, operation: 'create' | 'update', lines: string): Check {
  return async (site) => {
    const { text } = await expectAnswer(site, sent, 400, { code: 'precondition-failed' });
    const ddl = { status: 'BAD_REQUEST', message: `ddl ${operation} failed...\n${lines}` };
    assert.equal(JSON.parse(text).message, JSON.stringify(ddl));
  };
}

/** Checks one after the other. */
export function all(...checks: readonly Check[]): Check {
  return async (site) => {
    for (const check of checks) await check(site);
  };
}

/** Sends a request and asserts its answer; gives the answer. */
export async function expectAnswer(
  server: { readonly port: number },
  sent: Sent,
  ...[status, expected]: readonly [number, Expected]
): Promise<Received> {
  const received = await send(server, sent);
  const text = withoutTimes(received.text);
  const shown = `${sent.method ?? 'GET'} ${sent.path} answered ${received.status} ${text}`;
  if (typeof expected === 'string') assert.equal(text, expected, shown);
  else if (expected instanceof RegExp) assert.match(text, expected, shown);
  else expectFailure(received.text, expected, shown);
  assert.equal(received.status, status, shown);
  return received;
}

/** Sends a request that must succeed, and gives what it answers as JSON. */
export async function readJson(server: { readonly port: number }, sent: Sent): Promise<Record<string, unknown>> {
  const { status, text } = await send(server, sent);
  assert.ok(status < 300, `${sent.method ?? 'GET'} ${sent.path} answered ${status} ${text}`);
  return JSON.parse(text);
}

function expectFailure(text: string, { code, message }: { code: string; message?: RegExp }, shown: string): void {
  assert.ok(text.includes(`"code":"${code}"`), shown);
  if (message !== undefined) assert.match(String(JSON.parse(text).message), message, shown);
}

function textOf(body: Body): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function withoutTimes(text: string): string {
  return text.replace(/"(timestamp|createdAt|updatedAt)":\d{13}\b/g, '"$1":<ms>');
}
