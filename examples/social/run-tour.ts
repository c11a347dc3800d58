import assert from 'node:assert/strict';
import type { ActionbaseClient } from '@actionbase/client';
import { type FeedPost, feedByCalls, feedInOneQuery } from './feed.ts';
import { Person } from './person.ts';
import { LIKES, loadPreset, POSTS } from './preset.ts';
import { createTables } from './tables.ts';

export interface TourOptions {
  readonly client: ActionbaseClient;
  /** Must not exist yet. */
  readonly database: string;
  readonly tell: (line: string) => void;
  readonly nowMs: () => number;
}

/** Builds the app and uses it as @zipdoki. Every step checks what it sees; the first surprise ends the tour. */
export async function runTour({ client, database, tell, nowMs }: TourOptions): Promise<void> {
  const tables = await createTables(client, database);
  tell(`Declared user_posts, user_likes and user_follows in ${database}.`);

  const loaded = await loadPreset(tables);
  assert.deepEqual(loaded, { posts: POSTS.length, likes: LIKES.length });
  tell(`Loaded ${loaded.posts} posts and ${loaded.likes} likes.`);

  const me = new Person('zipdoki', tables, nowMs);
  const j4rami = new Person('j4rami', tables, nowMs);
  tell('You are @zipdoki.');

  assert.equal(await me.follow('j4rami'), 'CREATED');
  assert.equal(await me.isFollowing('j4rami'), true);
  assert.equal((await j4rami.profile()).followers, 1);
  assert.deepEqual(await j4rami.followers(), ['zipdoki']);
  tell('You follow @j4rami, who has 1 follower now.');

  assert.equal(await me.like(1), 'CREATED');
  assert.equal(await me.likesOf(1), 2);
  tell('You like post 1: 2 likes, with that of @d4v1d.');

  assert.equal(await me.like(1), 'UPDATED');
  assert.equal(await me.likesOf(1), 2);
  tell('You like it once more: it stays at 2.');

  assert.equal(await me.unlike(1), 'DELETED');
  assert.equal(await me.likesOf(1), 1);
  assert.equal(await me.unlike(1), 'IDLE');
  tell('You take it back: 1 like.');

  assert.equal(await me.follow('em3s'), 'CREATED');
  assert.equal(await me.like(2), 'CREATED');
  const feed = await readFeed();
  assert.deepEqual(
    feed.map(({ author, post, likes, likedByMe }) => [author, post, likes, likedByMe]),
    [
      ['em3s', 4, 0, false],
      ['em3s', 3, 0, false],
      ['em3s', 2, 4, true],
      ['j4rami', 1, 1, false],
    ],
  );
  tell('You follow @em3s and like post 2. Your feed, by 11 calls and by one query alike:');
  for (const post of feed) tell(printPost(post));

  assert.equal(await me.unfollow('j4rami'), 'DELETED');
  assert.equal(await me.isFollowing('j4rami'), false);
  assert.deepEqual(
    (await readFeed()).map(({ post }) => post),
    [4, 3, 2],
  );
  tell('You unfollow @j4rami: post 1 is gone from your feed.');

  const profile = await me.profile();
  assert.deepEqual(profile, { name: 'zipdoki', followers: 0, followings: 1, posts: [5] });
  tell(`Your profile: ${profile.followers} followers, ${profile.followings} following, post ${profile.posts.join()}.`);

  /** The feed, made in both ways, which must agree. */
  async function readFeed(): Promise<readonly FeedPost[]> {
    const posts = await feedByCalls(tables, me.name);
    assert.deepEqual(await feedInOneQuery(client, tables, me.name), posts);
    return posts;
  }
}

function printPost({ author, post, createdAt, likes, likedByMe }: FeedPost): string {
  const time = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  return `  ${time}  post ${post} of @${author}, ${likes} likes${likedByMe ? ', yours too' : ''}`;
}
