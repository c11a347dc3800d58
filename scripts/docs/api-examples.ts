import { parseJson } from '@actionbase/core/codec/json-text';
import type { Example, ExampleAnswer } from '@actionbase/server/openapi/examples/example';
import { layoutJson } from '@actionbase/server/openapi/layout-json';

/** An example as a request and its answer. */
export function printExample(example: Example): readonly string[] {
  const { title, method, path, headers = {}, body, status, answer } = example;
  const head = [`${method} ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  const request = body === undefined ? head : [...head, '', layoutJson(parseJson(body))];
  return [`*${title}*`, '', '```http', ...request, '```', '', ...printAnswer(status, answer)];
}

function printAnswer(status: number, answer: ExampleAnswer | undefined): readonly string[] {
  if (answer === undefined) return [`Answer: ${status}, without a body`, ''];
  if (typeof answer === 'string') return fenced(`Answer: ${status}`, 'json', layoutJson(parseJson(answer)));
  if ('text' in answer) return fenced(`Answer: ${status}`, 'text', answer.text);
  if ('lines' in answer) {
    const lines = answer.lines.map((line) => layoutJson(parseJson(line))).join('\n');
    return fenced(`Answer: ${status}; in the answer, each of these is one line`, 'json', lines);
  }
  const { among, why } = answer;
  if (among.length === 0) return [`Answer: ${status}; the body is not shown here, since ${why}`, ''];
  return fenced(`Answer: ${status}; among others, since ${why}`, 'text', among.join('\n'));
}

function fenced(remark: string, language: string, text: string): readonly string[] {
  return [remark, '', `\`\`\`${language}`, text, '```', ''];
}
