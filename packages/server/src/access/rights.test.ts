import assert from 'node:assert/strict';
import test from 'node:test';
import { allows, type Rights, ROLES } from './rights.ts';

test('a role includes those before it and no other', () => {
  const allowed = ROLES.map((role) =>
    ROLES.filter((needed) => allows({ role, databases: '*' }, { role: needed, database: 'x' })),
  );
  assert.deepEqual(allowed, [['read'], ['read', 'write'], ['read', 'write', 'admin']]);
});

test('a token of some databases may do nothing in others, nor in all of them', () => {
  const rights: Rights = { role: 'admin', databases: ['shop', 'club'] };
  const asked = ['shop', 'club', 'sho', 'shop.wish', '', '*', null];
  assert.deepEqual(
    asked.map((database) => allows(rights, { role: 'read', database })),
    [true, true, false, false, false, false, false],
  );
});

test('a token of all databases may use each of them, and what concerns all', () => {
  for (const database of ['shop', '*', null])
    assert.equal(allows({ role: 'write', databases: '*' }, { role: 'write', database }), true);
});
