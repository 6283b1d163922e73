import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeColumns, encodeColumns } from '../../../../gateway/archive/columns.ts';
import { encodeRecord, sealRecord, type SpoolMessage } from '../../../../gateway/spool/record.ts';
import { spoolMessage } from '../../../support/spool-message.ts';

const BASE = 0x12345;

const receipts = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 2 ** 50, -(2 ** 50), 2 ** 50 + 1, Number.MAX_SAFE_INTEGER, 1e300, Infinity, -Infinity, NaN),
  fc.double(),
);
const texts = fc.oneof(fc.constantFrom('', 'c1', 'energy/v1/c1/m1/reading'), fc.string({ unit: 'binary' }));
const message: fc.Arbitrary<SpoolMessage> = fc.record({
  receivedAtMs: receipts,
  source: texts,
  topic: texts,
  payload: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
});

function recordsOf(messages: readonly SpoolMessage[]): { bytes: Buffer; starts: number[] } {
  const starts: number[] = [];
  let at = 0;
  const records = messages.map((each) => {
    const record = encodeRecord(each);
    sealRecord(record, BASE + at);
    starts.push(at);
    at += record.length;
    return record;
  });
  return { bytes: Buffer.concat(records), starts };
}

test('columns: any messages come back byte for byte, at their positions', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 40 }), (messages) => {
      const { bytes, starts } = recordsOf(messages);
      const records = decodeColumns(encodeColumns(bytes, starts, bytes.length), BASE, BASE + bytes.length);
      expect([...(records?.positions ?? [])]).toEqual(starts.map((start) => BASE + start));
      const read = messages.map((_, n) => records?.message(n));
      expect(read).toEqual(messages.map((each, n) => ({ ...each, position: BASE + starts[n]! })));
    }),
    { numRuns: 500 },
  );
});

test('columns: more keys than one byte counts, and payloads longer than two bytes count', () => {
  const messages = Array.from({ length: 1000 }, (_, n) =>
    spoolMessage('x'.repeat(n === 500 ? 70_000 : n % 3), { topic: `t${(n * 7) % 400}`, source: `c${n % 130}` }),
  );
  const { bytes, starts } = recordsOf(messages);
  const records = decodeColumns(encodeColumns(bytes, starts, bytes.length), BASE, BASE + bytes.length);
  for (const [n, want] of messages.entries()) {
    expect(records?.message(n)).toEqual({ ...want, position: BASE + starts[n]! });
  }
});

test('columns: what does not add up is refused, and random bytes never throw', () => {
  const { bytes, starts } = recordsOf([spoolMessage('a'), spoolMessage('b')]);
  const columns = encodeColumns(bytes, starts, bytes.length);
  expect(decodeColumns(columns, BASE, BASE + bytes.length + 1)).toBeUndefined();
  expect(decodeColumns(columns.subarray(1), BASE, BASE + bytes.length)).toBeUndefined();
  for (let length = 0; length < columns.length; length++) {
    expect(decodeColumns(columns.subarray(0, length), BASE, BASE + bytes.length)).toBeUndefined();
  }
  expect(decodeColumns(Buffer.concat([columns, Buffer.alloc(1)]), BASE, BASE + bytes.length)).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (random) => {
      expect(decodeColumns(Buffer.from(random), BASE, BASE + 5)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
