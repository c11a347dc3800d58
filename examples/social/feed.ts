import type { ActionbaseClient, JsonMembers, QueryItem } from '@actionbase/client';
import { NEWEST, type SocialTables } from './tables.ts';

/** A post in somebody's feed. */
export interface FeedPost {
  readonly author: string;
  readonly post: number;
  readonly createdAt: number;
  readonly likes: number;
  readonly likedByMe: boolean;
}

/** Followees, and posts of each, that a feed looks at; posts that it shows. */
const LOOKED_AT = 25;
const SHOWN = 10;

/** The feed as an app makes it call by call: followees, their posts, and for each post its likes and whether I am one of them. */
export async function feedByCalls({ follows, posts, likes }: SocialTables, me: string): Promise<readonly FeedPost[]> {
  const page = { direction: 'OUT', limit: LOOKED_AT } as const;
  const followees = (await follows.scan(NEWEST, { start: me, ...page })).edges.map(({ target }) => String(target));
  const pages = await Promise.all(followees.map((author) => posts.scan(NEWEST, { start: author, ...page })));
  const newest = pages
    .flatMap(({ edges }) => edges)
    .map(({ source, target, properties }) => ({
      author: String(source),
      post: Number(target),
      createdAt: Number(properties.createdAt),
    }))
    .toSorted((a, b) => b.createdAt - a.createdAt)
    .slice(0, SHOWN);
  return Promise.all(
    newest.map(async (post) => ({
      ...post,
      likes: Number(await likes.count(post.post, 'IN')),
      likedByMe: (await likes.get(me, post.post)) !== undefined,
    })),
  );
}

/** The same feed in one request, as of one moment. Each item starts from what the one before it found. */
export async function feedInOneQuery(
  client: ActionbaseClient,
  { database }: SocialTables,
  me: string,
): Promise<readonly FeedPost[]> {
  const scan = { type: 'SCAN', database, index: NEWEST, direction: 'OUT', limit: LOOKED_AT } as const;
  const thesePosts = { type: 'REF', ref: 'posts', field: 'target' } as const;
  // One post is one group, so the sum is its own time: the groups come newest first, over all authors.
  const newest = { type: 'SUM', valueField: 'createdAt', keyFields: ['source', 'target'] } as const;
  const ofLikes = { include: true, database, table: 'user_likes' } as const;
  const items: readonly QueryItem[] = [
    { ...scan, name: 'followees', table: 'user_follows', source: { type: 'VALUE', value: [me] } },
    {
      ...scan,
      name: 'posts',
      include: true,
      table: 'user_posts',
      source: { type: 'REF', ref: 'followees', field: 'target' },
      aggregators: [{ ...newest, order: 'DESC', limit: SHOWN }],
    },
    { type: 'COUNT', name: 'likes', ...ofLikes, direction: 'IN', source: thesePosts },
    { type: 'GET', name: 'mine', ...ofLikes, source: { type: 'VALUE', value: [me] }, target: thesePosts },
  ];
  const [posts, likes, mine] = (await client.query(items)).map(({ data }) => data);
  const likesOf = new Map(likes?.map((row) => [row.source, Number(row['COUNT(1)'])]));
  const likedByMe = new Set(mine?.map((row) => row.target));
  return (posts ?? []).map((row: JsonMembers) => ({
    author: String(row.source),
    post: Number(row.target),
    createdAt: Number(row.createdAt),
    likes: likesOf.get(row.target ?? null) ?? 0,
    likedByMe: likedByMe.has(row.target ?? null),
  }));
}
