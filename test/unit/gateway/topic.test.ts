import { expect, test } from 'vitest';

import { isOwnTopic, routeOf, type Route } from '../../../gateway/topic.ts';

const cases: { topic: string; want: Route }[] = [
  { topic: 'energy/v1/c1/m1/reading', want: { kind: 'reading', collector: 'c1', meter: 'm1' } },
  { topic: 'energy/v1/c-1_A/M-2_b/reading', want: { kind: 'reading', collector: 'c-1_A', meter: 'M-2_b' } },
  { topic: 'energy/v1/c1/readings', want: { kind: 'readings', collector: 'c1' } },
  { topic: 'energy/v1/c1/frames', want: { kind: 'frames', collector: 'c1' } },
  { topic: 'energy/v1/c1/status', want: { kind: 'status', collector: 'c1' } },
  { topic: 'energy/v1/c1/readings/', want: { kind: 'unknown' } },
  { topic: 'energy/v1/c1/m1', want: { kind: 'unknown' } },
  { topic: 'energy/v1/c1/m1/readings', want: { kind: 'unknown' } },
  { topic: 'energy/v1/c1/m1/reading/more', want: { kind: 'unknown' } },
  { topic: 'energy/v1/c1//reading', want: { kind: 'unknown' } },
  { topic: 'energy/v1//m1/reading', want: { kind: 'unknown' } },
  { topic: 'energy/v1/c1', want: { kind: 'unknown' } },
  { topic: 'energy/v1/', want: { kind: 'unknown' } },
  { topic: 'energy/v1', want: { kind: 'unknown' } },
  { topic: 'energy/v2/c1/m1/reading', want: { kind: 'unknown' } },
  { topic: 'energy/v10/c1/m1/reading', want: { kind: 'unknown' } },
  { topic: '/energy/v1/c1/m1/reading', want: { kind: 'unknown' } },
  { topic: 'energy/v1/电表/m1/reading', want: { kind: 'unknown' } },
  { topic: `energy/v1/${'c'.repeat(65)}/readings`, want: { kind: 'unknown' } },
  { topic: `energy/v1/${'c'.repeat(64)}/readings`, want: { kind: 'readings', collector: 'c'.repeat(64) } },
  { topic: '', want: { kind: 'unknown' } },
];

for (const { topic, want } of cases) {
  test(`topic: ${topic.slice(0, 60)} => ${want.kind}`, () => expect(routeOf(topic, 'energy/v1')).toEqual(want));
}

test('topic: below the own name is what begins with it as a whole level', () => {
  expect(isOwnTopic('energy/v1/c1/status', 'energy/v1', 'c1')).toBe(true);
  expect(isOwnTopic('energy/v1/c1/', 'energy/v1', 'c1')).toBe(true);
  expect(isOwnTopic('energy/v1/c1', 'energy/v1', 'c1')).toBe(false);
  expect(isOwnTopic('energy/v1/c10/status', 'energy/v1', 'c1')).toBe(false);
  expect(isOwnTopic('energy/v1/c2/status', 'energy/v1', 'c1')).toBe(false);
  expect(isOwnTopic('$SYS/energy/v1/c1/status', 'energy/v1', 'c1')).toBe(false);
});
