import type { Target } from './target.ts';
import { CATALOG_ROWS } from './targets/catalog-rows.ts';
import { FEED_RECORDS } from './targets/feed-records.ts';
import { HTTP_BYTES } from './targets/http-bytes.ts';
import { JSON_TEXTS } from './targets/json-texts.ts';
import { LOG_FILES } from './targets/log-files.ts';
import { LOG_RECORDS } from './targets/log-records.ts';
import { PAGES } from './targets/pages.ts';
import { REQUESTS } from './targets/requests.ts';
import { STORED_ROWS } from './targets/stored-rows.ts';
import { TEXTS } from './targets/texts.ts';

/** All that is given bad input. */
export const TARGETS: readonly Target[] = [
  JSON_TEXTS,
  LOG_RECORDS,
  FEED_RECORDS,
  STORED_ROWS,
  CATALOG_ROWS,
  LOG_FILES,
  TEXTS,
  PAGES,
  REQUESTS,
  HTTP_BYTES,
];
