import type { IncomingHttpHeaders } from 'node:http';
import { SERVER_LIMITS } from '../limits.ts';

/** Headers of a request that a web page may set. */
const REQUEST_HEADERS = 'Accept, Authorization, Content-Type, X-Actor-ID, X-AB-Actor-ID, X-Request-ID';
/** Headers of an answer that a web page may read, besides those that every page may. */
const ANSWER_HEADERS = 'Allow, Response-Meta, WWW-Authenticate';

/**
 * Tells browsers which web pages may use the answers (CORS). Nothing is refused for it: a browser hides the answer from a
 * page of another origin, and does not send what it asked about before.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>;
  readonly #takesAll: boolean;

  private constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
    this.#takesAll = this.#origins.has('*');
  }

  /** What the setting `cors.origins` asks for; null when it is empty. */
  static of(setting: string): Cors | null {
    return setting === '' ? null : new Cors(setting.split(','));
  }

  /** Whether a browser asks what a page may do, before it does it: such a request is answered and changes nothing. */
  isPreflight(method: string, headers: IncomingHttpHeaders): boolean {
    return (
      method === 'OPTIONS' && headers['access-control-request-method'] !== undefined && this.#takes(headers.origin)
    );
  }

  /** Headers of an answer: name, value, name, value. `allow` are the methods of the path, if the answer tells them. */
  headersFor(method: string, headers: IncomingHttpHeaders, allow: string | undefined): readonly string[] {
    const { origin } = headers;
    // A cache must not give one page's answer to another page.
    const all = this.#takesAll ? [] : ['Vary', 'Origin'];
    if (origin === undefined || !this.#takes(origin)) return all;
    all.push('Access-Control-Allow-Origin', this.#takesAll ? '*' : origin);
    if (allow !== undefined && this.isPreflight(method, headers)) {
      all.push('Access-Control-Allow-Methods', allow, 'Access-Control-Allow-Headers', REQUEST_HEADERS);
      all.push('Access-Control-Max-Age', String(SERVER_LIMITS.corsAgeSecondsMax));
    } else {
      all.push('Access-Control-Expose-Headers', ANSWER_HEADERS);
    }
    return all;
  }

  #takes(origin: string | undefined): boolean {
    return this.#takesAll || (origin !== undefined && this.#origins.has(origin));
  }
}
