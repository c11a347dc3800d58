/** Everything that can be said without running the code: `npm run check`. One line per step, then all problems. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readArrows } from './arrows.ts';
import { root } from './root.ts';

type Step = {
  readonly name: string;
  /** Prints the problems; nothing when there are none. */
  readonly findProblems: () => string | Promise<string>;
};

const biomeArgs = [
  'check',
  '--reporter=concise',
  '--max-diagnostics=500',
  '--diagnostic-level=warn',
  '--error-on-warnings',
];

const steps: readonly Step[] = [
  { name: 'format and lint', findProblems: () => runNode('node_modules/@biomejs/biome/bin/biome', biomeArgs) },
  { name: 'types', findProblems: () => runNode('node_modules/typescript7/bin/tsc', ['--noEmit', '--pretty', 'false']) },
  { name: 'arrows', findProblems: async () => (await readArrows(root)).problems.join('\n') },
  { name: 'generated docs', findProblems: () => runNode('scripts/docs.ts', ['--check']) },
];

const failed: { readonly name: string; readonly problems: string }[] = [];
for (const step of steps) {
  const startedMs = performance.now();
  const problems = await step.findProblems();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${problems === '' ? 'ok    ' : 'FAILED'}  ${step.name} (${seconds} s)`);
  if (problems !== '') failed.push({ name: step.name, problems });
}

for (const { name, problems } of failed) console.error(`\n${name}\n${problems.trimEnd()}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function runNode(script: string, args: readonly string[]): string {
  const result = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, encoding: 'utf8' });
  if (result.status === 0) return '';
  return `${result.stdout}${result.stderr}`.trim() || `${script} ended with ${result.status ?? result.signal}`;
}
