/**
 * Goal: the documented exchange over HTTP, byte for byte. Method: every request is sent to a real server in order; the
 * answers are the reference's, changed only where this project documents a difference. Times become `<ms>` on both sides.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { EXCHANGE } from './testing/exchange.ts';
import { send } from './testing/send.ts';
import { startTestServer, TEST_STORES } from './testing/test-server.ts';

const REFERENCE_AUDIT = '"revision":-1,"createdAt":-1,"createdBy":"","updatedAt":-1,"updatedBy":""';

/** Real audit members instead of constants. */
function audited(revision: number): (answer: string) => string {
  const audit = `"revision":${revision},"createdAt":<ms>,"createdBy":"-","updatedAt":<ms>,"updatedBy":"-"`;
  return (answer) => answer.replace(REFERENCE_AUDIT, audit);
}

/** A code after the message, and the message itself where ours says more. */
function coded(code: string, message?: string): (answer: string) => string {
  return (answer) => {
    const text = message === undefined ? undefined : JSON.stringify(message);
    const changed = text === undefined ? answer : answer.replace(/"message":.*\}$/s, () => `"message":${text}}`);
    return changed.replace(/\}$/, `,"code":"${code}","retry":"never"}`);
  };
}

const DIFFERENCES: ReadonlyMap<number, (answer: string) => string> = new Map([
  [1, audited(1)],
  [2, audited(1)],
  [
    6,
    (answer) =>
      answer.replace(
        '"count":0}',
        '"count":0,"code":"missing-property","message":"at must be provided: shop.wish declares it as not nullable"}',
      ),
  ],
  // Filters are applied before the limit, so the page holds both red edges.
  [
    17,
    (answer) =>
      answer.replace(
        '],"count":1',
        ',{"version":13,"source":7,"target":"sku-a","properties":{"at":1000,"color":"red","qty":5},"context":{}}],"count":2',
      ),
  ],
  [18, coded('unknown-index', 'index `nope` is not found in label `shop.wish`. It has: newest, by_color.')],
  [19, coded('invalid-ranges')],
  [26, coded('cast-failed', 'mutations[1].edge.source: "seven" cannot be cast to long')],
  [27, coded('malformed-json', 'mutations[0].type is "MERGE"; expected INSERT, UPDATE or DELETE')],
  [28, coded('unknown-table')],
  [29, coded('precondition-failed')],
  [30, audited(2)],
  [31, coded('unknown-table')],
]);

for (const store of TEST_STORES) {
  test(`the documented exchange gives the documented answers (${store})`, async () => {
    await using server = await startTestServer({}, { store });
    for (const step of EXCHANGE) {
      const { number, title, method, path, body } = step;
      const received = await send(server, { method, path, body: body ?? undefined });
      const name = `step ${number}: ${title}`;
      const expected = (DIFFERENCES.get(number) ?? ((answer) => answer))(step.answer ?? '');
      assert.equal(withoutTimes(received.text), expected, name);
      assert.equal(received.status, step.status, name);
    }
  });
}

function withoutTimes(text: string): string {
  return text.replace(/"(timestamp|createdAt|updatedAt)":\d{13}\b/g, '"$1":<ms>');
}
