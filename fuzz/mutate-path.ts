import { mutateBytes, pick } from './mutate-bytes.ts';
import type { MutationGiven } from './target.ts';

const VALUES = [
  '',
  '-1',
  '0',
  '1',
  '9223372036854775807',
  '9223372036854775808',
  '1e3',
  'null',
  'true',
  '%00',
  '%',
  '%zz',
  '%ff',
  '%ed%a0%80',
  '*',
  'a,b',
  ':',
  ';',
  '%F0%9F%98%80',
];
const NAMES = [
  'limit',
  'offset',
  'ranges',
  'filters',
  'start',
  'direction',
  'features',
  'from',
  'follow',
  'src',
  'tgt',
  'dir',
  'index',
  'stats',
  'select',
  'mode',
  'status',
];
/** Longest path that is made: the server refuses longer ones at the door. */
const PATH_LENGTH_MAX = 16_500;

/** Another path: a part of it, or a parameter, changed, doubled, taken away or brought along. */
export function mutatePath(path: string, given: MutationGiven): string {
  const { random } = given;
  const mark = path.indexOf('?');
  const parts = (mark < 0 ? path : path.slice(0, mark)).split('/');
  const parameters = mark < 0 ? [] : path.slice(mark + 1).split('&');
  if (parameters.length === 0 || random.below(4) === 0) {
    const at = random.below(parts.length);
    return [withQuery(parts.with(at, changedPart(parts[at] ?? '', given)).join('/'), parameters)]
      .join('')
      .slice(0, PATH_LENGTH_MAX);
  }
  const at = random.below(parameters.length);
  const [name = '', ...rest] = (parameters[at] ?? '').split('=');
  const changes: readonly (() => string[])[] = [
    () => parameters.toSpliced(at, 1),
    () => [...parameters, parameters[at] ?? ''],
    () => [...parameters, `${pick(NAMES, random)}=${pick(VALUES, random)}`],
    () => parameters.with(at, `${pick(NAMES, random)}=${rest.join('=')}`),
    () => parameters.with(at, `${name}=${changedPart(rest.join('='), given)}`),
    () => parameters.with(at, `${name}=${changedPart(rest.join('='), given)}`),
  ];
  return withQuery(parts.join('/'), pick(changes, random)()).slice(0, PATH_LENGTH_MAX);
}

function withQuery(path: string, parameters: readonly string[]): string {
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

/** Changed as text: what Node's client does not send is percent-encoded. */
function changedPart(part: string, given: MutationGiven): string {
  if (given.random.below(3) === 0) return pick(VALUES, given.random);
  const bytes = mutateBytes(Buffer.from(part), given);
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^\x21-\x7e]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
