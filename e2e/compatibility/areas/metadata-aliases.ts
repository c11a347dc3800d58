import { type CompatibilityArea, fixed, same, shownBy } from '../compatibility-case.ts';
import { all, answers, get, post, put, refuses, refusesDdl, remove } from '../expectations.ts';
import { AUDIT, creates, edgeTable, TABLES, V3 } from '../shop.ts';

const METADATA_TEST = 'packages/server/src/metadata.test.ts';
const ALIASES = `${V3}/shop/aliases`;

/** Aliases. */
export const ALIAS_CALLS: CompatibilityArea = {
  title: '2.2 aliases',
  cases: [
    same(
      'POST aliases answers 200 with the descriptor',
      answers(
        post(ALIASES, { alias: 'fresh', table: 'wish', comment: 'c' }),
        200,
        `{"tenant":"local","database":"shop","alias":"fresh","table":"wish","active":true,"comment":"c",${AUDIT}}`,
      ),
    ),
    same(
      'reads and writes take an alias for its table',
      shownBy(METADATA_TEST, 'an alias lives: read and written through, turned to another table, deactivated, deleted'),
    ),
    same(
      'an alias of a missing table is 400; several reasons are joined by line breaks',
      all(
        refusesDdl(
          post(ALIASES, { alias: 'x', table: 'none', comment: '' }),
          'create',
          'target label not exists : shop.none',
        ),
        refusesDdl(
          post(ALIASES, { alias: 'wish', table: 'none', comment: '' }),
          'create',
          'label name already exists : shop.wish\ntarget label not exists : shop.none',
        ),
      ),
    ),
    same(
      'an alias in a missing or inactive database is 400',
      refusesDdl(
        post(`${V3}/none/aliases`, { alias: 'x', table: 't', comment: '' }),
        'create',
        'service not exists : none\ntarget label not exists : none.t',
      ),
    ),
    fixed(
      'creating an alias that exists',
      '409 with the code already-exists instead of 200 with an empty body',
      all(
        answers(post(ALIASES, { alias: 'twice', table: 'wish', comment: '' }), 200, /twice/),
        answers(post(ALIASES, { alias: 'twice', table: 'wish', comment: '' }), 409, { code: 'already-exists' }),
      ),
    ),
    same(
      'GET and PUT of an alias that is not there are 404, DELETE is 204',
      all(
        answers(get(`${ALIASES}/none`), 404, ''),
        answers(put(`${ALIASES}/none`, { comment: 'x' }), 404, ''),
        answers(remove(`${ALIASES}/none`), 204, ''),
      ),
    ),
    same(
      'aliases are listed by status',
      all(
        answers(post(ALIASES, { alias: 'listed', table: 'wish', comment: '' }), 200, /listed/),
        answers(get(ALIASES), 200, /"alias":"listed"/),
        answers(get(`${ALIASES}?status=INACTIVE`), 200, /^(?!.*listed)/),
      ),
    ),
    same(
      'an alias whose table is inactive is named in the refusal',
      all(
        creates(edgeTable('behind')),
        answers(post(ALIASES, { alias: 'front', table: 'behind', comment: '' }), 200, /front/),
        answers(put(`${ALIASES}/front`, { active: false }), 200, /false/),
        answers(put(`${TABLES}/behind`, { active: false }), 200, /false/),
        answers(put(`${ALIASES}/front`, { active: true }), 200, /true/),
        refuses(
          get(`${TABLES}/front/edges/count?start=1&direction=OUT`),
          'unknown-table',
          /^No such label shop\.behind of the alias shop\.front\.$/,
        ),
      ),
    ),
  ],
};
