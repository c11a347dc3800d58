import type { Agent } from 'node:http';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { type Answer, ask } from '../crash/ask.ts';
import type { Change, Observer, Operation } from './history.ts';

const TABLE = '/graph/v3/databases/crash/tables/wish';
const SOURCES = 3;
const TARGETS = 4;

export interface HistoryClientInput {
  readonly port: number;
  readonly agent: Agent;
  readonly name: string;
  readonly random: SeededRandom;
  readonly observer: Observer;
  readonly isOver: () => boolean;
  readonly onOperation: (operation: Operation) => void;
  readonly onViolation: (sentence: string) => void;
}

/** One client among others on the same few keys: writes and reads one after the other and notes when each began and ended. */
export async function observe(input: HistoryClientInput): Promise<void> {
  for (let turn = 0; !input.isOver(); turn += 1) {
    const isAnswered = input.random.next() < 0.5 ? await mutate(input, turn) : await read(input);
    if (!isAnswered) return;
  }
}

/** Answers false when the connection broke. */
async function mutate({ observer, random, onOperation, ...input }: HistoryClientInput, turn: number): Promise<boolean> {
  const source = random.below(SOURCES);
  const target = `t${random.below(TARGETS)}`;
  const type = (['INSERT', 'INSERT', 'INSERT', 'UPDATE', 'DELETE'] as const)[random.below(5)] ?? 'INSERT';
  const properties = type === 'DELETE' ? {} : { at: random.below(6), qty: random.below(1_000_000) };
  // Versions near the turn: later requests win as a rule, not always.
  const version = turn + random.below(8);
  const requestId = `${input.name}-${turn}`;
  const body = { mutations: [{ type, edge: { version, source, target, properties } }] };
  const began = observer.next();
  let status: string | null = null;
  let isAnswered = true;
  try {
    const headers = { 'x-request-id': requestId };
    const answer = await ask(input.port, input.agent, 'POST', `${TABLE}/edges`, body, headers);
    if (answer.status === 200) status = JSON.parse(answer.body).results[0].status;
    else if (answer.status !== 503) input.onViolation(`status ${answer.status}: ${answer.body}`);
  } catch {
    isAnswered = false;
  }
  // What was never answered may take effect at any later time.
  const ended = status === null ? Number.POSITIVE_INFINITY : observer.next();
  onOperation({ kind: 'mutate', began, ended, requestId, source, target, status });
  return isAnswered;
}

async function read({ observer, random, onOperation, ...input }: HistoryClientInput): Promise<boolean> {
  const source = random.below(SOURCES);
  const target = `t${random.below(TARGETS)}`;
  const kind = (['get', 'get', 'scan', 'count'] as const)[random.below(4)] ?? 'get';
  const paths = {
    get: `edges/get?source=${source}&target=${target}`,
    scan: `edges/scan/newest?start=${source}&direction=OUT&limit=100`,
    count: `edges/count?start=${source}&direction=OUT`,
  };
  const began = observer.next();
  let answer: Answer;
  try {
    answer = await ask(input.port, input.agent, 'GET', `${TABLE}/${paths[kind]}`);
  } catch {
    return false;
  }
  if (answer.status !== 200) {
    input.onViolation(`status ${answer.status}: ${answer.body}`);
    return true;
  }
  const span = { began, ended: observer.next() };
  const json = JSON.parse(answer.body);
  if (kind === 'count') onOperation({ kind, ...span, source, count: json.count });
  else if (kind === 'scan') onOperation({ kind, ...span, source, edges: json.edges.map(printEdge) });
  else onOperation({ kind, ...span, source, target, edge: json.edges.length === 0 ? null : printEdge(json.edges[0]) });
  return true;
}

interface AnsweredEdge {
  readonly version: number;
  readonly target: string;
  readonly properties: { readonly at: number; readonly qty: number | null };
}

function printEdge({ version, target, properties: { at, qty } }: AnsweredEdge): string {
  return `${target} version ${version} at ${at} qty ${qty}`;
}

/** Reads the whole CDC over HTTP. */
export async function readChanges(port: number, agent: Agent): Promise<Change[]> {
  const { body } = await ask(port, agent, 'GET', '/actionbase/v1/log/cdc?table=crash.wish');
  const changes: Change[] = [];
  for (const line of body.split('\n')) {
    const { position, record } = line === '' ? {} : JSON.parse(line);
    if (record === undefined) continue;
    const { edge, after, status, requestId } = record;
    changes.push({
      offset: Number(/^e\d+-p\d+-(\d+)/.exec(position)?.[1]),
      requestId,
      status,
      source: edge.src,
      target: edge.tgt,
      after: after?.active ? scannedEdge(after) : null,
    });
  }
  return changes;
}

function scannedEdge({
  ts,
  src,
  tgt,
  props,
}: {
  ts: number;
  src: number;
  tgt: string;
  props: AnsweredEdge['properties'];
}) {
  const text = printEdge({ version: ts, target: tgt, properties: { at: props.at, qty: props.qty ?? null } });
  return { source: src, target: tgt, text, at: props.at };
}
