import { column, defineMigration } from '@actionbase/migrate/declare/define-migration';

/** The wish list's move from the table `wishes` and the counts `wishers:…` to Actionbase. */
export const migration = defineMigration({
  name: 'wish',
  from: 'wishes',
  to: 'gift.wish',
  edge: {
    source: 'user_id',
    target: 'product_id',
    version: 'version',
    properties: { created_at: column('created_at', 'milliseconds'), note: 'note' },
  },
  counts: [{ name: 'wishers', of: 'target', prefix: 'wishers:' }],
  gates: { cleanWindows: 3, shadowReads: 500, shadowP99MsMax: 1_000, cleanDays: 90 },
});
