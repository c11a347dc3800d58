import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { decodeLogRecord } from '@actionbase/core/record/decode-log-record';
import { pureTarget, type Target } from './target.ts';
import { logRecordTarget } from './targets/log-records.ts';

/** A target with a mistake that has to be found. */
export interface PlantedMistake {
  readonly target: Target;
  /** What the finding says. */
  readonly finding: RegExp;
  /** Inputs within which it is found, whatever the seed. */
  readonly inputsMax: number;
}

/** A reader of a small format of which only a walk through its branches finds the mistake: no valid input is near it. */
const DEEP: Target = {
  name: 'planted-deep',
  promise: 'none: it has a mistake four branches deep',
  code: /\/fuzz\/planted\.ts$/,
  batch: 16,
  seeds: () => [new Uint8Array(8)],
  words: [],
  open: () => pureTarget(walk),
};

function walk(input: Uint8Array): string | undefined {
  if (input[0] !== 0x7f) return undefined;
  if (input[1] !== 0x80) return undefined;
  if (input[2] !== 0xfe) return undefined;
  if (input[3] !== 0xed) return undefined;
  return 'it came to the end';
}

/** Mistakes in decoders as they are made, and one that only an input kept for its coverage leads to. */
export const PLANTED_MISTAKES: readonly PlantedMistake[] = [
  {
    target: logRecordTarget('planted-throws', (bytes) => {
      const record = decodeLogRecord(bytes);
      if (record.stamp.actor.length > 2) throw new TypeError('planted');
      return record;
    }),
    finding: /threw TypeError: planted/,
    inputsMax: 4_000,
  },
  {
    target: logRecordTarget('planted-alloc', (bytes) => {
      try {
        return decodeLogRecord(bytes);
      } catch (error) {
        // As if the number of addresses were taken at its word.
        if (error instanceof MalformedBytes && bytes[2] === 0x87)
          throw new RangeError('Array buffer allocation failed');
        throw error;
      }
    }),
    finding: /threw RangeError: Array buffer allocation failed/,
    inputsMax: 4_000,
  },
  {
    target: logRecordTarget('planted-end', (bytes) => {
      try {
        return decodeLogRecord(bytes);
      } catch (error) {
        // As if nobody looked whether bytes are left over.
        if (error instanceof MalformedBytes && error.message.startsWith('bytes are left over'))
          throw new RangeError('beyond the end');
        throw error;
      }
    }),
    finding: /threw RangeError: beyond the end/,
    inputsMax: 2_000,
  },
  { target: DEEP, finding: /it came to the end/, inputsMax: 12_000 },
];
