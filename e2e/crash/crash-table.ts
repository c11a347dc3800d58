import type { EdgeSchema } from '@actionbase/core/model/schema';

/** Every kind of derived row, so that a crash has something to tear apart. */
export const CRASH_SCHEMA: EdgeSchema = {
  kind: 'edge',
  source: { type: 'long', comment: '' },
  target: { type: 'string', comment: '' },
  direction: 'BOTH',
  properties: [
    { name: 'at', type: 'long', comment: '', nullable: false },
    { name: 'color', type: 'string', comment: '', nullable: true },
    { name: 'qty', type: 'int', comment: '', nullable: true },
  ],
  indexes: [
    { index: 'newest', fields: [{ field: 'at', order: 'DESC' }], comment: '' },
    {
      index: 'by_color',
      fields: [
        { field: 'color', order: 'ASC' },
        { field: 'at', order: 'DESC' },
      ],
      comment: '',
    },
  ],
  groups: [
    {
      group: 'colors',
      type: 'COUNT',
      fields: [{ name: 'color', bucket: null }],
      valueField: '-',
      comment: '',
      directionType: 'BOTH',
      ttl: 691_200_000,
    },
  ],
  caches: [{ cache: 'top', fields: [{ field: 'at', order: 'DESC' }], limit: 10, comment: '' }],
};
