import type { ActionbaseClient } from '@actionbase/client';
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

  async open(revision: number): Promise<void> {
    const { database, table } = this.#to;
    const alias = fenceAlias(table, revision);
    const known = await this.#client.aliases.get(database, alias);
    if (known === undefined) await this.#client.aliases.create(database, { alias, table });
    else if (!known.active) await this.#client.aliases.update(database, alias, { active: true });
  }

  /**
   * A write that was admitted under the alias just before it was deactivated may take effect just after. It waits in the same queue
   * as all that is sent later, so a second change, which changes nothing, comes behind it. It is also what readers of the table's
   * feed see at once as a place without records, so that they know how far they are.
   */
  async close(revision: number): Promise<string> {
    const { database, table } = this.#to;
    const alias = fenceAlias(table, revision);
    if ((await this.#client.aliases.get(database, alias)) === undefined) await this.open(revision);
    await this.#client.aliases.update(database, alias, { active: false });
    await this.#client.aliases.update(database, alias, { comment: 'closed: the truth has moved on' });
    return endOfFeed(this.#client);
  }
}
