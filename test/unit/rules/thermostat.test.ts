import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createWorkCalendar } from '../../../domain/work-calendar.ts';
import type { Folded } from '../../../services/rules/episode.ts';
import { parseRuleSettings } from '../../../services/rules/settings.ts';
import {
  carriedByThermostat,
  evaluateThermostat,
  THERMOSTAT_START,
  type TemperaturePoint,
  type ThermostatConfig,
  type ThermostatState,
  type ThermostatWindow,
} from '../../../services/rules/thermostat/evaluate.ts';
import { byTime, foldedByMonth } from '../../support/folded-by-month.ts';
import { SHANGHAI, shanghai } from '../../support/rule-world.ts';

const HOUR = 3_600_000;
const ROOM: TemperaturePoint = { id: 't1', measures: 'room', zoneKind: 'office' };

function configOf(points: TemperaturePoint[] = [ROOM]): ThermostatConfig {
  const parsed = parseRuleSettings(null, 'agency');
  if (!parsed.ok) throw new Error(parsed.reason);
  return {
    calendar: createWorkCalendar(SHANGHAI),
    settings: parsed.settings.thermostat,
    areaM2: [{ value: 10_000, valid_from: '2020-01-01', valid_to: null }],
    points,
  };
}

type Hourly = (number | undefined)[];

function hourly(from: string, values: Hourly): Map<number, number> {
  const map = new Map<number, number>();
  values.forEach((value, i) => value !== undefined && map.set(shanghai(from) + i * HOUR, value));
  return map;
}

function repeat(value: number, count: number): number[] {
  return Array<number>(count).fill(value);
}

interface Given {
  from: string;
  room?: Hourly;
  setpoint?: Hourly;
  coolingKw?: Hourly;
  heatGj?: Hourly;
  supplyC?: Hourly;
  hours?: number;
}

function evaluate(given: Given, points?: TemperaturePoint[]): Folded<ThermostatState> {
  const { from } = given;
  const lengths = [given.room, given.setpoint].map((values) => values?.length ?? 0);
  const window: ThermostatWindow = {
    fromMs: shanghai(from),
    toMs: shanghai(from) + (given.hours ?? Math.max(...lengths)) * HOUR,
    roomC: new Map([['t1', hourly(from, given.room ?? [])]]),
    setpointC: new Map([['t1', hourly(from, given.setpoint ?? [])]]),
    coolingKw: hourly(from, given.coolingKw ?? []),
    heatGj: hourly(from, given.heatGj ?? []),
    supplyC: hourly(from, given.supplyC ?? []),
  };
  return evaluateThermostat(configOf(points), window, THERMOSTAT_START);
}

const SUMMER = '2026-07-06T08:00';
const WINTER = '2026-01-12T08:00';
const cases: { name: string; given: Given; points?: TemperaturePoint[]; want: [string, number, boolean][] }[] = [
  { name: 'a set temperature of 26 in summer is lawful', given: { from: SUMMER, setpoint: repeat(26, 5) }, want: [] },
  {
    name: 'a set temperature below 26 in summer is a breach, whether anything runs or not',
    given: { from: SUMMER, setpoint: repeat(25.5, 3) },
    want: [['warning', 25.5, true]],
  },
  { name: 'one hour is not sustained', given: { from: SUMMER, setpoint: [26, 22, 26, 26] }, want: [] },
  {
    name: 'a set temperature above 20 in winter is a breach',
    given: { from: WINTER, setpoint: [21, 24, 22] },
    want: [['warning', 24, true]],
  },
  { name: 'a set temperature of 20 in winter is lawful', given: { from: WINTER, setpoint: repeat(20, 5) }, want: [] },
  {
    name: 'a room below 26 while cooling runs is a breach',
    given: { from: SUMMER, room: [25, 24.5, 25], coolingKw: repeat(40, 3) },
    want: [['warning', 24.5, true]],
  },
  {
    name: 'a room below 26 while cooling idles is an indication',
    given: { from: SUMMER, room: [25, 24.5, 25], coolingKw: repeat(1.5, 3) },
    want: [['info', 24.5, true]],
  },
  {
    name: 'a room below 26 where nothing is known of cooling is an indication',
    given: { from: SUMMER, room: [25, 25] },
    want: [['info', 25, true]],
  },
  {
    name: 'an indication turns into a breach once cooling runs',
    given: { from: SUMMER, room: repeat(25, 5), coolingKw: [0, 0, 0, 40, 40] },
    want: [['warning', 25, true]],
  },
  {
    name: 'a room above 20 while heat is taken is a breach',
    given: { from: WINTER, room: [21, 23], heatGj: repeat(0.1, 2) },
    want: [['warning', 23, true]],
  },
  {
    name: 'a room above 20 while the supply is warm is a breach',
    given: { from: WINTER, room: [21, 23], supplyC: repeat(45, 2) },
    want: [['warning', 23, true]],
  },
  {
    name: 'a room above 20 while the supply is cold is an indication',
    given: { from: WINTER, room: [21, 23], supplyC: repeat(25, 2), heatGj: repeat(0, 2) },
    want: [['info', 23, true]],
  },
  {
    name: 'between the seasons nothing is judged',
    given: { from: '2026-05-04T08:00', setpoint: repeat(18, 5) },
    want: [],
  },
  {
    name: 'a failed sensor is not a cold room',
    given: { from: SUMMER, room: repeat(-40, 5), coolingKw: repeat(40, 5) },
    want: [],
  },
  ...['special', 'server-room', 'canteen', 'boiler-room'].map((zoneKind) => ({
    name: `a ${zoneKind} zone is exempt`,
    given: { from: SUMMER, setpoint: repeat(20, 5) },
    points: [{ ...ROOM, zoneKind }],
    want: [],
  })),
  ...['outdoor', 'supply'].map((measures) => ({
    name: `an ${measures} temperature is not a room's`,
    given: { from: SUMMER, room: repeat(20, 5), coolingKw: repeat(40, 5) },
    points: [{ ...ROOM, measures }],
    want: [],
  })),
  {
    name: 'missing hours neither raise nor break what is sustained',
    given: { from: SUMMER, setpoint: [25, undefined, undefined, 25] },
    want: [['warning', 25, true]],
  },
  {
    name: 'two hours far apart are not sustained',
    given: { from: SUMMER, setpoint: [25, ...Array<undefined>(6).fill(undefined), 25] },
    want: [],
  },
  {
    name: 'twelve hours set right again clear it',
    given: { from: SUMMER, setpoint: [...repeat(24, 3), ...repeat(26, 12)] },
    want: [['warning', 24, false]],
  },
  {
    name: 'eleven do not',
    given: { from: SUMMER, setpoint: [...repeat(24, 3), ...repeat(26, 11)] },
    want: [['warning', 24, true]],
  },
  {
    name: 'a room within the hysteresis does not clear',
    given: { from: SUMMER, room: [...repeat(24, 3), ...repeat(26.4, 24)], coolingKw: repeat(40, 27) },
    want: [['warning', 24, true]],
  },
  {
    name: 'a room beyond the hysteresis clears while cooling runs',
    given: { from: SUMMER, room: [...repeat(24, 3), ...repeat(26.5, 12)], coolingKw: repeat(40, 15) },
    want: [['warning', 24, false]],
  },
  {
    name: 'warm nights with cooling off do not clear a breach',
    given: {
      from: SUMMER,
      room: [...repeat(24, 3), ...repeat(28, 24)],
      coolingKw: [...repeat(40, 3), ...repeat(0, 24)],
    },
    want: [['warning', 24, true]],
  },
  {
    name: 'the end of the season clears',
    given: { from: '2026-08-31T20:00', setpoint: repeat(24, 6) },
    want: [['warning', 24, false]],
  },
];
describe('thermostat', () => {
  for (const { name, given, points, want } of cases) {
    test(name, () => {
      const { episodes } = evaluate(given, points);
      expect(episodes.map(({ severity, value, clearedAtMs }) => [severity, value, clearedAtMs === null])).toEqual(want);
    });
  }

  test('what is raised says since when, how far beyond, article and evidence', () => {
    const { episodes, state } = evaluate({ from: SUMMER, room: [26, 25, 25, 24], coolingKw: [0, 0, 40, 40] });
    expect(episodes).toEqual([
      {
        subject: 't1',
        activeSinceMs: shanghai('2026-07-06T09:00'),
        clearedAtMs: null,
        severity: 'warning',
        limit: 26,
        value: 24,
        unit: '°C',
        waste: { amount: 4, unit: '°C·h', kgce: 0 },
        article: 'Art. 20(3)',
        addressedTo: 'institution',
        evidence: {
          kind: 'hourly-temperature',
          series: [25, 25, 24].map((value, i) => [shanghai('2026-07-06T09:00') + i * HOUR, value]),
          facts: { season: 'cooling', basis: 'room', hoursBeyond: 3, breachSince: '2026-07-06T10:00:00+08:00' },
        },
      },
    ]);
    expect(carriedByThermostat(state)).toEqual([{ subject: 't1', activeSinceMs: shanghai('2026-07-06T09:00') }]);
  });

  test('what idles for weeks is not cooling, however steady', () => {
    const hours = 24 * 40;
    const { episodes } = evaluate({ from: '2026-06-01', room: repeat(25, hours), coolingKw: repeat(1.9, hours) });
    expect(episodes.map(({ severity }) => severity)).toEqual(['info']);
  });

  test('above the floor, cooling runs from a tenth of its usual peak on', () => {
    const days = Array.from({ length: 5 }, () => [...repeat(0, 12), ...repeat(100, 12)]).flat();
    const room = [...repeat(27, days.length), 25, 25];
    const with9 = evaluate({ from: '2026-06-01', room, coolingKw: [...days, 9, 9] });
    const with11 = evaluate({ from: '2026-06-01', room, coolingKw: [...days, 11, 11] });
    expect([with9, with11].map(({ episodes }) => episodes[0]!.severity)).toEqual(['info', 'warning']);
  });
});

test('thermostat property: folding month by month is folding at once', () => {
  const from = shanghai('2026-05-15');
  const hours = (shanghai('2026-09-05') - from) / HOUR;
  const stretch = fc.record({
    room: fc.constantFrom(undefined, 24, 25.5, 26.2, 27, 99),
    kw: fc.constantFrom(undefined, 0, 5, 50),
    length: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 20, maxLength: 80 }), (stretches) => {
      const each = stretches.flatMap(({ room, kw, length }) => Array.from({ length }, () => ({ room, kw })));
      const all = Array.from({ length: hours }, (_, i) => each[i % each.length]!);
      const map = (values: Hourly): Map<number, number> => {
        const result = new Map<number, number>();
        values.forEach((value, i) => value !== undefined && result.set(from + i * HOUR, value));
        return result;
      };
      const none = new Map<number, number>();
      const data = {
        roomC: new Map([['t1', map(all.map(({ room }) => room))]]),
        setpointC: new Map([['t1', none]]),
        coolingKw: map(all.map(({ kw }) => kw)),
        heatGj: none,
        supplyC: none,
      };
      const toMs = from + hours * HOUR;
      const fold = (fromMs: number, untilMs: number, state: ThermostatState): Folded<ThermostatState> =>
        evaluateThermostat(configOf(), { fromMs, toMs: untilMs, ...data }, state);
      const atOnce = fold(from, toMs, THERMOSTAT_START);
      const byMonth = foldedByMonth(from, toMs, THERMOSTAT_START, fold);
      expect(byMonth.state).toEqual(atOnce.state);
      expect(byMonth.episodes).toEqual(byTime(atOnce.episodes));
    }),
    { numRuns: 20 },
  );
}, 30_000);
