import { readFile } from 'node:fs/promises';
import { checkEvidence } from '@actionbase/migrate/evidence/check-evidence';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readPublicKey } from '../migrate/evidence-keys.ts';

/** `actionbase evidence …` */
export const EVIDENCE_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['evidence', 'check'],
    summary: "Checks a migration's evidence without trusting the program that wrote it.",
    details:
      'That no line is missing or changed, that each is signed with the key, and that every conclusion follows from the digests and ' +
      'positions beside it. Exit code 1 when anything is wrong.',
    positionals: [{ name: 'FILE' }],
    flags: [
      {
        kind: 'text',
        name: 'key',
        value: 'FILE',
        help: "The operator's public key (PEM); signatures are not checked without it.",
      },
    ],
    examples: ['actionbase evidence check wish/evidence.jsonl --key wish/evidence.pub.pem'],
    run: check,
  },
];

async function check({ args, terminal, asJson }: CommandCall): Promise<ExitCode> {
  const keyPath = args.text('key');
  const key = keyPath === undefined ? undefined : await readPublicKey(keyPath);
  const verdict = checkEvidence(await readFile(args.positional('FILE'), 'utf8'), key);
  const { lines, windows, fullPasses, secondPaths, rows, mismatchesFound, mismatchesOpen, problems, lastHash } =
    verdict;
  if (asJson) await terminal.print(`${JSON.stringify(verdict)}\n`);
  else {
    const signed = key === undefined ? 'signatures not checked' : 'all signed';
    await terminal.print(
      `${lines} lines, ${signed}: ${windows} windows, ${fullPasses} full passes (${rows.toLocaleString('en-US')} rows in the last), ` +
        `${secondPaths} folds of the change feed; ${mismatchesFound} mismatches found, ${mismatchesOpen} open at the end\n` +
        `last hash ${lastHash}\n${problems.map((problem) => `  ${problem}\n`).join('')}` +
        (problems.length === 0
          ? 'The evidence holds.\n'
          : `${problems.length} problems: the evidence does not hold.\n`),
    );
  }
  return problems.length === 0 ? EXIT.ok : EXIT.refused;
}
