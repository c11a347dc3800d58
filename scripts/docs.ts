/**
 * Prints the generated parts of the documents: `npm run docs`, or `npm run docs -- --check` to change nothing and fail
 * where something would.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessTable } from './docs/access.ts';
import { apiPages } from './docs/api.ts';
import { compatibilityTables } from './docs/compatibility.ts';
import { configurationTable } from './docs/configuration.ts';
import { failureTables } from './docs/failures.ts';
import { type GeneratedBlock, replaceBlock } from './docs/generated-block.ts';
import { limitTables } from './docs/limits.ts';
import { packagesPicture } from './docs/packages-picture.ts';
import { referenceSettingsTable } from './docs/reference-settings.ts';
import { root } from './root.ts';

const blocks: readonly GeneratedBlock[] = [
  packagesPicture,
  configurationTable,
  referenceSettingsTable,
  accessTable,
  failureTables,
  limitTables,
  compatibilityTables,
  apiPages,
];

const check = process.argv.includes('--check');
const problems: string[] = [];

for (const block of blocks) {
  const path = join(root, block.file);
  const before = readFileSync(path, 'utf8');
  const after = replaceBlock(before, block.marker, await block.print());
  if (after === undefined) {
    problems.push(`${block.file}: expected one pair of markers ${block.marker}:begin and ${block.marker}:end`);
  } else if (after !== before && check) {
    problems.push(`${block.file}: the part "${block.marker}" is out of date; run \`npm run docs\``);
  } else if (after !== before) {
    writeFileSync(path, after);
    console.log(`${block.file}: printed "${block.marker}"`);
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
