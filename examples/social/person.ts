import type { Edge, EdgeStatus, TableHandle } from '@actionbase/client';
import { NEWEST, type SocialTables } from './tables.ts';

/** What a person's page shows. */
export interface Profile {
  readonly name: string;
  readonly followers: number;
  readonly followings: number;
  /** Newest first. */
  readonly posts: readonly number[];
}

/** A person at the app: what they can do, and what they can see of others. */
export class Person {
  readonly name: string;
  readonly #tables: SocialTables;
  readonly #nowMs: () => number;

  /** `nowMs` gives the version of each mutation: of two for one edge, the later one wins, whichever arrives first. */
  constructor(name: string, tables: SocialTables, nowMs: () => number) {
    this.name = name;
    this.#tables = tables;
    this.#nowMs = nowMs;
  }

  follow(whom: string): Promise<EdgeStatus> {
    return this.#insert(this.#tables.follows, whom);
  }

  unfollow(whom: string): Promise<EdgeStatus> {
    return this.#delete(this.#tables.follows, whom);
  }

  like(post: number): Promise<EdgeStatus> {
    return this.#insert(this.#tables.likes, post);
  }

  unlike(post: number): Promise<EdgeStatus> {
    return this.#delete(this.#tables.likes, post);
  }

  async isFollowing(whom: string): Promise<boolean> {
    return (await this.#tables.follows.get(this.name, whom)) !== undefined;
  }

  /** Counts are stored, not counted: this costs the same for a star. */
  async likesOf(post: number): Promise<number> {
    return Number(await this.#tables.likes.count(post, 'IN'));
  }

  async profile(): Promise<Profile> {
    const { follows, posts } = this.#tables;
    const [followers, followings, page] = await Promise.all([
      follows.count(this.name, 'IN'),
      follows.count(this.name, 'OUT'),
      posts.scan(NEWEST, { start: this.name, direction: 'OUT', limit: 25 }),
    ]);
    const numbers = page.edges.map(({ target }: Edge) => Number(target));
    return { name: this.name, followers: Number(followers), followings: Number(followings), posts: numbers };
  }

  /** Who follows this person, the latest first. */
  async followers(): Promise<readonly string[]> {
    const { edges } = await this.#tables.follows.scan(NEWEST, { start: this.name, direction: 'IN', limit: 25 });
    return edges.map(({ source }) => String(source));
  }

  async #insert(table: TableHandle, target: string | number): Promise<EdgeStatus> {
    const createdAt = this.#nowMs();
    const edge = { version: createdAt, source: this.name, target, properties: { createdAt } };
    return (await table.insert(edge)).status;
  }

  async #delete(table: TableHandle, target: string | number): Promise<EdgeStatus> {
    return (await table.delete({ version: this.#nowMs(), source: this.name, target })).status;
  }
}
