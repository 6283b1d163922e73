import { expect, onTestFinished, test } from 'vitest';

import type { Finding, FindingKind } from '../../../domain/finding.ts';
import { createZone } from '../../../domain/zone.ts';
import { createToldFindings } from '../../../services/usage/told-findings.ts';
import { noteUsageChange } from '../../../services/usage/usage-changes.ts';
import { openRegistry } from '../../support/open-registry.ts';

const zone = createZone('Asia/Shanghai');

function finding(kind: FindingKind, fromMs: number, toMs: number, registerAfter: number | null = null): Finding {
  return { kind, fromMs, toMs, registerBefore: 1.5, registerAfter };
}

async function openFindings() {
  const { db, close } = await openRegistry();
  onTestFinished(close);
  return {
    note: (nowMs: number, meter: string, fromMs: number, ...findings: Finding[]) =>
      noteUsageChange(db, zone, nowMs, {
        institutions: new Map(),
        meters: new Map(),
        findings: new Map([[meter, { fromMs, findings }]]),
      }),
    rows: async () =>
      (await db.selectFrom('usage_finding').selectAll().orderBy('meter_id').orderBy('from_ms').execute()).map((row) => [
        row.meter_id,
        row.kind,
        row.from_ms,
        row.to_ms,
        row.register_after,
        row.noted_at,
      ]),
  };
}

test('findings that end where usage was made anew, or later, are replaced; the others and those of others stay', async () => {
  const { note, rows } = await openFindings();
  await note(1000, 'a', 0, finding('gap', 10, 20), finding('gap', 30, 45), finding('outlier', 50, 50, 7));
  await note(1000, 'b', 0, finding('stuck', 10, 90));
  await note(2000, 'a', 40, finding('outlier', 50, 50, 7), finding('suspect', 60, 70));
  expect(await rows()).toEqual([
    ['a', 'gap', 10, 20, null, 1000],
    // Found again, it keeps the time at which it was found first.
    ['a', 'outlier', 50, 50, 7, 1000],
    ['a', 'suspect', 60, 70, null, 2000],
    ['b', 'stuck', 10, 90, null, 1000],
  ]);
  await note(3000, 'b', 5);
  expect((await rows()).map(([meter]) => meter)).toEqual(['a', 'a', 'a']);
});

test('a finding that goes on is the same one, with another end', async () => {
  const { note, rows } = await openFindings();
  await note(1000, 'a', 0, finding('stuck', 10, 90, 3));
  await note(2000, 'a', 80, finding('stuck', 10, 120, 3));
  expect(await rows()).toEqual([['a', 'stuck', 10, 120, 3, 1000]]);
  // Also where what stood ended before.
  await note(3000, 'a', 130, finding('stuck', 10, 150, 3));
  expect(await rows()).toEqual([['a', 'stuck', 10, 150, 3, 1000]]);
});

test('live data, of which the same is found with each run, is told once', () => {
  const told = createToldFindings();
  const take = () => {
    const found = [...told.untold()];
    told.settle();
    return found;
  };
  told.note('a', { fromMs: 0, findings: [finding('gap', 1, 5), finding('gap', 7, 20)] }, false);
  expect(take()).toHaveLength(1);
  told.note('a', { fromMs: 10, findings: [finding('gap', 7, 20)] }, true);
  told.note('a', { fromMs: 25, findings: [] }, true);
  expect(take()).toEqual([]);
  told.note('a', { fromMs: 25, findings: [finding('outlier', 26, 26)] }, true);
  expect(take()).toEqual([['a', { fromMs: 25, findings: [finding('outlier', 26, 26)] }]]);
  // From the beginning it is told whatever was told before: somebody may have dropped it.
  told.note('a', { fromMs: 0, findings: [] }, false);
  expect(take()).toEqual([['a', { fromMs: 0, findings: [] }]]);
});

test('what nobody could be told of yet is told with what was found since', () => {
  const told = createToldFindings();
  told.note('a', { fromMs: 0, findings: [finding('gap', 1, 5), finding('suspect', 30, 40)] }, false);
  told.note('a', { fromMs: 20, findings: [finding('outlier', 30, 40)] }, true);
  told.note('a', { fromMs: 35, findings: [finding('outlier', 30, 40), finding('gap', 41, 50)] }, true);
  expect([...told.untold()]).toEqual([
    ['a', { fromMs: 0, findings: [finding('gap', 1, 5), finding('outlier', 30, 40), finding('gap', 41, 50)] }],
  ]);
});
