import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package.json of a package, as far as a build changes it. */
export type Manifest = {
  readonly name: string;
  readonly description: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
};

/** The published code is what `tsc` left of TypeScript for the Node that we test with, and it was tested with no other. */
const nodeRange = '>=24';

/** Reads the manifest of a package in the work tree. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Prints the package.json that is published: what led to the sources leads to the built files. */
export function printManifest(manifest: Manifest): string {
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([path, source]) => [path, planExport(source)]),
  );
  const files = manifest.bin === undefined ? ['dist'] : ['bin', 'dist'];
  return `${JSON.stringify({ ...manifest, exports, files, engines: { node: nodeRange } }, null, 2)}\n`;
}

/** Prints the package's own README, or one from its manifest. */
export function printReadme(folder: string, manifest: Manifest): string {
  const file = join(folder, 'README.md');
  return existsSync(file) ? readFileSync(file, 'utf8') : `# ${manifest.name}\n\n${manifest.description}\n`;
}

function planExport(source: string): { readonly types: string; readonly default: string } {
  const stem = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}
