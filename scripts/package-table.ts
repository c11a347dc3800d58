/** A package: where it lies, its row in the picture, and the arrows that may leave it. */
export type PackagePlace = {
  readonly name: string;
  readonly folder: string;
  readonly row: number;
  readonly mayImport: readonly string[];
};

const adapters = ['adapter-file-log', 'adapter-lmdb', 'adapter-node', 'adapter-parquet'] as const;
const legacyAdapters = ['adapter-mysql', 'adapter-redis'] as const;
const belowServer = ['core', 'ports', ...adapters, 'engine', 'client'];

/** All packages, lowest row first. A new arrow here is a design question: write a decision record with it. */
export const packageTable: readonly PackagePlace[] = [
  { name: 'core', folder: 'packages/core', row: 0, mayImport: [] },
  { name: 'ports', folder: 'packages/ports', row: 1, mayImport: ['core'] },
  { name: 'adapter-file-log', folder: 'packages/adapters/file-log', row: 2, mayImport: ['core', 'ports'] },
  { name: 'adapter-lmdb', folder: 'packages/adapters/lmdb', row: 2, mayImport: ['core', 'ports'] },
  { name: 'adapter-node', folder: 'packages/adapters/node', row: 2, mayImport: ['core', 'ports'] },
  { name: 'adapter-parquet', folder: 'packages/adapters/parquet', row: 2, mayImport: ['core', 'ports'] },
  { name: 'adapter-mysql', folder: 'packages/adapters/mysql', row: 2, mayImport: ['core', 'ports'] },
  { name: 'adapter-redis', folder: 'packages/adapters/redis', row: 2, mayImport: ['core', 'ports'] },
  { name: 'client', folder: 'packages/client', row: 3, mayImport: ['core'] },
  { name: 'engine', folder: 'packages/engine', row: 3, mayImport: ['core', 'ports'] },
  { name: 'migrate', folder: 'packages/migrate', row: 4, mayImport: ['core', 'ports', 'client'] },
  { name: 'server', folder: 'packages/server', row: 5, mayImport: belowServer },
  { name: 'cli', folder: 'packages/cli', row: 6, mayImport: [...belowServer, 'server', ...legacyAdapters, 'migrate'] },
];

/** The packages that may touch neither Node nor a third-party package at run time. */
export const purePackages: readonly string[] = ['core', 'ports', 'engine'];

/** Finds the package that a file of the repository belongs to. */
export function findPackage(file: string): PackagePlace | undefined {
  return packageTable.find((place) => file.startsWith(`${place.folder}/`));
}

/** Tests, what only tests use (`src/testing/`), and the contract suites of the ports: they may use Node's test runner and the dev dependencies. */
export function isTestCode(file: string): boolean {
  return new RegExp(testCodePattern).test(file);
}

/** What `isTestCode` means, for tools that take a regular expression. */
export const testCodePattern = '\\.test\\.ts$|^packages/ports/src/contracts/|/src/testing/';
