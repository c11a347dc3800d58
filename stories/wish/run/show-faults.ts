import { join } from 'node:path';
import type { MigrationStatus } from '@actionbase/migrate/operate/migration-status';
import type { Verification } from '@actionbase/migrate/operate/proof-loop';
import { check, type StepReport } from '../story-report.ts';
import type { Chapter } from './chapter.ts';
import { until } from './chapter.ts';
import { damageStore } from './damage-store.ts';

/** WISH-11 to WISH-14: the proof, and what it finds of what is planted; the gate is closed meanwhile. */
export async function showFaults(chapter: Chapter): Promise<StepReport> {
  const { context, figures } = chapter;
  const { toolkit } = context;
  await toolkit.until('clean windows', ({ windows }) => windows.clean >= 1);
  const held = [await wrongValue(chapter), await droppedEvent(chapter), await lostRows(chapter)];

  const verifying = toolkit.migrate('verify', '--json');
  await new Promise((resolve) => setTimeout(resolve, 150));
  await toolkit.kill();
  figures.toolkitKills.verify = 1;
  await verifying;
  await toolkit.start();
  await toolkit.until('the evidence for stage verified', ({ missing }) => missing.length === 0);
  await chapter.advance('verified');
  const evidence = join(context.directory, 'wish', 'evidence.jsonl');
  const checked = await toolkit.command(
    'evidence',
    'check',
    evidence,
    '--key',
    join(context.directory, 'wish', 'evidence.pub.pem'),
  );
  check(checked.code === 0, 'WISH-12', () => `the evidence does not hold: ${checked.out}${checked.err}`);
  held.push(`The evidence holds: ${checked.out.split('\n')[0]}`);
  await chapter.turnTraffic('proof');
  return {
    ids: ['WISH-11', 'WISH-12', 'WISH-13', 'WISH-14'],
    title: 'the proof, and what was planted',
    held,
    tables: [],
  };
}

/** A value on the new side that no user wrote. */
async function wrongValue({ context, figures }: Chapter): Promise<string> {
  const { client, toolkit, population } = context;
  const table = client.table('gift', 'wish');
  // A user whom the writers never touch: they have the lower numbers of all lanes more often, and this one is asked first.
  const userId = BigInt(population.options.users);
  const [edge] = (await table.scan('newest', { start: userId, direction: 'OUT', limit: 1 })).edges;
  check(edge !== undefined, 'WISH-14', () => 'the last user has no wish');
  figures.faultsPlanted += 1;
  const { note = null, ...properties } = edge.properties;
  const wrong = { source: userId, target: BigInt(String(edge.target)) };
  await table.insert({ ...wrong, version: BigInt(edge.version) + 1n, properties: { ...properties, note: 'planted' } });
  const found = await toolkit.until('the wrong value', ({ mismatches }) => mismatches.length > 0);
  const text = found.mismatches[0]?.text ?? '';
  check(
    text.includes(`${userId} → ${edge.target}`) && text.includes('note') && text.includes('planted'),
    'WISH-14',
    () => text,
  );
  figures.faultsFound += 1;
  await requireClosed(context.toolkit, 'verified');
  await context.wishClient.add({
    userId,
    productId: wrong.target,
    createdAtMs: Number(properties.created_at),
    note: note === null ? null : String(note),
  });
  context.ledger.end(
    context.ledger.begin({
      lane: -1,
      op: {
        kind: 'add',
        wish: {
          userId,
          productId: wrong.target,
          createdAtMs: Number(properties.created_at),
          note: note === null ? null : String(note),
        },
      },
      sentMs: Date.now(),
    }),
    { kind: 'acknowledged', atMs: Date.now() },
  );
  await toolkit.until('the repair', ({ mismatches }) => mismatches.length === 0);
  return `A wrong value was named: ${text}`;
}

/** A record of the change feed that gets lost on the way to the second path alone. */
async function droppedEvent({ context, figures }: Chapter): Promise<string> {
  const { toolkit, toolProxy } = context;
  figures.faultsPlanted += 1;
  toolProxy.faults.dropFeedLine = 5;
  const { code, out, err } = await toolkit.migrate('verify', '--only', 'feed', '--json');
  toolProxy.faults.dropFeedLine = undefined;
  check(code === 1, 'WISH-12', () => `the dropped record was not found: ${out}${err}`);
  const { secondPath } = JSON.parse(out) as Verification;
  const key = keyOfLine(toolProxy.dropped[0] ?? '');
  const text = (secondPath?.mismatches ?? []).map((mismatch) => mismatch.text).join('; ');
  check(text.includes(key), 'WISH-12', () => `dropped was ${key}, found was: ${text}`);
  figures.faultsFound += 1;
  await requireClosed(toolkit, 'verified');
  const whole = await toolkit.migrate('verify', '--only', 'feed', '--json');
  check(whole.code === 0, 'WISH-12', () => `with the whole feed: ${whole.out}${whole.err}`);
  return `A record that only the change feed lost was named: ${text}`;
}

/** An index row that is gone and a count that is wrong, below the log of the new store. */
async function lostRows({ context, figures }: Chapter): Promise<string> {
  const { toolkit } = context;
  figures.faultsPlanted += 2;
  await context.killNewStore();
  const { lostIndexRow, wrongCount } = await damageStore(join(context.dataDirectory, 'store'));
  await context.startNewStore();
  let status: MigrationStatus | undefined;
  await until('the lost index row and the wrong count', async () => {
    await toolkit.migrate('verify', '--only', 'derived', '--json');
    status = await toolkit.status();
    return status.mismatches.length >= 2;
  });
  const text = status?.mismatches.map((mismatch) => mismatch.text).join('\n') ?? '';
  check(text.includes(lostIndexRow), 'WISH-14', () => `index row ${lostIndexRow} is not named: ${text}`);
  check(text.includes(wrongCount), 'WISH-14', () => `count ${wrongCount} is not named: ${text}`);
  figures.faultsFound += 2;
  await requireClosed(toolkit, 'verified');
  // A server does one audit at a time, and the proof has its own.
  await until('the repair', async () => {
    const repair = await toolkit.audit('gift.wish', '--repair');
    check(
      repair.code === 0 || repair.err.includes('audit-running'),
      'WISH-14',
      () => `the repair: ${repair.out}${repair.err}`,
    );
    return repair.code === 0;
  });
  await until('the repaired rows', async () => {
    const { code } = await toolkit.migrate('verify', '--only', 'stored', '--only', 'derived', '--json');
    return code === 0;
  });
  return `A lost index row and a wrong count were named and repaired: ${text.split('\n')[0]}`;
}

async function requireClosed(toolkit: Chapter['context']['toolkit'], stage: string): Promise<void> {
  const { code, err } = await toolkit.migrate('advance', stage, '--why', 'with a mismatch');
  check(code !== 0, 'WISH-14', () => `stage ${stage} opened with a mismatch`);
  check(err.includes('mismatch') || err.includes('full pass'), 'WISH-14', () => `the refusal does not say why: ${err}`);
}

function keyOfLine(text: string): string {
  const { record } = JSON.parse(text) as { record: { edge: { src: number; tgt: number } } };
  return `${record.edge.src} → ${record.edge.tgt}`;
}
