import { describe, expect, test, vi } from 'vitest';

import { demoCity } from '../../../../simulators/city.ts';
import { FAULT_KINDS, type FaultSpec } from '../../../../simulators/faults.ts';
import { historyMessages, historySize, type HistoryMessage } from '../../../../simulators/fleet/history-messages.ts';
import { historySlices } from '../../../../simulators/fleet/history-times.ts';
import { createSpeech } from '../../../../simulators/fleet/speech/create-speech.ts';
import { createSparkplugEdge } from '../../../../simulators/fleet/speech/sparkplug-edge.ts';
import type { Speech } from '../../../../simulators/fleet/speech/speech.ts';
import { createCityModel } from '../../../../simulators/load/city-model.ts';
import type { MeterModel } from '../../../../simulators/load/meter-model.ts';
import { HOUR_MS, local } from '../instants.ts';
import { partOfCity } from '../part-of-city.ts';

// Years of readings are computed here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const city = partOfCity('city-archive');
const fromMs = local('2026-01-01');
const toMs = local('2026-05-15T09:20');
const speechOf = (model: MeterModel): Speech => createSpeech(model);
const DAY_MS = 24 * HOUR_MS;
const meter = { id: 'city-archive-e-main', institutionId: 'city-archive' };

function messagesOf(faults: readonly FaultSpec[]): HistoryMessage[] {
  return [...historyMessages(createCityModel(city, { faults }), speechOf, fromMs, toMs)];
}
const readingsOf = (messages: readonly HistoryMessage[]): { ts: number; total: number }[] =>
  messages
    .filter(({ topic }) => topic === `energy/v1/city-archive-dtu/${meter.id}/reading`)
    .flatMap(({ payload }) => JSON.parse(String(payload)) as { ts: number; total: number }[]);
const clean = messagesOf([]);
const times = historySlices(fromMs, toMs).flat();

test('points: every hour, from 35 days before the end every quarter hour, in order, none twice', () => {
  expect(times[0]).toBe(fromMs);
  expect(times.at(-1)).toBe(local('2026-05-15T09:15'));
  const dense = local('2026-04-10T09:00');
  for (let i = 1; i < times.length; i++)
    expect(times[i]! - times[i - 1]!).toBe(times[i - 1]! < dense ? HOUR_MS : HOUR_MS / 4);
});

test.each([
  { name: 'nothing to tell', from: 10, to: 10, want: [] },
  { name: 'one point on the grid', from: HOUR_MS, to: HOUR_MS, want: [[HOUR_MS]] },
  { name: 'from within a quarter hour', from: 1, to: HOUR_MS / 2, want: [[HOUR_MS / 4, HOUR_MS / 2]] },
  { name: 'backwards', from: DAY_MS, to: 0, want: [] },
])('points: $name', ({ from, to, want }) => expect(historySlices(from, to)).toEqual(want));

test('messages: at most 500 readings of the register and its time alone, every point once, in time order', () => {
  for (const { payload } of clean) expect((JSON.parse(String(payload)) as object[]).length).toBeLessThanOrEqual(500);
  const readings = readingsOf(clean);
  expect(readings.map(({ ts }) => ts)).toEqual(times);
  expect(Object.keys(readings[0]!)).toEqual(['ts', 'total']);
  const models = createCityModel(city);
  expect(clean.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(historySize(models, fromMs, toMs));
});

test('messages: about three weeks of every meter, then the next', () => {
  const starts = clean.map(({ payload }) => (JSON.parse(String(payload)) as { ts: number }[])[0]!.ts);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test('messages: the same seed and range give the same bytes, another range the same values', () => {
  const faults: FaultSpec[] = FAULT_KINDS.map((kind) => ({ kind, institutionId: meter.institutionId }));
  // Without windows these would hold for ever.
  const loud = faults.filter(({ kind }) => kind !== 'silence' && kind !== 'outage');
  const bytes = messagesOf(loud).map(({ topic, payload }) => `${topic} ${String(payload)}`);
  expect(messagesOf(loud).map(({ topic, payload }) => `${topic} ${String(payload)}`)).toEqual(bytes);
  const models = createCityModel(city).filter(({ spec }) => spec.id === meter.id);
  const later = readingsOf([...historyMessages(models, speechOf, local('2026-05-01T00:00') + 1, toMs)]);
  expect(later).toEqual(readingsOf(clean).filter(({ ts }) => ts > local('2026-05-01')));
  expect(later.length).toBeGreaterThan(100);
});

describe('faults of transport lose nothing', () => {
  const whole = readingsOf(clean);

  test('duplicates: some messages come twice', () => {
    const messages = messagesOf([{ kind: 'duplicates', institutionId: meter.institutionId, level: 3 }]);
    expect(messages.length).toBeGreaterThan(clean.length);
    expect(messages.filter(({ fresh }) => fresh > 0)).toEqual(clean);
    const again = messages.filter(({ fresh }) => fresh === 0);
    for (const { payload } of again) expect(messages.filter((each) => each.payload === payload)).toHaveLength(2);
  });

  test('out-of-order: neither messages nor readings come by time, and all of them come', () => {
    const readings = readingsOf(messagesOf([{ kind: 'out-of-order', institutionId: meter.institutionId }]));
    expect(readings).not.toEqual(whole);
    expect(readings.toSorted((a, b) => a.ts - b.ts)).toEqual(whole);
    const weeks = readings.map(({ ts }) => Math.floor((ts - fromMs) / (20 * DAY_MS)));
    expect(weeks.some((week, i) => i > 0 && week < weeks[i - 1]!)).toBe(true);
  });

  test('silence: what was missed follows after the span', () => {
    const silence: FaultSpec = {
      kind: 'silence',
      institutionId: meter.institutionId,
      windows: [{ from: '2026-02-03', to: '2026-02-27' }],
    };
    const readings = readingsOf(messagesOf([silence]));
    expect(readings.toSorted((a, b) => a.ts - b.ts)).toEqual(whole);
    const first = readings.findIndex(({ ts }) => ts >= local('2026-02-03') && ts < local('2026-02-28'));
    expect(readings.slice(0, first).some(({ ts }) => ts >= local('2026-02-28'))).toBe(true);
  });

  test('silence that still holds: nothing of it is sent yet', () => {
    const silence: FaultSpec = {
      kind: 'silence',
      institutionId: meter.institutionId,
      windows: [{ from: '2026-05-10' }],
    };
    expect(readingsOf(messagesOf([silence]))).toEqual(whole.filter(({ ts }) => ts < local('2026-05-10')));
  });
});

test('outage: what was missed is lost, the register goes on, and the size of the history knows', () => {
  const windows = [{ from: '2026-02-03', to: '2026-02-04' }];
  const faults: FaultSpec[] = [{ kind: 'outage', meterId: meter.id, windows }];
  const messages = messagesOf(faults);
  const left = readingsOf(clean).filter(({ ts }) => ts < local('2026-02-03') || ts >= local('2026-02-05'));
  expect(readingsOf(messages)).toEqual(left);
  const models = createCityModel(city, { faults });
  expect(messages.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(historySize(models, fromMs, toMs));
});

test('two million readings take less than 10 s of processor time, in whatever format', () => {
  const models = createCityModel(demoCity());
  const nodes = models.filter(({ spec }) => spec.format === 'sparkplug-b');
  const edge = createSparkplugEdge(nodes[0]!.spec.collectorId, nodes);
  const started = process.cpuUsage().user;
  let readings = 0;
  const messages = historyMessages(
    models,
    (model) => createSpeech(model, edge),
    local('2025-01-01'),
    local('2026-11-22'),
  );
  for (const { fresh } of messages) readings += fresh;
  expect(readings).toBeGreaterThan(1_700_000);
  expect((process.cpuUsage().user - started) / readings).toBeLessThan(10e6 / 2e6);
});
