/**
 * Goal: the arrows check fails on each kind of import that it forbids, type-only ones included.
 * Method: a small tree that is laid out like the repository, with one bad import planted in each test.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readArrows } from './arrows.ts';
import { packageTable } from './package-table.ts';
import { root as repository } from './root.ts';

const soundTree = {
  'packages/core/src/value.ts': 'export type Value = string;',
  'packages/ports/src/store.ts': `import type { Value } from '@actionbase/core/value'; export type Store = Value;`,
  'packages/engine/src/engine.ts': `import type { Store } from '@actionbase/ports/store'; export type Engine = Store;`,
  'packages/engine/src/engine.test.ts': `import test from 'node:test'; import './engine.ts'; test('a', () => {});`,
  'packages/adapters/lmdb/src/lmdb-store.ts': `import { open } from 'lmdb'; export const opener = open;`,
  'packages/client/src/index.ts': 'export const client = 1;',
  'packages/cli/src/main.ts': `import { client } from '@actionbase/client'; console.log(client);`,
} as const;

function plant(context: TestContext, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'actionbase-arrows-')));
  context.after(() => rmSync(root, { recursive: true }));
  for (const { name, folder } of packageTable) {
    mkdirSync(join(root, folder, 'src'), { recursive: true });
    cpSync(join(repository, folder, 'package.json'), join(root, folder, 'package.json'));
    mkdirSync(join(root, 'node_modules/@actionbase'), { recursive: true });
    symlinkSync(join(root, folder), join(root, 'node_modules/@actionbase', name));
  }
  symlinkSync(join(repository, 'node_modules/lmdb'), join(root, 'node_modules/lmdb'));
  for (const [file, code] of Object.entries({ ...soundTree, ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${code}\n`);
  }
  return readArrows(root).then(({ problems }) => problems);
}

test('a sound tree has no problem', async (context) => {
  assert.deepEqual(await plant(context, {}), []);
});

test('a type-only import that points up is found', async (context) => {
  const file = 'packages/core/src/up.ts';
  const problems = await plant(context, {
    [file]: `import type { Store } from '@actionbase/ports/store'; export type Up = Store;`,
  });
  assert.ok(problems.includes(`${file} -> packages/ports/src/store.ts: core may import only itself`), problems.join());
});

test('an adapter that imports the engine is found, and an engine that imports an adapter', async (context) => {
  const problems = await plant(context, {
    'packages/adapters/lmdb/src/bad.ts': `import type { Engine } from '@actionbase/engine/engine'; export type B = Engine;`,
    'packages/engine/src/bad.test.ts': `import { opener } from '@actionbase/adapter-lmdb/lmdb-store'; opener({});`,
  });
  assert.ok(problems.some((problem) => /lmdb\/src\/bad\.ts.*adapter-lmdb may import only/.test(problem)));
  assert.ok(problems.some((problem) => /engine\/src\/bad\.test\.ts.*engine may import only/.test(problem)));
});

test('a cycle of type-only imports is found', async (context) => {
  const problems = await plant(context, {
    'packages/core/src/a.ts': `import type { B } from './b.ts'; export type A = B | 1;`,
    'packages/core/src/b.ts': `import type { A } from './a.ts'; export type B = A | 2;`,
  });
  assert.ok(problems.some((problem) => problem.endsWith('a.ts: no cycles') || problem.endsWith('b.ts: no cycles')));
});

test('a re-export, an import at run time and a relative way into another package are found', async (context) => {
  const problems = await plant(context, {
    'packages/core/src/again.ts': `export { type Store } from '@actionbase/ports/store';`,
    'packages/core/src/late.ts': `export const late = () => import('@actionbase/engine/engine');`,
    'packages/ports/src/relative.ts': `import type { Value } from '../../core/src/value.ts'; export type R = Value;`,
  });
  assert.ok(problems.some((problem) => /again\.ts.*core may import only itself/.test(problem)));
  assert.ok(problems.some((problem) => /late\.ts.*core may import only itself/.test(problem)));
  assert.ok(problems.some((problem) => /relative\.ts.*imported by its name/.test(problem)));
});

test('Node and third-party packages are found in core, ports and engine, but not in their tests', async (context) => {
  const problems = await plant(context, {
    'packages/core/src/file.ts': `import { readFileSync } from 'node:fs'; export const read = readFileSync;`,
    'packages/engine/src/lmdb.ts': `import { open } from 'lmdb'; export const opener = open;`,
    'packages/ports/src/contracts/store.ts': `import assert from 'node:assert/strict'; export const laws = assert;`,
    'packages/ports/src/contracts/file.ts': `import { readFileSync } from 'node:fs'; export const read = readFileSync;`,
  });
  assert.ok(problems.some((problem) => /core\/src\/file\.ts.*nothing of Node/.test(problem)));
  assert.ok(problems.some((problem) => /engine\/src\/lmdb\.ts.*no third-party/.test(problem)));
  assert.ok(problems.some((problem) => /contracts\/file\.ts.*nothing of Node but/.test(problem)));
  assert.ok(!problems.some((problem) => problem.includes('contracts/store.ts')));
});

test('production code that imports a test is found', async (context) => {
  const problems = await plant(context, {
    'packages/engine/src/mixed.ts': `import './engine.test.ts';`,
  });
  assert.ok(problems.some((problem) => /mixed\.ts.*does not import test code/.test(problem)));
});

test('an import that leads nowhere, one that is not declared, and an unknown package are found', async (context) => {
  const problems = await plant(context, {
    'packages/client/src/nowhere.ts': `import type { No } from './no.ts'; export type N = No;`,
    'packages/client/src/lmdb.ts': `import { open } from 'lmdb'; export const opener = open;`,
    'packages/new/package.json': '{}',
  });
  assert.ok(problems.some((problem) => /nowhere\.ts.*leads somewhere/.test(problem)));
  assert.ok(problems.some((problem) => /lmdb is not among the dependencies in packages\/client/.test(problem)));
  assert.ok(problems.some((problem) => problem.startsWith('packages/new: ')));
});
