import { expect, test } from 'vitest';

import { withRunning } from '../../../dashboards/charts/running-bar.ts';

test('only the bar that still runs is paler; its value stays', () => {
  const [over, running, missing] = withRunning([3, 1, null], 1);
  expect([over, missing]).toEqual([3, null]);
  expect(running).toMatchObject({ value: 1 });
  expect((running as { itemStyle: { opacity: number } }).itemStyle.opacity).toBeLessThan(1);
});

test('without one that runs all bars are alike', () => expect(withRunning([3, 1], undefined)).toEqual([3, 1]));
