interface FlagTexts {
  /** Without the dashes. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
}

/** A flag that takes a value. */
export interface ValueFlag extends FlagTexts {
  readonly kind: 'text' | 'integer' | 'choice';
  /** What stands for the value in a help text: `N`, `JSON`. */
  readonly value: string;
  readonly required?: boolean;
  /** Whether it may be given several times. */
  readonly repeated?: boolean;
  /** What a choice takes; upper and lower case are the same. */
  readonly choices?: readonly string[];
  /** Bounds of an integer. */
  readonly min?: number;
  readonly max?: number;
}

/** A flag that stands alone. */
export interface SwitchFlag extends FlagTexts {
  readonly kind: 'switch';
}

export type Flag = ValueFlag | SwitchFlag;

/** An argument that is known by its place. */
export interface Positional {
  /** In capital letters. */
  readonly name: string;
  readonly optional?: boolean;
  /** Whether it takes all that follow; only the last one may. */
  readonly repeated?: boolean;
}

/** Flags that every command takes. */
export const GLOBAL_FLAGS = [
  {
    kind: 'text',
    name: 'url',
    value: 'URL',
    help: 'Address of the server (ACTIONBASE_URL; http://127.0.0.1:8080 when neither is given).',
  },
  {
    kind: 'text',
    name: 'token-file',
    value: 'FILE',
    help: 'File that holds the token to send (ACTIONBASE_TOKEN_FILE; the token itself: ACTIONBASE_TOKEN).',
  },
  {
    kind: 'text',
    name: 'ca',
    value: 'FILE',
    help: 'Certificates of those who may vouch for an https server, as PEM, and of nobody else (ACTIONBASE_CA).',
  },
  { kind: 'text', name: 'actor', value: 'NAME', help: 'Who acts, for the records of the server (ACTIONBASE_ACTOR).' },
  {
    kind: 'integer',
    name: 'timeout',
    value: 'SECONDS',
    min: 1,
    max: 3600,
    help: 'Deadline of each call, its repetitions included (30).',
  },
  { kind: 'switch', name: 'json', help: 'One JSON document instead of text for people.' },
  { kind: 'switch', name: 'no-color', help: 'No colours; there are none without a terminal or with NO_COLOR.' },
  { kind: 'switch', name: 'help', help: 'This text.' },
] as const satisfies readonly Flag[];
