import { column, defineMigration } from '@actionbase/migrate/declare/define-migration';

/** The same table, of which only what is looked at from now on moves: older views are forgotten within weeks anyway. */
export const migration = defineMigration({
  name: 'later-views',
  from: 'recent_views',
  to: 'gift.view',
  edge: {
    source: 'user_id',
    target: 'item',
    version: 'version',
    properties: { seen_at: column('seen_at', 'milliseconds'), from_ad: column('from_ad', 'boolean'), device: 'device' },
  },
  gates: { cleanWindows: 2 },
  forwardOnly: true,
});
