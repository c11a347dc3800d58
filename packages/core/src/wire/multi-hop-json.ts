import type { JsonValue } from '../codec/json-value.ts';
import { Failure } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { PropertyType } from '../model/value.ts';
import type { Aggregator, PostProcessor, QueryItem, Vertices } from '../query/multi-hop/query-item.ts';
import { printCell, type RowFrame } from '../query/multi-hop/row-frame.ts';
import { parseSplitPattern, type SplitPattern } from '../query/multi-hop/split-pattern.ts';
import { parsePredicates } from '../query/predicate.ts';
import { type JsonPlace, parseWhole } from './json-place.ts';
import { SCALAR_TYPES } from './scalar-types.ts';

export interface MultiHopRules {
  /** Items of a query, those inside others included. */
  readonly itemsMax: number;
  /** Post-processors with their paths, and aggregators, of all items of a query. */
  readonly stepsMax: number;
  /** The largest limit of a SCAN or CACHE. */
  readonly limitMax: number;
  /** Gives a name to an item that has none. */
  readonly makeName: () => string;
}

/** An item of the answer. */
export interface AnsweredItem {
  readonly name: string;
  readonly frame: RowFrame;
}

/** Characters of the answer of a multi-hop query. */
export const MULTI_HOP_ANSWER_LENGTH_MAX = 134_217_728;

const ITEM_TYPES = ['SELF', 'GET', 'COUNT', 'SCAN', 'CACHE'] as const;
/** Numbers and columns that `stats` of a v2 query asks for; a multi-hop query takes the names, without effect. */
export const STATS = [
  'WITH_ALL',
  'SRC_DEGREE',
  'TGT_DEGREE',
  'EDGE_ID',
  'OFFSET',
  'IGNORE_PHASE',
  'INVALIDATE_CACHE',
] as const;
const SCAN_LIMIT_DEFAULT = 10;
const INT_MAX = 2 ** 31 - 1;

const DATA_TYPES: Readonly<Record<string, PropertyType>> = SCALAR_TYPES;

/**
 * Parses the body of a multi-hop query. `stats` and `memoize` are checked and have no effect; members that nobody knows are
 * ignored. Failures: `malformed-json` with all problems, `too-many-items`, `invalid-ranges`.
 */
export function parseMultiHop(json: JsonValue, rules: MultiHopRules): readonly QueryItem[] {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    const reader = new ItemReader(rules);
    const stats = body.member('stats');
    if (!stats.isUnset) for (const stat of stats.items()) stat.oneOf(STATS);
    return body
      .member('query')
      .items()
      .map((item) => reader.item(item));
  });
}

/** Prints the answer of a multi-hop query. Failures: `invalid-query` when it is too long. */
export function printMultiHop(items: readonly AnsweredItem[]): string {
  let left = MULTI_HOP_ANSWER_LENGTH_MAX;
  const texts = items.map((item) => {
    const text = printItem(item, left);
    left -= text.length;
    return text;
  });
  return `{"items":[${texts.join(',')}]}`;
}

function printItem({ name, frame }: AnsweredItem, lengthMax: number): string {
  let length = 0;
  const names = frame.columns.map((column) => `${JSON.stringify(column.name)}:`);
  const rows = frame.rows.map((row) => {
    const cells = frame.columns.map(({ type }, place) => `${names[place]}${printCell(type, row[place] ?? null)}`);
    const text = `{${cells.join(',')}}`;
    length += text.length;
    if (length > lengthMax) throw answerTooLong(name);
    return text;
  });
  const offset = JSON.stringify(frame.offset);
  return `{"name":${JSON.stringify(name)},"data":[${rows.join(',')}],"rows":${rows.length},"stats":[],"offset":${offset},"hasNext":${frame.hasNext}}`;
}

function answerTooLong(name: string): Failure {
  const message = `the answer has more than ${MULTI_HOP_ANSWER_LENGTH_MAX} characters, at the item "${name}"; include fewer columns or rows`;
  return new Failure(coreFailures['invalid-query'], message, { item: name });
}

class ItemReader {
  readonly #rules: MultiHopRules;
  #count = 0;
  #steps = 0;

  constructor(rules: MultiHopRules) {
    this.#rules = rules;
  }

  item(place: JsonPlace): QueryItem {
    const { itemsMax, limitMax, makeName } = this.#rules;
    this.#count += 1;
    if (this.#count > itemsMax) {
      const message = `query has more than ${itemsMax} items, those inside others included`;
      throw new Failure(coreFailures['too-many-items'], message, { itemsMax });
    }
    const item = place.object();
    const type = item.member('type').oneOf(ITEM_TYPES);
    const name = item.member('name');
    readFlag(item, 'memoize', false);
    const parts = {
      name: name.isUnset ? makeName() : name.text(),
      include: readFlag(item, 'include', false),
      post: this.#counted(readList(item.member('post'))).map((each) => this.#postProcessor(each)),
      aggregators: this.#counted(readList(item.member('aggregators'))).map(readAggregator),
      database: item.member('database').text(),
      table: item.member('table').text(),
      source: this.#vertices(item.member('source')),
    };
    const direction = () => item.member('direction').oneOf(['OUT', 'IN']);
    const limit = item.member('limit');
    switch (type) {
      case 'SELF':
        return { ...parts, type };
      case 'GET':
        return { ...parts, type, target: this.#vertices(item.member('target')) };
      case 'COUNT':
        return { ...parts, type, direction: direction() };
      case 'SCAN':
        return {
          ...parts,
          type,
          direction: direction(),
          index: item.member('index').text(),
          limit: limit.isUnset ? SCAN_LIMIT_DEFAULT : limit.integer(0, limitMax),
          offset: readTextUnlessUnset(item.member('offset')) || undefined,
          ranges: readRanges(item.member('ranges')),
        };
      case 'CACHE':
        return {
          ...parts,
          type,
          direction: direction(),
          cache: item.member('cache').text(),
          limit: limit.integer(0, limitMax),
        };
    }
  }

  #vertices(place: JsonPlace): Vertices {
    const vertices = place.object();
    const type = vertices.member('type').oneOf(['VALUE', 'REF', 'STEP']);
    switch (type) {
      case 'VALUE':
        return { type, values: vertices.member('value').items().map(readVertex) };
      case 'REF':
        return { type, ref: vertices.member('ref').text(), field: vertices.member('field').text() };
      case 'STEP':
        return { type, step: this.item(vertices.member('step')), field: vertices.member('field').text() };
    }
  }

  #postProcessor(place: JsonPlace): PostProcessor {
    const processor = place.object();
    const type = processor.member('type').oneOf(['JSON_OBJECT', 'SPLIT_EXPLODE']);
    const field = processor.member('field').text();
    const drop = readFlag(processor, 'drop', true);
    if (type === 'JSON_OBJECT') {
      const paths = this.#counted(processor.member('paths').items()).map((each) => {
        const path = each.object();
        readDataType(path.member('dataType'));
        return { path: path.member('path').text().split('.'), alias: path.member('alias').text() };
      });
      return { type, field, paths, drop };
    }
    const limit = processor.member('limit');
    return {
      type,
      field,
      pattern: readPattern(processor.member('regex')),
      limit: limit.isUnset ? 0 : Math.max(0, limit.integer(-INT_MAX, INT_MAX)),
      alias: processor.member('alias').text(),
      dataType: readDataType(processor.member('dataType')),
      drop,
    };
  }

  /** The same places, once they are known to be no more than the query may have. */
  #counted(places: readonly JsonPlace[]): readonly JsonPlace[] {
    const { stepsMax } = this.#rules;
    this.#steps += places.length;
    if (this.#steps <= stepsMax) return places;
    const message = `query has more than ${stepsMax} post-processors, paths in them, and aggregators`;
    throw new Failure(coreFailures['too-many-items'], message, { stepsMax });
  }
}

function readVertex(place: JsonPlace): JsonValue {
  if (place.value === undefined || place.value === null) place.refuse('is null; expected a vertex');
  return place.value ?? '';
}

function readPattern(place: JsonPlace): SplitPattern {
  const parsed = parseSplitPattern(place.text());
  if (parsed.kind === 'parsed') return parsed.pattern;
  if (typeof place.value === 'string') place.refuse(parsed.message);
  return { elements: [] };
}

function readDataType(place: JsonPlace): PropertyType {
  const name = place.text();
  const type = Object.hasOwn(DATA_TYPES, name) ? DATA_TYPES[name] : undefined;
  if (type !== undefined) return type;
  if (typeof place.value === 'string')
    place.refuse(`is "${name}"; expected one of ${Object.keys(DATA_TYPES).join(', ')}`);
  return 'string';
}

function readAggregator(place: JsonPlace): Aggregator {
  const aggregator = place.object();
  const type = aggregator.member('type').oneOf(['FLATTEN', 'COUNT', 'SUM']);
  if (type === 'FLATTEN') return { type };
  const order = aggregator.member('order').oneOf(['ASC', 'DESC']);
  const limit = aggregator.member('limit').integer(0, INT_MAX);
  if (type === 'COUNT') return { type, field: aggregator.member('field').text(), order, limit };
  const keyFields = aggregator
    .member('keyFields')
    .items()
    .map((field) => field.text());
  return { type, valueField: aggregator.member('valueField').text(), keyFields, order, limit };
}

function readRanges(place: JsonPlace): ReturnType<typeof parsePredicates> {
  const text = readTextUnlessUnset(place);
  return text === undefined || text === '' ? [] : parsePredicates(text, 'ranges');
}

function readFlag(object: JsonPlace, name: string, fallback: boolean): boolean {
  const place = object.member(name);
  return place.isUnset ? fallback : place.boolean();
}

function readList(place: JsonPlace): readonly JsonPlace[] {
  return place.isUnset ? [] : place.items();
}

function readTextUnlessUnset(place: JsonPlace): string | undefined {
  return place.isUnset ? undefined : place.text();
}
