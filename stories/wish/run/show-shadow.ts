import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkEvidence } from '@actionbase/migrate/evidence/check-evidence';
import { check, type FigureTable, type StepReport } from '../story-report.ts';
import { type Chapter, until } from './chapter.ts';
import { loseListRow } from './damage-store.ts';

const PHASE_MS = { small: 6_000, full: 30_000 } as const;
const SLOW_MS = 2_000;
/** A user whom many others ask for. */
const HOT_USER = 1n;
const LIST_WISHES = 20;
/** Compressed: a month with a window a day. */
const WINDOWS_MIN = 30;

const PHASES = {
  none: 'no shadow',
  healthy: 'shadow, new store healthy',
  slow: 'shadow, new store slowed to 2 s',
  gone: 'shadow, new store gone',
} as const;

/** WISH-13, WISH-15, WISH-16, WISH-23: live reads also go to the new store; what users see of it when it is wrong, slow, or gone. */
export async function showShadow(chapter: Chapter): Promise<StepReport> {
  const { context, advance, turnTraffic } = chapter;
  const { toolkit, appProxy } = context;
  const phaseMs = PHASE_MS[context.options.size];
  await pause(phaseMs);
  await turnTraffic(PHASES.none);
  await advance('shadow');
  await pause(phaseMs);
  await turnTraffic(PHASES.healthy);
  const wrongList = await lostListRow(chapter);
  await turnTraffic('shadow, a row lost');
  appProxy.faults.delayMs = SLOW_MS;
  await pause(phaseMs);
  await turnTraffic(PHASES.slow);
  appProxy.faults.delayMs = 0;
  appProxy.faults.isCut = true;
  await pause(phaseMs);
  appProxy.faults.isCut = false;
  await turnTraffic(PHASES.gone);
  const refused = await toolkit.migrate('advance', 'ramp', '--why', 'the new store was slow and gone');
  check(refused.code !== 0, 'WISH-23', () => 'the ramp opened although shadow reads had failed');
  const verdict = await carriedTraffic(chapter, phaseMs);
  await turnTraffic('shadow, again');
  return {
    ids: ['WISH-13', 'WISH-15', 'WISH-16', 'WISH-23'],
    title: 'shadow reads, with the new store healthy, wrong, slow and gone',
    held: [
      'No request of a user failed while the new store was slow or gone.',
      `The ramp did not open then: ${refused.err.trim()}`,
      wrongList,
      await windowsOf(chapter),
    ],
    tables: [latencies(chapter), verdict],
  };
}

/** A row of a list that is gone below the log: users' own reads, sent to the new store as well, find it. */
async function lostListRow({ context, figures }: Chapter): Promise<string> {
  const { toolkit } = context;
  figures.faultsPlanted += 1;
  await context.killNewStore();
  await loseListRow(join(context.dataDirectory, 'store'), HOT_USER);
  await context.startNewStore();
  let found = '';
  await until('the wrong list', async () => {
    await context.wishClient.scan(HOT_USER, LIST_WISHES);
    const { shadow } = await toolkit.status();
    const wrong = shadow?.mismatches.find(({ name, key }) => name === 'scan' && key === String(HOT_USER));
    if (wrong !== undefined) found = `${wrong.name} of ${wrong.key}: ${wrong.legacy} and ${wrong.new}`;
    return wrong !== undefined;
  });
  figures.faultsFound += 1;
  const refused = await toolkit.migrate('advance', 'ramp', '--why', 'with a wrong list');
  check(refused.code !== 0, 'WISH-16', () => 'the ramp opened with a wrong list');
  await until('the repair of the list', async () => {
    const repair = await toolkit.audit('gift.wish', '--repair');
    check(repair.code === 0 || repair.err.includes('audit-running'), 'WISH-16', () => `${repair.out}${repair.err}`);
    return repair.code === 0;
  });
  await until('the repaired list', async () => {
    const { code } = await toolkit.migrate('verify', '--only', 'derived', '--json');
    return code === 0;
  });
  return `A row that a list had lost was found by users’ reads, and repaired: ${found.slice(0, 200)}`;
}

/** A round of shadow reads with nothing to complain of. A refusal begins a new one, and a busy machine may need several. */
async function carriedTraffic({ context }: Chapter, phaseMs: number): Promise<FigureTable> {
  const { toolkit } = context;
  await until('a clean round of shadow reads', async () => {
    await pause(phaseMs);
    if ((await toolkit.status()).missing.length === 0) return true;
    const { code } = await toolkit.migrate('advance', 'ramp', '--why', 'another round');
    check(code !== 0, 'WISH-23', () => 'what was missing a moment ago is not missing any more');
    return false;
  });
  const { shadow } = await toolkit.status();
  check(shadow?.isFit === true, 'WISH-23', () => `the verdict is ${JSON.stringify(shadow?.reasons)}`);
  const rows = shadow.kinds.map((kind) => [
    ...[kind.name, kind.readsPerS, kind.compared, kind.mismatches, kind.races, Number(kind.noiseShare.toFixed(4))],
    ...[kind.legacyP50Ms ?? '–', kind.legacyP99Ms ?? '–', kind.newP50Ms ?? '–', kind.newP99Ms ?? '–', kind.errors],
    kind.hotKeys.map(({ key }) => key).join(' '),
  ]);
  return {
    title: 'what the new store carries',
    columns: [
      ...['read', 'reads/s', 'compared', 'wrong', 'races', 'noise of the old side'],
      ...['old p50 ms', 'old p99 ms', 'new p50 ms', 'new p99 ms', 'errors', 'hot keys'],
    ],
    rows,
  };
}

/** What the evidence says of its windows: none found a row, and no bucket was carried on and on. */
async function windowsOf({ context }: Chapter): Promise<string> {
  const text = await readFile(join(context.directory, 'wish', 'evidence.jsonl'), 'utf8');
  const { windows } = checkEvidence(text.slice(0, text.lastIndexOf('\n') + 1));
  check(windows >= WINDOWS_MIN, 'WISH-13', () => `there were ${windows} windows, wanted are ${WINDOWS_MIN}`);
  let [carried, longest] = [0, 0];
  const since = new Map<number, number>();
  for (const line of text.split('\n').slice(0, -1)) {
    const { body } = JSON.parse(line) as { body: { kind: string; carried?: number[] } };
    if (body.kind === 'base') since.clear();
    if (body.kind !== 'window') continue;
    const now = new Set(body.carried);
    for (const bucket of since.keys()) if (!now.has(bucket)) since.delete(bucket);
    for (const bucket of now) since.set(bucket, (since.get(bucket) ?? 0) + 1);
    carried += now.size;
    longest = Math.max(longest, ...since.values());
  }
  return `In ${windows} windows, ${carried} buckets were in motion at every look and were left to the next window; none for more than ${longest} windows in a row.`;
}

function latencies({ figures }: Chapter): FigureTable {
  const names = Object.values(PHASES);
  const cell = (of: 'p50Ms' | 'p99Ms', kind: 'reads' | 'writes') =>
    names.map((name) => figures.phases[name]?.[kind][of] ?? 0);
  return {
    title: 'what users saw, ms (of the slowest kind of read)',
    columns: ['', ...names],
    rows: [
      ['reads p50', ...cell('p50Ms', 'reads')],
      ['reads p99', ...cell('p99Ms', 'reads')],
      ['writes p50', ...cell('p50Ms', 'writes')],
      ['writes p99', ...cell('p99Ms', 'writes')],
    ],
  };
}
