import { printJson } from '../../codec/json-text.ts';
import type { JsonValue } from '../../codec/json-value.ts';
import { STORAGE_TYPES, type StorageDefinition, type StorageType } from '../../model/catalog.ts';
import { isJsonObject, type JsonPlace, parseWhole } from '../json-place.ts';
import { readBoolean, readText, readUnlessUnset, refuseBroken } from '../metadata-json.ts';
import type { EntityUpdate } from './service-json.ts';

/** Longest configuration of a storage, in UTF-16 units of its compact JSON text. */
export const STORAGE_CONF_LENGTH_MAX = 65_536;

export interface StorageCreate {
  readonly comment: string;
  readonly type: StorageType;
  readonly conf: string;
}

export interface StorageUpdate extends EntityUpdate {
  readonly type?: StorageType | undefined;
  readonly conf?: string | undefined;
}

/** Parses `{desc, type, conf}`; `conf` is any object and is kept as it is. */
export function parseStorageCreate(json: JsonValue): StorageCreate {
  const created = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      comment: body.member('desc').text(),
      type: readStorageType(body.member('type')),
      conf: readConf(body.member('conf')),
    };
  });
  refuseBroken([checkConf(created.conf)]);
  return created;
}

/** What is missing or null stays as it is. */
export function parseStorageUpdate(json: JsonValue): StorageUpdate {
  const update = parseWhole(json, '', (place) => {
    const body = place.object();
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      comment: readUnlessUnset(body, 'desc', readText),
      type: readUnlessUnset(body, 'type', readStorageType),
      conf: readUnlessUnset(body, 'conf', readConf),
    };
  });
  refuseBroken([checkConf(update.conf ?? '')]);
  return update;
}

/** Prints a StorageEntity. */
export function printStorage({ active, storage, comment, type, conf }: StorageDefinition): string {
  return `${JSON.stringify({ active, name: storage, desc: comment, type }).slice(0, -1)},"conf":${conf}}`;
}

function readStorageType(place: JsonPlace): StorageType {
  return place.oneOf(STORAGE_TYPES);
}

function readConf(place: JsonPlace): string {
  place.object();
  return isJsonObject(place.value) ? printJson(place.value) : '{}';
}

function checkConf(conf: string): string {
  if (conf.length <= STORAGE_CONF_LENGTH_MAX) return '';
  return `conf has ${conf.length} characters; at most ${STORAGE_CONF_LENGTH_MAX} are allowed`;
}
