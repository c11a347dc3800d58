import type { FailureKind } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import { engineFailures } from '@actionbase/engine/failures';
import { portFailures } from '@actionbase/ports/failures';
import { serverFailures } from '../failures.ts';
import { mayWrite } from '../http/read-only.ts';
import { isGuardedPath } from '../http/route-access.ts';
import { type Method, parameterNames } from '../http/router.ts';
import { type FailureCode, kindOf } from './failure-codes.ts';
import type { Schema } from './schema.ts';

/** Operations that belong together: a chapter of the document. */
export interface Family {
  readonly tag: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

/** What clients may know of one route. */
export interface Operation extends OperationTexts {
  readonly method: Method;
  readonly template: string;
  readonly sort: OperationSort;
}

/** What an operation says about itself, besides where it lies and of which sort it is. */
export interface OperationTexts {
  /** One word for programs that make clients, unlike all others: `scanEdges`. */
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  readonly description?: string;
  /** Parameters of the query. Those in the path are described by their names; see `path-parameters.ts`. */
  readonly parameters?: readonly QueryParameter[];
  /** Names of parameters that are looked at in order to be refused. */
  readonly refuses?: readonly string[];
  /** The JSON body of the request. */
  readonly body?: Schema;
  readonly answers: readonly Answer[];
  /** Codes of the refusals, besides those of its sort; see `failuresOf`. */
  readonly errors?: readonly FailureCode[];
}

export interface QueryParameter {
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly description: string;
}

/** An answer that is no refusal. Without a schema it has no body. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly schema?: Schema;
  /** Content type; JSON when it is missing. */
  readonly type?: string;
}

/** What a route does with its request, as far as clients notice; the constructors below say what each sort means. */
export interface OperationSort {
  readonly needs: 'database' | 'server';
  readonly writes: 'json' | 'anything';
  /** What it keeps or shows of the headers: X-Request-ID (request), X-Actor-ID (actor). */
  readonly keeps: readonly KeptHeader[];
  /** Whether it is appended to the log. */
  readonly changes: boolean;
}

export type KeptHeader = 'actor' | 'request';

/** Reads the database and answers JSON. */
export function readCall(method: Method, template: string, texts: OperationTexts): Operation {
  const sort = { needs: 'database', writes: 'json', keeps: [], changes: false } as const;
  return { method, template, sort, ...texts };
}

/** Changes the database and answers JSON. */
export function changeCall(method: Method, template: string, texts: OperationTexts): Operation {
  const sort = { needs: 'database', writes: 'json', keeps: ['actor', 'request'], changes: true } as const;
  return { method, template, sort, ...texts };
}

/** Reads the database and answers something else than JSON, whatever the header Accept says. */
export function streamCall(method: Method, template: string, texts: OperationTexts): Operation {
  const sort = { needs: 'database', writes: 'anything', keeps: [], changes: false } as const;
  return { method, template, sort, ...texts };
}

/** Asks the server itself, from its first moment on, and answers JSON. */
export function serverCall(method: Method, template: string, texts: OperationTexts): Operation {
  const sort = { needs: 'server', writes: 'json', keeps: [], changes: false } as const;
  return { method, template, sort, ...texts };
}

/** As `serverCall`, whatever the header Accept says. */
export function probeCall(method: Method, template: string, texts: OperationTexts): Operation {
  const sort = { needs: 'server', writes: 'anything', keeps: [], changes: false } as const;
  return { method, template, sort, ...texts };
}

/** The same operation, which keeps these headers and no others. */
export function keeping(operation: Operation, keeps: readonly KeptHeader[]): Operation {
  return { ...operation, sort: { ...operation.sort, keeps } };
}

/** "METHOD template", which an operation shares with its route. */
export function labelOf({ method, template }: Pick<Operation, 'method' | 'template'>): string {
  return `${method} ${template}`;
}

/** Refusals that operations share. */
interface CommonFailures {
  /** Which operations, in words. */
  readonly of: string;
  readonly has: (operation: Operation) => boolean;
  readonly kinds: readonly FailureKind[];
}

/** What an operation may be refused for because of its sort. */
export const COMMON_FAILURES: readonly CommonFailures[] = [
  {
    of: 'every call',
    has: () => true,
    kinds: [serverFailures['url-too-long'], serverFailures['internal-error']],
  },
  {
    of: 'calls that answer JSON',
    has: ({ sort }) => sort.writes === 'json',
    kinds: [serverFailures['not-acceptable']],
  },
  {
    of: 'calls with names in the path or parameters in the query',
    has: ({ template, parameters = [], refuses = [] }) =>
      parameters.length + refuses.length + parameterNames(template).length > 0,
    kinds: [serverFailures['invalid-parameter']],
  },
  {
    of: 'calls with required parameters',
    has: ({ parameters = [] }) => parameters.some(({ required }) => required),
    kinds: [serverFailures['missing-parameter']],
  },
  {
    of: 'calls with a body',
    has: ({ body }) => body !== undefined,
    kinds: [
      serverFailures['no-body'],
      serverFailures['unsupported-media-type'],
      serverFailures['body-too-large'],
      coreFailures['malformed-json'],
    ],
  },
  {
    of: 'calls for metadata and data',
    has: ({ sort }) => sort.needs === 'database',
    kinds: [
      serverFailures.starting,
      engineFailures.overloaded,
      engineFailures['deadline-exceeded'],
      portFailures['store-failed'],
    ],
  },
  {
    of: 'changes',
    has: ({ sort }) => sort.changes,
    kinds: [
      engineFailures['unknown-outcome'],
      engineFailures['engine-stopped'],
      portFailures['log-rejected'],
      portFailures['log-closed'],
      portFailures['disk-full'],
      portFailures['disk-failed'],
      portFailures['store-full'],
    ],
  },
  {
    of: 'calls under `/graph/v2`, `/graph/v3` and `/actionbase/v1`, while the server has tokens',
    has: ({ template }) => isGuardedPath(template),
    kinds: [serverFailures.unauthorized, serverFailures.forbidden],
  },
  {
    of: 'what may write, while the server is read-only',
    has: ({ method, template }) => mayWrite(method, template),
    kinds: [serverFailures['read-only']],
  },
];

/** Every refusal that the operation may answer: those of its sort, then its own. */
export function failuresOf(operation: Operation): readonly FailureKind[] {
  const common = COMMON_FAILURES.filter(({ has }) => has(operation)).flatMap(({ kinds }) => kinds);
  return [...new Set([...common, ...(operation.errors ?? []).map(kindOf)])];
}
