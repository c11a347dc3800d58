import { globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** Which tests are meant: those that need only npm, or those that need other programs. */
export type TestKind = 'npm' | 'components';

const folders = ['packages', 'bench', 'e2e', 'examples', 'fuzz', 'scripts', 'sim', 'stories'];

/**
 * Finds test files, sorted, relative to the root. Without paths: all of the kind.
 * With paths: of a folder all of the kind, and each file as it was named.
 */
export function findTests(root: string, kind: TestKind, paths: readonly string[]): string[] {
  const wanted = paths.length === 0 ? folders : paths.map((path) => relative(root, resolve(root, path)));
  const files = wanted.flatMap((path) =>
    statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ? [path] : findInFolder(root, kind, path),
  );
  return [...new Set(files)].sort();
}

function findInFolder(root: string, kind: TestKind, folder: string): string[] {
  const files = globSync('**/*.test.ts', { cwd: join(root, folder), exclude: (name) => name === 'node_modules' });
  return files
    .filter((file) => file.endsWith('.components.test.ts') === (kind === 'components'))
    .map((file) => join(folder, file));
}
