import type { SettingName } from '@actionbase/server/config/config-table';
import type { GeneratedBlock } from './generated-block.ts';

/** Settings of the reference that became the same thing here. */
export interface ReferenceSetting {
  /** Their names, as its configuration has them. */
  readonly theirs: readonly string[];
  /** Our settings; none when there is nothing to set. */
  readonly ours: readonly SettingName[];
  /** What is different, or why there is nothing to set. */
  readonly note: string;
}

/** Every setting of the reference, in the order of its document, with what became of it. */
export const REFERENCE_SETTINGS: readonly ReferenceSetting[] = [
  { theirs: ['server.port'], ours: ['port'], note: '`host` says on which address; the reference listens on all.' },
  {
    theirs: ['actionbase.tenant', 'AB_TENANT'],
    ours: ['tenant'],
    note: 'Shown by the reference at its start only; here in descriptors, WAL and CDC records.',
  },
  {
    theirs: ['actionbase.datastore.type', 'actionbase.datastore.configuration'],
    ours: [],
    note: 'They decide nothing about where data goes, there as here: the store is the embedded one. `GET /graph/v3/datastore` says so.',
  },
  { theirs: ['actionbase.read-only'], ours: ['readOnly'], note: '' },
  {
    theirs: ['kc.graph.hbase.*'],
    ours: ['dataDir', 'store.mapBytes'],
    note: 'The store is the embedded one, in a folder.',
  },
  {
    theirs: ['GRAPH_PHASE', 'SPRING_PROFILES_ACTIVE', 'kc.graph.phase', 'kc.graph.tenant'],
    ours: ['phase', 'tenant'],
    note: 'One word for both in the reference, which must be the same everywhere. Here each is set for itself.',
  },
  {
    theirs: [
      'kc.graph.metastore-url',
      'kc.graph.metastore-user',
      'kc.graph.metastore-password',
      'kc.graph.metastore-driver',
      'kc.graph.metastore-table',
      'kc.graph.metastore-connection-pool-size',
    ],
    ours: [],
    note: 'There is no database of metadata: it lives in the log and in the store.',
  },
  {
    theirs: ['kc.graph.metastore-reload-interval', 'kc.graph.metastore-reload-initial-delay'],
    ours: [],
    note: 'Nothing is reloaded: the next request sees a change.',
  },
  { theirs: ['kc.graph.metadata-fetch-limit'], ours: [], note: 'Lists are complete.' },
  {
    theirs: ['kc.graph.system-mutation-mode'],
    ours: ['systemMutationMode'],
    note: 'The same words; DROP is another one for IGNORE.',
  },
  {
    theirs: ['kc.graph.mutation-request-timeout'],
    ours: [],
    note: 'A mutation is refused at once with `overloaded` when too many wait.',
  },
  { theirs: ['kc.graph.encoder-pool-size'], ours: [], note: 'There are no pools.' },
  {
    theirs: ['kc.graph.default-storage.type', 'kc.graph.default-storage.conf'],
    ours: [],
    note: 'The storage URI of a table is kept and shown, and decides nothing.',
  },
  {
    theirs: ['kc.graph.wal[]', 'kc.graph.cdc[]'],
    ours: ['retention.days', 'retention.bytes'],
    note: 'Log and change feed are always written, and read over HTTP: [streams](streams.md).',
  },
  {
    theirs: ['kc.graph.warm-up.enabled'],
    ours: ['warmUp'],
    note: 'Reads what is there; the reference writes an edge of its own as well.',
  },
  {
    theirs: ['kc.graph.warm-up.count', 'kc.graph.warm-up.concurrency'],
    ours: [],
    note: 'Bounded by [limits](limits.md) (`warmUpTablesMax` and those beside it), one table after the other.',
  },
  {
    theirs: ['kc.graph.use-token', 'kc.graph.tokens'],
    ours: ['access.tokensFile'],
    note: 'Tokens have roles and databases, and stand in a file by their hashes: [access](access.md).',
  },
  { theirs: ['kc.graph.allow-mirror'], ours: [], note: 'Mirrored paths are not served.' },
  { theirs: ['kc.graph.production'], ours: [], note: 'It guards calls that manage HBase, which are not served.' },
  {
    theirs: ['com.kakao.actionbase.server.entity.page.size'],
    ours: [],
    note: 'It has no effect in the reference either.',
  },
  {
    theirs: ['spring.codec.max-in-memory-size'],
    ours: ['limits.bodyBytes'],
    note: 'The largest body: 256 KiB in the reference; above it, the answer is 413 here.',
  },
  {
    theirs: ['management.endpoints.web.exposure.include'],
    ours: [],
    note: '`/actuator`, `/actuator/health`, `/actuator/info` and `/actuator/prometheus` are always served, on the same port.',
  },
];

/** From the reference's settings to ours. */
export const referenceSettingsTable: GeneratedBlock = {
  file: 'docs/configuration.md',
  marker: 'reference-settings',
  print: () =>
    ['| setting of the reference | here | remark |', '|---|---|---|', ...REFERENCE_SETTINGS.map(printRow)].join('\n'),
};

function printRow({ theirs, ours, note }: ReferenceSetting): string {
  const here = ours.length === 0 ? 'none' : quoteAll(ours);
  return `| ${quoteAll(theirs)} | ${here} | ${note} |`;
}

function quoteAll(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
