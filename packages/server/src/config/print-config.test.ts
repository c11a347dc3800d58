import assert from 'node:assert/strict';
import test from 'node:test';
import { CONFIG_TABLE } from './config-table.ts';
import { printConfigHelp, printConfigMarkdown } from './print-config.ts';

test('the help text has two lines for each setting', () => {
  assert.equal(printConfigHelp(), HELP);
});

test('the table of the document has one row for each setting', () => {
  const rows = printConfigMarkdown().split('\n');
  assert.equal(rows.length, Object.keys(CONFIG_TABLE).length + 2);
  assert.equal(
    rows[2],
    '| `port` | `ACTIONBASE_PORT` | `--port` | `8080` | an integer from 0 to 65535 | Port to listen on; 0 takes a free one and prints it. |',
  );
  for (const row of rows) assert.equal(row.split('|').length, 8, row);
});

const HELP = `\
  --port <number>                                       ACTIONBASE_PORT (8080)
      Port to listen on; 0 takes a free one and prints it.
  --host <text>                                         ACTIONBASE_HOST (127.0.0.1)
      Address to listen on; 0.0.0.0 for all. Beyond this computer it needs access.tokensFile.
  --data-dir <text>                                     ACTIONBASE_DATA_DIR (./data)
      Folder of log and store; made when missing. One server at a time owns it.
  --phase <text>                                        ACTIONBASE_PHASE (local)
      Stage of the deployment, shown as "phase" in WAL and CDC records: local, test, production.
  --tenant <text>                                       ACTIONBASE_TENANT (local)
      Shown as "tenant" in the descriptors of databases, tables and aliases, and in WAL and CDC records.
  --request-log [on|off]                                ACTIONBASE_REQUEST_LOG (on)
      Whether each request is one line on standard output. Bodies, queries and credentials are never in it.
  --read-only [on|off]                                  ACTIONBASE_READ_ONLY (off)
      Refuse every call that could write with 403.
  --warm-up [on|off]                                    ACTIONBASE_WARM_UP (off)
      Read the first rows of every active table before the server says that it is ready.
  --system-mutation-mode <none|SYNC|ASYNC|DROP|IGNORE>  ACTIONBASE_SYSTEM_MUTATION_MODE (none)
      Mode of all mutations, over what tables and requests say unless forced; IGNORE is the older word for DROP.
  --cors-origins <origins>                              ACTIONBASE_CORS_ORIGINS (none)
      Web pages of these origins may call the API from a browser (CORS); * for those of any origin.
  --access-tokens-file <path>                           ACTIONBASE_ACCESS_TOKENS_FILE (none)
      File of the tokens that callers need, made by "actionbase token"; without it everybody may do everything.
  --access-allow-anonymous [on|off]                     ACTIONBASE_ACCESS_ALLOW_ANONYMOUS (off)
      Listen beyond this computer without tokens, where something else keeps strangers out.
  --access-metrics <auto|open|guarded>                  ACTIONBASE_ACCESS_METRICS (auto)
      Whether /actuator/prometheus needs a token too, once there are tokens; auto: beyond this computer.
  --audit-file <path>                                   ACTIONBASE_AUDIT_FILE (none)
      File for the lines about changes of metadata and refused accesses; without it they go to standard output.
  --tls-cert-file <path>                                ACTIONBASE_TLS_CERT_FILE (none)
      Certificate and the chain above it, as PEM; with tls.keyFile the server speaks HTTPS only.
  --tls-key-file <path>                                 ACTIONBASE_TLS_KEY_FILE (none)
      Private key of the certificate, as PEM without a passphrase.
  --limits-body-bytes <bytes>                           ACTIONBASE_LIMITS_BODY_BYTES (16MiB)
      Largest request body; above it the answer is 413.
  --limits-request-ms <number>                          ACTIONBASE_LIMITS_REQUEST_MS (60000)
      Time that a request has, in milliseconds, until it is refused with 503; X-Request-Timeout-Ms gives it less.
  --limits-wait-ms <number>                             ACTIONBASE_LIMITS_WAIT_MS (500)
      How long a request may wait to be begun while the server is busy, in milliseconds; then it is refused with 503.
  --limits-connections <number>                         ACTIONBASE_LIMITS_CONNECTIONS (20000)
      Most connections at a time; one more is answered with 503 and closed.
  --limits-answer-edges <number>                        ACTIONBASE_LIMITS_ANSWER_EDGES (100000)
      Largest limit of a scan.
  --limits-mutation-items <number>                      ACTIONBASE_LIMITS_MUTATION_ITEMS (10000)
      Most items in one mutation request.
  --queue-batch <number>                                ACTIONBASE_QUEUE_BATCH (100)
      Most asynchronous requests that take effect together.
  --queue-rate-per-s <number>                           ACTIONBASE_QUEUE_RATE_PER_S (0)
      Most edges of asynchronous requests that take effect in a second; 0 for as many as there are.
  --retention-days <number>                             ACTIONBASE_RETENTION_DAYS (7)
      How long the log and the change feed are kept for readers; the rows themselves are kept for ever.
  --retention-bytes <bytes>                             ACTIONBASE_RETENTION_BYTES (16GiB)
      How much log is kept at most, within the days.
  --store-map-bytes <bytes>                             ACTIONBASE_STORE_MAP_BYTES (16GiB)
      Address space that the store reserves at first, not disk; it grows beyond by itself.`;
