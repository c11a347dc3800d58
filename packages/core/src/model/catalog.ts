import type { TableSchema } from './schema.ts';
import type { TableId } from './table.ts';

/** Who changed a metadata entity and when, as the descriptors show it. Times are milliseconds. */
export interface Audit {
  /** Counts the changes of this entity from 1. */
  readonly revision: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface DatabaseDefinition extends Audit {
  readonly database: string;
  readonly active: boolean;
  readonly comment: string;
}

/** Table modes as stored; requests name the same words. DROP is v2's IGNORE. */
export type MutationMode = 'SYNC' | 'ASYNC' | 'DROP';

export interface TableDefinition extends Audit {
  readonly id: TableId;
  readonly database: string;
  readonly table: string;
  readonly schema: TableSchema;
  /** Counts the changes of `schema` from 1. */
  readonly schemaRevision: number;
  readonly mode: MutationMode;
  /** `datastore://namespace/table`. */
  readonly storage: string;
  readonly active: boolean;
  readonly comment: string;
}

export interface AliasDefinition extends Audit {
  readonly database: string;
  readonly alias: string;
  readonly table: string;
  readonly active: boolean;
  readonly comment: string;
}

/** A change of metadata, as it stands in the log. It may still be refused when it is applied. */
export type CatalogChange =
  | { readonly kind: 'create-database'; readonly database: string; readonly comment: string }
  | {
      readonly kind: 'update-database';
      readonly database: string;
      readonly active?: boolean | undefined;
      readonly comment?: string | undefined;
    }
  | { readonly kind: 'delete-database'; readonly database: string }
  | {
      readonly kind: 'create-table';
      readonly database: string;
      readonly table: string;
      readonly schema: TableSchema;
      readonly mode: MutationMode;
      readonly storage: string;
      readonly comment: string;
    }
  | {
      readonly kind: 'update-table';
      readonly database: string;
      readonly table: string;
      readonly active?: boolean | undefined;
      readonly schema?: TableSchema | undefined;
      readonly mode?: MutationMode | undefined;
      readonly comment?: string | undefined;
    }
  | { readonly kind: 'delete-table'; readonly database: string; readonly table: string }
  | {
      readonly kind: 'create-alias';
      readonly database: string;
      readonly alias: string;
      readonly table: string;
      readonly comment: string;
    }
  | {
      readonly kind: 'update-alias';
      readonly database: string;
      readonly alias: string;
      readonly table?: string | undefined;
      readonly active?: boolean | undefined;
      readonly comment?: string | undefined;
    }
  | { readonly kind: 'delete-alias'; readonly database: string; readonly alias: string };
