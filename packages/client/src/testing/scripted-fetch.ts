/** What a scripted server answers: a body with its status, or an error that `fetch` is rejected with. */
export type ScriptedAnswer =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | Error;

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** A `fetch` that answers from a list, in order, and keeps what was sent. The last answer is given again and again. */
export class ScriptedFetch {
  readonly sent: SentRequest[] = [];
  readonly #answers: readonly ScriptedAnswer[];

  constructor(...answers: readonly ScriptedAnswer[]) {
    this.#answers = answers;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const answer = this.#answers[Math.min(this.sent.length, this.#answers.length - 1)];
    this.sent.push({
      method: init?.method ?? 'GET',
      url: String(input),
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? init.body : undefined,
    });
    init?.signal?.throwIfAborted();
    if (answer === undefined || answer instanceof Error) throw answer ?? new TypeError('the script is empty');
    return new Response(answer.status === 204 ? null : (answer.body ?? ''), {
      status: answer.status,
      headers: answer.headers ?? {},
    });
  };
}

/** The error of `fetch` when the system refuses with this code. */
export function fetchFailure(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}
