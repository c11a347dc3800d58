/** A fenced block of commands, with the output that the document shows right below it. */
export interface CommandBlock {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly commands: string;
  readonly expected: ExpectedOutput | undefined;
}

export interface ExpectedOutput {
  readonly kind: 'json' | 'text';
  readonly text: string;
}

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** Whether only blank lines lie between it and the fence before. */
  readonly followsAtOnce: boolean;
}

/** Stands for any value, or any text within a line, in an output that the document shows. */
export const ANYTHING = '…';

/** The ```sh blocks of a document in their order. A ```json or ```text block right below one is its output. */
export function readCommandBlocks(markdown: string): CommandBlock[] {
  const blocks: CommandBlock[] = [];
  let before: Fence | undefined;
  for (const fence of readFences(markdown)) {
    const { language, followsAtOnce, text } = fence;
    const last = blocks.at(-1);
    if (language === 'sh') {
      blocks.push({ line: fence.line, commands: text, expected: undefined });
    } else if ((language === 'json' || language === 'text') && followsAtOnce && before?.language === 'sh' && last) {
      blocks.splice(-1, 1, { ...last, expected: { kind: language, text } });
    }
    before = fence;
  }
  return blocks;
}

function readFences(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { readonly line: number; readonly language: string; readonly lines: string[] } | undefined;
  let followsAtOnce = false;
  for (const [place, line] of markdown.split('\n').entries()) {
    if (open === undefined) {
      const language = /^```(\w*)$/.exec(line)?.[1];
      if (language !== undefined) open = { line: place + 1, language, lines: [] };
      else if (line.trim() !== '') followsAtOnce = false;
    } else if (line === '```') {
      fences.push({ line: open.line, language: open.language, text: open.lines.join('\n'), followsAtOnce });
      open = undefined;
      followsAtOnce = true;
    } else {
      open.lines.push(line);
    }
  }
  return fences;
}

/** Undefined when the output is the one that the document shows; else a sentence on the first difference. */
export function findDifference(expected: ExpectedOutput, output: string): string | undefined {
  if (expected.kind === 'text') return findTextDifference(narrow(expected.text), narrow(output));
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return `expected JSON, got ${output}`;
  }
  return findValueDifference(JSON.parse(expected.text), value, '');
}

/** Tables are aligned on a terminal and tabbed for a program: how wide a gap is makes no difference. */
function narrow(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replaceAll(/[ \t]+/g, ' ').trim())
    .join('\n')
    .trimEnd();
}

function findTextDifference(expected: string, output: string): string | undefined {
  const pattern = expected.split(ANYTHING).map(escapePattern).join('.*');
  return new RegExp(`^${pattern}$`).test(output) ? undefined : `expected\n${expected}\ngot\n${output}`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function findValueDifference(expected: unknown, value: unknown, path: string): string | undefined {
  if (expected === ANYTHING) return value === undefined ? `${path} is missing` : undefined;
  if (typeof expected !== 'object' || expected === null || typeof value !== 'object' || value === null) {
    const [wanted, got] = [JSON.stringify(expected), JSON.stringify(value)];
    return wanted === got ? undefined : `${path || 'the answer'} is ${got}, expected ${wanted}`;
  }
  const [wanted, got] = [new Map(Object.entries(expected)), new Map(Object.entries(value))];
  for (const name of new Set([...wanted.keys(), ...got.keys()])) {
    if (!wanted.has(name)) return `${path}.${name} is not shown`;
    const difference = findValueDifference(wanted.get(name), got.get(name), `${path}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
