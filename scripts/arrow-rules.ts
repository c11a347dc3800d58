import type { IFlattenedRuleSet, IForbiddenRuleType } from 'dependency-cruiser';
import { packageTable, purePackages, testCodePattern } from './package-table.ts';

const pureFolders = folderPattern(purePackages);
const forbiddenNames = '(?:^|/)(?:utils?|helpers?|common|types|base|manager|impl)(?:/|\\.ts$)';

/** The rules for imports, in the words of dependency-cruiser; type-only imports count as imports. */
export function arrowRules(): IFlattenedRuleSet {
  return { forbidden: [...packageArrowRules(), ...pureRules(), ...everywhereRules()] };
}

function packageArrowRules(): IForbiddenRuleType[] {
  return packageTable.map((place) => ({
    name: `${place.name} may import only ${place.mayImport.join(', ') || 'itself'}`,
    severity: 'error',
    from: { path: `^${place.folder}/` },
    to: {
      path: '^(?:packages|bench|e2e|examples|fuzz|scripts|sim|stories)/',
      pathNot: folderPattern([place.name, ...place.mayImport]),
    },
  }));
}

function pureRules(): IForbiddenRuleType[] {
  return [
    {
      name: 'core, ports and engine use nothing of Node',
      severity: 'error',
      from: { path: pureFolders, pathNot: testCodePattern },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core, ports and engine have no third-party dependency',
      severity: 'error',
      from: { path: pureFolders, pathNot: testCodePattern },
      to: { path: 'node_modules/' },
    },
    {
      name: 'a contract suite uses nothing of Node but its test runner and assert',
      severity: 'error',
      from: { path: '^packages/ports/src/contracts/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(?:node:)?(?:test|assert|assert/strict)$' },
    },
  ];
}

function everywhereRules(): IForbiddenRuleType[] {
  return [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'every import leads somewhere', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'another package is imported by its name',
      severity: 'error',
      from: { path: '^(packages/(?:adapters/)?[^/]+)/' },
      to: { path: '^packages/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'production code does not import test code',
      severity: 'error',
      from: { path: '^packages/', pathNot: testCodePattern },
      to: { path: testCodePattern },
    },
    {
      name: 'a file is named after its idea',
      severity: 'error',
      from: {},
      to: { path: forbiddenNames, pathNot: 'node_modules/' },
    },
  ];
}

function folderPattern(names: readonly string[]): string {
  const folders = packageTable.filter((place) => names.includes(place.name)).map((place) => place.folder);
  return `^(?:${folders.join('|')})/`;
}
