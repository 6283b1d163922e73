import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ReadingRow } from '../../../domain/reading.ts';
import { createZone } from '../../../domain/zone.ts';
import { createMaterialiser, type Materialiser } from '../../../services/usage/materialise.ts';
import type { AppliedDecision, UsageMeter } from '../../../services/usage/meter-config.ts';
import { type AsideRows } from '../../../services/usage/aside-store.ts';
import { whatIf } from '../../../services/usage/what-if.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { MeterUsage, SeriesStore } from '../../../storage/series/port.ts';

const HOUR_MS = 3_600_000;
const zone = createZone('Asia/Shanghai');
const at = (text: string): number => Date.parse(`${text}+08:00`);
const BEGIN = at('2026-03-20T00:00:00');
const END = at('2026-04-20T09:30:00');
const FAR_MS = at('2030-01-01T00:00:00');

const METER: UsageMeter = {
  id: 'm',
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: 10_000,
  ratedMaximum: 100,
  expectedIntervalS: 3600,
  parentId: null,
  multipliers: [{ multiplier: 2, validFrom: '1970-01-01', validTo: null }],
  shares: [{ institutionId: 'i', subItem: 'A', share: 1, validFrom: '1970-01-01', validTo: null }],
};

/** By day more than by night, an hour that jumped, a day without anything, and a rollover on the way. */
function history(): ReadingRow[] {
  const rows: ReadingRow[] = [];
  let register = 9000;
  for (let observedAtMs = BEGIN; observedAtMs <= END; observedAtMs += HOUR_MS) {
    const hour = Math.floor((observedAtMs - BEGIN) / HOUR_MS);
    register += hour % 24 > 8 && hour % 24 < 18 ? 4.25 : 1.125;
    const isJump = observedAtMs === at('2026-04-02T05:00:00');
    const isGap = observedAtMs > at('2026-04-10T03:00:00') && observedAtMs < at('2026-04-11T03:00:00');
    if (isGap) continue;
    const value = isJump ? 4321 : register % 10_000;
    rows.push({
      meter: 'm',
      metric: 'total',
      observedAtMs,
      value,
      receivedAtMs: observedAtMs,
      flags: 0,
      position: hour,
    });
  }
  return rows;
}

const decision = (of: Partial<AppliedDecision>): AppliedDecision => ({
  id: 'd',
  kind: 'exclude',
  fromMs: 0,
  toMs: null,
  register: null,
  closingRegister: null,
  openingRegister: null,
  multiplier: null,
  ...of,
});
const RANGE = { fromMs: at('2026-04-05T10:00:00'), toMs: at('2026-04-06T15:00:00') };

let store: SeriesStore;
let materialiser: Materialiser;
beforeEach(async () => {
  store = await openDuckdbStore({ file: ':memory:' });
  await store.writeReadings(history());
  materialiser = createMaterialiser(store, zone, () => END);
  materialiser.useMeters([METER]);
  await materialiser.run();
});
afterEach(() => store.close());

/** The store, whose writes fail. */
function readOnly(): SeriesStore {
  const fail = (): never => {
    throw new Error('written');
  };
  return {
    ...store,
    writeReadings: fail,
    touch: fail,
    forgetTouched: fail,
    replaceBaseUsage: fail,
    putMeterUsage: fail,
    replaceInstitutionUsage: fail,
    logDayChanges: fail,
    dropUsage: fail,
    close: fail,
  };
}

async function stored(): Promise<Record<keyof AsideRows, MeterUsage[]>> {
  const of = (step: keyof AsideRows): Promise<MeterUsage[]> => store.meterUsage(step, ['m'], 0, FAR_MS);
  return { hour: await of('hour'), day: await of('day'), month: await of('month') };
}

/** What is stored where nothing was made aside, as it would be with what was. */
function over(rows: Record<keyof AsideRows, MeterUsage[]>, aside: AsideRows): Record<keyof AsideRows, MeterUsage[]> {
  const of = (step: keyof AsideRows): MeterUsage[] => {
    const byStart = new Map([...rows[step].map((row): [number, MeterUsage] => [row.startMs, row]), ...aside[step]]);
    return [...byStart.values()].sort((a, b) => a.startMs - b.startMs);
  };
  return { hour: of('hour'), day: of('day'), month: of('month') };
}

const cases: { name: string; changed: Partial<UsageMeter> }[] = [
  { name: 'readings left out', changed: { decisions: [decision({ ...RANGE })] } },
  {
    name: 'a jump believed',
    changed: {
      decisions: [decision({ kind: 'accept', fromMs: at('2026-04-02T04:30:00'), toMs: at('2026-04-02T06:30:00') })],
    },
  },
  { name: 'a register set', changed: { decisions: [decision({ kind: 'value', ...RANGE, register: 60 })] } },
  {
    name: 'a replacement',
    changed: {
      decisions: [
        decision({ kind: 'replacement', fromMs: RANGE.fromMs + 1, closingRegister: 80, openingRegister: 40 }),
      ],
    },
  },
  {
    name: 'a reset',
    changed: { decisions: [decision({ kind: 'reset', fromMs: RANGE.fromMs + 1, openingRegister: 3 })] },
  },
  {
    name: 'a multiplier',
    changed: { decisions: [decision({ kind: 'multiplier', fromMs: RANGE.fromMs, multiplier: 60 })] },
  },
  {
    name: 'two of them',
    changed: {
      decisions: [decision({ ...RANGE, id: 'a' }), decision({ kind: 'multiplier', fromMs: RANGE.toMs, multiplier: 3 })],
    },
  },
  { name: 'a reading in the gap', changed: { manual: [{ id: 'r', atMs: at('2026-04-10T12:00:00'), register: 170 }] } },
  { name: 'another modulus', changed: { registerModulus: 100_000 } },
];

test.each(cases)('$name: as it comes out when the registry says so, and nothing is written', async ({ changed }) => {
  const before = await stored();
  const meter = { ...METER, ...changed };
  const found = await whatIf(readOnly(), zone, () => END, METER, meter);
  expect(over(before, found!.before)).toEqual(before);
  expect(await stored()).toEqual(before);

  materialiser.useMeters([meter]);
  await materialiser.run();
  const after = await stored();
  expect(after).not.toEqual(before);
  expect(over(before, found!.after)).toEqual(after);

  // And back again.
  const back = await whatIf(readOnly(), zone, () => END, meter, METER);
  expect(over(after, back!.after)).toEqual(before);
  materialiser.useMeters([METER]);
  await materialiser.run();
  expect(await stored()).toEqual(before);
});

test('a change that makes no difference to the accounting has no what-if', async () => {
  expect(await whatIf(readOnly(), zone, () => END, METER, { ...METER })).toBeUndefined();
  expect(await whatIf(readOnly(), zone, () => END, METER, { ...METER, shares: [] })).toBeUndefined();
});

test('readings that come after the usage was made do not pass for an effect', async () => {
  const late: ReadingRow = {
    meter: 'm',
    metric: 'total',
    observedAtMs: END + 5 * HOUR_MS,
    value: 900,
    receivedAtMs: END,
    flags: 0,
    position: 99_999,
  };
  await store.writeReadings([late]);
  const changed = { ...METER, decisions: [decision({ ...RANGE })] };
  const found = await whatIf(readOnly(), zone, () => END + 6 * HOUR_MS, METER, changed);
  const differing = [...found!.after.hour.keys()].filter((startMs) => {
    const [old, next] = [found!.before.hour.get(startMs), found!.after.hour.get(startMs)];
    return old?.micro !== next?.micro || old?.estimatedMs !== next?.estimatedMs;
  });
  expect(differing.length).toBeGreaterThan(0);
  expect(Math.max(...differing)).toBeLessThan(RANGE.toMs + HOUR_MS);
});
