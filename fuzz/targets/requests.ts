import { dumpStore } from '@actionbase/engine/testing/instance-state';
import { mutateBytes, pick } from '../mutate-bytes.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutatePath } from '../mutate-path.ts';
import type { MutationGiven, OpenTarget, Target } from '../target.ts';
import { parseRequest, printRequest, requestOf, STORY, StoryServer, type TextRequest } from './story-server.ts';

/** Requests after which all rows are compared, and not only how far log and store have come. */
const WHOLE_EVERY = 10;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'];
const HEADERS = ['x-request-id', 'x-actor-id', 'accept', 'content-type', 'content-encoding', 'expect', 'authorization'];

/** Every route with changed parameters and bodies. */
export const REQUESTS: Target = {
  name: 'requests',
  promise: 'no request is answered 500 or never, and L8: one that is refused changes neither log nor rows',
  code: /\/packages\/(?:core|engine|server)\/src\//,
  batch: 8,
  lifeInputs: 400,
  seeds: () => STORY.map((example) => printRequest(requestOf(example))),
  words: [
    '%00',
    '%2F',
    '%ff',
    '..',
    '//',
    '?',
    '&',
    '=',
    ';',
    ':',
    ',',
    '9223372036854775808',
    '-1',
    'é',
    '__proto__',
    '\r\n',
  ],
  mutate: (input, given) => printRequest(mutateRequest(parseRequest(input), given)),
  open: async () => new OpenRequests(await StoryServer.start()),
};

class OpenRequests implements OpenTarget {
  readonly #story: StoryServer;
  #played = 0;

  constructor(story: StoryServer) {
    this.#story = story;
  }

  async play(input: Uint8Array): Promise<string | undefined> {
    await this.#story.settle();
    this.#played++;
    const isWhole = this.#played % WHOLE_EVERY === 0;
    const before = await this.#state(isWhole);
    const answer = await this.#story.ask(parseRequest(input));
    if (answer === undefined) return undefined;
    const { status, text } = answer;
    if (this.#story.mistake !== undefined) return this.#story.mistake;
    if (status === 500) return `answered 500: ${text}`;
    if (status < 400 || (await this.#state(isWhole)) === before) return undefined;
    return `answered ${status}, and yet log or rows are others: ${text}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#story[Symbol.asyncDispose]();
  }

  /** What a write changes: the end of the log and the position of the store; the whole store, too, where it is asked for. */
  async #state(isWhole: boolean): Promise<string> {
    const { log, store, engine } = this.#story.server.instance;
    const ends = JSON.stringify([log.bounds(0), engine.position, (await store.progress(0))?.offset]);
    return isWhole ? `${ends}\n${(await dumpStore(store)).join('\n')}` : ends;
  }
}

function mutateRequest(request: TextRequest, given: MutationGiven): TextRequest {
  const { random, other } = given;
  const { method, path, headers, body } = request;
  switch (random.below(8)) {
    case 0:
      return { ...request, method: pick(METHODS, random) };
    case 1:
    case 2:
      return { ...request, path: mutatePath(path, given) };
    case 3: {
      const bytes = mutateBytes(Buffer.from(headers[0]?.[1] ?? 'x'), given);
      const value = Buffer.from(bytes)
        .toString('latin1')
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, '?');
      return { ...request, headers: [...headers.slice(0, 5), [pick(HEADERS, random), value.slice(0, 2_000)]] };
    }
    case 4:
      return { ...request, body: parseRequest(other).body };
    case 5:
      return { method, path, headers, body: Buffer.from(mutateBytes(Buffer.from(body), given)).toString('utf8') };
    default:
      return body === ''
        ? { ...request, path: mutatePath(path, given) }
        : { ...request, body: mutateJson(body, random) ?? body };
  }
}
