/**
 * Goal: the examples of the document are true, and show everything. Method: they are played as one story against a server
 * whose clock stands still; every answer is compared byte for byte, and with the schemas of its operation.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ClosedSchemas } from '../testing/closed-schemas.ts';
import { expectedText, type PlayedExample, playStory } from '../testing/play-story.ts';
import { operationOf } from './examples-by-operation.ts';
import { OPERATIONS } from './families.ts';
import { type Answer, failuresOf, labelOf, type Operation } from './operation.ts';
import { named, type Schema } from './schema.ts';

const { played, asked } = await playStory();
const schemas = new ClosedSchemas();

for (const { example, status, text } of played) {
  test(`${example.method} ${example.path}: ${example.title}`, () => {
    const { answer } = example;
    const expected = expectedText(answer);
    if (expected !== undefined) assert.equal(text, expected);
    else if (typeof answer === 'object' && 'among' in answer) {
      const lines = new Set(text.split('\n'));
      for (const line of answer.among) assert.ok(lines.has(line), `${line}\n${text}`);
    }
    assert.equal(status, example.status);
  });
}

test('no two steps of the story have one title', () => {
  const titles = played.map(({ example }) => example.title);
  assert.deepEqual([...new Set(titles)], titles);
});

test('every operation has an example', () => {
  const shown = new Set(played.map(({ example }) => labelOf(operationOf(example))));
  const missing = OPERATIONS.map(labelOf).filter((label) => !shown.has(label));
  const advice = 'add them to packages/server/src/openapi/examples/, then run `npm run fill-examples`';
  assert.deepEqual(missing, [], `operations without an example; ${advice}:\n${missing.join('\n')}`);
});

test('every operation has an example that is no refusal', () => {
  const shown = new Set(
    played.filter(({ status }) => status < 400).map(({ example }) => labelOf(operationOf(example))),
  );
  assert.deepEqual(
    OPERATIONS.map(labelOf).filter((label) => !shown.has(label)),
    [],
  );
});

test('an operation names the parameters that its route asks for, and no others', () => {
  for (const operation of OPERATIONS) {
    const label = labelOf(operation);
    const { parameters = [], refuses = [] } = operation;
    const documented = [...parameters.map(({ name }) => name), ...refuses].sort();
    const found = asked.get(label);
    const wanted = [...(found?.parameters ?? [])].sort();
    const advice = `${label} describes the parameters [${documented}], and its route asks for [${wanted}]`;
    assert.deepEqual(documented, wanted, advice);
    const kept = [...(found?.kept ?? [])].sort();
    assert.deepEqual(operation.sort.keeps, kept, `${label} keeps of the headers [${kept}]; see keeping()`);
  }
});

test('the parameters of every example are those of its operation', () => {
  for (const { example } of played) {
    const { parameters = [] } = operationOf(example);
    const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    const query = new URLSearchParams(example.path.split('?')[1] ?? '');
    for (const name of query.keys()) assert.ok(known.has(name), `${example.path} uses ${name}`);
  }
});

test('every body is as the schema of its operation says, and holds nothing else', () => {
  for (const one of played) {
    const { body, method, path } = one.example;
    const operation = operationOf(one.example);
    assert.equal(body !== undefined, operation.body !== undefined, `${method} ${path}: whether it has a body`);
    if (body === undefined || operation.body === undefined) continue;
    assert.equal(schemas.problemsOf(operation.body, JSON.parse(body)), '', `${method} ${path}`);
  }
});

test('every answer is as its operation says, and holds nothing else', () => {
  for (const one of played) {
    const { method, path } = one.example;
    const operation = operationOf(one.example);
    const answer = operation.answers.find(({ status }) => status === one.status);
    const problems = answer === undefined ? problemsOfRefusal(operation, one) : problemsOfAnswer(answer, one);
    assert.equal(problems, '', `${method} ${path} ${one.status}`);
  }
});

function problemsOfAnswer({ schema, type = 'application/json' }: Answer, { text }: PlayedExample): string {
  if (schema === undefined) return text === '' ? '' : `a body where none is described: ${text}`;
  if (type === 'application/x-ndjson') {
    const lines = text.trimEnd().split('\n');
    return lines.map((line) => schemas.problemsOf(schema, JSON.parse(line))).join('');
  }
  return schemas.problemsOf(schema, type === 'application/json' ? JSON.parse(text) : text);
}

const ERROR_BODIES = {
  project: named('ProjectError'),
  default: named('DefaultError'),
  message: named('MessageError'),
} as const satisfies Record<string, Schema>;

function problemsOfRefusal(operation: Operation, { status, text }: PlayedExample): string {
  const kinds = failuresOf(operation).filter((kind) => kind.status === status);
  if (kinds.length === 0) return `status ${status} is not described`;
  if (text === '') return kinds.some(({ body }) => body === 'empty') ? '' : 'no body';
  const json: unknown = JSON.parse(text);
  const code = typeof json === 'object' && json !== null && 'code' in json ? json.code : undefined;
  const kind = kinds.find((one) => one.code === code);
  if (kind === undefined || kind.body === 'empty') return `add '${code}' to the errors of ${labelOf(operation)}`;
  return schemas.problemsOf(ERROR_BODIES[kind.body], json);
}
