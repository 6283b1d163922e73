import { describe, expect, test } from 'vitest';

import type { Decoded } from '../../../../../gateway/decode/decoded.ts';
import { decodeFrames } from '../../../../../gateway/decode/frames/decode.ts';
import { DECODE_CONTEXT } from '../../../../support/decode-context.ts';
import { crossCheckFrames, goldenFrames, type GoldenFrame } from '../../../../support/golden-frames.ts';

const CROSS_CHECK = crossCheckFrames();

/** Where a value of DL/T 645 stands in a reading, by its identifier. */
const FIELDS_OF: Record<string, (value: number) => Record<string, unknown>> = {
  '00010000': (total) => ({ total, unit: 'kWh' }),
  '9010': (total) => ({ total, unit: 'kWh' }),
  '00020000': (reverse) => ({ unit: 'kWh', registers: { reverse } }),
  '00040000': (reactive2) => ({ registers: { reactive2 } }),
  '02010100': (voltage) => ({ voltage, voltageA: voltage }),
  '02010300': (voltageC) => ({ voltageC }),
  '02020100': (current) => ({ current, currentA: current }),
  '02030000': (rate) => ({ rate }),
  '02060000': (powerFactor) => ({ powerFactor }),
  '02800002': (frequency) => ({ frequency }),
};

describe.each([
  ['fixture', goldenFrames()],
  ['cross-check', CROSS_CHECK ?? []],
])('%s', (_, frames) => {
  for (const frame of frames) {
    test(`${frame.protocol}: ${frame.kind}, ${frame.hex.slice(0, 100)}`, () => {
      const decoded = decodeFrames(Buffer.from(frame.hex.replaceAll(' ', ''), 'hex'), DECODE_CONTEXT);
      check(decoded, frame);
    });
  }
});

test('the fixture holds frames of each kind', () => {
  const frames = goldenFrames();
  expect(frames.length).toBe(28);
  expect(frames.filter(({ expected }) => 'reject' in expected).length).toBe(4);
});

test.skipIf(CROSS_CHECK === undefined)('the frames for cross-checking are all there', () => {
  expect(CROSS_CHECK).toHaveLength(15);
});

function check(decoded: Decoded, { protocol, expected }: GoldenFrame): void {
  if (typeof expected['reject'] === 'string') {
    expect(decoded.items).toEqual([]);
    const reason = expected['reject'].startsWith('truncated') ? 'truncated' : 'bad-checksum';
    expect(decoded.refused).toMatchObject([{ index: -1, reason }]);
    return;
  }
  if (protocol.includes('M-Bus')) {
    expect(decoded.refused).toEqual([]);
    expect(decoded.items).toMatchObject([{ index: -1, format: 'mbus', fields: mbusFields(expected) }]);
    return;
  }
  const address = String(expected['address']).toUpperCase();
  const format = protocol.startsWith('CJ/T') ? 'cjt188' : protocol === 'DL/T 645-1997' ? 'dlt645-1997' : 'dlt645-2007';
  const isAnswer = ['91', '81'].includes(String(expected['control']));
  if (!isAnswer) {
    expect(decoded.items).toEqual([]);
    expect(decoded.refused).toMatchObject([{ index: -1, reason: 'not-an-answer', address, format }]);
    return;
  }
  expect(decoded.refused).toEqual([]);
  expect(decoded.items).toHaveLength(1);
  const item = decoded.items[0]!;
  expect(item).toMatchObject({ index: -1, address, format });
  if (format === 'cjt188') {
    expect(item.otherAddresses).toEqual([expected['meter_no']]);
    expect(item.hasMeterClock).toBe(expected['time'] === null ? undefined : true);
    expect(item.fields).toEqual(cjt188Fields(expected));
    return;
  }
  const value = expected['value'];
  expect(item.fields).toEqual(
    typeof value === 'number' ? FIELDS_OF[String(expected['di'])]!(value) : blockFields(expected['values'] as number[]),
  );
}

function blockFields([total, t1, t2, t3, t4]: number[]): Record<string, unknown> {
  return { total, unit: 'kWh', registers: { t1, t2, t3, t4 } };
}

interface Amount {
  value: number | null;
  unit: string;
}

function cjt188Fields(expected: Record<string, unknown>): Record<string, unknown> {
  const of = (name: string): Amount | undefined => expected[name] as Amount | undefined;
  const total = (of('current') ?? of('current_heat'))!;
  const settled = (of('settlement') ?? of('settlement_heat'))!;
  const volume = of('volume')?.value;
  const registers = {
    ...(settled.value === null ? {} : { settled: settled.value }),
    ...(volume === undefined ? {} : { volume }),
  };
  const power = of('heat_power');
  const time = expected['time'];
  return {
    total: total.value,
    unit: total.unit,
    ...(Object.keys(registers).length === 0 ? {} : { registers }),
    ...(power === undefined ? {} : { rate: power.unit === 'W' ? power.value! / 1000 : power.value }),
    ...(of('flow') === undefined ? {} : { flow: of('flow')!.value }),
    ...(expected['supply_c'] === undefined ? {} : { supply: expected['supply_c'], return: expected['return_c'] }),
    ...(expected['work_hours'] === undefined ? {} : { hours: expected['work_hours'] }),
    ...(typeof time === 'string' ? { ts: Date.parse(`${time.replace(' ', 'T')}+08:00`) } : {}),
  };
}

function mbusFields(expected: Record<string, unknown>): Record<string, unknown> {
  return {
    registers: { volume: expected['volume_m3'] },
    supply: expected['supply_c'],
    return: expected['return_c'],
  };
}
