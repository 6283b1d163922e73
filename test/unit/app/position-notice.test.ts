import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createPositionNotice } from '../../../app/position-notice.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('positions: the first at once, those that follow together, the last never left out', () => {
  const told: number[] = [];
  const notice = createPositionNotice((position) => told.push(position), 20);
  notice.rose(1);
  expect(told).toEqual([1]);
  for (const position of [2, 3, 4]) notice.rose(position);
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(20);
  expect(told).toEqual([1, 4]);
  notice.rose(5);
  expect(told).toEqual([1, 4]);
  vi.advanceTimersByTime(20);
  expect(told).toEqual([1, 4, 5]);
  // After a pause at once again.
  vi.advanceTimersByTime(20);
  notice.rose(6);
  expect(told).toEqual([1, 4, 5, 6]);
});

test('positions: a flush tells what waits, once', () => {
  const told: number[] = [];
  const notice = createPositionNotice((position) => told.push(position), 20);
  notice.flush();
  notice.rose(1);
  notice.rose(2);
  notice.flush();
  notice.flush();
  vi.advanceTimersByTime(100);
  expect(told).toEqual([1, 2]);
});
