import { printJson } from '@actionbase/core/codec/json-text';
import type { OutputValue } from '@actionbase/core/codec/output-value';

/** One JSON document on one line. */
export function printJsonLine(value: OutputValue): string {
  return `${printJson(value)}\n`;
}
