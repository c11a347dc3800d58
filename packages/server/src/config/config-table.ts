import { ENGINE_LIMITS } from '@actionbase/engine/limits';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

interface SettingTexts {
  /** Name of the environment variable. */
  readonly env: string;
  readonly flag: string;
  /** One sentence. */
  readonly help: string;
}

/** One setting: its type, its default, where it comes from, and what it means. */
export type Setting = SettingTexts &
  (
    | { readonly type: 'text' | 'path' | 'origins'; readonly default: string }
    | { readonly type: 'switch'; readonly default: boolean }
    | { readonly type: 'choice'; readonly values: readonly string[]; readonly default: string }
    | { readonly type: 'integer' | 'bytes'; readonly min: number; readonly max: number; readonly default: number }
  );

/** Every setting of the server, by its name. The help text and `docs/configuration.md` are printed from it. */
export const CONFIG_TABLE = {
  port: {
    type: 'integer',
    min: 0,
    max: 65_535,
    default: 8080,
    env: 'ACTIONBASE_PORT',
    flag: '--port',
    help: 'Port to listen on; 0 takes a free one and prints it.',
  },
  host: {
    type: 'text',
    default: '127.0.0.1',
    env: 'ACTIONBASE_HOST',
    flag: '--host',
    help: 'Address to listen on; 0.0.0.0 for all. Beyond this computer it needs access.tokensFile.',
  },
  dataDir: {
    type: 'text',
    default: './data',
    env: 'ACTIONBASE_DATA_DIR',
    flag: '--data-dir',
    help: 'Folder of log and store; made when missing. One server at a time owns it.',
  },
  phase: {
    type: 'text',
    default: 'local',
    env: 'ACTIONBASE_PHASE',
    flag: '--phase',
    help: 'Stage of the deployment, shown as "phase" in WAL and CDC records: local, test, production.',
  },
  tenant: {
    type: 'text',
    default: 'local',
    env: 'ACTIONBASE_TENANT',
    flag: '--tenant',
    help: 'Shown as "tenant" in the descriptors of databases, tables and aliases, and in WAL and CDC records.',
  },
  requestLog: {
    type: 'switch',
    default: true,
    env: 'ACTIONBASE_REQUEST_LOG',
    flag: '--request-log',
    help: 'Whether each request is one line on standard output. Bodies, queries and credentials are never in it.',
  },
  readOnly: {
    type: 'switch',
    default: false,
    env: 'ACTIONBASE_READ_ONLY',
    flag: '--read-only',
    help: 'Refuse every call that could write with 403.',
  },
  warmUp: {
    type: 'switch',
    default: false,
    env: 'ACTIONBASE_WARM_UP',
    flag: '--warm-up',
    help: 'Read the first rows of every active table before the server says that it is ready.',
  },
  systemMutationMode: {
    type: 'choice',
    values: ['none', 'SYNC', 'ASYNC', 'DROP', 'IGNORE'],
    default: 'none',
    env: 'ACTIONBASE_SYSTEM_MUTATION_MODE',
    flag: '--system-mutation-mode',
    help: 'Mode of all mutations, over what tables and requests say unless forced; IGNORE is the older word for DROP.',
  },
  'cors.origins': {
    type: 'origins',
    default: '',
    env: 'ACTIONBASE_CORS_ORIGINS',
    flag: '--cors-origins',
    help: 'Web pages of these origins may call the API from a browser (CORS); * for those of any origin.',
  },
  'access.tokensFile': {
    type: 'path',
    default: '',
    env: 'ACTIONBASE_ACCESS_TOKENS_FILE',
    flag: '--access-tokens-file',
    help: 'File of the tokens that callers need, made by "actionbase token"; without it everybody may do everything.',
  },
  'access.allowAnonymous': {
    type: 'switch',
    default: false,
    env: 'ACTIONBASE_ACCESS_ALLOW_ANONYMOUS',
    flag: '--access-allow-anonymous',
    help: 'Listen beyond this computer without tokens, where something else keeps strangers out.',
  },
  'access.metrics': {
    type: 'choice',
    values: ['auto', 'open', 'guarded'],
    default: 'auto',
    env: 'ACTIONBASE_ACCESS_METRICS',
    flag: '--access-metrics',
    help: 'Whether /actuator/prometheus needs a token too, once there are tokens; auto: beyond this computer.',
  },
  'audit.file': {
    type: 'path',
    default: '',
    env: 'ACTIONBASE_AUDIT_FILE',
    flag: '--audit-file',
    help: 'File for the lines about changes of metadata and refused accesses; without it they go to standard output.',
  },
  'tls.certFile': {
    type: 'path',
    default: '',
    env: 'ACTIONBASE_TLS_CERT_FILE',
    flag: '--tls-cert-file',
    help: 'Certificate and the chain above it, as PEM; with tls.keyFile the server speaks HTTPS only.',
  },
  'tls.keyFile': {
    type: 'path',
    default: '',
    env: 'ACTIONBASE_TLS_KEY_FILE',
    flag: '--tls-key-file',
    help: 'Private key of the certificate, as PEM without a passphrase.',
  },
  'limits.bodyBytes': {
    type: 'bytes',
    min: 1024,
    max: GIB / 4,
    default: 16 * MIB,
    env: 'ACTIONBASE_LIMITS_BODY_BYTES',
    flag: '--limits-body-bytes',
    help: 'Largest request body; above it the answer is 413.',
  },
  'limits.requestMs': {
    type: 'integer',
    min: 1,
    max: 300_000,
    default: 60_000,
    env: 'ACTIONBASE_LIMITS_REQUEST_MS',
    flag: '--limits-request-ms',
    help: 'Time that a request has, in milliseconds, until it is refused with 503; X-Request-Timeout-Ms gives it less.',
  },
  'limits.waitMs': {
    type: 'integer',
    min: 1,
    max: 60_000,
    default: 500,
    env: 'ACTIONBASE_LIMITS_WAIT_MS',
    flag: '--limits-wait-ms',
    help: 'How long a request may wait to be begun while the server is busy, in milliseconds; then it is refused with 503.',
  },
  'limits.connections': {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 20_000,
    env: 'ACTIONBASE_LIMITS_CONNECTIONS',
    flag: '--limits-connections',
    help: 'Most connections at a time; one more is answered with 503 and closed.',
  },
  'limits.answerEdges': {
    type: 'integer',
    min: 1,
    max: 10_000_000,
    default: 100_000,
    env: 'ACTIONBASE_LIMITS_ANSWER_EDGES',
    flag: '--limits-answer-edges',
    help: 'Largest limit of a scan.',
  },
  'limits.mutationItems': {
    type: 'integer',
    min: 1,
    max: 1_000_000,
    default: 10_000,
    env: 'ACTIONBASE_LIMITS_MUTATION_ITEMS',
    flag: '--limits-mutation-items',
    help: 'Most items in one mutation request.',
  },
  'queue.batch': {
    type: 'integer',
    min: 1,
    max: ENGINE_LIMITS.queueGroupMax,
    default: ENGINE_LIMITS.queueGroupMax,
    env: 'ACTIONBASE_QUEUE_BATCH',
    flag: '--queue-batch',
    help: 'Most asynchronous requests that take effect together.',
  },
  'queue.ratePerS': {
    type: 'integer',
    min: 0,
    max: 1_000_000,
    default: 0,
    env: 'ACTIONBASE_QUEUE_RATE_PER_S',
    flag: '--queue-rate-per-s',
    help: 'Most edges of asynchronous requests that take effect in a second; 0 for as many as there are.',
  },
  'retention.days': {
    type: 'integer',
    min: 0,
    max: 36_500,
    default: 7,
    env: 'ACTIONBASE_RETENTION_DAYS',
    flag: '--retention-days',
    help: 'How long the log and the change feed are kept for readers; the rows themselves are kept for ever.',
  },
  'retention.bytes': {
    type: 'bytes',
    min: MIB,
    max: Number.MAX_SAFE_INTEGER,
    default: 16 * GIB,
    env: 'ACTIONBASE_RETENTION_BYTES',
    flag: '--retention-bytes',
    help: 'How much log is kept at most, within the days.',
  },
  'store.mapBytes': {
    type: 'bytes',
    min: 16 * MIB,
    max: 2 ** 46,
    default: 16 * GIB,
    env: 'ACTIONBASE_STORE_MAP_BYTES',
    flag: '--store-map-bytes',
    help: 'Address space that the store reserves at first, not disk; it grows beyond by itself.',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof CONFIG_TABLE;

/** The type of a setting's value. */
export type SettingValue<S> = S extends { readonly type: 'integer' | 'bytes' }
  ? number
  : S extends { readonly type: 'switch' }
    ? boolean
    : S extends { readonly type: 'choice'; readonly values: readonly (infer V)[] }
      ? V
      : string;

/** A value for every setting. */
export type ServerConfig = { readonly [N in SettingName]: SettingValue<(typeof CONFIG_TABLE)[N]> };
