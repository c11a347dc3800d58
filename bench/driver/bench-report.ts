import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** What a benchmark leaves behind: enough to tell what was measured, on what, and whether the answers were right. */
export interface BenchReport {
  readonly bench: string;
  /** Arguments that change what is measured. */
  readonly options: Readonly<Record<string, string | number>>;
  readonly correctness: { readonly ok: boolean; readonly checked: string };
  readonly results: readonly Readonly<Record<string, string | number>>[];
}

/** Writes `bench/results/NAME.json` with the machine, versions and commit; returns its path from the root. */
export function writeReport(report: BenchReport): string {
  const file = join('bench', 'results', `${report.bench}.json`);
  mkdirSync(join(ROOT, 'bench', 'results'), { recursive: true });
  const about = { machine: machine(), versions: versions(), commit: commit(), date: new Date().toISOString() };
  writeFileSync(join(ROOT, file), `${JSON.stringify({ ...report, ...about }, null, 2)}\n`);
  return file;
}

/** Prints rows of equal shape as an aligned table; numbers to the right. */
export function printTable(rows: readonly Readonly<Record<string, string | number>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const texts = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(...texts.map((text) => text[column]?.length ?? 0)));
  for (const [line, text] of texts.entries()) {
    const cells = text.map((cell, column) => {
      const isNumber = line > 0 && typeof rows[line - 1]?.[names[column] ?? ''] === 'number';
      return isNumber ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
    });
    console.log(cells.join('  ').trimEnd());
  }
}

function machine(): Record<string, string | number> {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
  };
}

function versions(): Record<string, string> {
  const manifest: { dependencies: { lmdb: string } } = JSON.parse(
    readFileSync(join(ROOT, 'packages/adapters/lmdb/package.json'), 'utf8'),
  );
  return { node: process.version, lmdb: manifest.dependencies.lmdb };
}

function commit(): string {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
    const changes = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return changes.trim() === '' ? hash : `${hash} with uncommitted changes`;
  } catch {
    return 'not a git checkout';
  }
}
