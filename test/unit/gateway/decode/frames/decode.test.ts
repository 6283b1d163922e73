import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Decoded } from '../../../../../gateway/decode/decoded.ts';
import { decodeFrames } from '../../../../../gateway/decode/frames/decode.ts';
import { DECODE_CONTEXT } from '../../../../support/decode-context.ts';
import { goldenFrames } from '../../../../support/golden-frames.ts';
import { cjt188Hex, dlt645Hex } from '../../../../support/sealed-frame.ts';

const ENERGY_HEX = '6861010000000068910833333433593333338A16';
const ENERGY = Buffer.from(ENERGY_HEX, 'hex');
const energy = (index = -1, fields: Record<string, unknown> = {}) => ({
  address: '000000000161',
  format: 'dlt645-2007',
  index,
  fields: { total: 0.26, unit: 'kWh', ...fields },
});
const WATER = Buffer.from(cjt188Hex(0x10, '15020300000012', 0x81, '901F00 563412002C 001200002C 00301408012620 0000'));
const CLOCK_MS = Date.parse('2026-01-08T14:30:00+08:00');
const water = (index = -1) => ({
  address: '15020300000012',
  otherAddresses: ['0300000012'],
  format: 'cjt188',
  index,
  fields: { total: 1234.56, unit: 'm3', registers: { settled: 12 }, ts: CLOCK_MS },
  hasMeterClock: true,
});
const TS = Date.parse('2026-01-08T14:15:00+08:00');

const decode = (payload: string | Uint8Array): Decoded =>
  decodeFrames(typeof payload === 'string' ? Buffer.from(payload) : payload, DECODE_CONTEXT);
const json = (value: unknown): Decoded => decode(JSON.stringify(value));
const spaced = (hex: string): string => hex.replaceAll(/(..)(?=.)/g, '$1 ');

const wrappings: { name: string; payload: string | Uint8Array }[] = [
  { name: 'binary', payload: ENERGY },
  { name: 'binary with a preamble', payload: Buffer.concat([Buffer.alloc(4, 0xfe), ENERGY]) },
  { name: 'binary behind the DTU’s own number', payload: Buffer.concat([Buffer.from('866123456789012'), ENERGY]) },
  { name: 'binary behind a brace', payload: Buffer.concat([Buffer.from('{'), ENERGY]) },
  { name: 'hex', payload: ENERGY_HEX },
  { name: 'hex in lower case', payload: ENERGY_HEX.toLowerCase() },
  { name: 'hex with a preamble', payload: `FEFEFEFE${ENERGY_HEX}` },
  { name: 'hex with spaces', payload: `FE FE FE FE ${spaced(ENERGY_HEX)}\r\n` },
  { name: 'hex with dashes', payload: spaced(ENERGY_HEX).replaceAll(' ', '-') },
  { name: 'hex with commas and 0x', payload: `0x${spaced(ENERGY_HEX).replaceAll(' ', ', 0x')}` },
  { name: 'hex over lines', payload: ` ${ENERGY_HEX.slice(0, 20)}\n${ENERGY_HEX.slice(20)}\0` },
  { name: 'hex in quotes', payload: `"${ENERGY_HEX}"` },
  { name: 'hex behind the DTU’s own number', payload: `866123456789012,${ENERGY_HEX}` },
  { name: 'base64', payload: ENERGY.toString('base64') },
  { name: 'JSON with hex', payload: JSON.stringify({ hex: ENERGY_HEX }) },
  { name: 'JSON with spaces around', payload: ` \n${JSON.stringify({ data: spaced(ENERGY_HEX) })}\n` },
  { name: 'JSON with a preamble', payload: JSON.stringify({ payload: `fefe${ENERGY_HEX.toLowerCase()}` }) },
  { name: 'JSON with base64', payload: JSON.stringify({ fPort: 129, data: ENERGY.toString('base64') }) },
  { name: 'JSON with base64 for URLs', payload: JSON.stringify({ data: ENERGY.toString('base64url') }) },
  { name: 'JSON with an unheard-of name', payload: JSON.stringify({ imei: '866123456789012', 上行: ENERGY_HEX }) },
  { name: 'JSON, nested', payload: JSON.stringify({ params: { list: [{ rs485: { rx: ENERGY_HEX } }] } }) },
  { name: 'JSON with byte values', payload: JSON.stringify({ type: 'Buffer', data: [...ENERGY] }) },
  { name: 'JSON, a text alone in an array', payload: JSON.stringify([ENERGY_HEX]) },
  { name: 'JSON with both notations', payload: JSON.stringify({ hex: ENERGY_HEX, raw: ENERGY.toString('base64') }) },
  { name: 'JSON cut short behind the frame', payload: `{"data":"${ENERGY_HEX}","ts":17` },
  {
    name: 'JSON with other texts',
    payload: JSON.stringify({ id: '6861', iccid: '89860868101122334455', hex: ENERGY_HEX }),
  },
];

describe('one frame, however the DTU hands it on', () => {
  for (const { name, payload } of wrappings) {
    test(name, () => expect(decode(payload)).toEqual({ items: [energy()], refused: [] }));
  }
});

const times: { name: string; value: unknown }[] = [
  { name: 'ts in milliseconds', value: { ts: TS, hex: ENERGY_HEX } },
  { name: 'time in seconds', value: { time: TS / 1000, hex: ENERGY_HEX } },
  { name: 'timestamp as RFC 3339', value: { timestamp: '2026-01-08T06:15:00Z', hex: ENERGY_HEX } },
  { name: 'local time', value: { time: '2026-01-08 14:15:00', hex: ENERGY_HEX } },
  { name: 'compact local time', value: { Time: '20260108141500', hex: ENERGY_HEX } },
  { name: 'further out', value: { ts: TS, data: { frames: [ENERGY_HEX] } } },
  { name: 'the nearer of two', value: { ts: TS - 1, data: { ts: TS, hex: ENERGY_HEX } } },
  { name: 'the surer of two', value: { time: TS - 1, ts: TS, hex: ENERGY_HEX } },
  { name: 'one that tells no time is passed over', value: { time: 3600, timestamp: TS, hex: ENERGY_HEX } },
];

describe('the time beside a frame is the reading’s', () => {
  for (const { name, value } of times) {
    test(name, () => expect(json(value)).toEqual({ items: [energy(-1, { ts: TS })], refused: [] }));
  }

  test('before the meter’s own clock', () => {
    const { items } = json({ ts: TS, hex: WATER.toString('hex') });
    expect(items).toEqual([{ ...water(), fields: { ...water().fields, ts: TS }, hasMeterClock: undefined }]);
  });
});

describe('several frames', () => {
  const both = [energy(0), water(1)];

  test('back to back', () => expect(decode(Buffer.concat([ENERGY, WATER]))).toEqual({ items: both, refused: [] }));

  test('as lines of hex', () => {
    expect(decode(`${ENERGY_HEX}\r\n${WATER.toString('hex')}\r\n`)).toEqual({ items: both, refused: [] });
  });

  test('as an array of texts', () => {
    expect(json([ENERGY_HEX, WATER.toString('hex')])).toEqual({ items: both, refused: [] });
  });

  test('in fields of one object', () => {
    expect(json({ meter1: ENERGY_HEX, meter2: WATER.toString('hex') })).toEqual({ items: both, refused: [] });
  });

  test('as an array of objects with a time each', () => {
    const value = [0, 1, 2].map((n) => ({ ts: TS + n, hex: ENERGY_HEX }));
    expect(json(value).items).toEqual([0, 1, 2].map((n) => energy(n, { ts: TS + n })));
  });

  test('good ones are kept beside bad ones, each with its number', () => {
    const refusal = Buffer.from(dlt645Hex('000000000161', 0xd1, '02'));
    const bad = Buffer.from(ENERGY);
    bad[18]! ^= 1;
    const { items, refused } = decode(Buffer.concat([ENERGY, refusal, WATER, bad, WATER.subarray(0, 12)]));
    expect(items).toEqual([energy(0), water(2)]);
    expect(refused).toMatchObject([
      { index: 1, reason: 'error-answer', address: '000000000161', format: 'dlt645-2007' },
      { index: 3, reason: 'bad-checksum', address: '000000000161', format: 'dlt645-2007' },
      { index: 4, reason: 'truncated', address: '15020300000012', format: 'cjt188' },
    ]);
  });

  test('the request beside its answer, where a DTU hands on both directions', () => {
    const request = Buffer.from(dlt645Hex('000000000161', 0x11, '00000100'));
    const { items, refused } = decode(Buffer.concat([request, ENERGY]));
    expect(items).toEqual([energy(1)]);
    expect(refused).toMatchObject([{ index: 0, reason: 'not-an-answer' }]);
  });

  test('too many of them are none', () => {
    const { items, refused } = decode(Buffer.concat(Array.from({ length: 1001 }, () => ENERGY)));
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ index: -1, reason: 'too-many-items' }]);
    expect(decode(Buffer.concat(Array.from({ length: 1000 }, () => ENERGY))).items).toHaveLength(1000);
  });
});

test('the editions of DL/T 645 are told apart by the control code', () => {
  const reading = decode(dlt645Hex('201708176934', 0x81, '10900300 0000'));
  expect(reading.items).toMatchObject([{ format: 'dlt645-1997', fields: { total: 0.03 } }]);
  expect(decode(dlt645Hex('201708176934', 0xc1, '02')).refused).toMatchObject([
    { format: 'dlt645-1997', reason: 'error-answer' },
  ]);
  expect(decode(dlt645Hex('201708176934', 0x08, '00')).refused).toMatchObject([
    { format: 'dlt645-2007', reason: 'not-an-answer' },
  ]);
});

const others: { name: string; payload: string | Uint8Array; detail: RegExp }[] = [
  { name: 'nothing', payload: '', detail: /empty/ },
  { name: 'an IMEI', payload: '866123456789012', detail: /Text without a frame: "866123456789012"/ },
  { name: 'an ICCID', payload: '89860868101122334455', detail: /Text/ },
  { name: 'a heartbeat', payload: 'ping', detail: /"ping"/ },
  { name: 'a greeting', payload: 'hello', detail: /"hello"/ },
  { name: 'a heartbeat in binary', payload: Uint8Array.of(0x00), detail: /Text/ },
  { name: 'rubbish', payload: Uint8Array.of(0xff, 0x01), detail: /2 bytes without a frame of a known protocol: FF01/ },
  { name: 'Modbus', payload: Uint8Array.of(0x01, 0x03, 0x02, 0x12, 0x34, 0xb5, 0x33), detail: /known protocol/ },
  {
    name: 'Modbus with a CRC that holds',
    payload: Uint8Array.of(0x01, 0x03, 0x04, 0x80, 0x00, 0x27, 0x10, 0xc9, 0xcf),
    detail: /known protocol \(Modbus RTU, by its CRC\): 0103/,
  },
  { name: 'Modbus in hex', payload: '01 83 02 C0 F1', detail: /Text without a frame \(Modbus RTU/ },
  {
    name: 'DL/T 698.45',
    payload: 'FEFE680F00C305608063001519113855019016',
    detail: /Text without a frame \(DL\/T 698.45, by its form\)/,
  },
  { name: 'base64 of something else', payload: Buffer.from('a text of the DTU').toString('base64'), detail: /Text/ },
  {
    name: 'JSON of a login',
    payload: '{"type":"login","imei":"866123456789012","time":"20221008105559"}',
    detail: /JSON/,
  },
  { name: 'JSON with other data', payload: '{"msg_id":"1767853800123","data":"1234"}', detail: /JSON/ },
  { name: 'JSON of numbers', payload: '[104,97,1]', detail: /JSON/ },
  { name: 'empty JSON', payload: '{}', detail: /JSON/ },
  { name: 'JSON beyond any depth', payload: `${'['.repeat(40)}"${ENERGY_HEX}"${']'.repeat(40)}`, detail: /JSON/ },
];

describe('what is no frame', () => {
  for (const { name, payload, detail } of others) {
    test(name, () => {
      const refused = [{ index: -1, reason: 'not-a-frame', detail: expect.stringMatching(detail) }];
      expect(decode(payload)).toEqual({ items: [], refused });
    });
  }
});

describe('damaged frames in JSON', () => {
  const bad = ENERGY_HEX.replace('8A16', '8B16');

  test('where the name promised one, it is refused beside good ones', () => {
    const { items, refused } = json([{ hex: ENERGY_HEX }, { hex: bad }]);
    expect(items).toEqual([energy(0)]);
    expect(refused).toMatchObject([{ index: 1, reason: 'bad-checksum' }]);
  });

  test('where nothing else is there, whatever the name', () => {
    expect(json({ 上行: bad }).refused).toMatchObject([{ index: -1, reason: 'bad-checksum' }]);
  });

  test('cut short', () => {
    expect(json({ hex: ENERGY_HEX.slice(0, 31) }).refused).toMatchObject([{ index: -1, reason: 'truncated' }]);
  });
});

test('no cut of any golden frame is a reading, in binary or in hex', () => {
  for (const { hex } of goldenFrames()) {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const text = bytes.toString('hex');
    for (let length = 0; length < bytes.length; length++) {
      expect(decode(bytes.subarray(0, length)).items, hex).toEqual([]);
      expect(decode(text.slice(0, 2 * length + 1)).items, hex).toEqual([]);
    }
  }
});

test('a golden frame with any of its bits flipped is no reading', () => {
  for (const { hex, expected } of goldenFrames()) {
    // One bit away from a frame that was published with a wrong checksum stands a right one.
    if ('reject' in expected) continue;
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const preamble = bytes.findIndex((byte) => byte !== 0xfe);
    for (let bit = preamble * 8; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(decode(flipped).items, `${hex}, bit ${bit}`).toEqual([]);
    }
  }
});

test('whatever the bytes, it does not throw, and says why', () => {
  const starts = fc.constantFrom(ENERGY, WATER, Buffer.from(ENERGY_HEX), Buffer.from('{"hex":"'), Buffer.from('[['));
  const noise = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(noise, starts, noise, (before, start, behind) => {
      for (const payload of [before, Buffer.concat([start, behind]), Buffer.concat([before, start, behind])]) {
        const { items, refused } = decode(payload);
        expect(items.length + refused.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('whatever the JSON, it does not throw', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { items, refused } = decode(text);
      expect(items.length + refused.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

test('mutated frames: a reading comes only from bytes whose checksum holds', () => {
  const frames = goldenFrames().map(({ hex }) => Buffer.from(hex.replaceAll(/^(FE )+| /g, ''), 'hex'));
  const edit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.array(edit, { minLength: 1, maxLength: 4 }), (frame, edits) => {
      const bytes = Buffer.from(frame);
      for (const [at, value] of edits) bytes[at % bytes.length] = value;
      const { items } = decode(bytes);
      if (items.length === 0) return;
      const sum = bytes.subarray(0, -2).reduce((all, byte) => all + byte, 0);
      expect(bytes.at(-2)).toBe(sum & 0xff);
    }),
    { numRuns: 20_000 },
  );
});
