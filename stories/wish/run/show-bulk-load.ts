import type { TableHandle } from '@actionbase/client';
import type { Wish } from '../app/wish-store.ts';
import { createNewTable, digestOfTable } from '../migrated/wish-new-table.ts';
import { check, type StepReport } from '../story-report.ts';
import type { Chapter } from './chapter.ts';

/** Users whose wishes are loaded into a table by itself; of these, the first are also sent as mutations. */
const USERS = { small: { loaded: 2_000, mutated: 500 }, full: { loaded: 40_000, mutated: 4_000 } } as const;
const MUTATIONS_AT_ONCE = 500;
const LOADS_IN_FLIGHT = 3;
const COMPARED_USERS = 200;
const LIST_MAX = 100;
const VERSION = 1n;

/** WISH-09: edges loaded past the normal write path, beside the users; the same by the normal path, compared. */
export async function showBulkLoad({ context, figures }: Chapter): Promise<StepReport> {
  const { client, population, toolkit } = context;
  const users = USERS[context.options.size];
  const [loaded, mutated] = [client.table('gift', 'loaded'), client.table('gift', 'mutated')];
  await createNewTable(client, 'loaded');
  await createNewTable(client, 'mutated');
  const slow = edgesOf(population.wishesOfUser.bind(population), users.mutated);
  const all = edgesOf(population.wishesOfUser.bind(population), users.loaded);
  figures.bulkLoadEdgesPerS = await perSecond(all.length, async () => {
    const { created } = await loaded.load(all, { inFlight: LOADS_IN_FLIGHT });
    check(created === all.length, 'WISH-09', () => `${created} of ${all.length} edges were created`);
  });
  figures.mutationEdgesPerS = await perSecond(slow.length, async () => {
    for (let at = 0; at < slow.length; at += MUTATIONS_AT_ONCE)
      await mutated.insert(slow.slice(at, at + MUTATIONS_AT_ONCE));
  });
  const audit = await toolkit.audit('gift.loaded');
  check(audit.code === 0, 'WISH-09', () => `the recount of what was loaded: ${audit.out}${audit.err}`);
  for (let user = 1; user <= COMPARED_USERS; user += 1) {
    const [one, other] = [await answersOf(loaded, user), await answersOf(mutated, user)];
    check(one === other, 'WISH-09', () => `user ${user}: loaded gives ${one}, mutations give ${other}`);
  }
  const same = client.table('gift', 'loaded-same');
  await createNewTable(client, 'loaded-same');
  await same.load(slow, { inFlight: LOADS_IN_FLIGHT });
  const [one, other] = [await digestOfTable(client, 'loaded-same'), await digestOfTable(client, 'mutated')];
  check(one === other, 'WISH-09', () => `loaded has digest ${one}, mutations have ${other}`);
  return {
    ids: ['WISH-09'],
    title: 'bulk load, with states, indexes and counts',
    held: [
      `A recount of ${all.length.toLocaleString('en-US')} loaded edges found no wrong row; the first ${slow.length.toLocaleString('en-US')} of them, sent as mutations, gave the same digest, lists and counts.`,
    ],
    tables: [
      {
        title: 'beside the users, edges/s',
        columns: ['load', `mutations of ${MUTATIONS_AT_ONCE}`],
        rows: [[figures.bulkLoadEdgesPerS, figures.mutationEdgesPerS]],
      },
    ],
  };
}

/** In the order of their keys. */
function edgesOf(wishesOfUser: (userId: bigint) => readonly Wish[], users: number) {
  return Array.from({ length: users }, (_, user) => wishesOfUser(BigInt(user + 1))).flatMap((wishes) =>
    wishes.map(({ userId, productId, createdAtMs, note }) => ({
      source: userId,
      target: productId,
      version: VERSION,
      properties: { created_at: createdAtMs, note },
    })),
  );
}

async function answersOf(table: TableHandle, user: number): Promise<string> {
  const { edges } = await table.scan('newest', { start: user, direction: 'OUT', limit: LIST_MAX });
  const wishes = edges.map(({ target, properties }) => [String(target), properties.created_at, properties.note]);
  return JSON.stringify([String(await table.count(user, 'OUT')), wishes], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

async function perSecond(edges: number, work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return Math.round((edges * 1_000) / (performance.now() - beganMs));
}
