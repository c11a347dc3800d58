/** Longest pattern of a split, in characters. */
export const SPLIT_PATTERN_LENGTH_MAX = 64;

/**
 * A pattern that separates pieces of text: a sequence of characters and character classes, each of which may have `+`, `*`
 * or `?` behind it. It is the part of Java's regular expressions that can be run in linear time by counting along.
 */
export interface SplitPattern {
  readonly elements: readonly PatternElement[];
}

interface PatternElement {
  readonly accepts: (code: number) => boolean;
  readonly isOptional: boolean;
  readonly isLoop: boolean;
}

export type ParsedSplit =
  | { readonly kind: 'parsed'; readonly pattern: SplitPattern }
  | { readonly kind: 'refused'; readonly message: string };

type Accepts = PatternElement['accepts'];

const isDigit: Accepts = (code) => code >= 0x30 && code <= 0x39;
const isWord: Accepts = (code) => isDigit(code) || code === 0x5f || ((code | 32) >= 0x61 && (code | 32) <= 0x7a);
const isSpace: Accepts = (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d);
const isLineEnd: Accepts = (code) => code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;

const CLASSES: ReadonlyMap<string, Accepts> = new Map<string, Accepts>([
  ['d', isDigit],
  ['D', (code) => !isDigit(code)],
  ['w', isWord],
  ['W', (code) => !isWord(code)],
  ['s', isSpace],
  ['S', (code) => !isSpace(code)],
  ['t', (code) => code === 9],
  ['n', (code) => code === 10],
  ['r', (code) => code === 13],
]);

class Refusal {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/**
 * Reads a pattern: plain characters, `.`, `\s \S \d \D \w \W \t \n \r`, a backslash before punctuation, and classes such as
 * `[,;]`, `[^a-z\s]`. Groups, alternatives, counts, anchors and whatever matches the empty text are refused: `[,;]` stands for
 * `,|;`.
 */
export function parseSplitPattern(text: string): ParsedSplit {
  if (text.length > SPLIT_PATTERN_LENGTH_MAX) {
    return refused(`has ${text.length} characters; at most ${SPLIT_PATTERN_LENGTH_MAX} are allowed`);
  }
  const elements: PatternElement[] = [];
  for (let at = 0; at < text.length; ) {
    const read = readElement(text, at);
    if (read instanceof Refusal) return refused(read.message);
    const mark = text[read.end] ?? '';
    const isQuantified = mark !== '' && '+*?'.includes(mark);
    at = isQuantified ? read.end + 1 : read.end;
    elements.push({
      accepts: read.accepts,
      isOptional: mark === '*' || mark === '?',
      isLoop: mark === '*' || mark === '+',
    });
  }
  if (elements.every((element) => element.isOptional)) return refused('matches the empty text');
  return { kind: 'parsed', pattern: { elements } };
}

/**
 * The pieces of a text between the matches, empty ones included; at most `limit` of them unless it is 0, the last one with
 * all that is left. A match begins as early and is as long as possible.
 */
export function splitText(pattern: SplitPattern, text: string, limit: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (limit === 0 || pieces.length < limit - 1) {
    const match = findMatch(pattern, text, from);
    if (match === null) break;
    pieces.push(text.slice(from, match.start));
    from = match.end;
  }
  pieces.push(text.slice(from));
  return pieces;
}

interface Match {
  readonly start: number;
  readonly end: number;
}

const NOWHERE = Number.POSITIVE_INFINITY;

/**
 * For each place in the pattern, the earliest start from which the text leads there is carried along, so every character
 * is looked at once per element. Two starts that meet in one place have the same future, and the earlier one wins. So what
 * runs on beyond a match ends before the next match does, and a whole split is linear too.
 */
function findMatch({ elements }: SplitPattern, text: string, from: number): Match | null {
  const count = elements.length;
  let starts = new Array<number>(count + 1).fill(NOWHERE);
  let best: Match | null = null;
  for (let at = from; ; at += 1) {
    if (best === null) starts[0] = Math.min(starts[0] ?? NOWHERE, at);
    for (let i = 0; i < count; i += 1) {
      if (elements[i]?.isOptional) starts[i + 1] = Math.min(starts[i + 1] ?? NOWHERE, starts[i] ?? NOWHERE);
    }
    const start: number = starts[count] ?? NOWHERE;
    if (start <= (best?.start ?? Number.MAX_SAFE_INTEGER)) best = { start, end: at };
    if (at === text.length) return best;
    const latest: number = best?.start ?? Number.MAX_SAFE_INTEGER;
    const next = advance(elements, starts, { code: text.charCodeAt(at), latest });
    if (best !== null && next.every((place) => place === NOWHERE)) return best;
    starts = next;
  }
}

function advance(
  elements: readonly PatternElement[],
  starts: readonly number[],
  { code, latest }: { readonly code: number; readonly latest: number },
): number[] {
  const next = new Array<number>(starts.length).fill(NOWHERE);
  elements.forEach((element, i) => {
    const start = starts[i] ?? NOWHERE;
    if (start > latest || !element.accepts(code)) return;
    if (element.isLoop) next[i] = Math.min(next[i] ?? NOWHERE, start);
    if (!(element.isLoop && element.isOptional)) next[i + 1] = Math.min(next[i + 1] ?? NOWHERE, start);
  });
  return next;
}

interface ReadElement {
  readonly accepts: Accepts;
  readonly end: number;
}

function readElement(text: string, at: number): ReadElement | Refusal {
  const char = text.charAt(at);
  if (char === '[') return readClass(text, at);
  if (char === '\\') return readEscape(text, at);
  if (char === '.') return { accepts: (code) => !isLineEnd(code), end: at + 1 };
  if ('()|{}^$]+*?'.includes(char)) {
    return new Refusal(
      `has "${char}" at ${at}, which is not supported here; a character itself is written "\\${char}"`,
    );
  }
  const wanted = text.charCodeAt(at);
  return { accepts: (code) => code === wanted, end: at + 1 };
}

function readEscape(text: string, at: number): ReadElement | Refusal {
  const char = text.charAt(at + 1);
  const known = CLASSES.get(char);
  if (known !== undefined) return { accepts: known, end: at + 2 };
  if (char === '' || /[\p{L}\p{N}]/u.test(char)) return new Refusal(`has "\\${char}" at ${at}, which is not supported`);
  const wanted = text.charCodeAt(at + 1);
  return { accepts: (code) => code === wanted, end: at + 2 };
}

/** Reads `[...]`. */
function readClass(text: string, at: number): ReadElement | Refusal {
  const isNegated = text[at + 1] === '^';
  const members: Accepts[] = [];
  let place = isNegated ? at + 2 : at + 1;
  while (text[place] !== ']' || members.length === 0) {
    if (place >= text.length) return new Refusal(`has a "[" at ${at} that is not closed`);
    if (text[place] === '[' || text.startsWith('&&', place)) {
      return new Refusal(`has a class within a class at ${place}, which is not supported`);
    }
    const read = readMember(text, place);
    if (read instanceof Refusal) return read;
    members.push(read.accepts);
    place = read.end;
  }
  const accepts: Accepts = (code) => members.some((member) => member(code)) !== isNegated;
  return { accepts, end: place + 1 };
}

/** Reads one member of a class: a character, an escape, or a range of characters. */
function readMember(text: string, at: number): ReadElement | Refusal {
  if (text[at] === '\\') return readEscape(text, at);
  const first = text.charCodeAt(at);
  const isRange = text[at + 1] === '-' && at + 2 < text.length && text[at + 2] !== ']';
  if (!isRange) return { accepts: (code) => code === first, end: at + 1 };
  const last = text.charCodeAt(at + 2);
  if (text[at + 2] === '\\' || last < first) return new Refusal(`has a range at ${at} that cannot be read`);
  return { accepts: (code) => code >= first && code <= last, end: at + 3 };
}

function refused(message: string): ParsedSplit {
  return { kind: 'refused', message };
}
