/**
 * Kills a server at random moments under writing clients and checks that nothing acknowledged is lost:
 *
 *     npm run crash -- [--rounds 300] [--seed N] [--writers 16] [--within 300]
 *
 * Ends with a line of figures; exit code 1 when a promise was broken. The same seed draws the same mutations and waits, not
 * the same interleaving: the processes are real.
 */
import { parseArgs } from 'node:util';
import { runCrashes } from './crash.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    writers: { type: 'string', default: '16' },
    within: { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log('npm run crash -- [--rounds 300] [--seed N] [--writers 16] [--within 300 (milliseconds until the kill)]');
} else {
  const result = await runCrashes({
    rounds: Number(flags.rounds),
    seed: Number(flags.seed),
    writers: Number(flags.writers),
    killWithinMs: Number(flags.within),
    onRound: ({ round, acknowledged, unknown, violations }) => {
      const counts = `${acknowledged} acknowledged, ${unknown} without an answer`;
      if (process.stdout.isTTY) process.stdout.write(`\rkill ${round} of ${flags.rounds}: ${counts} `);
      else if (round % 25 === 0) console.log(`kill ${round} of ${flags.rounds}: ${counts}`);
      for (const violation of violations) console.log(`\n${violation}`);
    },
  });
  const { kills, acknowledged, unknown, violations } = result;
  console.log(
    `\n${kills} kills, ${acknowledged} mutations acknowledged, ${unknown} without an answer, ${violations.length} violations (seed ${flags.seed})`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}
