import type { Agent } from 'node:http';
import { printTableSchema } from '@actionbase/core/wire/schema-json';
import { wishSchema } from '@actionbase/engine/testing/wish-tables';
import { ask } from './ask.ts';
import type { ServerUnderTest } from './server.ts';

/** Makes the database `crash` and its table `wish`. */
export async function createTable(server: ServerUnderTest, agent: Agent): Promise<void> {
  const databases = '/graph/v3/databases';
  const schema = JSON.parse(printTableSchema(wishSchema));
  const table = { table: 'wish', schema, mode: 'SYNC', storage: 'datastore://crash/wish', comment: '' };
  await expectOk(ask(server.port, agent, 'POST', databases, { database: 'crash', comment: '' }));
  await expectOk(ask(server.port, agent, 'POST', `${databases}/crash/tables`, table));
}

async function expectOk(answer: ReturnType<typeof ask>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
}
