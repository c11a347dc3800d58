export { ActionbaseClient, type ClientOptions } from './actionbase-client.ts';
export { ActionbaseError } from './actionbase-error.ts';
export type { AliasChange, AliasDeclaration } from './aliases.ts';
export type {
  AuditDifference,
  AuditLine,
  AuditOptions,
  AuditProgress,
  AuditReader,
  AuditSummary,
} from './audit-calls.ts';
export type { Condition, Conditions, ConditionValue } from './conditions.ts';
export type { DatabaseChange, DatabaseDeclaration, ListOptions, StatusFilter } from './databases.ts';
export {
  type AliasDescriptor,
  type DatabaseDescriptor,
  isUnderRework,
  type TableDescriptor,
  type TableRework,
} from './descriptors.ts';
export type { BucketEdge, BucketEdges, DigestFieldNames, DigestOptions, TableDigest } from './digest-calls.ts';
export type {
  Edge,
  EdgeInput,
  EdgePage,
  EdgeResult,
  EdgeStatus,
  GroupCell,
  GroupSum,
  Integer,
  MultiEdgeInput,
  MultiEdgeResult,
  Mutation,
  QueryResult,
  VertexCount,
  VertexInput,
} from './edge-shapes.ts';
export type { CallOptions } from './http-transport.ts';
export type { Loaded, LoadedBatch, LoadOptions, LoadRefusal } from './load-edges.ts';
export type { LogLine, LogOptions, LogReader } from './log-calls.ts';
export type { Json, JsonList, JsonMembers } from './plain-json.ts';
export type { QueryAggregator, QueryDataType, QueryItem, QueryPostProcessor, QueryVertices } from './query-item.ts';
export type { ParkedMutation, ParkedOptions, ParkedPage, QueueStatus, RetryResult } from './queue-calls.ts';
export type { ServerInfo } from './server-calls.ts';
export type {
  CacheDeclaration,
  GroupDeclaration,
  IndexDeclaration,
  OrderedFieldDeclaration,
  PropertyDeclaration,
  SchemaDeclaration,
  TableDeclaration,
  Typed,
} from './table-declaration.ts';
export type {
  AggOptions,
  FilterOptions,
  MutateOptions,
  ScanAllOptions,
  ScanOptions,
  SeekOptions,
  TableHandle,
} from './table-handle.ts';
export type { TableChange, WaitOptions } from './tables.ts';
