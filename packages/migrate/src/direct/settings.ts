import { parseJson } from '@actionbase/core/codec/json-text';
import { JsonDecimal, type JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';

/**
 * How far a migration is, for directors:
 *
 *   off      the old side alone
 *   dual     writes go to both sides, the old one answers
 *   shadow   as dual, and a share of the reads asks the new side as well
 *   ramp     buckets move, one after the other: each is written and read where its truth is
 *   new      all buckets have moved, the old side is a backup
 *   retired  there is no old side
 */
export const DIRECT_STAGES = ['off', 'dual', 'shadow', 'ramp', 'new', 'retired'] as const;
export type DirectStage = (typeof DIRECT_STAGES)[number];

/** What the truth map's `settings` say to all directors. */
export interface DirectSettings {
  readonly stage: DirectStage;
  /** Share of reads, from 0 to 1, that the side which is not the truth is asked, too. */
  readonly shadowShare: number;
  /** Share of these whose answers are compared; the others only show speed and errors. */
  readonly compareShare: number;
  /** Share of reads that the truth is asked twice, which tells how often answers differ by races alone. */
  readonly noiseShare: number;
  /** Only what is written from now on moves. Told to applications; which object is new is theirs to say. */
  readonly forwardOnly: boolean;
  /** When it is raised, the figures of reads begin anew. */
  readonly round: number;
}

/** Before anything was announced. */
export const SETTINGS_DEFAULT: DirectSettings = {
  stage: 'off',
  shadowShare: 0,
  compareShare: 1,
  noiseShare: 0,
  forwardOnly: false,
  round: 0,
};

/**
 * Reads settings, as `printSettings` prints them; what is left out has its default, and members of later versions are passed
 * over. A text, when they are not to be used, says why.
 */
export function parseSettings(text: string): DirectSettings | string {
  if (text === '') return SETTINGS_DEFAULT;
  try {
    return parseWhole(parseJson(text), 'settings', readSettings);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

export function printSettings(settings: Partial<DirectSettings>): string {
  return JSON.stringify({ ...SETTINGS_DEFAULT, ...settings });
}

function readSettings(place: JsonPlace): DirectSettings {
  const body = place.object();
  const forwardOnly = body.member('forwardOnly');
  const round = body.member('round');
  return {
    stage: body.member('stage').oneOf(DIRECT_STAGES),
    shadowShare: readShare(body.member('shadowShare'), SETTINGS_DEFAULT.shadowShare),
    compareShare: readShare(body.member('compareShare'), SETTINGS_DEFAULT.compareShare),
    noiseShare: readShare(body.member('noiseShare'), SETTINGS_DEFAULT.noiseShare),
    round: round.isMissing ? SETTINGS_DEFAULT.round : round.integer(0, Number.MAX_SAFE_INTEGER),
    forwardOnly: forwardOnly.isMissing ? SETTINGS_DEFAULT.forwardOnly : forwardOnly.boolean(),
  };
}

function readShare(place: JsonPlace, fallback: number): number {
  if (place.isMissing) return fallback;
  const share = numberOf(place.value);
  if (share !== undefined && share >= 0 && share <= 1) return share;
  place.refuse('should be a number from 0 to 1');
  return fallback;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (value instanceof JsonDecimal) return value.value;
  return typeof value === 'number' ? value : undefined;
}
