import { expect, test } from 'vitest';

import { encodeRecord, sealRecord } from '../../../../gateway/spool/record.ts';
import {
  nextRecord,
  SEGMENT_HEADER_BYTES,
  segmentBases,
  segmentHeader,
  segmentName,
  validEnd,
} from '../../../../gateway/spool/segment.ts';
import { spoolMessage } from '../../../support/spool-message.ts';

const BASE = 0x1000;

function segmentOf(...texts: string[]): { bytes: Buffer; starts: number[] } {
  let bytes: Buffer = segmentHeader(BASE);
  const starts: number[] = [];
  for (const text of texts) {
    starts.push(bytes.length);
    const record = encodeRecord(spoolMessage(text));
    sealRecord(record, BASE + bytes.length);
    bytes = Buffer.concat([bytes, record]);
  }
  return { bytes, starts };
}

test('segment: named after its base, sorted as numbers, other files left out', () => {
  expect(segmentName(0x1234)).toBe('0000000000001234.segment');
  const names = [segmentName(0x10000), 'x.torn', segmentName(0xff), `${segmentName(0)}.bak`, segmentName(0)];
  expect(segmentBases(names)).toEqual([0, 0xff, 0x10000]);
  expect(segmentBases(['ffffffffffffffff.segment', segmentName(Number.MAX_SAFE_INTEGER)])).toEqual([
    Number.MAX_SAFE_INTEGER,
  ]);
});

test('segment: the header is magic and base', () => {
  const header = segmentHeader(BASE);
  expect(header.length).toBe(SEGMENT_HEADER_BYTES);
  expect(header.toString('latin1', 0, 8)).toBe('JNSPOOL1');
  expect(header.readDoubleLE(8)).toBe(BASE);
});

test('segment: cut anywhere, it ends behind the last whole record', () => {
  const { bytes, starts } = segmentOf('{"total":1}', '{"total":22}', '{"total":333}');
  const ends = [...starts, bytes.length];
  for (let length = 0; length <= bytes.length; length++) {
    const want = length < SEGMENT_HEADER_BYTES ? length : Math.max(...ends.filter((end) => end <= length));
    expect(validEnd(bytes.subarray(0, length), BASE), `cut at ${length}`).toBe(want);
  }
});

test('segment: damage in the middle does not end it', () => {
  const { bytes, starts } = segmentOf('{"total":1}', '{"total":22}', '{"total":333}');
  bytes[starts[1]! + 4]! ^= 1;
  expect(validEnd(bytes, BASE)).toBe(bytes.length);
  expect(nextRecord(bytes, starts[1]!, BASE)).toBe(starts[2]);
});

test('segment: zeros or garbage behind the last record are no part of it', () => {
  const { bytes } = segmentOf('{"total":1}');
  expect(validEnd(Buffer.concat([bytes, Buffer.alloc(5000)]), BASE)).toBe(bytes.length);
  expect(validEnd(Buffer.concat([bytes, Buffer.alloc(500, 0x11)]), BASE)).toBe(bytes.length);
});

test('segment: a record inside the payload of a torn one is not taken for a record', () => {
  const inner = encodeRecord(spoolMessage('{"total":666}', { source: 'somebody-else' }));
  sealRecord(inner, BASE + 16);
  const outer = encodeRecord(spoolMessage('', { payload: inner }));
  sealRecord(outer, BASE + 16);
  outer[0]! ^= 1;
  expect(validEnd(Buffer.concat([segmentHeader(BASE), outer]), BASE)).toBe(SEGMENT_HEADER_BYTES);
});
