/** Formats all files and applies the safe lint fixes: `npm run fix`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.ts';

const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
const args = ['check', '--write', '--reporter=concise', '--diagnostic-level=warn', ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, [biome, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
