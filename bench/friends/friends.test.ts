/** Goal: every way to ask gives what the data say. Method: the bench itself, small; its times are not looked at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFriends, newestOfFriends, rowsWithin } from './friends-data.ts';
import { runFriends } from './run-friends.ts';

const size = { readers: 3, people: 12, friends: 5, wishes: 30 };

test('all ways of asking answer the newest wishes of all friends, newest first', async () => {
  const { wrong, checked, rows } = await runFriends({ ...size, asked: 4, rounds: 2, seed: 7 });
  assert.equal(wrong, 0, checked);
  assert.deepEqual(
    rows.map((row) => [row.way, row.requests, row['rows read'], row['rows at most'], row.asked]),
    [
      ['one query, scan', 1, 105, 105, 8],
      ['one query, cache', 1, 105, 105, 8],
      ['one query, scan since', 1, rows[2]?.['rows read'], 105, 8],
      ['one query, scan all', 1, 155, 155, 8],
      ['calls, one by one', 6, 105, 105, 8],
      ['calls, 16 at a time', 6, 105, 105, 8],
    ],
  );
  assert.ok(Number(rows[2]?.['rows read']) < 105);
});

test('the data are those of the seed: everybody wishes equally often, for each thing once', () => {
  const data = makeFriends(size, 7);
  assert.deepEqual(makeFriends(size, 7), data);
  assert.notDeepEqual(makeFriends(size, 8), data);
  const pairs = new Set(data.wishes.map(({ person, product }) => `${person} ${product}`));
  assert.equal(pairs.size, size.people * size.wishes);
  const newest = newestOfFriends(data, 1, 3);
  assert.deepEqual(
    newest.map(({ createdAt }) => createdAt),
    newest.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
  );
  assert.equal(rowsWithin(data, 1, { limit: 4, sinceMs: 0 }), 4 * size.friends);
});
