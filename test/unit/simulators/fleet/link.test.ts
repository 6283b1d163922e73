import { expect, test } from 'vitest';

import { openLink } from '../../../../simulators/fleet/link.ts';
import { openRecordingBroker } from '../recording-broker.ts';

test('a connection that breaks before the acknowledgement loses nothing: it is mended and sends again', async () => {
  let publishes = 0;
  const broker = await openRecordingBroker(undefined, () => ++publishes === 5);
  const link = await openLink({ url: broker.url, username: 'c1', password: 'x', window: 4 });
  try {
    for (let i = 0; i < 12; i++) await link.publish('energy/v1/c1/m1/reading', String(i));
    await link.drained();
    const payloads = broker.messages.map(({ payload }) => Number(payload));
    expect([...new Set(payloads)].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    // The fifth came, was not acknowledged, and came again.
    expect(payloads.length).toBeGreaterThan(12);
  } finally {
    await link.close(true);
    await broker.close();
  }
}, 20_000);

test('no more messages are in flight than the window holds', async () => {
  const waiting: (() => void)[] = [];
  const broker = await openRecordingBroker(undefined, undefined, () => new Promise<void>((go) => waiting.push(go)));
  const link = await openLink({ url: broker.url, username: 'c1', password: 'x', window: 2 });
  let accepted = 0;
  const publishing = (async () => {
    for (let i = 0; i < 3; i++) {
      await link.publish('energy/v1/c1/m1/reading', String(i));
      accepted++;
    }
  })();
  try {
    await expect.poll(() => waiting.length).toBe(2);
    expect(accepted).toBe(2);
    waiting.shift()!();
    await publishing;
    expect(accepted).toBe(3);
    await expect.poll(() => waiting.length).toBe(2);
    for (const go of waiting) go();
    await link.drained();
  } finally {
    await link.close(true);
    await broker.close();
  }
}, 20_000);

test('a broker that goes away while the link closes does not keep it from closing', async () => {
  let isReached = false;
  const broker = await openRecordingBroker(undefined, undefined, () => {
    isReached = true;
    return new Promise(() => undefined);
  });
  const link = await openLink({ url: broker.url, username: 'c1', password: 'x' });
  await link.publish('energy/v1/c1/status', 'offline');
  await expect.poll(() => isReached).toBe(true);
  const closed = link.close();
  await broker.close();
  await closed;
}, 20_000);
