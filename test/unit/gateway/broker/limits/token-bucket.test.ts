import { expect, test } from 'vitest';

import { createTokenBucket } from '../../../../../gateway/broker/limits/token-bucket.ts';

test('token bucket: allows the burst at once, then the rate, and no more than the burst again', () => {
  const bucket = createTokenBucket(10, 20, 0);
  expect(bucket.available(0)).toBe(20);
  bucket.take(20);
  expect(bucket.available(0)).toBe(0);
  expect(bucket.available(500)).toBe(5);
  expect(bucket.available(10_000)).toBe(20);
});

test('token bucket: what was taken too much is waited for', () => {
  const bucket = createTokenBucket(10, 20, 0);
  bucket.take(30);
  expect(bucket.available(500)).toBe(-5);
  expect(bucket.available(1100)).toBe(1);
});

test('token bucket: a clock that is set back takes nothing away', () => {
  const bucket = createTokenBucket(10, 20, 1000);
  bucket.take(20);
  expect(bucket.available(0)).toBe(0);
  expect(bucket.available(500)).toBe(5);
});
