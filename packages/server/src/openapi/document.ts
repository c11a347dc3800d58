import type { FailureKind } from '@actionbase/core/failure';
import { isGuardedPath } from '../http/route-access.ts';
import { parameterNames } from '../http/router.ts';
import { VERSION } from '../version.ts';
import type { Example } from './examples/example.ts';
import { examplesByOperation } from './examples-by-operation.ts';
import { FAMILIES } from './families.ts';
import { type Answer, failuresOf, type KeptHeader, labelOf, type Operation } from './operation.ts';
import { PATH_PARAMETERS } from './path-parameters.ts';
import { named, type Schema } from './schema.ts';
import { SCHEMAS } from './schemas.ts';

/** A part of the document, as JSON. */
interface Json {
  readonly [name: string]: unknown;
}

const JSON_TYPE = 'application/json';

const DESCRIPTION = `A database for interactions: who did what to which thing.
Programs go by the status and the member \`code\` of a refusal, never by a message.
Every request may carry X-Request-ID, which the request log and error bodies show,
and X-Request-Timeout-Ms, the milliseconds until its work must have begun. Every 503 carries Retry-After.
Integers of 64 bits are written as JSON numbers.`;

/** The API as a document of OpenAPI 3.1, with the examples of the story. */
export function openApiDocument(): Json {
  const examples = examplesByOperation();
  const paths: Record<string, Record<string, Json>> = {};
  for (const { tag, operations } of FAMILIES) {
    for (const operation of operations) {
      const path = paths[operation.template] ?? {};
      path[operation.method.toLowerCase()] = printOperation(operation, tag, examples.get(labelOf(operation)) ?? []);
      paths[operation.template] = path;
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Actionbase',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: FAMILIES.map(({ tag, description }) => ({ name: tag, description })),
    paths,
    components: { schemas: SCHEMAS, parameters: HEADERS, securitySchemes: { token: TOKEN } },
  };
}

/** How a client shows its token to a server that has tokens. */
const TOKEN = { type: 'http', scheme: 'bearer', description: 'Asked for by servers that have tokens.' } as const;

/** The headers that operations may keep. */
const HEADERS: Readonly<Record<string, Json>> = {
  RequestId: header('X-Request-ID', 'Kept with the request in log and feed; "-" when it is missing.'),
  ActorId: header('X-Actor-ID', 'Who asks; kept with the request in log and feed; "-" when it is missing.'),
  OlderActorId: {
    ...header('X-AB-Actor-ID', 'The older name of X-Actor-ID; not looked at when both are there.'),
    deprecated: true,
  },
};

const HEADER_NAMES = {
  request: ['RequestId'],
  actor: ['ActorId', 'OlderActorId'],
} as const satisfies Record<KeptHeader, readonly string[]>;

function header(name: string, description: string): Json {
  return { name, in: 'header', description, schema: { type: 'string' } };
}

function printOperation(operation: Operation, tag: string, examples: readonly Example[]): Json {
  const { id, summary, description, body } = operation;
  const parameters = printParameters(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: printRequestBody(body, examples) }),
    ...(isGuardedPath(operation.template) ? { security: [{}, { token: [] }] } : {}),
    responses: printResponses(operation, examples),
  };
}

function printParameters({ template, parameters = [], sort }: Operation): readonly Json[] {
  const inPath = parameterNames(template).map((name) => ({
    name,
    in: 'path',
    required: true,
    description: PATH_PARAMETERS.get(name),
    schema: { type: 'string' },
  }));
  const inQuery = parameters.map(({ name, required = false, schema, description }) => ({
    name,
    in: 'query',
    required,
    description,
    schema,
  }));
  const headers = sort.keeps.flatMap((kept) => HEADER_NAMES[kept]);
  return [...inPath, ...inQuery, ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
}

function printRequestBody(schema: Schema, examples: readonly Example[]): Json {
  const shown = examples.flatMap(({ title, body }) => (body === undefined ? [] : [{ title, value: JSON.parse(body) }]));
  return { required: true, content: { [JSON_TYPE]: { schema, ...printExamples(shown) } } };
}

function printResponses(operation: Operation, examples: readonly Example[]): Json {
  const responses: Record<string, Json> = {};
  const failures = Map.groupBy(failuresOf(operation), ({ status }) => status);
  const answers = new Map(operation.answers.map((answer) => [answer.status, answer]));
  for (const status of [...new Set([...answers.keys(), ...failures.keys()])].sort((a, b) => a - b)) {
    const shown = examples
      .filter((example) => example.status === status && typeof example.answer === 'string')
      .map(({ title, answer }) => ({ title, value: JSON.parse(String(answer)) }));
    responses[status] = printResponse({ answer: answers.get(status), failures: failures.get(status) ?? [], shown });
  }
  return responses;
}

interface ResponseParts {
  readonly answer: Answer | undefined;
  readonly failures: readonly FailureKind[];
  readonly shown: readonly ShownExample[];
}

/** What one status may mean: an answer, refusals, or both. */
function printResponse({ answer, failures, shown }: ResponseParts): Json {
  const lines = failures.map(({ code, doc }) => `- \`${code}\`: ${doc}`);
  const description = [...(answer === undefined ? [] : [answer.description]), ...lines].join('\n');
  const schemas = new Map<string, readonly Schema[]>();
  const add = (type: string, schema: Schema): void => {
    schemas.set(type, [...(schemas.get(type) ?? []), schema]);
  };
  if (answer?.schema !== undefined) add(answer.type ?? JSON_TYPE, answer.schema);
  for (const schema of errorSchemas(failures)) add(JSON_TYPE, schema);
  if (schemas.size === 0) return { description };
  const content = [...schemas].map(([type, [first, ...rest]]) => {
    const schema = rest.length === 0 ? first : { oneOf: [first, ...rest] };
    return [type, { schema, ...(type === JSON_TYPE ? printExamples(shown) : {}) }];
  });
  return { description, content: Object.fromEntries(content) };
}

/** The bodies of refusals of one status, each with the codes that it may carry. */
function errorSchemas(failures: readonly FailureKind[]): readonly Schema[] {
  const schemas: Schema[] = [];
  for (const [body, name] of [
    ['project', 'ProjectError'],
    ['default', 'DefaultError'],
    ['message', 'MessageError'],
  ] as const) {
    const codes = failures.filter((kind) => kind.body === body).map(({ code }) => code);
    if (codes.length === 0) continue;
    const isCoded = body !== 'message';
    schemas.push({ ...named(name), ...(isCoded ? { properties: { code: { type: 'string', enum: codes } } } : {}) });
  }
  return schemas;
}

interface ShownExample {
  readonly title: string;
  readonly value: unknown;
}

function printExamples(shown: readonly ShownExample[]): Json {
  if (shown.length === 0) return {};
  const entries = shown.map(({ title, value }, place) => [`example-${place + 1}`, { summary: title, value }]);
  return { examples: Object.fromEntries(entries) };
}
