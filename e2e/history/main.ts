/**
 * Concurrent clients against a real server that is killed and started again; then their history is checked:
 *
 *     npm run history -- [--lives 20] [--clients 16] [--life 1000 (milliseconds)] [--seed N] [--json]
 *
 * Exit code 1 when the history has no order that explains it.
 */
import { parseArgs } from 'node:util';
import { runHistory } from './run-history.ts';

const { values: flags } = parseArgs({
  options: {
    lives: { type: 'string', default: '20' },
    clients: { type: 'string', default: '16' },
    life: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log('npm run history -- [--lives 20] [--clients 16] [--life 1000 (milliseconds)] [--seed N] [--json]');
} else {
  const seed = Number(flags.seed);
  const result = await runHistory({
    lives: Number(flags.lives),
    clients: Number(flags.clients),
    lifeMs: Number(flags.life),
    seed,
  });
  const { operations, unanswered, changes, violations } = result;
  for (const violation of violations.slice(0, 20)) console.log(violation);
  if (flags.json) console.log(JSON.stringify({ seed, lives: Number(flags.lives), ...result }));
  else {
    const what = `${operations} operations, ${unanswered} mutations without an answer, ${changes} changes`;
    console.log(`${flags.lives} lives: ${what}; ${violations.length} violations (seed ${seed})`);
  }
  process.exitCode = violations.length === 0 ? 0 : 1;
}
