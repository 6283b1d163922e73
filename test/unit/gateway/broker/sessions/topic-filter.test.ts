import { expect, test } from 'vitest';

import { matchesFilter } from '../../../../../gateway/broker/sessions/topic-filter.ts';

for (const { filter, topic, want } of [
  { filter: 'a/b', topic: 'a/b', want: true },
  { filter: 'a/b', topic: 'a/b/c', want: false },
  { filter: 'a/+', topic: 'a/b', want: true },
  { filter: 'a/+', topic: 'a/', want: true },
  { filter: 'a/+', topic: 'a', want: false },
  { filter: 'a/+', topic: 'a/b/c', want: false },
  { filter: '+/b/+', topic: 'a/b/c', want: true },
  { filter: 'a/#', topic: 'a/b/c', want: true },
  { filter: 'a/#', topic: 'a', want: true },
  { filter: 'a/#', topic: 'ab/c', want: false },
  { filter: '#', topic: 'a/b', want: true },
  { filter: '#', topic: '$SYS/x', want: false },
  { filter: '+/x', topic: '$SYS/x', want: false },
  { filter: '$SYS/#', topic: '$SYS/x', want: true },
  { filter: '+', topic: '/a', want: false },
  { filter: '/+', topic: '/a', want: true },
]) {
  test(`topic filter: ${filter} on ${topic} => ${want}`, () => expect(matchesFilter(filter, topic)).toBe(want));
}
