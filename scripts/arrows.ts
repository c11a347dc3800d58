import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { arrowRules } from './arrow-rules.ts';
import { findPackage, isTestCode, type PackagePlace, packageTable } from './package-table.ts';

/** One import as it stands in the code: who wrote what, and the file that it leads to. */
export type ImportArrow = { readonly from: string; readonly specifier: string; readonly to: string };

/** What was read from the code: every import, and the rules that some of them break, one sentence each. */
export type ArrowReport = { readonly imports: readonly ImportArrow[]; readonly problems: readonly string[] };

const codeFolders = ['packages', 'bench', 'e2e', 'examples', 'fuzz', 'scripts', 'sim', 'stories'];

/** Reads all imports below a folder that is laid out like this repository, and checks them. */
export async function readArrows(root: string): Promise<ArrowReport> {
  const result = await cruiseFolders(root);
  const imports = result.modules.flatMap((module) =>
    module.dependencies.map((to) => ({ from: module.source, specifier: to.module, to: to.resolved })),
  );
  const broken = result.summary.violations.map(
    ({ rule, from, to, cycle }) => `${[from, ...(cycle?.map((step) => step.name) ?? [to])].join(' -> ')}: ${rule.name}`,
  );
  return { imports, problems: [...broken, ...findUnknownPackages(root), ...findUndeclared(root, imports)] };
}

async function cruiseFolders(root: string): Promise<ICruiseResult> {
  const { output } = await cruise(
    codeFolders.filter((folder) => existsSync(join(root, folder))),
    {
      baseDir: root,
      validate: true,
      ruleSet: arrowRules(),
      parser: 'tsc',
      doNotFollow: { path: 'node_modules' },
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['import', 'node', 'default'],
        extensions: ['.ts', '.js', '.mjs', '.json'],
      },
    },
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser printed text: ${output}`);
  return output;
}

function findUnknownPackages(root: string): string[] {
  const manifests = globSync(['packages/*/package.json', 'packages/adapters/*/package.json'], { cwd: root });
  return manifests
    .map((manifest) => dirname(manifest))
    .filter((folder) => !packageTable.some((place) => place.folder === folder))
    .map((folder) => `${folder}: this package is not in scripts/package-table.ts`);
}

/** A package that imports what its package.json does not name works here and breaks where it is installed. */
function findUndeclared(root: string, imports: readonly ImportArrow[]): string[] {
  const declared = new Map(packageTable.map((place) => [place, readDependencies(root, place)]));
  return imports.flatMap(({ from, specifier, to }) => {
    const place = findPackage(from);
    const name = /^(?:@[^/]+\/)?[^/.@][^/]*/.exec(specifier)?.[0];
    const leavesPackage = to.startsWith('packages/') || to.includes('node_modules/');
    if (place === undefined || name === undefined || !leavesPackage || isTestCode(from)) return [];
    if (name === `@actionbase/${place.name}` || declared.get(place)?.has(name)) return [];
    return [`${from} -> ${specifier}: ${name} is not among the dependencies in ${place.folder}/package.json`];
  });
}

function readDependencies(root: string, place: PackagePlace): ReadonlySet<string> {
  const file = join(root, place.folder, 'package.json');
  if (!existsSync(file)) return new Set();
  const manifest: { dependencies?: Record<string, string> } = JSON.parse(readFileSync(file, 'utf8'));
  return new Set(Object.keys(manifest.dependencies ?? {}));
}
