import type { LegacyPosition } from '@actionbase/ports/legacy';
import { refused } from './mysql-failure.ts';

interface Gtid {
  readonly domain: string;
  readonly server: string;
  readonly sequence: bigint;
}

const GTID = /^(\d+)-(\d+)-(\d+)$/;

/**
 * A place in the log of a MariaDB: of each replication domain the last transaction, as the server prints it. Most servers have
 * one domain only.
 *     0-1-42,7-3-9  ->  two domains; its rank is 42 + 9
 */
export class GtidPosition {
  readonly #domains: ReadonlyMap<string, Gtid>;

  private constructor(domains: ReadonlyMap<string, Gtid>) {
    this.#domains = domains;
  }

  static parse(text: string): GtidPosition {
    const domains = new Map<string, Gtid>();
    for (const part of text.split(',').filter((part) => part !== '')) {
      const gtid = parseGtid(part);
      domains.set(gtid.domain, gtid);
    }
    return new GtidPosition(domains);
  }

  /** The place right behind this transaction, which is the next one. */
  after(gtid: string): GtidPosition {
    const parsed = parseGtid(gtid);
    return new GtidPosition(new Map([...this.#domains, [parsed.domain, parsed]]));
  }

  print(): LegacyPosition {
    const gtids = [...this.#domains.values()].sort((a, b) => Number(a.domain) - Number(b.domain));
    return gtids.map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`).join(',') as LegacyPosition;
  }

  /** Every transaction raises the number of its domain, and with it the sum. */
  rank(): bigint {
    let sum = 0n;
    for (const { sequence } of this.#domains.values()) sum += sequence;
    return sum;
  }
}

function parseGtid(text: string): Gtid {
  const [, domain, server, sequence] = GTID.exec(text) ?? [];
  if (domain === undefined || server === undefined || sequence === undefined) {
    throw refused(`${JSON.stringify(text)} is no place in the log: it should be like 0-1-42`);
  }
  return { domain, server, sequence: BigInt(sequence) };
}
