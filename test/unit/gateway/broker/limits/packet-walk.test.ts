import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createPacketWalk } from '../../../../../gateway/broker/limits/packet-walk.ts';
import { mqttFrame, publishFrame, subscribeFrame } from '../../../../support/mqtt-frames.ts';

const LIMITS = { maxPublishBytes: 20_000, maxControlBytes: 300, subscribeCost: 5 };
const PINGREQ = mqttFrame(0xc0, Buffer.alloc(0));

const packet = fc.oneof(
  fc.nat(20_000 - 10).map((bytes) => ({ frame: publishFrame('t', Buffer.alloc(bytes, 0xff)), cost: 1 })),
  fc.constant({ frame: PINGREQ, cost: 1 }),
  fc.constant({ frame: subscribeFrame(1, 'a/b', 1), cost: 5 }),
);

test('packet walk: counts the same however the stream is cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(packet, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
      (packets, cuts) => {
        const bytes = Buffer.concat(packets.map(({ frame }) => frame));
        const walk = createPacketWalk(LIMITS);
        let cost = 0;
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const to = Math.min(bytes.length, at + cuts[n % cuts.length]!);
          expect(walk.advance(bytes, at, to, Infinity)).toBe(to);
          cost += walk.cost;
          at = to;
        }
        expect(cost).toBe(packets.reduce((sum, one) => sum + one.cost, 0));
        expect(walk.isBetweenPackets).toBe(true);
        expect(walk.oversizeBytes).toBeUndefined();
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

test('packet walk: stops before the packet that would begin beyond the budget, and goes on there', () => {
  const bytes = Buffer.concat([PINGREQ, subscribeFrame(1, 'a', 0), PINGREQ, PINGREQ]);
  const walk = createPacketWalk(LIMITS);
  const afterSubscribe = bytes.length - 4;
  // The SUBSCRIBE may begin at a cost of 1, and brings it to 6.
  expect(walk.advance(bytes, 0, bytes.length, 2)).toBe(afterSubscribe);
  expect(walk.cost).toBe(6);
  expect(walk.advance(bytes, afterSubscribe, bytes.length, 1)).toBe(afterSubscribe + 2);
  expect(walk.advance(bytes, afterSubscribe + 2, bytes.length, 0)).toBe(afterSubscribe + 2);
});

for (const { name, frame, want } of [
  { name: 'a PUBLISH of the limit', frame: publishFrame('t', Buffer.alloc(20_000 - 3)), want: undefined },
  { name: 'a PUBLISH of one byte more', frame: publishFrame('t', Buffer.alloc(20_000 - 2)), want: 20_001 },
  { name: 'a SUBSCRIBE of the limit', frame: mqttFrame(0x82, Buffer.alloc(300)), want: undefined },
  { name: 'a SUBSCRIBE of one byte more', frame: mqttFrame(0x82, Buffer.alloc(301)), want: 301 },
  { name: 'the longest length that there is', frame: Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), want: 268_435_455 },
  { name: 'a length of five bytes', frame: Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1]), want: 0 },
]) {
  test(`packet walk: ${name} => ${want === undefined ? 'passes' : 'is stopped at its header'}`, () => {
    for (const chunkBytes of [1, frame.length]) {
      const walk = createPacketWalk(LIMITS);
      let at = 0;
      while (at < frame.length && walk.oversizeBytes === undefined) {
        at = walk.advance(frame, at, Math.min(frame.length, at + chunkBytes), Infinity);
      }
      expect(walk.oversizeBytes).toBe(want);
      expect(at).toBe(want === undefined ? frame.length : Math.min(5, headerBytes(frame)));
    }
  });
}

function headerBytes(frame: Buffer): number {
  let bytes = 2;
  while (frame[bytes - 1]! > 0x7f) bytes++;
  return bytes;
}
