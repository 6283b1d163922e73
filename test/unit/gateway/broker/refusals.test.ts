import { expect, test } from 'vitest';

import { createRefusals, type Refusal } from '../../../../gateway/broker/refusals.ts';

test('refusals: a storm is counted whole and told in part, with what was left out', () => {
  const told: Refusal[] = [];
  let nowMs = 0;
  const refusals = createRefusals(
    (refusal) => told.push(refusal),
    () => nowMs,
  );
  for (let n = 0; n < 10_000; n++) refusals.note('bad-credentials', { clientId: `${n}`, username: 'c1' });
  expect(told.length).toBe(50);
  nowMs = 2000;
  refusals.note('no-connect', { clientId: '', username: '' });
  expect(told.at(-1)).toMatchObject({ reason: 'no-connect', suppressed: 9950 });
  refusals.note('subscription', { clientId: 'a', username: 'c1' });
  expect(told.at(-1)).toMatchObject({ reason: 'subscription', suppressed: 0 });
  expect(refusals.counts()).toEqual({ 'bad-credentials': 10_000, 'no-connect': 1, subscription: 1 });
  // A subscription that is denied leaves the connection.
  expect(refusals.connections()).toBe(10_001);
});

test('refusals: a name of any length does not get into the log as it is', () => {
  const told: Refusal[] = [];
  const refusals = createRefusals(
    (refusal) => told.push(refusal),
    () => 0,
  );
  refusals.note('client-id-invalid', { clientId: 'x'.repeat(5000), username: 'y'.repeat(5000) });
  expect(told[0]!.clientId.length).toBe(129);
  expect(told[0]!.username.length).toBe(129);
});
