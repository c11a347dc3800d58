import { Failure } from '@actionbase/core/failure';
import type { Direction } from '@actionbase/core/model/value';
import { type Predicate, parsePredicates } from '@actionbase/core/query/predicate';
import { STATS } from '@actionbase/core/wire/multi-hop-json';
import { engineFailures } from '@actionbase/engine/failures';
import type { EngineLimits } from '@actionbase/engine/limits';
import { serverFailures } from '../../failures.ts';
import type { Parameters } from '../../http/parameters.ts';
import { requireAtMost } from '../edge-keys.ts';
import { invalid, readLimit } from '../request-parameters.ts';

/** IGNORE_PHASE and INVALIDATE_CACHE are about the reference's own workings, and change nothing here. */
export type Stat = (typeof STATS)[number];

export type Format = 'default' | 'jsoncompact';

const COUNT = 'COUNT(1)';
const LIMIT_DEFAULT = 10;

/** What a v2 query reads: edges of vertices with themselves, edges by their ends, counts, or a scan. */
export type EdgeQuery =
  | { readonly kind: 'self'; readonly vertices: readonly string[] }
  | { readonly kind: 'get'; readonly source: string; readonly targets: readonly string[] }
  | { readonly kind: 'count'; readonly vertices: readonly string[] }
  | { readonly kind: 'scan'; readonly vertices: readonly string[] };

/** The parameters of a v2 query, read but not yet cast to a label's types. */
export interface EdgeQueryParameters {
  readonly query: EdgeQuery;
  /** Columns to answer, `*` for all. */
  readonly select: readonly string[];
  readonly direction: Direction;
  readonly index: string | undefined;
  readonly limit: number;
  readonly offset: string | undefined;
  readonly filter: readonly Predicate[];
  readonly stats: readonly Stat[];
  readonly format: Format;
}

/** Failures: `missing-parameter`, `invalid-parameter`, `limit-out-of-range`, `invalid-filters`, `not-supported`. */
export function readEdgeQuery(parameters: Parameters, limits: EngineLimits): EdgeQueryParameters {
  const select = parameters.list('select') ?? [];
  const filter = parameters.text('filter');
  return {
    query: readWhat(parameters, select, limits),
    // Who counts gets the columns of a count.
    select: select.length === 0 || select.includes(COUNT) ? ['*'] : select,
    direction: readDirection(parameters),
    index: parameters.text('index'),
    limit:
      parameters.text('limit') === ''
        ? LIMIT_DEFAULT
        : readLimit(parameters, { fallback: LIMIT_DEFAULT, max: limits.answerEdgesMax }),
    offset: parameters.text('offset') || undefined,
    filter: filter === undefined ? [] : parsePredicates(filter, 'filter'),
    stats: readStats(parameters) ?? [],
    format: readFormat(parameters),
  };
}

/** Undefined when the parameter is missing. */
export function readStats(parameters: Parameters): readonly Stat[] | undefined {
  const names = parameters.list('stats');
  return names?.map((name) => {
    const stat = STATS.find((known) => known === name);
    if (stat === undefined) throw invalid('stats', name, `a list of ${STATS.join(', ')}`);
    return stat;
  });
}

/** As in the reference, a format that nobody knows is the default one. */
export function readFormat(parameters: Parameters): Format {
  return parameters.text('format') === 'jsoncompact' ? 'jsoncompact' : 'default';
}

function readWhat(parameters: Parameters, select: readonly string[], limits: EngineLimits): EdgeQuery {
  const self = vertices(parameters, 'self');
  if (self !== undefined) {
    requireAtMost(self.length, limits.getPairsMax, 'distinct values of self');
    return { kind: 'self', vertices: self };
  }
  const sources = vertices(parameters, 'src');
  if (sources === undefined) {
    throw new Failure(serverFailures['missing-parameter'], 'src is required, or self', { parameter: 'src' });
  }
  requireAtMost(sources.length, limits.countStartsMax, 'distinct values of src');
  const targets = vertices(parameters, 'tgt');
  if (targets === undefined)
    return { kind: select.length === 1 && select[0] === COUNT ? 'count' : 'scan', vertices: sources };
  const [source] = sources;
  if (source === undefined || sources.length > 1) {
    const message = `tgt goes with one src, and src names ${sources.length}; leave tgt out, or ask for each src`;
    throw new Failure(engineFailures['not-supported'], message, { parameter: 'tgt' });
  }
  requireAtMost(targets.length, limits.getPairsMax, 'distinct values of tgt');
  return { kind: 'get', source, targets };
}

/** Distinct values between commas, taken as they are: blanks and empty ones too, and of a repeated parameter as well. */
function vertices(parameters: Parameters, name: string): readonly string[] | undefined {
  const text = parameters.text(name);
  return text === undefined ? undefined : [...new Set(text.split(','))];
}

function readDirection(parameters: Parameters): Direction {
  const text = parameters.text('dir') ?? 'OUT';
  if (text === 'OUT' || text === 'IN') return text;
  throw invalid('dir', text, 'OUT or IN, in upper case');
}
