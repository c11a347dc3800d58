/**
 * Plays seeds of the simulator:
 *
 *     npm run sim -- --seed 913            one seed, with what it did
 *     npm run sim -- --from 1 --seeds 1000 many
 *     npm run sim -- --planted             every planted mistake, until a seed finds it
 *
 * Exit code 1 when a promise was broken, or when a planted mistake was not found.
 */
import { parseArgs } from 'node:util';
import { PLANTED_MISTAKES } from './planted.ts';
import type { PlantedMistake } from './planted-owners.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

const HELP = `npm run sim -- [--seed N] [--from A] [--seeds N] [--planted] [--damaged] [--mistake NAME] [--json]

  --seed N        play this seed alone
  --from A        first of many seeds (default 1)
  --seeds N       how many (default 100)
  --planted       put each planted mistake into the database and count the seeds until it is found
  --damaged       damage rows of every kind in the end; audits must find and repair them
  --mistake NAME  with one planted mistake: ${PLANTED_MISTAKES.map(({ name }) => name).join(', ')}
  --json          print one JSON object at the end`;

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100' },
    planted: { type: 'boolean', default: false },
    damaged: { type: 'boolean', default: false },
    mistake: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  if (flags.help) {
    console.log(HELP);
    return 0;
  }
  const from = numberOf('from', flags.seed ?? flags.from);
  const seeds = flags.seed === undefined ? numberOf('seeds', flags.seeds) : 1;
  if (flags.planted) return playPlanted(from, seeds);
  const mistake = PLANTED_MISTAKES.find(({ name }) => name === flags.mistake);
  if (flags.mistake !== undefined && mistake === undefined) {
    console.error(`--mistake is "${flags.mistake}"; known are ${PLANTED_MISTAKES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  return playSeeds(from, seeds, mistake);
}

async function playSeeds(from: number, seeds: number, mistake: PlantedMistake | undefined): Promise<number> {
  const sums = {
    seeds: 0,
    steps: 0,
    lives: 0,
    zombies: 0,
    audits: 0,
    damaged: 0,
    frames: 0,
    acknowledged: 0,
    reads: 0,
    failed: [] as number[],
  };
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await runSeed({ seed, wrappers: mistake?.wrappers ?? {}, isDamaged: flags.damaged });
    sums.seeds += 1;
    for (const name of ['steps', 'lives', 'zombies', 'audits', 'damaged', 'frames', 'acknowledged', 'reads'] as const)
      sums[name] += result[name];
    if (result.violations.length > 0) {
      sums.failed.push(seed);
      tellFailure(result, mistake);
    }
    tellProgress(sums.seeds, seeds);
  }
  if (flags.json) console.log(JSON.stringify(sums));
  else console.log(describe(sums));
  return sums.failed.length === 0 ? 0 : 1;
}

function tellFailure({ seed, violations }: SeedResult, mistake: PlantedMistake | undefined): void {
  if (flags.json) return;
  const given = mistake === undefined ? '' : ` --mistake ${mistake.name}`;
  console.log(`${clearLine()}seed ${seed} broke a promise; play it again: npm run sim -- --seed ${seed}${given}`);
  for (const { sentence, history } of violations.slice(0, 5)) {
    console.log(`  ${sentence}`);
    for (const line of history) console.log(`      ${line}`);
  }
  if (violations.length > 5) console.log(`  and ${violations.length - 5} more`);
}

async function playPlanted(from: number, seeds: number): Promise<number> {
  const found: { name: string; seeds: number | null; sentence: string }[] = [];
  for (const { name, wrappers } of PLANTED_MISTAKES) {
    let result: SeedResult | undefined;
    let played = 0;
    while (played < seeds && (result === undefined || result.violations.length === 0)) {
      result = await runSeed({ seed: from + played, wrappers });
      played += 1;
    }
    const [first] = result?.violations ?? [];
    found.push({ name, seeds: first === undefined ? null : played, sentence: first?.sentence ?? 'not found' });
    if (!flags.json)
      console.log(
        `${name.padEnd(24)} ${first === undefined ? 'not' : `after ${played}`.padEnd(9)} ${first?.sentence.slice(0, 110) ?? 'found'}`,
      );
  }
  if (flags.json) console.log(JSON.stringify(found));
  return found.every((one) => one.seeds !== null) ? 0 : 1;
}

function describe(sums: {
  seeds: number;
  steps: number;
  lives: number;
  zombies: number;
  audits: number;
  damaged: number;
  frames: number;
  acknowledged: number;
  reads: number;
  failed: number[];
}): string {
  const what = `${sums.lives} lives, ${sums.zombies} of them as zombies, ${sums.frames} frames, ${sums.acknowledged} mutations acknowledged, ${sums.reads} reads checked, ${sums.audits} audits, ${sums.damaged} rows repaired`;
  return `${clearLine()}${sums.seeds} seeds: ${sums.steps} steps, ${what}; ${sums.failed.length} seeds broke a promise`;
}

function tellProgress(done: number, all: number): void {
  if (process.stdout.isTTY && done % 10 === 0) process.stdout.write(`\r${done} of ${all} seeds `);
}

function clearLine(): string {
  return process.stdout.isTTY ? '\r\x1b[K' : '';
}

function numberOf(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} is "${text}"; expected a whole number`);
  process.exit(2);
}
