import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splitFrames } from '../../../../../gateway/decode/frames/split-frames.ts';
import { cjt188Hex, dlt645Hex } from '../../../../support/sealed-frame.ts';

const ENERGY = dlt645Hex('000000000161', 0x91, '0000010026000000');
const WATER = cjt188Hex(0x10, '78331505104145', 0x81, '901F01 563412002C 001200002C 00000000000000 0000');
/** A heat meter's fixed data, of six bytes for the test. */
const MBUS = Uint8Array.of(0x68, 0x06, 0x06, 0x68, 0x08, 0x01, 0x72, 0x01, 0x02, 0x03, 0x81, 0x16);
const PREAMBLE = Uint8Array.of(0xfe, 0xfe, 0xfe, 0xfe);
/** Without 68, which might begin something. */
const RUBBISH = Uint8Array.of(0x00, 0x16, 0xaa, 0x01, 0x91);

const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const seen = (bytes: Uint8Array): string[] =>
  splitFrames(bytes).map(({ kind, bytes: piece, isWhole }) => `${kind}${isWhole ? '' : ' broken'} ${hexOf(piece)}`);
const broken = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === bytes.length - 2 ? byte ^ 1 : byte));

const cases: { name: string; bytes: Uint8Array; want: string[] }[] = [
  { name: 'nothing', bytes: new Uint8Array(), want: [] },
  { name: 'rubbish', bytes: RUBBISH, want: [] },
  { name: 'DL/T 645', bytes: ENERGY, want: [`dlt645 ${hexOf(ENERGY)}`] },
  { name: 'CJ/T 188', bytes: WATER, want: [`cjt188 ${hexOf(WATER)}`] },
  { name: 'M-Bus', bytes: MBUS, want: [`mbus ${hexOf(MBUS)}`] },
  { name: 'a preamble', bytes: joined(PREAMBLE, ENERGY), want: [`dlt645 ${hexOf(ENERGY)}`] },
  {
    name: 'all of them back to back, rubbish between',
    bytes: joined(RUBBISH, PREAMBLE, ENERGY, MBUS, RUBBISH, WATER, PREAMBLE, ENERGY, RUBBISH),
    want: [`dlt645 ${hexOf(ENERGY)}`, `mbus ${hexOf(MBUS)}`, `cjt188 ${hexOf(WATER)}`, `dlt645 ${hexOf(ENERGY)}`],
  },
  { name: 'a wrong checksum', bytes: broken(ENERGY), want: [`dlt645 broken ${hexOf(broken(ENERGY))}`] },
  {
    name: 'a wrong checksum between good ones',
    bytes: joined(WATER, broken(ENERGY), WATER),
    want: [`cjt188 ${hexOf(WATER)}`, `dlt645 broken ${hexOf(broken(ENERGY))}`, `cjt188 ${hexOf(WATER)}`],
  },
  {
    name: 'two wrong checksums',
    bytes: joined(broken(ENERGY), PREAMBLE, broken(WATER)),
    want: [`dlt645 broken ${hexOf(broken(ENERGY))}`, `cjt188 broken ${hexOf(broken(WATER))}`],
  },
  {
    name: 'cut short before a good one',
    bytes: joined(ENERGY.subarray(0, 15), PREAMBLE, WATER),
    want: [`dlt645 broken ${hexOf(joined(ENERGY.subarray(0, 15), PREAMBLE))}`, `cjt188 ${hexOf(WATER)}`],
  },
  {
    name: 'cut short behind a good one',
    bytes: joined(WATER, RUBBISH, ENERGY.subarray(0, 15)),
    want: [`cjt188 ${hexOf(WATER)}`, `dlt645 broken ${hexOf(ENERGY.subarray(0, 15))}`],
  },
  { name: 'M-Bus cut short', bytes: MBUS.subarray(0, 9), want: [`mbus broken ${hexOf(MBUS.subarray(0, 9))}`] },
  { name: 'a start in rubbish', bytes: joined(RUBBISH, Uint8Array.of(0x68, 1, 2, 3)), want: [] },
  {
    name: 'a start and its end in rubbish',
    bytes: Uint8Array.of(0x68, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 10, 0x16),
    want: [],
  },
];

describe('frames', () => {
  for (const { name, bytes, want } of cases) test(name, () => expect(seen(bytes)).toEqual(want));
});

test('an address of a water meter that looks like a start does not make it another frame', () => {
  // A5 is 68, where a DL/T 645 frame has its second start.
  const frame = cjt188Hex(0x10, '11685505104145', 0x81, '901F01 563412002C 001200002C 00000000000000 0000');
  expect(frame[7]).toBe(0x68);
  expect(seen(frame)).toEqual([`cjt188 ${hexOf(frame)}`]);
});

test('an address of an electricity meter that looks like a water meter’s type does not', () => {
  const frame = dlt645Hex('000000000110', 0x91, '0000010026000000');
  expect(seen(frame)).toEqual([`dlt645 ${hexOf(frame)}`]);
});

test('an address that looks like the start of M-Bus does not', () => {
  const frame = dlt645Hex('000000680606', 0x91, '0000010026000000');
  expect([...frame.subarray(0, 4)]).toEqual([0x68, 0x06, 0x06, 0x68]);
  expect(seen(frame)).toEqual([`dlt645 ${hexOf(frame)}`]);
});

test('a frame in the data of another is not taken for one', () => {
  const inner = Buffer.from(ENERGY.map((byte) => byte - 0x33)).toString('hex');
  const outer = dlt645Hex('000000000161', 0x91, `00000104${inner}`);
  expect(seen(outer)).toEqual([`dlt645 ${hexOf(outer)}`]);
});

test('cut anywhere, what has begun is one broken piece', () => {
  for (const frame of [ENERGY, WATER, MBUS]) {
    for (let length = 1; length < frame.length; length++) {
      const pieces = splitFrames(joined(PREAMBLE, frame.subarray(0, length)));
      expect(pieces, `${length} bytes`).toMatchObject([{ isWhole: false }]);
    }
  }
});

test('pieces never overlap, and each frame is found whatever stands around it', () => {
  const rubbish = fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.map((byte) => (byte === 0x68 ? 0xfe : byte)));
  const frame = fc.constantFrom(ENERGY, WATER, MBUS);
  fc.assert(
    fc.property(fc.array(fc.tuple(rubbish, frame), { maxLength: 8 }), rubbish, (parts, end) => {
      const bytes = joined(...parts.flat(), end);
      const pieces = splitFrames(bytes);
      expect(pieces.map(({ bytes: piece }) => hexOf(piece))).toEqual(parts.map(([, sent]) => hexOf(sent)));
      expect(pieces.every(({ isWhole }) => isWhole)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0x68, 0x16, 0x10, 0x00, 0x91, 0xfe), { maxLength: 200 }), (values) => {
      let behind = 0;
      for (const { bytes } of splitFrames(Uint8Array.from(values))) {
        expect(bytes.byteOffset).toBeGreaterThanOrEqual(behind);
        behind = bytes.byteOffset + bytes.length;
      }
    }),
  );
});
