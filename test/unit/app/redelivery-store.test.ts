import { afterAll, beforeAll, expect, test } from 'vitest';

import { createRedeliveryStore } from '../../../app/redelivery-store.ts';
import { sequenceKey, type SequenceKey } from '../../../gateway/redelivery.ts';
import { openRegistry } from '../../support/open-registry.ts';

const NOW = 1_767_225_600_000;
const HOUR_MS = 3_600_000;

let registry: Awaited<ReturnType<typeof openRegistry>>;
beforeAll(async () => void (registry = await openRegistry()));
afterAll(() => registry.close());

const key = (seq: number, meter = 'm', digest = 'd'): SequenceKey => ({ meter, seq, digest });

test('redeliveries: what is remembered is recalled, by meter, number and digest, also by another process', async () => {
  const keys = [key(1), key(Number.MAX_SAFE_INTEGER), key(-1), key(1, 'n'), key(1, 'm', 'e')];
  const memory = createRedeliveryStore(registry.db);
  expect(await memory.recall(keys)).toEqual(new Map());
  await memory.remember(
    keys.slice(1).map((one, index) => ({ ...one, observedAtMs: NOW + index })),
    0,
  );
  const again = createRedeliveryStore(registry.db);
  expect(await again.recall(keys)).toEqual(new Map(keys.slice(1).map((one, index) => [sequenceKey(one), NOW + index])));
  await again.remember([{ ...keys[1]!, observedAtMs: NOW + 100 }], 0);
  expect((await memory.recall(keys)).get(sequenceKey(keys[1]!))).toBe(NOW + 100);
});

test('redeliveries: more keys than a statement takes', async () => {
  const memory = createRedeliveryStore(registry.db);
  const times = Array.from({ length: 12_345 }, (_, n) => ({ ...key(n, 'many'), observedAtMs: NOW + n }));
  await memory.remember(times, 0);
  expect(await memory.recall(times)).toEqual(new Map(times.map((one) => [sequenceKey(one), one.observedAtMs])));
});

test('redeliveries: old ones are forgotten, once in an hour of their time', async () => {
  const memory = createRedeliveryStore(registry.db);
  const old = { ...key(1, 'f'), observedAtMs: NOW - 2 * HOUR_MS };
  const recent = { ...key(2, 'f'), observedAtMs: NOW };
  await memory.remember([old, recent], NOW - 2 * HOUR_MS);
  expect((await memory.recall([old, recent])).size).toBe(2);
  await memory.remember([recent], NOW - HOUR_MS - 1);
  expect((await memory.recall([old, recent])).size).toBe(2);
  await memory.remember([recent], NOW - HOUR_MS);
  expect([...(await memory.recall([old, recent])).keys()]).toEqual([sequenceKey(recent)]);
});

test('redeliveries: those from a time on are forgotten, for messages that are read from there once more', async () => {
  const memory = createRedeliveryStore(registry.db);
  const times = [-1, 0, 1].map((ms) => ({ ...key(ms, 'r'), observedAtMs: NOW + ms }));
  await memory.remember(times, 0);
  await memory.forgetFrom(NOW);
  expect([...(await memory.recall(times)).values()]).toEqual([NOW - 1]);
});
