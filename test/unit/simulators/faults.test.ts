import { describe, expect, test, vi } from 'vitest';

import { demoCity } from '../../../simulators/city.ts';
import { type FaultSpec, isFaultDate, selectFaults } from '../../../simulators/faults.ts';
import { createCityModel } from '../../../simulators/load/city-model.ts';
import type { MeterModel } from '../../../simulators/load/meter-model.ts';
import { HOUR_MS, local } from './instants.ts';
import { partOfCity } from './part-of-city.ts';
import { registerUse } from './register-use.ts';

// Years of readings are computed here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const city = demoCity();
const byId = (models: readonly MeterModel[], id: string): MeterModel => models.find(({ spec }) => spec.id === id)!;
/** A meter without and with faults. */
const pair = (id: string, faults: readonly FaultSpec[]): [MeterModel, MeterModel] => {
  const part = partOfCity(city.meters.find((meter) => meter.id === id)!.institutionId);
  return [byId(createCityModel(part, { faults: [] }), id), byId(createCityModel(part, { faults }), id)];
};

describe('windows', () => {
  const winter: FaultSpec = { kind: 'leak', windows: [{ yearly: ['12-20', '01-10'] }] };
  const since: FaultSpec = { kind: 'leak', windows: [{ from: '2026-09-24' }] };
  test.each([
    { name: 'every year, over new year', fault: winter, date: '2027-01-10', want: true },
    { name: 'the day after its end', fault: winter, date: '2027-01-11', want: false },
    { name: 'the day before its start', fault: winter, date: '2025-12-19', want: false },
    { name: 'open end', fault: since, date: '2030-01-01', want: true },
    { name: 'before an open window', fault: since, date: '2026-09-23', want: false },
    { name: 'no windows at all', fault: { kind: 'leak' } satisfies FaultSpec, date: '2001-01-01', want: true },
  ])('$name', ({ fault, date, want }) => expect(isFaultDate(fault, date)).toBe(want));
});

test('standby: nights and days off at 60 to 80 % of the working day, the server room as ever', () => {
  const faults = selectFaults(city.faults, ['standby']);
  const [before, after] = pair('kundulun-office-e-A1', faults);
  const meanKw = (model: MeterModel, from: string, to: string): number =>
    registerUse(model, local(from), local(to)) / ((local(to) - local(from)) / HOUR_MS);
  const day = meanKw(after, '2026-03-04T09:00', '2026-03-04T17:00');
  for (const [from, to] of [
    ['2026-03-04T20:00', '2026-03-05T06:00'],
    ['2026-03-08T09:00', '2026-03-08T17:00'],
  ] as const) {
    expect(meanKw(after, from, to) / day).toBeGreaterThan(0.6);
    expect(meanKw(after, from, to) / day).toBeLessThan(0.82);
    expect(meanKw(before, from, to) / day).toBeLessThan(0.36);
  }
  expect(meanKw(after, '2026-04-10', '2026-04-11')).toBeCloseTo(meanKw(before, '2026-04-10', '2026-04-11'), 6);
  expect(meanKw(after, '2026-11-21T20:00', '2026-11-22T06:00') / day).toBeGreaterThan(0.6);
  const [server, same] = pair('kundulun-office-e-D1', faults);
  expect(same.valueAt(local('2026-11-22'))).toBe(server.valueAt(local('2026-11-22')));
});

test('thermostat: rooms at 23 to 24.5 °C set to 24 °C while heat flows, at 23 °C set to 22 °C while the air conditioning runs', () => {
  const models = createCityModel(partOfCity('darhan-office'), { faults: selectFaults(city.faults, ['thermostat']) });
  const room = byId(models, 'darhan-office-room-1');
  const setpoint = byId(models, 'darhan-office-setpoint-1');
  const heat = byId(models, 'darhan-office-heat');
  const cooling = byId(models, 'darhan-office-e-B2');
  for (let ms = local('2026-01-05'); ms < local('2026-01-12'); ms += HOUR_MS) {
    expect(room.valueAt(ms)).toBeGreaterThanOrEqual(23);
    expect(room.valueAt(ms)).toBeLessThanOrEqual(24.5);
    expect(setpoint.valueAt(ms)).toBe(24);
    expect(heat.rateAt(ms)).toBeGreaterThan(0);
  }
  const idleKw = cooling.rateAt(local('2026-07-15T02:00'))!;
  for (let ms = local('2026-07-15T10:00'); ms < local('2026-07-15T17:00'); ms += HOUR_MS) {
    expect(room.valueAt(ms)).toBeCloseTo(23, 0);
    expect(setpoint.valueAt(ms)).toBe(22);
    expect(cooling.rateAt(ms)).toBeGreaterThan(5 * idleKw);
  }
});

test('quota-breach: all electricity × 1.35', () => {
  const faults: FaultSpec[] = [{ kind: 'quota-breach', institutionId: 'city-archive' }];
  for (const [id, factor] of [
    ['city-archive-e-main', 1.35],
    ['city-archive-e-D1', 1.35],
    ['city-archive-water', 1],
    ['city-library-e-main', 1],
  ] as const) {
    const [before, after] = pair(id, faults);
    const range = [local('2026-05-01'), local('2026-06-01')] as const;
    expect(registerUse(after, ...range) / registerUse(before, ...range)).toBeCloseTo(factor, 3);
  }
});

test('leak: water runs at night, by its level and only in its days', () => {
  const [before, after] = pair('guyang-school-water', [
    { kind: 'leak', institutionId: 'guyang-school', level: 0.5, windows: [{ from: '2026-03-20', to: '2026-04-08' }] },
  ]);
  const extra = (from: string, to: string): number =>
    registerUse(after, local(from), local(to)) - registerUse(before, local(from), local(to));
  expect(extra('2026-03-21T01:00', '2026-03-21T05:00')).toBeCloseTo(2, 2);
  expect(extra('2026-03-19', '2026-03-20')).toBeCloseTo(0, 2);
  expect(extra('2026-04-09', '2026-04-10')).toBeCloseTo(0, 2);
});

test('rollover: the register passes its modulus once, and the use over it is what it would have been', () => {
  const [before, after] = pair('kundulun-school-1-e-A1', selectFaults(city.faults, ['rollover']));
  const fromMs = local('2025-01-01');
  const toMs = local('2025-07-01');
  const falls = (model: MeterModel): number => {
    let count = 0;
    for (let ms = fromMs; ms < toMs; ms += HOUR_MS) if (model.valueAt(ms + HOUR_MS) < model.valueAt(ms)) count++;
    return count;
  };
  expect(falls(before)).toBe(0);
  expect(falls(after)).toBe(1);
  expect(registerUse(after, fromMs, toMs)).toBeCloseTo(registerUse(before, fromMs, toMs), 1);
});

test('glitch: the register reads 0 for a quarter of an hour, and goes on as if nothing had been', () => {
  const [before, after] = pair('kundulun-office-heat', selectFaults(city.faults, ['glitch']));
  for (const time of ['2026-03-05T10:59', '2026-03-05T11:15', '2026-03-06T11:05', '2026-03-04T11:05'])
    expect(after.valueAt(local(time))).toBe(before.valueAt(local(time)));
  expect(after.valueAt(local('2026-03-05T11:00'))).toBe(0);
  expect(before.valueAt(local('2026-03-05T11:00'))).toBeGreaterThan(0);
});

test('swap: another meter begins at 0 each year, and counts what the first would have counted', () => {
  const [before, after] = pair('kundulun-office-water', selectFaults(city.faults, ['swap']));
  expect(after.valueAt(local('2025-02-24T09:00'))).toBe(before.valueAt(local('2025-02-24T09:00')));
  expect(after.valueAt(local('2025-02-24T10:00'))).toBe(0);
  const range = [local('2025-03-01'), local('2026-02-24')] as const;
  expect(registerUse(after, ...range)).toBeCloseTo(registerUse(before, ...range), 2);
  expect(after.valueAt(local('2026-02-24T10:00'))).toBe(0);
});

test('what no fault names stays as it is', () => {
  const named = new Set(city.faults.flatMap(({ institutionId, meterId }) => institutionId ?? meterId ?? []));
  const clean = createCityModel(city, { faults: [] });
  const faulty = createCityModel(city);
  const ms = local('2025-03-12T10:00');
  const untouched = clean.filter(({ spec }) => !named.has(spec.institutionId) && !named.has(spec.id));
  // The main of the meter that rolls over counts on by itself.
  expect(untouched.length).toBeGreaterThan(25);
  for (const model of untouched) expect(byId(faulty, model.spec.id).valueAt(ms)).toBe(model.valueAt(ms));
});
