import type { JsonValue } from '../../codec/json-value.ts';
import type { AliasDefinition, TableDefinition } from '../../model/catalog.ts';
import { describeJson, type JsonPlace, parseWhole } from '../json-place.ts';
import { readBoolean, readText, readUnlessUnset } from '../metadata-json.ts';
import { type LabelName, parseLabelName } from './entity-name.ts';
import { printLabel } from './label-json.ts';
import type { EntityUpdate } from './service-json.ts';

export interface V2AliasCreate {
  readonly comment: string;
  readonly target: LabelName;
}

export interface V2AliasUpdate extends EntityUpdate {
  readonly target?: LabelName | undefined;
}

/** Parses `{desc, target}`; the target is a label of any service. */
export function parseV2AliasCreate(json: JsonValue): V2AliasCreate {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return { comment: body.member('desc').text(), target: readTarget(body.member('target')) };
  });
}

/** What is missing or null stays as it is. */
export function parseV2AliasUpdate(json: JsonValue): V2AliasUpdate {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      comment: readUnlessUnset(body, 'desc', readText),
      target: readUnlessUnset(body, 'target', readTarget),
    };
  });
}

/** Prints an AliasEntity with its label; null when there is none of this name. */
export function printV2Alias(definition: AliasDefinition, label: TableDefinition | undefined): string {
  const { active, database, alias, comment, tableDatabase, table } = definition;
  const head = { active, name: `${database}.${alias}`, desc: comment, target: `${tableDatabase}.${table}` };
  return `${JSON.stringify(head).slice(0, -1)},"label":${label === undefined ? 'null' : printLabel(label)}}`;
}

function readTarget(place: JsonPlace): LabelName {
  const name = parseLabelName(place.text());
  if (name !== undefined) return name;
  if (typeof place.value === 'string') place.refuse(`is ${describeJson(place.value)}; expected "service.label"`);
  return { database: '', table: '' };
}
