import type { Agent } from 'node:http';
import { printTableSchema } from '@actionbase/core/wire/schema-json';
import { wishSchema } from '@actionbase/engine/testing/wish-tables';
import { type Answer, ask } from '../ask.ts';
import { CRASH_TABLES, DATABASE } from './crash-tables.ts';

const TABLES = `/graph/v3/databases/${DATABASE}/tables`;
const QUEUE = '/actionbase/v1/queue';
/** The index that comes and goes. */
const INDEX = { index: 'by_qty', fields: [{ field: 'qty', order: 'DESC' }], comment: '' } as const;
const PASSING_EDGES = 80;
const PARKED_MAX = 5;

export interface OperatorInput {
  readonly port: number;
  readonly agent: Agent;
  readonly isOver: () => boolean;
  readonly onViolation: (sentence: string) => void;
}

/** What is known of one thing that comes and goes: the values that it may have. */
type Possible = Set<boolean>;

/** Changes metadata, retries and drops what is parked, and remembers what was answered, over the lives of a server. */
export class Operator {
  readonly #index: Possible = new Set([false]);
  /** Tables that were made for a while, by name: whether they are there. */
  readonly #passing = new Map<string, Possible>();
  #made = 0;
  #turns = 0;

  /** Makes the database and the tables that the clients write to. */
  async createTables(port: number, agent: Agent): Promise<void> {
    await expectOk(ask(port, agent, 'POST', '/graph/v3/databases', { database: DATABASE, comment: '' }));
    for (const [table, { schema, mode }] of Object.entries(CRASH_TABLES)) {
      await expectOk(ask(port, agent, 'POST', TABLES, tableBody(table, printTableSchema(schema), mode)));
    }
  }

  async work(input: OperatorInput): Promise<void> {
    const jobs = [() => this.#changeIndex(input), () => this.#passTable(input), () => this.#clearParked(input)];
    while (!input.isOver()) {
      try {
        await jobs[this.#turns++ % jobs.length]?.();
      } catch {
        return;
      }
    }
  }

  /** Compares the metadata with what was answered. Violations as sentences. */
  async compare(port: number, agent: Agent): Promise<string[]> {
    const wish = JSON.parse((await ask(port, agent, 'GET', `${TABLES}/wish`)).body);
    const violations = narrow(this.#index, 'the index by_qty', hasIndex(wish));
    for (const [name, possible] of this.#passing) {
      const { status } = await ask(port, agent, 'GET', `${TABLES}/${name}`);
      violations.push(...narrow(possible, `the table ${name}`, status === 200));
      if (!possible.has(true)) this.#passing.delete(name);
    }
    return violations;
  }

  async #changeIndex(input: OperatorInput): Promise<void> {
    const isWanted = !this.#index.has(true);
    const indexes = isWanted ? [...wishSchema.indexes, INDEX] : wishSchema.indexes;
    const schema = JSON.parse(printTableSchema({ ...wishSchema, indexes }));
    await change(this.#index, isWanted, input, ['PUT', `${TABLES}/wish`, { schema }]);
  }

  /** A table that is made, filled, closed and deleted; one that a kill left is closed and deleted first. */
  async #passTable(input: OperatorInput): Promise<void> {
    const left = [...this.#passing.keys()][0];
    const name = left ?? `passing_${this.#made++}`;
    const possible: Possible = this.#passing.get(name) ?? new Set([false]);
    this.#passing.set(name, possible);
    if (left === undefined) {
      const body = tableBody(name, printTableSchema(wishSchema), 'SYNC');
      await change(possible, true, input, ['POST', TABLES, body]);
      const mutations = Array.from({ length: PASSING_EDGES }, (_, target) => ({
        type: 'INSERT',
        edge: { version: 1, source: 1, target: `t${target}`, properties: { at: target } },
      }));
      await ask(input.port, input.agent, 'POST', `${TABLES}/${name}/edges`, { mutations });
    }
    await ask(input.port, input.agent, 'PUT', `${TABLES}/${name}`, { active: false });
    await change(possible, false, input, ['DELETE', `${TABLES}/${name}`]);
    if (!possible.has(true)) this.#passing.delete(name);
  }

  async #clearParked({ port, agent }: OperatorInput): Promise<void> {
    const { body } = await ask(port, agent, 'GET', `${QUEUE}?limit=${PARKED_MAX}`);
    const parked: readonly { readonly id: string }[] = JSON.parse(body).mutations;
    for (const [place, { id }] of parked.entries()) {
      const path = `${QUEUE}/parked/${id}`;
      if (place === 0) await ask(port, agent, 'POST', `${path}/retry`);
      else await ask(port, agent, 'DELETE', path);
    }
  }
}

/** Asks for a change: until it is answered, the thing may be as it was or as it is wanted. */
async function change(
  possible: Possible,
  wanted: boolean,
  { port, agent, onViolation }: OperatorInput,
  [method, path, body]: readonly [method: string, path: string, body?: unknown],
): Promise<void> {
  possible.add(wanted);
  const { status, body: text } = await ask(port, agent, method, path, body);
  if (status === 503) return;
  if (status >= 300) onViolation(`${method} ${path}: status ${status}: ${text}`);
  else possible.delete(!wanted);
}

function narrow(possible: Possible, what: string, shown: boolean): string[] {
  if (!possible.has(shown)) return [`${what} ${shown ? 'is there' : 'is not there'}, against what was answered`];
  possible.clear();
  possible.add(shown);
  return [];
}

function hasIndex(descriptor: {
  readonly schema: { readonly indexes: readonly { readonly index: string }[] };
}): boolean {
  return descriptor.schema.indexes.some(({ index }) => index === INDEX.index);
}

function tableBody(table: string, schema: string, mode: string): object {
  return { table, schema: JSON.parse(schema), mode, storage: `datastore://crash/${table}`, comment: '' };
}

async function expectOk(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
}
