import { expect, test } from 'vitest';

import { premisesUsage } from '../../../services/trees/premises-usage.ts';
import type { InstitutionInterval } from '../../../services/usage/usage-reader.ts';

const interval = (institution: string, subItem: string, micro: bigint | null, more = {}): InstitutionInterval => ({
  institution,
  medium: 'electricity',
  subItem,
  startMs: 0,
  endMs: 1,
  micro,
  quality: { measured: 1, estimated: 0, manual: 0, missing: 0 },
  meterMs: 100,
  ...more,
});
const missing = { measured: 0, estimated: 0, manual: 0, missing: 1 };

async function asked(premises: 'own' | 'housing' | 'all', intervals: InstitutionInterval[]) {
  let keys: readonly string[] = [];
  const items = await premisesUsage(
    {
      institutionUsage: (ids) => {
        keys = ids;
        return Promise.resolve(intervals.filter(({ institution }) => ids.includes(institution)));
      },
    },
    { institutionId: 'school', premises, fromMs: 0, toMs: 1, step: '1d' },
  );
  return { keys, items };
}

test('own, housing, and both, under the id of the institution', async () => {
  const intervals = [interval('school', 'A1', 1n), interval('school:housing', 'A1', 2n)];
  expect(await asked('own', intervals)).toMatchObject({
    keys: ['school'],
    items: [{ institution: 'school', micro: 1n }],
  });
  expect(await asked('housing', intervals)).toMatchObject({
    keys: ['school:housing'],
    items: [{ institution: 'school', micro: 2n }],
  });
  expect((await asked('all', intervals)).items).toMatchObject([{ institution: 'school', subItem: 'A1', micro: 3n }]);
});

test('their quality is that of their meter-time together', async () => {
  const quality = { measured: 0.5, estimated: 0.5, manual: 0, missing: 0 };
  const { items } = await asked('all', [
    interval('school', '', 1n),
    interval('school:housing', '', 2n, { quality, meterMs: 300 }),
  ]);
  expect(items[0]).toMatchObject({
    quality: { measured: 0.625, estimated: 0.375, manual: 0, missing: 0 },
    meterMs: 400,
  });
});

test('what is missing of one alone is not missing of both, and what is of both is', async () => {
  const { items } = await asked('all', [
    interval('school', 'A', null, { quality: missing }),
    interval('school:housing', 'A', 2n),
    interval('school', 'B', null, { quality: missing }),
    interval('school:housing', 'B', null, { quality: missing }),
  ]);
  expect(items.map(({ subItem, micro, quality }) => [subItem, micro, quality.missing])).toEqual([
    ['A', 2n, 0.5],
    ['B', null, 1],
  ]);
});
