import { printJson } from '@actionbase/core/codec/json-text';
import { JsonDecimal, type JsonValue } from '@actionbase/core/codec/json-value';

/** Characters of a line, unless a single text is longer. */
const WIDTH = 110;

/** JSON text for people: what fits stands on one line, the rest is broken up. No number changes. */
export function layoutJson(value: JsonValue): string {
  return layout(value, '', WIDTH);
}

/** `room` is what the first line has left. */
function layout(value: JsonValue, indent: string, room: number): string {
  const line = oneLine(value);
  if (line.length <= room || !isTree(value)) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const lines = partsOf(value).map(([head, part]) => {
    const start = `${inner}${head}`;
    return start + layout(part, inner, WIDTH - start.length - 1);
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function oneLine(value: JsonValue): string {
  if (!isTree(value)) return printJson(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}${partsOf(value)
    .map(([head, part]) => head + oneLine(part))
    .join(', ')}${close}`;
}

type Tree = Extract<JsonValue, object>;

function isTree(value: JsonValue): value is Tree {
  return typeof value === 'object' && value !== null && !(value instanceof JsonDecimal);
}

/** Items or members, each with what stands before it. */
function partsOf(tree: Tree): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(tree)) return tree.map((item) => ['', item]);
  return Object.entries(tree).map(([name, member]) => [`${JSON.stringify(name)}: `, member]);
}
