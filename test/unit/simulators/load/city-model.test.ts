import { describe, expect, test, vi } from 'vitest';

import { unitFactor } from '../../../../domain/quantity.ts';
import { demoCity } from '../../../../simulators/city.ts';
import { createCityModel } from '../../../../simulators/load/city-model.ts';
import type { MeterModel } from '../../../../simulators/load/meter-model.ts';
import { HOUR_MS, local } from '../instants.ts';
import { registerUse } from '../register-use.ts';

// Years of readings are computed here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const city = demoCity();
const clean = createCityModel(city, { faults: [] });
const modelOf = (id: string, models: readonly MeterModel[] = clean): MeterModel =>
  models.find(({ spec }) => spec.id === id)!;
const registers = clean.filter(({ quantity }) => quantity === 'total');

describe('a register is a function of time alone', () => {
  const instants = ['2026-11-21T23:59', '2024-06-01', '2026-03-08T04:07', '2025-01-01', '2026-11-21T23:59'].map(local);

  test('the way there does not matter, before and after the origin', () => {
    for (const model of clean.filter(({ spec }) => spec.institutionId === 'city-archive')) {
      const back = instants.map((ms) => model.valueAt(ms)).reverse();
      expect(back).toEqual(instants.toReversed().map((ms) => modelOf(model.spec.id, createOne(model)).valueAt(ms)));
    }
  });

  test('another seed gives other values', () => {
    const other = createCityModel(city, { faults: [], seed: 2 });
    const ms = local('2025-03-05T10:00');
    expect(registers.every((model) => modelOf(model.spec.id, other).valueAt(ms) !== model.valueAt(ms))).toBe(true);
  });

  function createOne(model: MeterModel): MeterModel[] {
    const meters = city.meters.filter(({ id, parentId }) => id === model.spec.id || parentId === model.spec.id);
    return createCityModel({ ...city, meters }, { faults: [] });
  }
});

test('registers never fall, carry no more digits than they have, and stay below their rated maximum', () => {
  const faults = city.faults.filter(({ kind }) => kind !== 'glitch' && kind !== 'swap');
  const faulty = createCityModel(city, { faults });
  const fromMs = local('2025-01-01');
  for (const model of faulty.filter(({ quantity }) => quantity === 'total')) {
    const { registerModulus, ratedMaximum, simulation } = model.spec;
    let previous = model.valueAt(fromMs);
    for (let ms = fromMs + HOUR_MS; ms < local('2026-01-01'); ms += HOUR_MS) {
      const value = model.valueAt(ms);
      const rise = value - previous + (value < previous ? registerModulus! : 0);
      if (rise > ratedMaximum!) expect.fail(`${model.spec.id} rises by ${rise} at ${new Date(ms).toISOString()}`);
      const digits = value / simulation!.resolution!;
      if (Math.abs(digits - Math.round(digits)) > 1e-4) expect.fail(`${model.spec.id} shows ${value}`);
      previous = value;
    }
  }
});

test('a main meter runs ahead of the sum of its sub-meters in every hour', () => {
  for (const { id } of city.institutions) {
    const main = modelOf(`${id}-e-main`);
    const subs = clean.filter(({ spec }) => spec.parentId === main.spec.id);
    for (const month of ['2025-01', '2025-07', '2025-10'])
      for (let ms = local(`${month}-01`); ms < local(`${month}-15`); ms += HOUR_MS) {
        const rest =
          registerUse(main, ms, ms + HOUR_MS) - subs.reduce((sum, sub) => sum + registerUse(sub, ms, ms + HOUR_MS), 0);
        if (rest <= 0) expect.fail(`${id} at ${new Date(ms).toISOString()}: ${rest} kWh`);
      }
  }
});

describe('amounts of a year per m² of floor area', () => {
  const ranges = { agency: [40, 70], school: [15, 30], hospital: [70, 120], library: [40, 70] } as const;
  const year = [local('2026-01-01'), local('2027-01-01')] as const;

  test.each(city.institutions)('$id', ({ id, type, areaM2 }) => {
    const electricity = registerUse(modelOf(`${id}-e-main`), ...year) / areaM2;
    const [low, high] = ranges[type as keyof typeof ranges];
    expect(electricity).toBeGreaterThan(low);
    expect(electricity).toBeLessThan(high);
    const heat = registerUse(modelOf(`${id}-heat`), ...year) / areaM2;
    expect(heat).toBeGreaterThan(0.3);
    expect(heat).toBeLessThan(0.6);
  });
});

describe('the shape of a load', () => {
  const meanKw = (id: string, from: string, to: string): number =>
    registerUse(modelOf(id), local(from), local(to)) / ((local(to) - local(from)) / HOUR_MS);

  test('an office rests at night, on a holiday in the week, and works on a make-up Saturday', () => {
    const day = meanKw('kundulun-office-e-main', '2026-03-18T09:00', '2026-03-18T17:00');
    const night = meanKw('kundulun-office-e-main', '2026-03-18', '2026-03-18T05:00');
    expect(night / day).toBeGreaterThan(0.15);
    expect(night / day).toBeLessThan(0.36);
    expect(meanKw('kundulun-office-e-main', '2026-10-05T09:00', '2026-10-05T17:00')).toBeLessThan(0.5 * day);
    expect(meanKw('kundulun-office-e-main', '2026-02-28T09:00', '2026-02-28T17:00')).toBeGreaterThan(0.85 * day);
  });

  test('a hospital keeps half of its load at night', () => {
    const day = meanKw('qingshan-hospital-e-main', '2026-03-18T09:00', '2026-03-18T17:00');
    const night = meanKw('qingshan-hospital-e-main', '2026-03-18', '2026-03-18T05:00');
    expect(night / day).toBeGreaterThan(0.45);
    expect(night / day).toBeLessThan(0.65);
  });

  test('a school has its trough in the summer holidays', () => {
    const term = meanKw('donghe-school-e-main', '2026-06-01', '2026-06-29');
    expect(meanKw('donghe-school-e-main', '2026-07-20', '2026-08-17')).toBeLessThan(0.6 * term);
  });

  test('heat flows from 15 October to 15 April and not between', () => {
    const id = 'city-archive-heat';
    expect(meanKw(id, '2026-04-16', '2026-10-15')).toBe(0);
    expect(meanKw(id, '2026-10-15', '2026-10-16')).toBeGreaterThan(0);
    expect(meanKw(id, '2026-01-05', '2026-01-12')).toBeGreaterThan(1.5 * meanKw(id, '2026-04-01', '2026-04-08'));
  });

  test('the rate is the slope of the register, on its side of the multiplier, in kW or m³/h', () => {
    const ms = local('2026-02-03T10:05');
    for (const model of registers.filter(({ spec }) => spec.simulation!.resolution! < 1)) {
      const { spec } = model;
      const perHour =
        ((model.valueAt(ms + 600_000) - model.valueAt(ms)) *
          6 *
          (unitFactor(spec.medium, spec.registerUnit ?? '') ?? 1)) /
        (spec.medium === 'heat' ? 0.0036 : 1);
      const digit = (spec.simulation!.resolution! * 6) / (spec.medium === 'heat' ? 0.0036 : 1);
      expect(Math.abs(model.rateAt(ms)! - perHour), spec.id).toBeLessThanOrEqual(digit + 1e-3);
    }
  });
});

test('rooms without a fault keep the law: at most 20 °C while heating, at least 26 °C while cooling, special zones apart', () => {
  const rooms = clean.filter(({ spec, quantity }) => quantity !== 'total' && spec.zoneKind === 'office');
  expect(rooms.length).toBeGreaterThan(5);
  for (const room of rooms)
    for (let ms = local('2025-12-01'); ms < local('2026-12-01'); ms += HOUR_MS) {
      const monthDay = new Date(ms + 8 * HOUR_MS).toISOString().slice(5, 10);
      const heating = monthDay >= '10-15' || monthDay <= '04-15';
      const cooling = monthDay >= '06-01' && monthDay <= '08-31';
      const celsius = room.valueAt(ms);
      if ((heating && celsius > 20) || (cooling && celsius < 26))
        expect.fail(`${room.spec.id} ${celsius} °C on ${monthDay}`);
    }
});
