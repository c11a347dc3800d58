/** Runs a program of a folder by its name: `npm run bench -- NAME`, `npm run example -- NAME`. */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './root.ts';

const [folder = '', name, ...args] = process.argv.slice(2);
const names = globSync('*/main.ts', { cwd: join(root, folder) })
  .map((file) => basename(dirname(file)))
  .sort();
const list = names.length === 0 ? `There is nothing in ${folder}/ yet.` : `In ${folder}/: ${names.join(', ')}`;

if (name === undefined || name === '--help') {
  console.log(list);
} else if (names.includes(name)) {
  const main = join(root, folder, name, 'main.ts');
  // In this process, so that signals reach it and its exit code is ours.
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
} else {
  console.error(`${folder}/ has no "${name}". ${list}`);
  process.exitCode = 1;
}
