import { expect, test } from 'vitest';

import { createReceiptTimes } from '../../../gateway/receipt-times.ts';

test('receipt times: the clock, and a millisecond later for each message on the same topic', () => {
  let nowMs = 1000;
  const receiptTime = createReceiptTimes(() => nowMs);
  expect(['a', 'b', 'a', 'a', 'b'].map(receiptTime)).toEqual([1000, 1000, 1001, 1002, 1001]);
  nowMs = 1001;
  expect(['a', 'c', 'b'].map(receiptTime)).toEqual([1003, 1001, 1002]);
  nowMs = 5000;
  expect(['a', 'b'].map(receiptTime)).toEqual([5000, 5000]);
});

test('receipt times: they run ahead by a second at most, and follow a clock that is set back', () => {
  let nowMs = 100_000;
  const receiptTime = createReceiptTimes(() => nowMs);
  const times = Array.from({ length: 3000 }, () => receiptTime('a'));
  expect(times.slice(0, 1001)).toEqual(Array.from({ length: 1001 }, (_, n) => nowMs + n));
  expect(new Set(times.slice(1001))).toEqual(new Set([nowMs + 1000]));
  nowMs = 50_000;
  expect(receiptTime('a')).toBe(50_000);
  expect(receiptTime('a')).toBe(50_001);
});

test('receipt times: topics of the past are let go, those of the present kept', () => {
  let nowMs = 0;
  const receiptTime = createReceiptTimes(() => nowMs);
  for (let n = 0; n < 999; n++) receiptTime(`old ${n}`);
  nowMs = 10;
  receiptTime('present');
  receiptTime('one too many');
  expect(receiptTime('present')).toBe(11);
});
