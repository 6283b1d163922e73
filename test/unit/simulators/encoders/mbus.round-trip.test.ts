import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import { decodeMbus } from '../../../../gateway/decode/mbus/decode.ts';
import { encodeMbus, encodeMbusFixed, SAME_BUT_HISTORIC } from '../../../../simulators/encoders/mbus.ts';
import type { MbusCoding, MbusRecord } from '../../../../simulators/encoders/mbus-record.ts';
import { mbusDateTime, MBUS_VIF } from '../../../../simulators/encoders/mbus-vif.ts';
import { decimal } from '../../../support/decimal.ts';

// Thousands of frames are made here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const CHINA_OFFSET_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;
const context = { zone: createZone('Asia/Shanghai'), receivedAtMs: Date.UTC(2026, 0, 8) };
const RUNS = { numRuns: 1000 };

const MOST: Record<Exclude<MbusCoding, 'real32'>, number> = {
  int8: 127,
  int16: 32_767,
  int24: 8_388_607,
  int32: 2_147_483_647,
  int48: 140_737_488_355_327,
  int64: Number.MAX_SAFE_INTEGER,
  bcd2: 99,
  bcd4: 9999,
  bcd6: 999_999,
  bcd8: 99_999_999,
  bcd12: 999_999_999_999,
};
/** A negative number has one BCD digit less. */
const LEAST: Record<keyof typeof MOST, number> = {
  int8: -128,
  int16: -32_768,
  int24: -8_388_608,
  int32: -2_147_483_648,
  int48: -140_737_488_355_328,
  int64: Number.MIN_SAFE_INTEGER,
  bcd2: -9,
  bcd4: -999,
  bcd6: -99_999,
  bcd8: -9_999_999,
  bcd12: -99_999_999_999,
};

interface Counted {
  coding: keyof typeof MOST;
  digits: number;
}
const counted = (signed: boolean, codings = Object.keys(MOST) as (keyof typeof MOST)[]): fc.Arbitrary<Counted> =>
  fc
    .constantFrom(...codings)
    .chain((coding) =>
      fc.integer({ min: signed ? LEAST[coding] : 0, max: MOST[coding] }).map((digits) => ({ coding, digits })),
    );
/** A quantity with the power of ten that its value information names; `shift` leads to what a reading counts in. */
const quantity = (from: number, to: number, shift: number, vif: (power: number) => number[], signed = false) =>
  fc.tuple(fc.integer({ min: from, max: to }), counted(signed)).map(([power, number]) => ({
    record: { vif: vif(power), ...number },
    value: decimal(number.digits, power + shift),
    exponent: power + shift,
  }));

const energies = fc.oneof(
  quantity(-3, 4, -3, MBUS_VIF.energyWh).map((each) => ({ ...each, unit: 'kWh' })),
  quantity(0, 7, -9, MBUS_VIF.energyJ).map((each) => ({ ...each, unit: 'GJ' })),
  quantity(-1, 0, 3, MBUS_VIF.energyMwh).map((each) => ({ ...each, unit: 'kWh' })),
  quantity(-1, 0, 0, MBUS_VIF.energyGj).map((each) => ({ ...each, unit: 'GJ' })),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });
const meters = fc.record({
  id: fc.stringMatching(/^\d{8}$/),
  manufacturer: fc.stringMatching(/^[A-Z]{3}$/),
  version: fc.integer({ min: 0, max: 255 }),
  primaryAddress: fc.integer({ min: 0, max: 250 }),
  accessNumber: fc.integer({ min: 0, max: 255 }),
});
const clocks = fc
  .integer({ min: Date.UTC(2001, 0, 1) / MINUTE_MS, max: Date.UTC(2079, 0, 1) / MINUTE_MS })
  .map((minutes) => minutes * MINUTE_MS);

function clockRecord(ms: number): MbusRecord {
  return { vif: MBUS_VIF.dateTime(), coding: 'int32', digits: mbusDateTime(new Date(ms + CHINA_OFFSET_MS)) };
}

test('heat: every record comes out as it went in, those of other storages, tariffs and kinds in their places', () => {
  const heat = fc.record({
    total: energies,
    settled: maybe(counted(false)),
    tariff: maybe(counted(false)),
    maximum: maybe(counted(false)),
    volume: maybe(quantity(-6, 1, 0, MBUS_VIF.volumeM3)),
    power: maybe(quantity(-3, 4, -3, MBUS_VIF.powerW, true)),
    flow: maybe(quantity(-6, 1, 0, MBUS_VIF.flowM3PerHour, true)),
    supply: maybe(quantity(-3, 0, 0, MBUS_VIF.supplyC, true)),
    return: maybe(quantity(-3, 0, 0, MBUS_VIF.returnC, true)),
    difference: maybe(quantity(-3, 0, 0, MBUS_VIF.differenceK, true)),
    hours: maybe(counted(false, ['int16', 'int24', 'int32', 'bcd4', 'bcd6', 'bcd8'])),
    ts: maybe(clocks),
  });
  fc.assert(
    fc.property(meters, fc.constantFrom(0x04, 0x0c), heat, (meter, medium, found) => {
      const { total } = found;
      const beside = (number: Counted | undefined, place: Partial<MbusRecord>): MbusRecord[] =>
        number === undefined ? [] : [{ vif: total.record.vif, ...number, ...place }];
      const rest = [found.volume, found.power, found.flow, found.supply, found.return, found.difference];
      const records = [
        total.record,
        ...beside(found.settled, { storage: 1 }),
        ...beside(found.tariff, { tariff: 2 }),
        ...beside(found.maximum, { kind: 'maximum' }),
        ...rest.flatMap((each) => (each === undefined ? [] : [each.record])),
        ...(found.hours === undefined ? [] : [{ vif: MBUS_VIF.operatingHours(), ...found.hours }]),
        ...(found.ts === undefined ? [] : [clockRecord(found.ts)]),
      ];
      const result = decodeMbus(encodeMbus({ ...meter, medium, records, private: Uint8Array.of(1, 2, 3) }), context);
      expect(result).toMatchObject({ ok: true, address: meter.id });
      expect(result.ok && result.otherAddresses).toContain(`${meter.id}.${meter.manufacturer}`);

      const inTotalsUnit = (number: Counted): number => decimal(number.digits, total.exponent);
      const registers = {
        ...(found.settled && { settled: inTotalsUnit(found.settled) }),
        ...(found.tariff && { t2: inTotalsUnit(found.tariff) }),
        ...(found.volume && { volume: found.volume.value }),
      };
      expect(result.ok && result.fields).toEqual({
        total: total.value,
        unit: total.unit,
        ...(Object.keys(registers).length > 0 && { registers }),
        ...(found.power && { rate: found.power.value }),
        ...(found.flow && { flow: found.flow.value }),
        ...(found.supply && { supply: found.supply.value }),
        ...(found.return && { return: found.return.value }),
        ...(found.difference && { temperatureDifference: found.difference.value }),
        ...(found.hours && { hours: found.hours.digits }),
        ...(found.ts !== undefined && { ts: found.ts }),
      });
    }),
    RUNS,
  );
});

test('water, gas and electricity: register, what flows, and what was given back', () => {
  const volumes = quantity(-6, 1, 0, MBUS_VIF.volumeM3);
  const flows = maybe(quantity(-6, 1, 0, MBUS_VIF.flowM3PerHour, true));
  fc.assert(
    fc.property(meters, fc.constantFrom(0x03, 0x06, 0x07), volumes, flows, (meter, medium, volume, flow) => {
      const records = [volume.record, ...(flow === undefined ? [] : [flow.record])];
      const result = decodeMbus(encodeMbus({ ...meter, medium, records }), context);
      expect(result.ok && result.fields).toEqual({
        total: volume.value,
        unit: 'm3',
        ...(flow && { rate: flow.value }),
      });
    }),
    RUNS,
  );
  const wattHours = quantity(-3, 4, -3, MBUS_VIF.energyWh);
  const reverse = maybe(counted(false));
  fc.assert(
    fc.property(
      meters,
      wattHours,
      reverse,
      maybe(quantity(-3, 4, -3, MBUS_VIF.powerW, true)),
      maybe(quantity(-9, 0, 0, MBUS_VIF.voltage)),
      maybe(quantity(-12, 0, 0, MBUS_VIF.current, true)),
      (meter, energy, back, power, voltage, current) => {
        const records: MbusRecord[] = [energy.record];
        if (back !== undefined) records.push({ vif: MBUS_VIF.backwards(energy.record.vif), ...back });
        for (const each of [power, voltage, current]) if (each !== undefined) records.push(each.record);
        const result = decodeMbus(encodeMbus({ ...meter, medium: 0x02, records }), context);
        expect(result.ok && result.fields).toEqual({
          total: energy.value,
          unit: 'kWh',
          ...(back && { registers: { reverse: decimal(back.digits, energy.exponent) } }),
          ...(power && { rate: power.value }),
          ...(voltage && { voltage: voltage.value }),
          ...(current && { current: current.value }),
        });
      },
    ),
    RUNS,
  );
});

test('a real has the decimal that was meant', () => {
  fc.assert(
    fc.property(meters, fc.integer({ min: -999_999, max: 999_999 }), (meter, digits) => {
      const records: MbusRecord[] = [
        { vif: MBUS_VIF.energyWh(3), coding: 'int32', digits: 1 },
        { vif: MBUS_VIF.supplyC(0), coding: 'real32', digits: digits / 10_000 },
      ];
      const result = decodeMbus(encodeMbus({ ...meter, medium: 0x04, records }), context);
      expect(result.ok && result.fields).toEqual({ total: 1, unit: 'kWh', supply: decimal(digits, -4) });
    }),
    RUNS,
  );
});

/** Unit codes of the fixed structure with the power of ten to what a reading counts in. */
const FIXED_UNITS = [
  { medium: 4, code: 0x05, unit: 'kWh', exponent: 0 },
  { medium: 4, code: 0x06, unit: 'kWh', exponent: 1 },
  { medium: 4, code: 0x0e, unit: 'GJ', exponent: -3 },
  { medium: 4, code: 0x11, unit: 'GJ', exponent: 0 },
  { medium: 7, code: 0x29, unit: 'm3', exponent: -3 },
  { medium: 7, code: 0x2b, unit: 'm3', exponent: -1 },
  { medium: 7, code: 0x2c, unit: 'm3', exponent: 0 },
  { medium: 2, code: 0x02, unit: 'kWh', exponent: -3 },
];

test('fixed data: the counter and what it was at the last fixed date, in BCD and binary', () => {
  const count = fc.integer({ min: 0, max: 99_999_999 });
  fc.assert(
    fc.property(
      fc.stringMatching(/^\d{8}$/),
      fc.constantFrom(...FIXED_UNITS),
      count,
      count,
      fc.boolean(),
      (id, { medium, code, unit, exponent }, now, then, binary) => {
        const frame = encodeMbusFixed({
          id,
          medium,
          binary,
          counters: [
            { unit: code, digits: now },
            { unit: SAME_BUT_HISTORIC, digits: then },
          ],
        });
        const result = decodeMbus(frame, context);
        expect(result).toMatchObject({ ok: true, address: id });
        expect(result.ok && result.fields).toEqual({
          total: decimal(now, exponent),
          unit,
          registers: { settled: decimal(then, exponent) },
        });
      },
    ),
    RUNS,
  );
});
