import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createAcknowledgements } from '../../../../gateway/subscribe/acknowledgements.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function opened(windowMessages = 10, windowBytes = 1000) {
  const writes: number[][] = [];
  let settled = 0;
  const acknowledgements = createAcknowledgements({
    windowMessages,
    windowBytes,
    send: (packets) => {
      const ids: number[] = [];
      for (let at = 0; at < packets.length; at += 4) {
        // PUBACK, remaining length 2, packet identifier.
        expect(packets.readUInt16BE(at)).toBe(0x4002);
        ids.push(packets.readUInt16BE(at + 2));
      }
      writes.push(ids);
    },
    onSettled: () => settled++,
  });
  return { ...acknowledgements, writes, settled: () => settled };
}

test('whatever is done with first, they go out in the order of receipt', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ qos: fc.constantFrom(0, 1), group: fc.integer({ min: 0, max: 4 }) }), { maxLength: 40 }),
      async (messages) => {
        const acks = opened(1000, 1e9);
        const settle = messages.map(({ qos }, index) => acks.owe(qos === 0 ? undefined : index, 1));
        for (let group = 0; group <= 4; group++) {
          for (const [index, message] of messages.entries()) if (message.group === group) settle[index]!();
          await tick();
          const waitsFor = messages.findIndex((message) => message.group > group);
          const due = messages.slice(0, waitsFor < 0 ? messages.length : waitsFor);
          expect(acks.writes.flat()).toEqual(due.flatMap(({ qos }, index) => (qos === 0 ? [] : index)));
          expect(acks.pending()).toBe(messages.length - due.length);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('what one commit settles goes out in one write', async () => {
  const acks = opened();
  const settle = [1, 2, 3].map((id) => acks.owe(id, 1));
  for (const one of settle) void Promise.resolve().then(one);
  await tick();
  expect(acks.writes).toEqual([[1, 2, 3]]);
  expect(acks.settled()).toBe(1);
});

test('full at so many messages, or so many bytes of more than one', async () => {
  const acks = opened(2, 100);
  acks.owe(1, 1)();
  expect(acks.isFull()).toBe(false);
  acks.owe(2, 1);
  expect(acks.isFull()).toBe(true);
  await tick();
  expect([acks.isFull(), acks.pending()]).toEqual([false, 1]);
  acks.owe(3, 99);
  expect(acks.isFull()).toBe(true);
});

test('nothing is sent once the connection is gone', async () => {
  const acks = opened();
  const settle = acks.owe(1, 1);
  const late = acks.owe(2, 1);
  settle();
  acks.abandon();
  late();
  await tick();
  expect(acks.writes).toEqual([]);
  expect(acks.settled()).toBe(0);
});

test('a window of many thousands goes on for ever without growing', async () => {
  const acks = opened(100, 1e9);
  const sent: number[] = [];
  for (let message = 0; message < 10_000; message++) {
    const id = (message % 65_535) + 1;
    acks.owe(id, 1)();
    sent.push(id);
    if (acks.isFull()) await tick();
  }
  await tick();
  expect(acks.writes.flat()).toEqual(sent);
});
