/**
 * Goal: bad input is refused by what is there for it, and the fuzzer would find it if it were not.
 * Method: a short run of every target from one seed; then planted mistakes, each until it is found.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printInput } from './input-text.ts';
import { PLANTED_MISTAKES } from './planted.ts';
import { type RunResult, runTarget } from './run-target.ts';
import { TARGETS } from './targets.ts';

const SEED = 1;
/** Inputs of a run, by target: what two to four seconds allow. */
const INPUTS: Readonly<Record<string, number>> = { requests: 280, 'http-bytes': 100, pages: 150, 'log-files': 100 };
const INPUTS_DEFAULT = 400;

function describeFinding({ target, finding }: RunResult): string {
  if (finding === null) return '';
  const { problem, input, shortest } = finding;
  return `${problem}\nnpm run fuzz -- --target ${target} --input '${printInput(shortest ?? input)}'`;
}

describe('a short run of every target finds nothing', () => {
  for (const target of TARGETS) {
    it(`${target.name}: ${target.promise}`, async () => {
      const result = await runTarget({ target, seed: SEED, inputs: INPUTS[target.name] ?? INPUTS_DEFAULT });
      assert.equal(result.finding, null, describeFinding(result));
      assert.ok(result.ran >= result.ranAtFirst);
    });
  }
});

describe('a planted mistake is found', () => {
  for (const { target, finding, inputsMax } of PLANTED_MISTAKES) {
    it(target.name, async () => {
      const result = await runTarget({ target, seed: SEED, inputs: inputsMax });
      assert.ok(result.finding !== null, `${inputsMax} inputs did not find it`);
      assert.match(result.finding.problem, finding);
      const { input, shortest } = result.finding;
      assert.ok(shortest !== null && shortest.length <= input.length, 'it is found again alone, and made shorter');
    });
  }
});

it('the same seed makes the same run', async () => {
  const [planted] = PLANTED_MISTAKES;
  assert.ok(planted !== undefined);
  const run = async (): Promise<RunResult['finding']> =>
    (await runTarget({ target: planted.target, seed: 7, inputs: planted.inputsMax })).finding;
  assert.deepEqual(await run(), await run());
});
