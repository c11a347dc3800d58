import type { EdgeInput } from '@actionbase/client';
import type { SocialTables } from './tables.ts';

/** What is in the app before you come: of the preset `build-your-social-app`, with times that are a minute apart. */
export const POSTS = [
  ['j4rami', 1],
  ['em3s', 2],
  ['em3s', 3],
  ['em3s', 4],
  ['zipdoki', 5],
] as const;

export const LIKES = [
  ['d4v1d', 1],
  ['d4v1d', 2],
  ['punsoo', 2],
  ['ipoemigmail', 2],
] as const;

const FIRST_MS = 1_737_377_177_245;

/** Writes the preset; many edges of one table go in one request, which takes effect as a whole. */
export async function loadPreset({ posts, likes }: SocialTables): Promise<{ posts: number; likes: number }> {
  const made = await posts.insert(POSTS.map(edgeOf));
  const liked = await likes.insert(LIKES.map(edgeOf));
  const isNew = ({ status }: { status: string }): boolean => status === 'CREATED';
  return { posts: made.filter(isNew).length, likes: liked.filter(isNew).length };
}

function edgeOf([user, post]: readonly [string, number], place: number): EdgeInput {
  const createdAt = FIRST_MS + place * 60_000;
  return { version: createdAt, source: user, target: post, properties: { createdAt } };
}
