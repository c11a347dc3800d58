/**
 * Runs the tests with Node's own runner: `npm test`, or `npm test -- path… --flag…` for some files or folders.
 * `--components` takes the tests that need programs from outside npm instead, and installs those first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.ts';
import { findTests, type TestKind } from './test-files.ts';

/** Files at a time: the smallest machine that the tests run on has two cores. */
const concurrency = 2;
const timeoutMs = 300_000;
/** What is compiled once is not compiled again by the hundreds of processes of a run, nor in the next run. */
const compileCache = join(root, 'node_modules/.cache/compile');

const args = process.argv.slice(2);
const kind: TestKind = args.includes('--components') ? 'components' : 'npm';
const paths = args.filter((arg) => !arg.startsWith('-'));
const flags = args.filter((arg) => arg.startsWith('-') && arg !== '--components');

process.exitCode = await runTests();

async function runTests(): Promise<number> {
  const files = findTests(root, kind, paths);
  const emptyPaths = paths.filter((path) => findTests(root, kind, [path]).length === 0);
  if (files.length === 0 || emptyPaths.length > 0) {
    console.error(`No test was found${emptyPaths.length === 0 ? '' : ` in ${emptyPaths.join(', ')}`}.`);
    return 1;
  }
  if (kind === 'components' && (await run(join(root, 'scripts/install-components.sh'), [])) !== 0) return 1;
  const options = [`--test-concurrency=${concurrency}`, `--test-timeout=${timeoutMs}`, '--test-reporter=spec'];
  const preload = ['--import', pathToFileURL(join(root, 'scripts/test-process.ts')).href];
  return run(process.execPath, [...preload, '--test', ...options, ...flags, ...files]);
}

async function run(command: string, commandArgs: readonly string[]): Promise<number> {
  const child = spawn(command, commandArgs, {
    cwd: root,
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = await once(child, 'exit');
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return code ?? 1;
}
