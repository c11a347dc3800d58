import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { Failure } from '@actionbase/core/failure';
import { REWORK_KINDS } from '@actionbase/core/model/rework';
import { requireDefinition } from '@actionbase/core/record/catalog-entity-json';
import { JsonMembers } from '@actionbase/core/record/json-members';
import { engineFailures } from '../failures.ts';

/** Definitions of before the v2 calls lack these. */
const TABLE_DEFAULTS = { layout: 'INDEXED', event: false, readOnly: false };
const PHASES = ['rows', 'cells'] as const;
/** Keys whose second part, and third one, are numbers. */
const NUMBERED = /^(?:table|dropped|rework)\/\d{1,10}$|^schema\/\d{1,10}\/\d{1,16}$/;

/**
 * The JSON value of a catalog row that has all that a row of its key must have. Failure `catalog-damaged` names the row: its
 * bytes are none that any version wrote.
 */
export function parseCatalogRow(key: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    check(key, value);
    return value;
  } catch (error) {
    if (!(error instanceof MalformedBytes || error instanceof SyntaxError)) throw error;
    const message =
      `the row "${key.slice(0, 100)}" of the catalog cannot be read: ${error.message}. ` +
      'Remove the store: it is made again from the log, if the log is whole. Else restore a backup';
    throw new Failure(engineFailures['catalog-damaged'], message, { key }, error);
  }
}

function check(key: string, value: unknown): void {
  const [area = ''] = key.split('/');
  if (['table', 'schema', 'dropped', 'rework'].includes(area) && !NUMBERED.test(key)) {
    throw new MalformedBytes('its key has no number', 0);
  }
  switch (area) {
    case 'catalog': {
      const numbers = new JsonMembers(value, 0);
      numbers.integer('revision');
      numbers.integer('nextTableId');
      return;
    }
    case 'database':
    case 'query':
    case 'storage':
      return requireDefinition(area, value);
    case 'alias':
      return requireDefinition(area, { tableDatabase: '', ...members(value) });
    case 'table':
    case 'schema':
      return requireDefinition('table', { ...TABLE_DEFAULTS, ...members(value) });
    case 'rework':
      return checkReworks(value);
    default:
  }
}

function checkReworks(value: unknown): void {
  for (const rework of new JsonMembers({ list: value }, 0).list('list')) {
    const names = ['builds', 'removes', 'failed'].flatMap((name) => rework.list(name));
    for (const name of names) {
      name.word('kind', REWORK_KINDS);
      name.text('name');
    }
    rework.word('phase', PHASES);
    rework.text('cursor');
    rework.integer('rows');
    rework.integer('states');
  }
}

function members(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
