import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeRecord, parseRecord, sealRecord } from '../../../../gateway/spool/record.ts';
import { spoolMessage } from '../../../support/spool-message.ts';

const messages = fc.record({
  receivedAtMs: fc.double({ noNaN: true }),
  source: fc.string({ unit: 'binary', maxLength: 64 }),
  topic: fc.string({ unit: 'binary', maxLength: 200 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});
const positions = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

function recordAt(position: number, message = spoolMessage('{"total":1}')): Buffer {
  const record = encodeRecord(message);
  sealRecord(record, position);
  return record;
}

test('record: what is encoded is read back, whatever stands before and behind it', () => {
  fc.assert(
    fc.property(messages, positions, fc.uint8Array({ maxLength: 20 }), (message, position, around) => {
      const record = recordAt(position + around.length, message);
      const parsed = parseRecord(Buffer.concat([around, record, around]), around.length, position);
      expect(parsed).toEqual({
        kind: 'record',
        bytes: record.length,
        message: { ...message, position: position + around.length, payload: Buffer.from(message.payload) },
      });
    }),
  );
});

test('record: the layout is the documented one', () => {
  const record = recordAt(16, {
    receivedAtMs: 1_767_225_600_000,
    source: 'c1',
    topic: 'a/b',
    payload: Buffer.from('hi'),
  });
  const body = ['000080aa6db77942', '0200', '6331', '0300', '612f62', '6869'].join('');
  expect(record.toString('hex', 0, 4)).toBe('13000000');
  expect(record.toString('hex', 8)).toBe(body);
  expect(record.toString('hex', 4, 8)).toBe(checksumBitByBit(Buffer.concat([prefixOf(16, 19), record.subarray(8)])));
});

test('record: every flipped bit is noticed', () => {
  const record = recordAt(4096);
  for (let bit = 0; bit < record.length * 8; bit++) {
    const flipped = Buffer.from(record);
    flipped[bit >>> 3]! ^= 1 << (bit & 7);
    expect(parseRecord(flipped, 0, 4096).kind, `bit ${bit}`).not.toBe('record');
  }
});

test('record: cut anywhere, it says how much is missing at least', () => {
  const record = recordAt(0);
  for (let length = 0; length < record.length; length++) {
    const parsed = parseRecord(record.subarray(0, length), 0, 0);
    expect(parsed).toEqual({ kind: 'cut', needBytes: length < 8 ? 8 : record.length });
  }
});

test('record: the same bytes at another position are none', () => {
  expect(parseRecord(recordAt(100), 0, 100).kind).toBe('record');
  expect(parseRecord(recordAt(100), 0, 101).kind).toBe('bad');
});

test('record: zeros and lengths that cannot be are garbage', () => {
  expect(parseRecord(Buffer.alloc(64), 0, 0).kind).toBe('bad');
  expect(parseRecord(Buffer.alloc(64, 0xff), 0, 0).kind).toBe('bad');
});

test('record: random bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), positions, (bytes, start) => {
      expect(parseRecord(Buffer.from(bytes), 0, start).kind).not.toBe('record');
    }),
  );
});

function prefixOf(position: number, bodyBytes: number): Buffer {
  const prefix = Buffer.alloc(12);
  prefix.writeDoubleLE(position, 0);
  prefix.writeUInt32LE(bodyBytes, 8);
  return prefix;
}

// CRC-32C (Castagnoli), reflected polynomial 0x82F63B78, little endian in the file.
function checksumBitByBit(bytes: Buffer): string {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE((crc ^ 0xffffffff) >>> 0);
  return sum.toString('hex');
}
