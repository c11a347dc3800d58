/**
 * "What did my friends wish for, newest first", in one request: a user with 100 friends of 100 wishes each, among many
 * others. Asked by multi-hop queries, by 1 + 100 single calls, and by the same calls in parallel, in turns in one run; every
 * answer is compared with the generated data. One question is under way at a time.
 *
 *     npm run bench -- friends [--friends 100] [--wishes 100] [--people 1000] [--readers 10] [--asked 200] [--rounds 3] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { printTable, writeReport } from '../driver/bench-report.ts';
import { runFriends } from './run-friends.ts';

const { values: flags } = parseArgs({
  options: {
    friends: { type: 'string', default: '100' },
    wishes: { type: 'string', default: '100' },
    people: { type: 'string', default: '1000' },
    readers: { type: 'string', default: '10' },
    asked: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(
    'npm run bench -- friends [--friends 100] [--wishes 100] [--people 1000] [--readers 10] [--asked 200] [--rounds 3] [--seed 1]',
  );
} else {
  const options = {
    friends: Number(flags.friends),
    wishes: Number(flags.wishes),
    people: Number(flags.people),
    readers: Number(flags.readers),
    asked: Number(flags.asked),
    rounds: Number(flags.rounds),
    seed: Number(flags.seed),
  };
  const { rows, wrong, checked } = await runFriends(options);
  printTable(rows);
  console.log(`\n${checked}`);
  console.log(writeReport({ bench: 'friends', options, correctness: { ok: wrong === 0, checked }, results: rows }));
  process.exitCode = wrong === 0 ? 0 : 1;
}
