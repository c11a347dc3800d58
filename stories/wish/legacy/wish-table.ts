import type { WishSql } from './wish-sql.ts';

/** The table as it grew: answers by user from its keys, and nothing by product. */
export const WISH_TABLE = `CREATE TABLE IF NOT EXISTS wishes (
  user_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  note VARCHAR(200) CHARACTER SET utf8mb4 NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (user_id, product_id),
  KEY by_user_newest (user_id, created_at)
) ENGINE=InnoDB`;

/** One row per run of the batch: where it is, and what a restart goes on from. */
const RUN_TABLE = `CREATE TABLE IF NOT EXISTS batch_runs (
  run_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  state ENUM('reading', 'publishing', 'removing', 'finished') NOT NULL,
  started_at DATETIME(3) NOT NULL,
  read_at DATETIME(3) NULL,
  finished_at DATETIME(3) NULL,
  starts INT NOT NULL DEFAULT 1,
  rows_read BIGINT NOT NULL DEFAULT 0,
  products BIGINT NOT NULL DEFAULT 0,
  cursor_user BIGINT NOT NULL DEFAULT -1,
  cursor_product BIGINT NOT NULL DEFAULT -1
) ENGINE=InnoDB`;

/** What a run has counted so far. The counts of the last finished run stay, to know which products have lost their last wisher. */
const COUNT_TABLE = `CREATE TABLE IF NOT EXISTS batch_counts (
  run_id BIGINT NOT NULL,
  product_id BIGINT NOT NULL,
  wishers BIGINT NOT NULL,
  PRIMARY KEY (run_id, product_id)
) ENGINE=InnoDB`;

/** Creates the tables of the service and of its batch, unless they are there. */
export async function createWishTables(sql: WishSql): Promise<void> {
  for (const statement of [WISH_TABLE, RUN_TABLE, COUNT_TABLE]) await sql.run(statement);
}

/** The key in Redis under which the number of a product's wishers lies. */
export function wishersKey(productId: bigint | string): string {
  return `${WISHERS_PREFIX}${productId}`;
}

export const WISHERS_PREFIX = 'wishers:';
