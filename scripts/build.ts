/**
 * Builds what is published: `npm run build`, or `npm run build -- FOLDER` for another place than build/.
 * Leaves a folder per package, and all of them packed in tarballs/.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type PackagePlace, packageTable } from './package-table.ts';
import { printManifest, printReadme, readManifest } from './published-manifest.ts';
import { root } from './root.ts';

const target = resolve(root, process.argv[2] ?? 'build');
const compiled = join(target, 'compiled');
const tarballs = join(target, 'tarballs');

// Only a folder that an earlier build made is emptied: the name comes from the command line.
for (const folder of [...packageTable.map(({ name }) => name), basename(compiled), basename(tarballs)]) {
  rmSync(join(target, folder), { recursive: true, force: true });
}
mkdirSync(tarballs, { recursive: true });

compile();
for (const place of packageTable) assemble(place);
rmSync(compiled, { recursive: true });
pack();
console.log(`Built ${packageTable.length} packages in ${relative(process.cwd(), target) || target}.`);

function compile(): void {
  run(process.execPath, [
    join(root, 'node_modules/typescript7/bin/tsc'),
    '--project',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    compiled,
  ]);
}

function assemble(place: PackagePlace): void {
  const source = join(root, place.folder);
  const folder = join(target, place.name);
  const code = join(compiled, relative('packages', place.folder), 'src');
  const manifest = readManifest(source);
  mkdirSync(folder);
  if (existsSync(code)) cpSync(code, join(folder, 'dist'), { recursive: true });
  if (existsSync(join(source, 'bin'))) cpSync(join(source, 'bin'), join(folder, 'bin'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'README.md'), printReadme(source, manifest));
  writeFileSync(join(folder, 'package.json'), printManifest(manifest));
}

function pack(): void {
  const folders = packageTable.map(({ name }) => join(target, name));
  run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...folders], 'ignore');
}

function run(command: string, args: readonly string[], stdout: 'inherit' | 'ignore' = 'inherit'): void {
  const shell = command === 'npm' && process.platform === 'win32';
  const result = spawnSync(command, args, { cwd: root, shell, stdio: ['ignore', stdout, 'inherit'] });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}
