import { parameterNames } from '@actionbase/server/http/router';
import { examplesByOperation } from '@actionbase/server/openapi/examples-by-operation';
import { FAMILIES } from '@actionbase/server/openapi/families';
import {
  type Answer,
  COMMON_FAILURES,
  type Family,
  type KeptHeader,
  labelOf,
  type Operation,
} from '@actionbase/server/openapi/operation';
import { PATH_PARAMETERS } from '@actionbase/server/openapi/path-parameters';
import { printExample } from './api-examples.ts';
import { printShapes, printType } from './api-shapes.ts';
import type { GeneratedBlock } from './generated-block.ts';

/** Every call of the API with its parameters, errors and examples, then the shapes of the bodies. */
export const apiPages: GeneratedBlock = {
  file: 'docs/api.md',
  marker: 'api',
  print: () =>
    [...printContents(), ...printCommonErrors(), ...FAMILIES.flatMap(printFamily), ...printShapes()].join('\n'),
};

function printContents(): readonly string[] {
  const families = FAMILIES.map(
    ({ tag, operations }) =>
      `- [${tag}](#${anchorOf(tag)}): ${operations.map((one) => `[${one.id}](#${anchorOf(labelOf(one))})`).join(', ')}`,
  );
  return ['## Contents', '', ...families, '- [Shapes](#shapes)', ''];
}

/** The anchor of a heading, as the readers of Markdown make it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-');
}

function printCommonErrors(): readonly string[] {
  const rows = COMMON_FAILURES.map(({ of, kinds }) => `| ${of} | ${codesOf(kinds)} |`);
  return ['## Errors of many calls', '', '| of | codes |', '|---|---|', ...rows, ''];
}

function codesOf(kinds: readonly { readonly status: number; readonly code: string }[]): string {
  return kinds.map(({ status, code }) => `${status} \`${code}\``).join(', ');
}

function printFamily({ tag, description, operations }: Family): readonly string[] {
  return [`## ${tag}`, '', description, '', ...operations.flatMap(printOperation)];
}

const EXAMPLES = examplesByOperation();

const HEADERS = { actor: 'X-Actor-ID', request: 'X-Request-ID' } as const satisfies Record<KeptHeader, string>;

function printOperation(operation: Operation): readonly string[] {
  const { summary, description, errors = [], refuses = [], sort } = operation;
  const label = labelOf(operation);
  const texts = [`### ${label}`, '', summary, ''];
  if (description !== undefined) texts.push(description, '');
  texts.push(...printParameters(operation));
  if (operation.body !== undefined) texts.push(`Body: ${printType(operation.body)}`, '');
  texts.push(`Answers: ${operation.answers.map(printAnswer).join('; ')}`, '');
  if (refuses.length > 0) texts.push(`Refused when given: ${refuses.map((name) => `\`${name}\``).join(', ')}`, '');
  if (errors.length > 0) texts.push(`Errors of its own: ${errors.map((code) => `\`${code}\``).join(', ')}`, '');
  if (sort.keeps.length > 0) texts.push(`Keeps: ${sort.keeps.map((kept) => `\`${HEADERS[kept]}\``).join(', ')}`, '');
  return [...texts, ...(EXAMPLES.get(label) ?? []).flatMap(printExample)];
}

function printParameters({ template, parameters = [] }: Operation): readonly string[] {
  const inPath = parameterNames(template).map(
    (name) => `| \`${name}\` | path | text | | ${PATH_PARAMETERS.get(name)} |`,
  );
  const inQuery = parameters.map(({ name, required, schema, description }) => {
    const fallback = schema.default === undefined ? (required ? 'required' : '') : `\`${schema.default}\``;
    return `| \`${name}\` | query | ${printType(schema)} | ${fallback} | ${description} |`;
  });
  const rows = [...inPath, ...inQuery];
  return rows.length === 0
    ? []
    : ['| parameter | in | takes | default | meaning |', '|---|---|---|---|---|', ...rows, ''];
}

function printAnswer({ status, description, schema, type }: Answer): string {
  const kind = type === undefined ? '' : ` (\`${type}\`)`;
  if (schema === undefined) return `${status} without a body: ${description}`;
  return `${status} ${printType(schema)}${kind}`;
}
