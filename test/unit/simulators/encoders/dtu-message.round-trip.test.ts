import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import type { WireFormat } from '../../../../domain/wire-format.ts';
import { decodeFrames } from '../../../../gateway/decode/frames/decode.ts';
import { encodeCjt188Flow } from '../../../../simulators/encoders/cjt188.ts';
import { encodeDlt645Of1997 } from '../../../../simulators/encoders/dlt645-1997.ts';
import { encodeDlt645 } from '../../../../simulators/encoders/dlt645-2007.ts';
import { DTU_WRAPPINGS, dtuMessage } from '../../../../simulators/encoders/dtu-message.ts';
import { encodeMbus } from '../../../../simulators/encoders/mbus.ts';
import { MBUS_VIF } from '../../../../simulators/encoders/mbus-vif.ts';
import { decimal } from '../../../support/decimal.ts';

// Thousands of frames are made here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const context = { zone: createZone('Asia/Shanghai'), receivedAtMs: Date.UTC(2026, 0, 8) };

interface Answer {
  frame: Buffer;
  format: WireFormat;
  address: string;
  total: number;
}

const digits = fc.integer({ min: 0, max: 99_999_999 });
const preambles = fc.integer({ min: 0, max: 6 });
const address = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const answers: fc.Arbitrary<Answer> = fc.oneof(
  fc.tuple(address(12), digits, preambles).map(([meter, number, preamble]): Answer => ({
    frame: encodeDlt645(meter, '00010000', [number / 100], { preamble }),
    format: 'dlt645-2007',
    address: meter,
    total: decimal(number, -2),
  })),
  fc.tuple(address(12), digits, preambles).map(([meter, number, preamble]): Answer => ({
    frame: encodeDlt645Of1997(meter, '9010', [number / 100], preamble),
    format: 'dlt645-1997',
    address: meter,
    total: decimal(number, -2),
  })),
  fc.tuple(address(14), digits, preambles).map(([meter, number, preamble]): Answer => ({
    frame: encodeCjt188Flow({
      type: 0x10,
      address: meter,
      current: { value: number / 100, unit: 'm3' },
      settled: { value: null, unit: 'm3' },
      clock: 'zero',
      preamble,
    }),
    format: 'cjt188',
    address: meter,
    total: decimal(number, -2),
  })),
  fc.tuple(address(8), digits).map(([meter, number]): Answer => ({
    frame: encodeMbus({
      id: meter,
      manufacturer: 'JNG',
      medium: 0x07,
      records: [{ vif: MBUS_VIF.volumeM3(-3), coding: 'bcd8', digits: number }],
    }),
    format: 'mbus',
    address: meter,
    total: decimal(number, -3),
  })),
);

test.each(DTU_WRAPPINGS)(
  'frames of several meters in one message, %s: each comes out whole, in its order',
  (wrapping) => {
    fc.assert(
      fc.property(
        fc.array(answers, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 1e6 }),
        (all, offset) => {
          const times = all.map((_, index) => 1_760_000_000_000 + offset * 1000 + index);
          const message = dtuMessage(
            all.map(({ frame }, index) => ({ frame, atMs: times[index]! })),
            wrapping,
          );
          const { items, refused } = decodeFrames(message, context);
          expect(refused).toEqual([]);
          expect(items).toMatchObject(
            all.map(({ format, address: meter, total }, index) => ({
              address: meter,
              format,
              index: all.length === 1 ? -1 : index,
              fields: wrapping === 'json' ? { total, ts: times[index] } : { total },
            })),
          );
        },
      ),
      { numRuns: 300 },
    );
  },
);

test('the same frame heard at two times is two readings', () => {
  const frame = encodeDlt645('161', '00010000', [12.5]);
  const { items } = decodeFrames(
    dtuMessage(
      [
        { frame, atMs: 1_760_000_000_000 },
        { frame, atMs: 1_760_000_900_000 },
      ],
      'json',
    ),
    context,
  );
  expect(items.map(({ fields }) => fields['ts'])).toEqual([1_760_000_000_000, 1_760_000_900_000]);
});
