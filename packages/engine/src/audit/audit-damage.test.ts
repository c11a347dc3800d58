/**
 * Goal: an audit finds damage of every kind, says what it is, and repairs it. Method: rows are changed behind the back of
 * the engine; afterwards the recount, which shares no code with the audit's passes, must find nothing.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aBusyShop, DAMAGES } from '../testing/damages.ts';
import { recountAll } from '../testing/instance-state.ts';
import { PlantedDamage } from '../testing/planted-damage.ts';
import { readAudit } from '../testing/read-audit.ts';
import type { Finding } from './finding.ts';

function shown(content: Finding['expected']): bigint | 'bytes' | null {
  if (content === null) return null;
  if (content.kind === 'bytes') return 'bytes';
  return content.kind === 'number' ? content.number : content.version;
}

describe('an audit finds and repairs', () => {
  for (const [title, damage] of Object.entries(DAMAGES)) {
    test(title, async () => {
      const planted = new PlantedDamage();
      await using shop = await aBusyShop({ wrapStore: planted.wrapStore });
      const table = shop.table(damage.table);
      const address = damage.at(table);
      await planted.plant(shop, [{ ...address, value: damage.value(table) }]);
      // The recount cannot go past what cannot be read.
      if (damage.found !== 'bytes') assert.equal((await recountAll(shop.store)).length, 1);

      const looked = await readAudit(shop, damage.table);
      assert.deepEqual(
        looked.found.map(({ finding }) => ({
          kind: finding.kind,
          problem: finding.problem,
          expected: shown(finding.expected),
          found: shown(finding.found),
          key: finding.address.key,
          qualifier: finding.address.qualifier,
        })),
        [
          {
            kind: damage.kind,
            problem: damage.problem,
            expected: damage.expected,
            found: damage.found,
            key: address.key,
            qualifier: address.qualifier,
          },
        ],
      );
      assert.equal(looked.found[0]?.touches.length, damage.touches);
      assert.deepEqual([looked.summary.found, looked.summary.repaired, looked.summary.left], [1, null, 1]);

      const repaired = await readAudit(shop, damage.table, { repair: true });
      assert.deepEqual(repaired.left, []);
      assert.deepEqual([repaired.summary.found, repaired.summary.repaired, repaired.summary.left], [1, 1, 0]);
      assert.deepEqual(await recountAll(shop.store), []);
      assert.equal((await readAudit(shop, damage.table)).summary.found, 0);
    });
  }
});
