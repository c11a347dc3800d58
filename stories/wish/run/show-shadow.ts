import { setTimeout as pause } from 'node:timers/promises';
import { check, type StepReport } from '../story-report.ts';
import { type Chapter, until } from './chapter.ts';

const PHASE_MS = { small: 6_000, full: 30_000 } as const;
const SLOW_MS = 2_000;

/** WISH-15, WISH-16, WISH-23: live reads also go to the new store; what it does to users when it is slow, or gone. */
export async function showShadow(chapter: Chapter): Promise<StepReport> {
  const { context, figures, advance, turnTraffic } = chapter;
  const { toolkit, appProxy } = context;
  const phaseMs = PHASE_MS[context.options.size];
  await pause(phaseMs);
  await turnTraffic('no shadow');
  await advance('shadow');
  await pause(phaseMs);
  await turnTraffic('shadow, new store healthy');
  appProxy.faults.delayMs = SLOW_MS;
  await pause(phaseMs);
  await turnTraffic('shadow, new store slowed to 2 s');
  appProxy.faults.delayMs = 0;
  appProxy.faults.isCut = true;
  await pause(phaseMs);
  appProxy.faults.isCut = false;
  await turnTraffic('shadow, new store gone');
  const refused = await toolkit.migrate('advance', 'ramp', '--why', 'the new store was slow and gone');
  check(refused.code !== 0, 'WISH-23', () => 'the ramp opened although shadow reads had failed');
  // A refusal begins a new round of shadow reads, and a busy machine may need several.
  await until('a clean round of shadow reads', async () => {
    await pause(phaseMs);
    if ((await toolkit.status()).missing.length === 0) return true;
    await toolkit.migrate('advance', 'ramp', '--why', 'another round');
    return (await toolkit.status()).stage === 'ramp';
  });
  await turnTraffic('shadow');
  const names = ['no shadow', 'shadow, new store healthy', 'shadow, new store slowed to 2 s', 'shadow, new store gone'];
  return {
    ids: ['WISH-15', 'WISH-16', 'WISH-23'],
    title: 'shadow reads, with the new store healthy, slow and gone',
    held: [
      'No request of a user failed while the new store was slow or gone.',
      `The ramp did not open then: ${refused.err.trim()}`,
    ],
    tables: [
      { title: 'p99 of users’ reads, ms', columns: names, rows: [names.map((name) => figures.readP99Ms[name] ?? 0)] },
    ],
  };
}
