import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import { decodeCjt188 } from '../../../../gateway/decode/cjt188/decode.ts';
import {
  type Cjt188Dialect,
  type Cjt188Unit,
  encodeCjt188Both,
  encodeCjt188Flow,
  encodeCjt188Heat,
  encodeCjt188Refusal,
} from '../../../../simulators/encoders/cjt188.ts';
import type { MeterClock } from '../../../../simulators/encoders/cjt188-clock.ts';
import { decimal } from '../../../support/decimal.ts';

// Thousands of frames are made here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const CHINA_OFFSET_MS = 8 * 3_600_000;
const zone = createZone('Asia/Shanghai');
const RUNS = { numRuns: 1000 };
const MOST = 99_999_999;

const addresses = fc.stringMatching(/^\d{14}$/);
const digits = fc.integer({ min: 0, max: MOST });
const maybe = fc.option(digits, { freq: 4 });
const dialects: fc.Arbitrary<Cjt188Dialect> = fc.record({
  identifier: fc.constantFrom('901F' as const, '1F90' as const),
  unit: fc.constantFrom('before' as const, 'after' as const),
});
/** A clock with the instant that it tells; whole seconds of this century. */
const clocks: fc.Arbitrary<{ clock: MeterClock; ts?: number }> = fc.oneof(
  fc.record({ seconds: fc.integer({ min: 946_684_800, max: 4_070_908_799 }), reversed: fc.boolean() }).map((at) => {
    const ts = at.seconds * 1000;
    return { clock: { local: new Date(ts + CHINA_OFFSET_MS), reversed: at.reversed }, ts };
  }),
  fc.constantFrom<{ clock: MeterClock }>({ clock: 'zero' }, { clock: 'missing' }, { clock: 'impossible' }),
);
const frameOf = {
  address: addresses,
  serial: fc.integer({ min: 0, max: 255 }),
  status: fc.integer({ min: 0, max: 0xffff }),
  dialect: dialects,
};

const valueOf = (
  number: number | null,
  unit: Cjt188Unit,
): { value: number; unit: Cjt188Unit } | { value: null; unit: Cjt188Unit } =>
  number === null ? { value: null, unit } : { value: number / 100, unit };
/** Where a clock can be read both ways, the reading nearer to the receipt is taken. */
const context = (ts: number | undefined): { zone: typeof zone; receivedAtMs: number } => ({
  zone,
  receivedAtMs: ts ?? Date.UTC(2026, 0, 8),
});

test('water and gas: register, settled register and clock come out as they went in, in every dialect', () => {
  fc.assert(
    fc.property(
      fc.record(frameOf),
      fc.constantFrom(0x10, 0x11, 0x12, 0x13, 0x30),
      digits,
      maybe,
      fc.constantFrom('m3' as const, 'L' as const),
      clocks,
      (frame, type, total, settled, unit, { clock, ts }) => {
        // Litres before 29xxxx.xx read as well with the unit behind: nothing in such a frame tells which it is.
        fc.pre(frame.dialect.unit === 'after' || unit === 'm3' || Math.floor(total / 1e6) !== 29);
        const bytes = encodeCjt188Flow({
          ...frame,
          type,
          current: valueOf(total, unit),
          settled: valueOf(settled, unit),
          clock,
        });
        const result = decodeCjt188(bytes, context(ts));
        expect(result).toMatchObject({ ok: true, address: frame.address, otherAddresses: [frame.address.slice(4)] });
        expect(result.ok && result.fields).toEqual({
          total: decimal(total, -2),
          unit,
          ...(settled !== null && { registers: { settled: decimal(settled, -2) } }),
          ...(ts !== undefined && { ts }),
        });
        expect(result.ok && result.hasMeterClock).toBe(ts === undefined ? undefined : true);
      },
    ),
    RUNS,
  );
});

const circuits = fc.record({
  power: maybe,
  flow: maybe,
  volume: maybe,
  supply: fc.option(fc.integer({ min: 0, max: 999_999 }), { freq: 4 }),
  return: fc.option(fc.integer({ min: 0, max: 999_999 }), { freq: 4 }),
  hours: fc.option(fc.integer({ min: 0, max: 999_999 }), { freq: 4 }),
});
type Circuit = typeof circuits extends fc.Arbitrary<infer T> ? T : never;
const POWER_IN_KW = { kW: -2, W: -5 } as const;
const FLOW_IN_M3 = { 'm3/h': -4, 'L/h': -7 } as const;

const scaled = (number: number | null, places: number): number | null =>
  number === null ? null : number / 10 ** places;

function encodedCircuit(circuit: Circuit, power: 'kW' | 'W', flow: 'm3/h' | 'L/h') {
  return {
    power: valueOf(circuit.power, power),
    flow: { value: scaled(circuit.flow, 4), unit: flow } as { value: number; unit: Cjt188Unit },
    volume: valueOf(circuit.volume, 'm3'),
    supply: scaled(circuit.supply, 2),
    return: scaled(circuit.return, 2),
    hours: circuit.hours,
  };
}

function circuitFields(circuit: Circuit, power: 'kW' | 'W', flow: 'm3/h' | 'L/h'): Record<string, number> {
  return {
    ...(circuit.power !== null && { rate: decimal(circuit.power, POWER_IN_KW[power]) }),
    ...(circuit.flow !== null && { flow: decimal(circuit.flow, FLOW_IN_M3[flow]) }),
    ...(circuit.supply !== null && { supply: decimal(circuit.supply, -2) }),
    ...(circuit.return !== null && { return: decimal(circuit.return, -2) }),
    ...(circuit.hours !== null && { hours: circuit.hours }),
  };
}

function registersOf(registers: Record<string, number | null>): { registers?: Record<string, number> } {
  const known = Object.entries(registers).flatMap(([name, number]) =>
    number === null ? [] : [[name, decimal(number, -2)] as const],
  );
  return known.length === 0 ? {} : { registers: Object.fromEntries(known) };
}

test('heat and cooling: every value that the meter has comes out as it went in, in every dialect', () => {
  fc.assert(
    fc.property(
      fc.record(frameOf),
      fc.constantFrom(0x20, 0x21, 0x22),
      digits,
      maybe,
      fc.constantFrom<Cjt188Unit>('kWh', 'MWh', 'MJ', 'GJ'),
      circuits,
      fc.record({
        power: fc.constantFrom('kW' as const, 'W' as const),
        flow: fc.constantFrom('m3/h' as const, 'L/h' as const),
      }),
      clocks,
      (frame, type, total, settled, unit, circuit, units, { clock, ts }) => {
        const bytes = encodeCjt188Heat({
          ...frame,
          type,
          current: valueOf(total, unit),
          settled: valueOf(settled, unit),
          ...encodedCircuit(circuit, units.power, units.flow),
          clock,
        });
        const result = decodeCjt188(bytes, context(ts));
        expect(result).toMatchObject({ ok: true, address: frame.address });
        expect(result.ok && result.fields).toEqual({
          total: decimal(total, -2),
          unit,
          ...circuitFields(circuit, units.power, units.flow),
          // A meter that counts both has the cold in place of what it settled.
          ...registersOf({ [type === 0x22 ? 'cooling' : 'settled']: settled, volume: circuit.volume }),
          ...(ts !== undefined && { ts }),
        });
      },
    ),
    RUNS,
  );
});

test('heat and cold by 911F: both registers come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.record(frameOf),
      digits,
      maybe,
      maybe,
      circuits,
      clocks,
      (frame, heat, cold, settled, circuit, { clock, ts }) => {
        const bytes = encodeCjt188Both({
          ...frame,
          type: 0x22,
          heat: valueOf(heat, 'kWh'),
          cold: valueOf(cold, 'kWh'),
          settledHeat: valueOf(settled, 'kWh'),
          settledCold: valueOf(null, 'kWh'),
          ...encodedCircuit(circuit, 'kW', 'm3/h'),
          clock,
        });
        const result = decodeCjt188(bytes, context(ts));
        expect(result).toMatchObject({ ok: true, address: frame.address });
        expect(result.ok && result.fields).toEqual({
          total: decimal(heat, -2),
          unit: 'kWh',
          ...circuitFields(circuit, 'kW', 'm3/h'),
          ...registersOf({ settled, cooling: cold, volume: circuit.volume }),
          ...(ts !== undefined && { ts }),
        });
      },
    ),
    RUNS,
  );
});

test('a refusal is told as one, with the address', () => {
  expect(decodeCjt188(encodeCjt188Refusal(0x10, '78330000000012', 0x0004), context(undefined))).toMatchObject({
    ok: false,
    reason: 'error-answer',
    address: '78330000000012',
  });
});
