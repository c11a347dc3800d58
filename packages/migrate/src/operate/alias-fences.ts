import { type ActionbaseClient, ActionbaseError, type AliasChange } from '@actionbase/client';
import { endOfFeed } from '../back/end-of-feed.ts';
import type { Migration } from '../declare/migration.ts';
import { fenceAlias } from '../direct/route-write.ts';
import type { Fences } from './move.ts';

/** Fences by aliases of the new table: a deactivated alias takes no writes. */
export class AliasFences implements Fences {
  readonly #client: ActionbaseClient;
  readonly #to: Migration['to'];

  constructor(client: ActionbaseClient, to: Migration['to']) {
    this.#client = client;
    this.#to = to;
  }

  /** Sent even where the alias seems to be active: it comes behind all that was sent before, which may still be on its way. */
  async open(revision: number): Promise<void> {
    if (!(await this.#change(revision, { active: true }))) await this.#create(revision);
  }

  /**
   * A write that was admitted under the alias just before it was deactivated may take effect just after. It waits in the same queue
   * as all that is sent later, so a second change, which changes nothing, comes behind it. It is also what readers of the table's
   * feed see at once as a place without records, so that they know how far they are.
   */
  async close(revision: number): Promise<string> {
    if (!(await this.#change(revision, { active: false }))) {
      await this.#create(revision);
      await this.#change(revision, { active: false });
    }
    await this.#change(revision, { comment: 'closed: the truth has moved on' });
    return endOfFeed(this.#client);
  }

  /** False when there is no such alias. */
  async #change(revision: number, change: AliasChange): Promise<boolean> {
    const { database, table } = this.#to;
    try {
      await this.#client.aliases.update(database, fenceAlias(table, revision), change);
      return true;
    } catch (error) {
      if (error instanceof ActionbaseError && error.code === 'not-found') return false;
      throw error;
    }
  }

  async #create(revision: number): Promise<void> {
    const { database, table } = this.#to;
    await this.#client.aliases.create(database, { alias: fenceAlias(table, revision), table });
  }
}
