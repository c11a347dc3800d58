/**
 * Runs a task of this repository: `node scripts/bootstrap.mjs <task> [args…]`.
 * Works in a fresh clone with nothing but Node and npm: it installs what the lock file names, then hands the task to
 * the pinned Node. What it says goes to stderr, so that stdout is the task's alone.
 * The npm scripts of what runs long begin with `exec`: npm sends a signal to the shell it started, and the shell
 * would die of it without telling us.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNodeProblem, planInstall } from './install-decision.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const binFolder = join(root, 'node_modules', '.bin');
const stampFile = join(root, 'node_modules', '.installed-lock');
const lockFolder = join(root, '.installing');
const installWaitMsMax = 600_000;
const installPollMs = 200;
/** Ctrl-C reaches us from the terminal and again from npm: what comes within this time is one signal. */
const sameSignalMs = 1000;

/** @type {Record<string, readonly string[]>} */
const tasks = {
  start: ['packages/cli/src/main.ts', 'serve'],
  actionbase: ['packages/cli/src/main.ts'],
  test: ['scripts/test.ts'],
  'test:components': ['scripts/test.ts', '--components'],
  check: ['scripts/check.ts'],
  fix: ['scripts/fix.ts'],
  docs: ['scripts/docs.ts'],
  'fill-examples': ['scripts/fill-examples.ts'],
  build: ['scripts/build.ts'],
  bench: ['scripts/program.ts', 'bench'],
  soak: ['bench/soak/main.ts'],
  crash: ['e2e/crash/main.ts'],
  history: ['e2e/history/main.ts'],
  sim: ['sim/main.ts'],
  fuzz: ['fuzz/main.ts'],
  'keep-data': ['e2e/old-data/keep-data.ts'],
  example: ['scripts/program.ts', 'examples'],
  story: ['scripts/program.ts', 'stories'],
};

main(process.argv.slice(2));

/** @param {string[]} argv */
function main(argv) {
  const problem = findNodeProblem(process.versions.node);
  if (problem !== undefined) fail(problem);
  const [task, ...args] = argv;
  const command = task !== undefined && Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (command === undefined) fail(`Name a task: ${Object.keys(tasks).join(', ')}.`);
  installWhatIsMissing();
  run(findPinnedNode(), [...command, ...args]);
}

function installWhatIsMissing() {
  if (readPlan() === 'nothing') return;
  lockInstall();
  try {
    // Another process may have installed it while we waited for the lock.
    const plan = readPlan();
    if (plan !== 'nothing') install(plan);
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function readPlan() {
  const installedStamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
  return planInstall({ lockStamp: readLockStamp(), installedStamp });
}

/** The stamp names the platform too: a work tree may be shared by two. */
function readLockStamp() {
  const file = join(root, 'package-lock.json');
  if (!existsSync(file)) return undefined;
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  return `${process.platform}-${process.arch}-${hash}`;
}

/** Two tasks in one tree must not install at once: `npm ci` begins by removing everything. */
function lockInstall() {
  const deadlineMs = Date.now() + installWaitMsMax;
  while (!tryLockInstall()) {
    if (Date.now() > deadlineMs) fail(`Another install holds ${lockFolder}; remove the folder if none is running.`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, installPollMs);
  }
}

function tryLockInstall() {
  const ownerFile = join(lockFolder, 'pid');
  try {
    mkdirSync(lockFolder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    const owner = existsSync(ownerFile) ? Number(readFileSync(ownerFile, 'utf8')) : undefined;
    if (owner !== undefined && owner > 0 && !isAlive(owner)) rmSync(lockFolder, { recursive: true, force: true });
    return false;
  }
  writeFileSync(ownerFile, String(process.pid));
  return true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {'ci' | 'install'} plan */
function install(plan) {
  const startedMs = Date.now();
  process.stderr.write(`Installing dependencies (npm ${plan}) … `);
  rmSync(stampFile, { force: true });
  // Without our own .bin folder in the path: npm must not run on the Node that it is about to replace.
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== binFolder);
  const result = spawnSync('npm', [plan, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (result.error !== undefined || result.status !== 0) {
    process.stderr.write('failed.\n');
    rmSync(lockFolder, { recursive: true, force: true });
    fail(result.error?.message ?? `${result.stdout}${result.stderr}`);
  }
  writeFileSync(stampFile, readLockStamp() ?? '');
  process.stderr.write(`done in ${Math.round((Date.now() - startedMs) / 1000)} s.\n`);
}

/** The npm package `node` puts its binary there by an install script; a Node as new as that one does as well. */
function findPinnedNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  const pinnedMajor = Number(readManifest().devDependencies.node.split('.')[0]);
  if (Number(process.versions.node.split('.')[0]) >= pinnedMajor) return process.execPath;
  return fail(`${pinned} is missing: does npm's ignore-scripts keep the package "node" from installing its binary?`);
}

/** @returns {{ devDependencies: { node: string } }} */
function readManifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/**
 * @param {string} node
 * @param {string[]} args
 */
function run(node, args) {
  // What the task starts by the name `node` is the pinned one too.
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH ?? ''].join(delimiter) };
  const child = spawn(node, [join(root, ...(args[0] ?? '').split('/')), ...args.slice(1)], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  forwardSignals(child);
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  let last = { signal: '', atMs: 0 };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // At a terminal Ctrl-C goes to the whole process group: the child has it already, and twice means "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      const atMs = Date.now();
      if (signal === last.signal && atMs - last.atMs < sameSignalMs) return;
      last = { signal, atMs };
      child.kill(signal);
    });
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exit(1);
}
