import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectReport } from '../direct/report.ts';

/** Directors whose reports were not written for longer are called silent, milliseconds. */
export const REPORT_AGE_MS_MAX = 15_000;

/** The newest reports of a migration's directors: `report.json` in each folder under `directory`. */
export async function readReports(directory: string, migration: string): Promise<readonly DirectReport[]> {
  const reports: DirectReport[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(noFolder)) {
    if (!entry.isDirectory()) continue;
    const text = await readFile(join(directory, entry.name, 'report.json'), 'utf8').catch(() => undefined);
    // Replaced by renaming, so it is whole; written by `direct/director.ts`.
    const report = text === undefined ? undefined : (JSON.parse(text) as DirectReport);
    if (report?.migration === migration) reports.push(report);
  }
  return reports;
}

function noFolder(): [] {
  return [];
}
