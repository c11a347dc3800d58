import type { JsonValue } from './json-value.ts';

/** A tree that `printJson` prints: plain JSON, with parts that are printed already. Members that are undefined are left out. */
export type OutputValue = JsonValue | JsonSplice | readonly OutputValue[] | OutputObject;

export interface OutputObject {
  readonly [name: string]: OutputValue | undefined;
}

/** JSON text that goes into an answer as it is: stored objects, and typed values printed by `printValue`. */
export class JsonSplice {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
