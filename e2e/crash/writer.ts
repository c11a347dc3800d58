import { type Agent, request as httpRequest } from 'node:http';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { Ledger, SentMutation, ShownEdge } from './ledger.ts';

export const SOURCES = 5;
const TARGETS_PER_WRITER = 6;
const PATH = '/graph/v3/databases/crash/tables/wish';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request; rejects when the connection breaks before the whole answer is there. */
export function ask(
  port: number,
  agent: Agent,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? more : { 'content-type': 'application/json', ...more };
    const sent = httpRequest({ host: '127.0.0.1', port, agent, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      answer.on('error', reject);
      answer.on('close', () => reject(new Error('the connection closed in the middle of an answer')));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export interface WriterInput {
  readonly port: number;
  readonly agent: Agent;
  readonly writer: number;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  /** Becomes true when the server was killed. */
  readonly isOver: () => boolean;
  readonly onViolation: (sentence: string) => void;
}

/** Writes to keys of its own, one request at a time, until the server is gone. Inserts, updates, deletes, ties, late versions. */
export async function write(input: WriterInput): Promise<void> {
  while (!input.isOver()) {
    const mutations = draw(input);
    const body = { mutations: mutations.map(({ type, ...edge }) => ({ type, edge })) };
    let answer: Answer;
    try {
      answer = await ask(input.port, input.agent, 'POST', `${PATH}/edges`, body);
    } catch {
      input.ledger.leaveOpen(mutations);
      return;
    }
    if (answer.status !== 200) {
      if (answer.status === 503) input.ledger.leaveOpen(mutations);
      else input.onViolation(`status ${answer.status}: ${answer.body}`);
      continue;
    }
    const violation = input.ledger.acknowledge(mutations, JSON.parse(answer.body).results[0].status);
    if (violation !== undefined) input.onViolation(violation);
  }
}

/** Asks for one edge. */
export async function show(port: number, agent: Agent, source: number, target: string): Promise<ShownEdge> {
  const { body, status } = await ask(port, agent, 'GET', `${PATH}/edges/get?source=${source}&target=${target}`);
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
  return JSON.parse(body).edges[0] ?? null;
}

/** The number of active edges that the server counts for a source. */
export async function count(port: number, agent: Agent, source: number): Promise<number> {
  const { body } = await ask(port, agent, 'GET', `${PATH}/edges/count?start=${source}&direction=OUT`);
  return JSON.parse(body).count;
}

/** One to three mutations of one key. */
function draw({ random, writer }: WriterInput): SentMutation[] {
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const target = `w${writer}-${below(TARGETS_PER_WRITER)}`;
  const source = below(SOURCES);
  return Array.from({ length: 1 + below(3) }, () => {
    const type = (['INSERT', 'INSERT', 'UPDATE', 'DELETE'] as const)[below(4)] ?? 'INSERT';
    const properties: SentMutation['properties'] =
      type === 'DELETE'
        ? {}
        : {
            at: below(1_000),
            color: ['red', 'blue', null][below(3)] ?? null,
            ...(below(2) === 0 && { qty: below(9) }),
          };
    return { type, version: below(200), source, target, properties };
  });
}
