import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { coefficientsAt } from '../../../domain/coefficient.ts';
import { createWorkCalendar } from '../../../domain/work-calendar.ts';
import {
  carriedByOffHours,
  evaluateOffHours,
  OFF_HOURS_START,
  type OffHoursConfig,
  type OffHoursState,
} from '../../../services/rules/off-hours/evaluate.ts';
import { parseRuleSettings, type OffHoursSettings } from '../../../services/rules/settings.ts';
import { byTime, foldedByMonth } from '../../support/folded-by-month.ts';
import { SHANGHAI, shanghai } from '../../support/rule-world.ts';

const HOUR = 3_600_000;
const PROFILES = fileURLToPath(new URL('../../../../shared/domain/measured-profiles.json', import.meta.url));
const calendar = createWorkCalendar(SHANGHAI);

function configOf(own: Partial<OffHoursSettings> = {}, type = 'agency'): OffHoursConfig {
  const parsed = parseRuleSettings(JSON.stringify({ offHours: own }), type);
  if (!parsed.ok) throw new Error(parsed.reason);
  return { calendar, settings: parsed.settings.offHours, areaM2: [], coefficients: [] };
}

/** 100 kW in working hours, `offKw` outside, over [from, to). */
function load(from: string, to: string, offKw: number | ((hour: number) => number | undefined)): Map<number, number> {
  const powerKw = new Map<number, number>();
  for (let hour = shanghai(from); hour < shanghai(to); hour += HOUR) {
    const kw = calendar.isWorkingHour(hour) ? 100 : typeof offKw === 'number' ? offKw : offKw(hour);
    if (kw !== undefined) powerKw.set(hour, kw);
  }
  return powerKw;
}

function evaluate(powerKw: Map<number, number>, from: string, to: string, config = configOf()) {
  return evaluateOffHours(config, { fromMs: shanghai(from), toMs: shanghai(to), powerKw }, OFF_HOURS_START);
}

/** Two working days from Monday 2 March 2026, then the night of the 3rd as given from 19:00 on, 20 kW otherwise. */
function nightOf(hourlyKw: readonly (number | undefined)[], to = '2026-03-05'): Map<number, number> {
  const nightMs = shanghai('2026-03-03T19:00');
  return load('2026-03-02', to, (hour) => {
    const index = (hour - nightMs) / HOUR;
    return index >= 0 && index < hourlyKw.length ? hourlyKw[index] : 20;
  });
}

const ten = (kw: number): number[] => Array<number>(10).fill(kw);
const cases: { name: string; night: (number | undefined)[]; to?: string; want: [string, string | null][] }[] = [
  {
    name: 'ten hours above the limit => raised since the first',
    night: ten(70),
    want: [['03-03T19:00', '03-04T23:00']],
  },
  { name: 'nine hours above the limit => silent', night: ten(70).slice(1), want: [] },
  { name: 'at the limit is not above it', night: ten(60), want: [] },
  {
    name: 'one low hour among them begins the count anew',
    night: [70, 70, 20, ...ten(70).slice(0, 9)],
    want: [],
  },
  {
    name: 'missing hours neither raise nor break the count',
    night: [...ten(70).slice(0, 5), undefined, undefined, ...ten(70).slice(0, 5)],
    want: [['03-03T19:00', '03-04T23:00']],
  },
  {
    name: 'missing hours alone raise nothing',
    night: [...ten(70).slice(0, 8), undefined, undefined, undefined, undefined],
    want: [],
  },
  {
    name: 'below the limit but above 0.9 of it does not clear',
    night: [...Array<number>(12).fill(70), ...Array<number>(12).fill(0), ...Array<number>(6).fill(55)],
    to: '2026-03-05T01:00',
    want: [['03-03T19:00', null]],
  },
];
describe('off-hours standby', () => {
  for (const { name, night, to, want } of cases) {
    test(name, () => {
      const end = to ?? '2026-03-05';
      const { episodes } = evaluate(nightOf(night, end), '2026-03-02', end);
      const iso = (ms: number | null): string | null => (ms === null ? null : SHANGHAI.iso(ms).slice(5, 16));
      expect(episodes.map((episode) => [iso(episode.activeSinceMs), iso(episode.clearedAtMs)])).toEqual(want);
    });
  }

  test('what is raised says value, limit, waste, article and evidence', () => {
    const { episodes } = evaluate(nightOf([70, 80, ...ten(70)]), '2026-03-02', '2026-03-05');
    expect(episodes).toHaveLength(1);
    const [episode] = episodes;
    expect(episode).toMatchObject({
      subject: 'standby',
      severity: 'warning',
      limit: 60,
      value: 80,
      unit: 'kW',
      waste: { unit: 'kWh' },
      article: 'Art. 20(1)',
      addressedTo: 'institution',
      evidence: { kind: 'hourly-power', facts: { mode: 'share', share: 0.6, workingHoursMeanKw: 100, hoursAbove: 12 } },
    });
    expect(episode!.waste.amount).toBeCloseTo(11 * 10 + 20, 9);
    expect(episode!.waste.kgce).toBeCloseTo(130 * 0.1229, 9);
    expect(episode!.evidence.series[1]).toEqual([shanghai('2026-03-03T20:00'), 80]);
  });

  test('the waste counts in standard coal by the set of the day on which it began', () => {
    const shipped = coefficientsAt('2026-03-03', []);
    const kgceFrom = (validFrom: string): number => {
      const set = { ...shipped, id: 'entered', validFrom, kgcePer: { ...shipped.kgcePer, electricity: 0.3 } };
      const config = { ...configOf(), coefficients: [set] };
      return evaluate(nightOf(ten(80)), '2026-03-02', '2026-03-05', config).episodes[0]!.waste.kgce;
    };
    expect(kgceFrom('2026-03-03') / kgceFrom('2026-03-04')).toBeCloseTo(0.3 / 0.1229, 9);
  });

  test('left on night after night, over weekends and holidays, it is one episode', () => {
    const { episodes } = evaluate(load('2026-03-02', '2026-05-20', 75), '2026-03-02', '2026-05-20');
    expect(episodes).toHaveLength(1);
    expect(episodes[0]!.clearedAtMs).toBeNull();
  });

  test('a load on a make-up Saturday is work, on an ordinary Saturday it is not', () => {
    const busy = (date: string) => (hour: number) =>
      SHANGHAI.date(hour) === date && SHANGHAI.local(hour).hour >= 8 && SHANGHAI.local(hour).hour < 18 ? 100 : 20;
    const raised = (date: string): number =>
      evaluate(load('2026-05-06', '2026-05-18', busy(date)), '2026-05-06', '2026-05-18').episodes.length;
    expect([raised('2026-05-09'), raised('2026-05-16')]).toEqual([0, 1]);
  });

  test('no limit is known before the load of two working days: nothing is judged', () => {
    const { episodes, state } = evaluate(load('2026-02-14', '2026-02-16', 99), '2026-02-14', '2026-02-16');
    expect(episodes).toEqual([]);
    expect(state.standby).toBeNull();
  });

  test('an absolute limit goes by floor area, dated; without an area nothing is judged', () => {
    const powerKw = load('2026-03-02', '2026-03-07', 40);
    const absolute = configOf({ mode: 'absolute' });
    const withArea = (value: number): OffHoursConfig => ({
      ...absolute,
      areaM2: [{ value, valid_from: '2020-01-01', valid_to: null }],
    });
    const count = (config: OffHoursConfig): number =>
      evaluate(powerKw, '2026-03-02', '2026-03-07', config).episodes.length;
    expect([count(absolute), count(withArea(7000)), count(withArea(9000))]).toEqual([0, 1, 0]);
  });

  test('a school on holiday is not its own standby: the limit has a floor by area', () => {
    const powerKw = load('2026-07-13', '2026-08-20', 8);
    for (const [hour, kw] of powerKw) powerKw.set(hour, kw === 100 ? 10 : kw);
    const school = configOf({}, 'school');
    const withArea = { ...school, areaM2: [{ value: 8000, valid_from: '2020-01-01', valid_to: null }] };
    expect(evaluate(powerKw, '2026-07-13', '2026-08-20', school).episodes).toHaveLength(1);
    expect(evaluate(powerKw, '2026-07-13', '2026-08-20', withArea).episodes).toEqual([]);
  });

  test('a hospital may have a higher night load than an office', () => {
    const powerKw = load('2026-03-02', '2026-03-20', 65);
    const count = (type: string): number =>
      evaluate(powerKw, '2026-03-02', '2026-03-20', configOf({}, type)).episodes.length;
    expect([count('agency'), count('hospital')]).toEqual([1, 0]);
  });

  test('a year whose holidays are not published is named in the evidence', () => {
    const { episodes } = evaluate(load('2027-03-01', '2027-03-20', 75), '2027-03-01', '2027-03-20');
    expect(episodes[0]!.evidence.facts['assumedCalendarYear']).toBe(2027);
    const covered = evaluate(load('2026-03-02', '2026-03-20', 75), '2026-03-02', '2026-03-20');
    expect(covered.episodes[0]!.evidence.facts).not.toHaveProperty('assumedCalendarYear');
  });

  test('what is carried names episodes that hold and hours that are counting up', () => {
    const counting = evaluate(nightOf(ten(70)), '2026-03-02', '2026-03-03T22:00').state;
    expect(carriedByOffHours(counting)).toEqual([{ subject: 'standby', activeSinceMs: shanghai('2026-03-03T19:00') }]);
    expect(carriedByOffHours(OFF_HOURS_START)).toEqual([]);
  });
});

test('off-hours property: folding month by month is folding at once', () => {
  const from = shanghai('2026-01-01');
  const to = shanghai('2026-03-15');
  const hours = (to - from) / HOUR;
  const run = fc.record({ kw: fc.constantFrom(10, 30, 55, 61, 70, 90, -1), length: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(run, { minLength: 40, maxLength: 120 }), (runs) => {
      const kws = runs.flatMap(({ kw, length }) => Array<number>(length).fill(kw));
      const powerKw = new Map<number, number>();
      for (let i = 0; i < hours; i++) {
        const hour = from + i * HOUR;
        const kw = calendar.isWorkingHour(hour) ? 100 : kws[i % kws.length]!;
        if (kw >= 0) powerKw.set(hour, kw);
      }
      const config = configOf();
      const window = (fromMs: number, toMs: number) => ({ fromMs, toMs, powerKw });
      const atOnce = evaluateOffHours(config, window(from, to), OFF_HOURS_START);
      const byMonth = foldedByMonth<OffHoursState>(from, to, OFF_HOURS_START, (fromMs, toMs, state) =>
        evaluateOffHours(config, window(fromMs, toMs), state),
      );
      expect(byMonth.state).toEqual(JSON.parse(JSON.stringify(atOnce.state)));
      expect(byMonth.episodes).toEqual(byTime(atOnce.episodes));
    }),
    { numRuns: 40 },
  );
}, 30_000);

describe.skipIf(!existsSync(PROFILES))('measured buildings', () => {
  const profiles = existsSync(PROFILES)
    ? (JSON.parse(readFileSync(PROFILES, 'utf8')) as { profiles: Record<string, { wd: number[]; we: number[] }> })
        .profiles
    : {};
  const powerOf = (name: string, night: number): Map<number, number> => {
    const powerKw = new Map<number, number>();
    for (let hour = shanghai('2026-01-01'); hour < shanghai('2026-05-01'); hour += HOUR) {
      const works = calendar.isWorkday(SHANGHAI.date(hour));
      const share = profiles[name]![works ? 'wd' : 'we'][SHANGHAI.local(hour).hour]!;
      powerKw.set(hour, 80 * (calendar.isWorkingHour(hour) ? share : Math.max(share, night)));
    }
    return powerKw;
  };
  for (const name of Object.keys(profiles)) {
    test(`${name} as measured stays silent; with a night load of 0.6 it is one episode`, () => {
      expect(evaluate(powerOf(name, 0), '2026-01-01', '2026-05-01').episodes).toEqual([]);
      const { episodes } = evaluate(powerOf(name, 0.6), '2026-01-01', '2026-05-01');
      expect(episodes.map(({ clearedAtMs }) => clearedAtMs)).toEqual([null]);
    });
  }
});
