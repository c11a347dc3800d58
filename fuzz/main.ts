/**
 * Gives generated bad input to parts of the program:
 *
 *     npm run fuzz -- --seed 7 --inputs 20000          all targets
 *     npm run fuzz -- --target log-records --minutes 5
 *     npm run fuzz -- --target log-records --input %01%29   one input again
 *
 * Exit code 1 when an input showed a problem.
 */
import { parseArgs } from 'node:util';
import { parseInput, printInput } from './input-text.ts';
import { playInput } from './play-input.ts';
import { type RunResult, runTarget } from './run-target.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';
import { Watchdog } from './watchdog.ts';

const HELP = `npm run fuzz -- [--target NAME] [--seed N] [--inputs N] [--minutes M] [--input TEXT] [--list] [--json]

  --target NAME   one of those that --list shows (default all, one after the other)
  --seed N        the same seed makes the same inputs (default 1)
  --inputs N      inputs per target (default 2000, or as many as there is time for)
  --minutes M     time per target
  --input TEXT    play this one input of a target, as a finding printed it
  --list          the targets, and what is promised of each
  --json          one JSON object per target`;

/** Time after which one input counts as a loop without end. */
const INPUT_TIMEOUT_MS = 20_000;
const INPUTS_DEFAULT = 2_000;

const { values: flags } = parseArgs({
  options: {
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string' },
    minutes: { type: 'string' },
    input: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  if (flags.help) return tell(HELP);
  if (flags.list) return tell(TARGETS.map(({ name, promise }) => `${name.padEnd(14)} ${promise}`).join('\n'));
  const targets = TARGETS.filter(({ name }) => flags.target === undefined || name === flags.target);
  const [target] = targets;
  if (target === undefined || (flags.input !== undefined && flags.target === undefined)) {
    console.error(`--target is "${flags.target ?? ''}"; known are ${TARGETS.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  if (flags.input !== undefined) return playOne(target, parseInput(flags.input));
  let failed = 0;
  for (const one of targets) {
    const result = await fuzz(one);
    tellResult(result);
    if (result.finding !== null) failed++;
  }
  return failed === 0 ? 0 : 1;
}

async function fuzz(target: Target): Promise<RunResult> {
  const prefix = `npm run fuzz -- --target ${target.name}`;
  await using watchdog = new Watchdog({ timeoutMs: INPUT_TIMEOUT_MS, prefix });
  const endMs = flags.minutes === undefined ? undefined : performance.now() + Number(flags.minutes) * 60_000;
  const inputs = flags.inputs ?? (endMs === undefined ? INPUTS_DEFAULT : Number.MAX_SAFE_INTEGER);
  const isOver = (): boolean => endMs !== undefined && performance.now() > endMs;
  return runTarget({ target, seed: Number(flags.seed), inputs: Number(inputs), isOver, watchdog });
}

async function playOne(target: Target, input: Uint8Array): Promise<number> {
  await using open = await target.open();
  const problem = await playInput(open, input);
  console.log(problem ?? 'nothing is wrong');
  return problem === undefined ? 0 : 1;
}

function tellResult({ target, inputs, kept, ranAtFirst, ran, finding }: RunResult): void {
  if (flags.json) {
    const found = finding && {
      ...finding,
      input: printInput(finding.input),
      shortest: finding.shortest && printInput(finding.shortest),
    };
    console.log(JSON.stringify({ target, seed: Number(flags.seed), inputs, kept, ranAtFirst, ran, finding: found }));
    return;
  }
  const gained = ranAtFirst === 0 ? 0 : Math.round((100 * (ran - ranAtFirst)) / ranAtFirst);
  console.log(
    `${target}: ${inputs} inputs, ${kept} kept, ${ran} characters of code ran (+${gained} % over the valid inputs)`,
  );
  if (finding === null) return;
  const { afterInputs, problem, input, shortest } = finding;
  console.log(`  input ${afterInputs}: ${problem}`);
  if (shortest === null) {
    console.log(
      `  it takes what was played before: npm run fuzz -- --target ${target} --seed ${flags.seed} --inputs ${afterInputs}`,
    );
    console.log(`  the last input: ${printInput(input)}`);
  } else {
    console.log(`  play it again: npm run fuzz -- --target ${target} --input '${printInput(shortest)}'`);
  }
}

function tell(text: string): number {
  console.log(text);
  return 0;
}
