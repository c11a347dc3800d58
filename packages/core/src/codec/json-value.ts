/**
 * A JSON tree that loses no number: integers within ±(2^53 − 1) are numbers, larger ones bigints, and a literal with a
 * fraction or an exponent keeps its text, since 1.0 and 1 differ when they are cast to text.
 */
export type JsonValue = null | boolean | number | bigint | JsonDecimal | string | JsonArray | JsonObject;

export type JsonArray = readonly JsonValue[];

export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** A number literal with a fraction or an exponent. */
export class JsonDecimal {
  readonly text: string;
  readonly value: number;

  constructor(text: string) {
    this.text = text;
    this.value = Number(text);
  }
}
