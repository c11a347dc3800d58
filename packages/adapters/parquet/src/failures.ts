import { defineFailures } from '@actionbase/core/failure';

/** What reading a Parquet file may meet. */
export const parquetFailures = defineFailures({
  'parquet-unreadable': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The file is no Parquet file, was cut off, or uses a part of the format that is not supported. The message tells which.',
  },
});
