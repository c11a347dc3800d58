/**
 * Kills servers, backups and restores, and checks that nothing acknowledged is lost: `npm run crash -- --help`.
 *
 * Exit code 1 when a promise was broken. The same seed draws the same points, mutations and waits, not the same interleaving:
 * the processes are real.
 */
import { parseArgs } from 'node:util';
import { KILL_POINTS } from './killing/kill-points.ts';
import { PLANTED, type PlantedName } from './killing/planted.ts';
import { cutPower } from './power-cuts/cut-power.ts';
import { type CrashProgress, type CrashResult, runCrashes } from './run-crashes.ts';

const HELP = `npm run crash -- [--kills 1000] [--seed N] [--point NAME …] [--json]

Kills servers, backups and restores at named points and at random moments, and checks after each start that every
acknowledged mutation is there; every few kills everything is recounted.

  --kills N       how many kills (300); every point comes once before one comes again
  --seed N        draws points, mutations and waits
  --point NAME    only at this point; may be given several times. "random" means random moments
  --within MS     longest time between the first write and a random kill (300)
  --planted NAME  makes a mistake that the run has to find; "all" tries each
  --list          prints the points and the mistakes
  --json          one JSON object per kill, and one for the result

  --power-cuts N  instead of kills: power cuts of a recorded server (needs strace)
`;

/** Power cuts tried on one recording, and how long its clients write to each life of the server. */
const CUTS_OF_RECORDING = 100;
const WRITE_MS = 2_000;

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    point: { type: 'string', multiple: true, default: [] },
    within: { type: 'string', default: '300' },
    planted: { type: 'string' },
    list: { type: 'boolean', default: false },
    'power-cuts': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const seed = Number(flags.seed);
const names = KILL_POINTS.map(({ name }) => name);

if (flags.help) console.log(HELP);
else if (flags.list) printList();
else if (flags['power-cuts'] !== undefined) await runPowerCuts(Number(flags['power-cuts']));
else if (flags.planted === 'all') await tryMistakes(Object.keys(PLANTED) as PlantedName[]);
else if (flags.planted !== undefined) await tryMistakes([plantedName(flags.planted)]);
else {
  const result = await run(null);
  if (flags.json) console.log(JSON.stringify({ seed, ...result, points: Object.fromEntries(result.points) }));
  else printResult(result);
  process.exitCode = result.violations.length === 0 ? 0 : 1;
}

function run(planted: PlantedName | null): Promise<CrashResult> {
  const wanted = flags.point.filter((name) => name !== 'random');
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is no point; see --list`);
  return runCrashes({
    kills: Number(flags.kills),
    seed,
    points: flags.point.length === 0 ? names : wanted,
    random: flags.point.length === 0 || flags.point.includes('random'),
    withinMs: Number(flags.within),
    planted,
    isEnough: ({ violations }) => planted !== null && violations.length > 0,
    onKill: tell,
  });
}

function tell({ point, result, violations }: CrashProgress): void {
  const { kills, acknowledged, unknown } = result;
  if (flags.json) return console.log(JSON.stringify({ point, kills, acknowledged, unknown, violations }));
  const counts = `${acknowledged} acknowledged, ${unknown} without an answer`;
  if (process.stdout.isTTY) process.stdout.write(`\rkill ${kills} of ${flags.kills}: ${counts} `);
  else if (kills % 25 === 0) console.log(`kill ${kills} of ${flags.kills}: ${counts}`);
  for (const violation of violations)
    console.log(`\nat ${point ?? 'a random moment'}: ${violation}\n  ${replayOf(point)}`);
}

function replayOf(point: string | null): string {
  return `npm run crash -- --kills 20 --seed ${seed} --point ${point ?? 'random'}`;
}

function printResult(result: CrashResult): void {
  console.log(`\n\n${'point'.padEnd(24)}  passed   kills  violations`);
  for (const [name, { passed, kills, violations }] of result.points) {
    const figures = [passed, kills, violations].map((figure) => String(figure).padStart(8)).join('');
    console.log(`${name.padEnd(22)}${figures}`);
  }
  const { kills, randomKills, notReached, acknowledged, unknown, violations } = result;
  console.log(`
${kills} kills: ${kills - randomKills - notReached} at ${result.points.size} points, ${randomKills} at random moments, ${notReached} after a point that was not reached
${acknowledged} mutations acknowledged, ${unknown} without an answer, ${violations.length} violations (seed ${seed})`);
}

/** One recording for every so many cuts, each of another seed. */
async function runPowerCuts(wanted: number): Promise<void> {
  let [cuts, acknowledged, broken] = [0, 0, 0];
  for (let recording = 0; cuts < wanted; recording += 1) {
    const own = seed + recording;
    const result = await cutPower({
      cuts: Math.min(CUTS_OF_RECORDING, wanted - cuts),
      seed: own,
      writeMs: WRITE_MS,
      lives: 2,
      onCut: (done, violations) => {
        if (!flags.json) console.log(`cut ${cuts + done} of ${wanted}`);
        for (const violation of violations) {
          console.log(`${violation}\n  npm run crash -- --power-cuts ${CUTS_OF_RECORDING} --seed ${own}`);
        }
      },
    });
    cuts += result.cuts;
    acknowledged += result.acknowledged;
    broken += result.violations.length;
  }
  if (flags.json) console.log(JSON.stringify({ seed, cuts, acknowledged, violations: broken }));
  else console.log(`${cuts} power cuts, ${acknowledged} requests answered, ${broken} violations (seed ${seed})`);
  process.exitCode = broken === 0 ? 0 : 1;
}

/** Runs with each mistake until it is found; exit code 1 when one is not. */
async function tryMistakes(mistakes: readonly PlantedName[]): Promise<void> {
  for (const mistake of mistakes) {
    const { kills, violations } = await run(mistake);
    const isFound = violations.length > 0;
    console.log(`\n${mistake}: ${isFound ? `found after ${kills} kills` : `NOT found by ${kills} kills`}`);
    if (!isFound) process.exitCode = 1;
  }
}

function plantedName(name: string): PlantedName {
  const found = (Object.keys(PLANTED) as PlantedName[]).find((known) => known === name);
  if (found === undefined) throw new Error(`${name} is no mistake; see --list`);
  return found;
}

function printList(): void {
  for (const { name, says } of KILL_POINTS) console.log(`${name.padEnd(24)}${says}.`);
  console.log('\nMistakes to plant:');
  for (const [name, { says }] of Object.entries(PLANTED)) console.log(`${name.padEnd(24)}${says}`);
}
