import type { Command } from './command.ts';
import { AGG } from './commands/agg.ts';
import { ALIAS_COMMANDS } from './commands/alias-commands.ts';
import { AUDIT } from './commands/audit.ts';
import { BACKUP_COMMANDS } from './commands/backup-commands.ts';
import { COUNT } from './commands/count.ts';
import { DATABASE_COMMANDS } from './commands/database-commands.ts';
import { EVIDENCE_COMMANDS } from './commands/evidence-commands.ts';
import { EXPORT } from './commands/export.ts';
import { GET } from './commands/get.ts';
import { IMPORT } from './commands/import.ts';
import { LOAD } from './commands/load.ts';
import { LOG_TAIL } from './commands/log-tail.ts';
import { MIGRATE_COMMANDS } from './commands/migrate-commands.ts';
import { QUERY } from './commands/query.ts';
import { QUEUE_COMMANDS } from './commands/queue-commands.ts';
import { RESTORE } from './commands/restore.ts';
import { SCAN } from './commands/scan.ts';
import { SEEK } from './commands/seek.ts';
import { SERVE } from './commands/serve.ts';
import { STATUS } from './commands/status.ts';
import { TABLE_COMMANDS } from './commands/table-commands.ts';
import { TOKEN_COMMANDS } from './commands/token-commands.ts';
import { WRITE_COMMANDS } from './commands/write-commands.ts';

/** Every command, in the order of the help text. */
export const COMMANDS: readonly Command[] = [
  SERVE,
  STATUS,
  ...DATABASE_COMMANDS,
  ...TABLE_COMMANDS,
  ...ALIAS_COMMANDS,
  ...WRITE_COMMANDS,
  GET,
  SCAN,
  SEEK,
  COUNT,
  AGG,
  QUERY,
  LOAD,
  LOG_TAIL,
  ...QUEUE_COMMANDS,
  ...TOKEN_COMMANDS,
  ...BACKUP_COMMANDS,
  RESTORE,
  EXPORT,
  IMPORT,
  AUDIT,
  ...MIGRATE_COMMANDS,
  ...EVIDENCE_COMMANDS,
];
