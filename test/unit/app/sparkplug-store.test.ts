import { afterEach, beforeEach, expect, test } from 'vitest';

import { createSparkplugStore } from '../../../app/sparkplug-store.ts';
import type { SparkplugBirthRow, SparkplugNodeRow } from '../../../gateway/decode/sparkplug-b/session-rows.ts';
import { openRegistry } from '../../support/open-registry.ts';

let registry: Awaited<ReturnType<typeof openRegistry>>;
beforeEach(async () => {
  registry = await openRegistry();
});
afterEach(() => registry.close());

const birth = (position: number, given: Partial<SparkplugBirthRow> = {}): SparkplugBirthRow => ({
  collector: 'c1',
  node: 'plant/edge',
  device: 'm1',
  received_at: 1000 + position,
  position,
  metrics: `{"metrics":[["total","${position}",10,"kWh"]],"session":"1","endedAt":null}`,
  ...given,
});
const node = (given: Partial<SparkplugNodeRow> = {}): SparkplugNodeRow => ({
  collector: 'c1',
  node: 'plant/edge',
  online: 1,
  position: 7,
  sequence: 3,
  gaps: 0,
  last_gap_at: null,
  last_at: 1007,
  ...given,
});

test('births and nodes come back as they were saved, the oldest births first', async () => {
  const store = createSparkplugStore(registry.db);
  expect(await store.load()).toEqual({ births: [], nodes: [] });
  const births = [birth(1, { device: '' }), birth(2)];
  await store.save({ births: births.toReversed(), nodes: [node()] });
  expect(await store.load()).toEqual({ births, nodes: [node()] });
});

test('what is saved again takes the place of what was', async () => {
  const store = createSparkplugStore(registry.db);
  await store.save({ births: [birth(1)], nodes: [node()] });
  const ended = birth(1, { metrics: '{"metrics":[],"session":null,"endedAt":5}' });
  const silent = node({ online: 0, sequence: null, gaps: 2, last_gap_at: 9, last_at: 1009, position: 9 });
  await store.save({ births: [ended], nodes: [silent] });
  await store.save({ births: [], nodes: [] });
  expect(await store.load()).toEqual({ births: [ended], nodes: [silent] });
});

test('of a device the newest births are kept, those of others stay', async () => {
  const store = createSparkplugStore(registry.db);
  await store.save({ births: [birth(1, { device: 'other' })], nodes: [] });
  for (let position = 1; position <= 40; position++) await store.save({ births: [birth(position)], nodes: [] });
  const { births } = await store.load();
  expect(births.filter(({ device }) => device === 'other')).toHaveLength(1);
  const positions = births.filter(({ device }) => device === 'm1').map(({ position }) => position);
  expect(positions).toEqual(Array.from({ length: 16 }, (_, index) => 25 + index));
});

test('a thousand nodes that were born at once', async () => {
  const store = createSparkplugStore(registry.db);
  const births = Array.from({ length: 1000 }, (_, n) => birth(n, { node: `plant/${n}` }));
  const nodes = Array.from({ length: 1000 }, (_, n) => node({ node: `plant/${n}` }));
  await store.save({ births, nodes });
  const loaded = await store.load();
  expect([loaded.births.length, loaded.nodes.length]).toEqual([1000, 1000]);
});
