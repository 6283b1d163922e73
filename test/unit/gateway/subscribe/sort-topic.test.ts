import { expect, test } from 'vitest';

import { sortTopic } from '../../../../gateway/subscribe/sort-topic.ts';

test.each([
  ['a reading', 'energy/v1/c1/m1/reading', 20, { kind: 'message', source: 'c1' }],
  ['a status', 'energy/v1/c1/status', 6, { kind: 'status', collector: 'c1' }],
  ['a status too long to be one', 'energy/v1/c1/status', 65, { kind: 'message', source: 'c1' }],
  ['a topic of no contract', 'energy/v1/c1/x/y/z', 1, { kind: 'message', source: 'c1' }],
  ['a name that no collector may have', 'energy/v1/c 1/status', 1, { kind: 'message', source: 'c 1' }],
  ['an alert of ours', 'energy/v1/alerts/i1/a1', 1, { kind: 'own' }],
  ['a command of ours', 'energy/v1/c1/command', 1, { kind: 'own' }],
  ['a meter named command', 'energy/v1/c1/command/reading', 1, { kind: 'message', source: 'c1' }],
  ['the base itself', 'energy/v1', 1, { kind: 'foreign' }],
  ['nothing of ours', 'energy/v10/c1/status', 1, { kind: 'foreign' }],
] as const)('%s', (_name, topic, bytes, want) => {
  expect(sortTopic(topic, bytes, 'energy/v1')).toEqual(want);
});
