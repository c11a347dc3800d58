import { column, defineMigration } from '@actionbase/migrate/declare/define-migration';

/** The migration of the wishes that the tests here move. */
export const wishMigration = defineMigration({
  name: 'wish',
  from: 'wish',
  to: 'shop.wish',
  edge: {
    source: 'user_id',
    target: 'sku',
    version: 'version',
    properties: { note: 'note', at: column('at', 'milliseconds'), gift: column('gift', 'boolean') },
  },
  throttle: { chunkRows: 250 },
});
