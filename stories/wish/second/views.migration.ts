import { column, defineMigration } from '@actionbase/migrate/declare/define-migration';

/** Another table's move: what users have looked at last. This file is all that there is of it. */
export const migration = defineMigration({
  name: 'views',
  from: 'recent_views',
  to: 'gift.view',
  edge: {
    source: 'user_id',
    target: 'item',
    version: 'version',
    properties: { seen_at: column('seen_at', 'milliseconds'), from_ad: column('from_ad', 'boolean'), device: 'device' },
  },
  gates: { cleanWindows: 2 },
});
