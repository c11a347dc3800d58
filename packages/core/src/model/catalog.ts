import type { TableLayout, TableSchema } from './schema.ts';
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
  /** Counts the changes of `schema` and `layout` from 1. */
  readonly schemaRevision: number;
  readonly mode: MutationMode;
  readonly layout: TableLayout;
  /** v2's member `event`: kept and shown, without effect. */
  readonly event: boolean;
  /** Whether v2 mutations are refused. Always so for a multi-edge table. v3 mutations are taken either way. */
  readonly readOnly: boolean;
  /** `datastore://namespace/table`, or (v2) the name of a storage. */
  readonly storage: string;
  readonly active: boolean;
  readonly comment: string;
}

export interface AliasDefinition extends Audit {
  readonly database: string;
  readonly alias: string;
  /** Database of the target: the alias's own, unless it was made through v2. */
  readonly tableDatabase: string;
  readonly table: string;
  readonly active: boolean;
  readonly comment: string;
}

/** A text that v2 stores under a name and lists; nothing runs it. */
export interface QueryDefinition extends Audit {
  readonly database: string;
  readonly query: string;
  readonly text: string;
  readonly stats: readonly string[];
  readonly active: boolean;
  readonly comment: string;
}

/** Types of named storages, in the words of v2. */
export const STORAGE_TYPES = ['NIL', 'LOCAL', 'JDBC', 'HBASE', 'DATASTORE'] as const;
export type StorageType = (typeof STORAGE_TYPES)[number];

/** A storage that v2 labels may name. It decides nothing here: all rows lie in the one store. */
export interface StorageDefinition extends Audit {
  readonly storage: string;
  readonly type: StorageType;
  /** A JSON object, as compact text. */
  readonly conf: string;
  readonly active: boolean;
  readonly comment: string;
}

/** A metadata entity of any kind. */
export type CatalogEntity =
  | { readonly kind: 'database'; readonly definition: DatabaseDefinition }
  | { readonly kind: 'table'; readonly definition: TableDefinition }
  | { readonly kind: 'alias'; readonly definition: AliasDefinition }
  | { readonly kind: 'query'; readonly definition: QueryDefinition }
  | { readonly kind: 'storage'; readonly definition: StorageDefinition };

/** A schema that a table had: the table and its `schemaRevision`. */
export interface SchemaOrigin {
  readonly id: TableId;
  readonly revision: number;
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
      /** INDEXED when missing. */
      readonly layout?: TableLayout | undefined;
      /** False when missing. */
      readonly event?: boolean | undefined;
      /** Whether the table is of multi edges when missing. */
      readonly readOnly?: boolean | undefined;
    }
  | {
      readonly kind: 'update-table';
      readonly database: string;
      readonly table: string;
      readonly active?: boolean | undefined;
      readonly schema?: TableSchema | undefined;
      readonly mode?: MutationMode | undefined;
      readonly comment?: string | undefined;
      readonly layout?: TableLayout | undefined;
      readonly readOnly?: boolean | undefined;
      /** What `schema` was made from. A table of this name that is or has another one by then is left alone. */
      readonly from?: SchemaOrigin | undefined;
    }
  | { readonly kind: 'delete-table'; readonly database: string; readonly table: string }
  | {
      readonly kind: 'create-alias';
      readonly database: string;
      readonly alias: string;
      /** The alias's own database when missing. */
      readonly tableDatabase?: string | undefined;
      readonly table: string;
      readonly comment: string;
    }
  | {
      readonly kind: 'update-alias';
      readonly database: string;
      readonly alias: string;
      /** Database of `table`, which it comes with; the alias's own database when missing. */
      readonly tableDatabase?: string | undefined;
      readonly table?: string | undefined;
      readonly active?: boolean | undefined;
      readonly comment?: string | undefined;
    }
  | { readonly kind: 'delete-alias'; readonly database: string; readonly alias: string }
  | {
      readonly kind: 'create-query';
      readonly database: string;
      readonly query: string;
      readonly text: string;
      readonly stats: readonly string[];
      readonly comment: string;
    }
  | {
      readonly kind: 'update-query';
      readonly database: string;
      readonly query: string;
      readonly active?: boolean | undefined;
      readonly text?: string | undefined;
      readonly stats?: readonly string[] | undefined;
      readonly comment?: string | undefined;
    }
  | {
      readonly kind: 'create-storage';
      readonly storage: string;
      readonly type: StorageType;
      readonly conf: string;
      readonly comment: string;
    }
  | {
      readonly kind: 'update-storage';
      readonly storage: string;
      readonly active?: boolean | undefined;
      readonly type?: StorageType | undefined;
      readonly conf?: string | undefined;
      readonly comment?: string | undefined;
    }
  | { readonly kind: 'delete-storage'; readonly storage: string };
