import type { Route } from '../../http/route.ts';
import { ADMIN_ROUTES } from './admin.ts';
import { V2_ALIAS_ROUTES } from './aliases.ts';
import { LABEL_ROUTES } from './labels.ts';
import { STORED_QUERY_ROUTES } from './queries.ts';
import { SERVICE_ROUTES } from './services.ts';
import { STORAGE_ROUTES } from './storages.ts';

/** The metadata calls of v2: services, labels, aliases, stored queries, storages. */
export const V2_METADATA_ROUTES: readonly Route[] = [
  ...SERVICE_ROUTES,
  ...LABEL_ROUTES,
  ...V2_ALIAS_ROUTES,
  ...STORED_QUERY_ROUTES,
  ...STORAGE_ROUTES,
  ...ADMIN_ROUTES,
];
