import { afterEach, expect, test, vi } from 'vitest';

import { openFleet, type Fleet } from '../../../../simulators/fleet/open-fleet.ts';
import { createCityModel } from '../../../../simulators/load/city-model.ts';
import { HOUR_MS, local } from '../instants.ts';
import { partOfCity } from '../part-of-city.ts';
import { openRecordingBroker, type RecordingBroker } from '../recording-broker.ts';

// Years of readings are computed here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const city = partOfCity('kundulun-office', 'donghe-school');
const tokens = Object.fromEntries(city.collectors.map(({ id }) => [id, `token of ${id}`]));
const isAllowed = (username: string, token: string): boolean => token === `token of ${username}`;
const fromMs = local('2026-03-01');
const toMs = local('2026-05-15T09:20');

let broker: RecordingBroker;
let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
  await broker.close();
});

interface Sent {
  ts: number;
  total?: number;
  temperature?: number;
  setpoint?: number;
  rate?: number;
}
function readingsByMeter(): Map<string, Sent[]> {
  const byMeter = new Map<string, Sent[]>();
  for (const { topic, payload } of broker.messages) {
    const [, , , meter, kind] = topic.split('/');
    if (kind !== 'reading') continue;
    const items = JSON.parse(payload) as Sent | Sent[];
    byMeter.set(meter!, [...(byMeter.get(meter!) ?? []), ...(Array.isArray(items) ? items : [items])]);
  }
  return byMeter;
}

test('a history arrives whole at QoS 1 from a client for each collector, duplicates apart', async () => {
  broker = await openRecordingBroker(isAllowed);
  fleet = await openFleet({ url: broker.url, city, tokens, window: 3 });
  const counts: number[] = [];
  const sent = await fleet.publishHistory({ fromMs, toMs, onProgress: (done) => counts.push(done) });

  const models = createCityModel(city);
  const byMeter = readingsByMeter();
  expect(byMeter.size).toBe(models.length);
  let distinct = 0;
  for (const model of models) {
    const byTime = new Map(byMeter.get(model.spec.id)!.map((reading) => [reading.ts, reading[model.quantity]]));
    distinct += byTime.size;
    expect(byTime.get(fromMs)).toBe(model.valueAt(fromMs));
    expect(byTime.get(local('2026-05-15T09:15'))).toBe(model.valueAt(local('2026-05-15T09:15')));
  }
  expect(distinct).toBe(sent);
  expect(counts.at(-1)).toBe(sent);
  const readings = broker.messages.filter(({ topic }) => topic.endsWith('/reading'));
  for (const { qos, topic, username } of readings) expect([qos, topic.split('/')[2]]).toEqual([1, username]);
});

test('a fleet says online and offline, retained', async () => {
  broker = await openRecordingBroker(isAllowed);
  fleet = await openFleet({ url: broker.url, city, tokens });
  await fleet.close();
  fleet = undefined;
  const status = broker.messages.filter(({ topic }) => topic.endsWith('/status'));
  expect(status.map(({ payload }) => payload).sort()).toEqual(['offline', 'offline', 'online', 'online']);
  expect(status.every(({ retain, qos }) => retain && qos === 1)).toBe(true);
});

test('live: registers go on where the history ended, what was missed since then comes first', async () => {
  broker = await openRecordingBroker(isAllowed);
  fleet = await openFleet({ url: broker.url, city, tokens });
  const started = performance.now();
  const now = (): number => Math.floor(toMs + performance.now() - started);
  const live = fleet.runLive({ now, periodS: 0.5, sinceMs: toMs - HOUR_MS });
  await vi.waitFor(() => {
    const byMeter = readingsByMeter();
    expect(byMeter.size).toBe(city.meters.length);
    for (const readings of byMeter.values()) expect(readings.length).toBeGreaterThanOrEqual(6);
  }, 10_000);
  live.stop();

  const models = createCityModel(city);
  for (const [id, readings] of readingsByMeter()) {
    const model = models.find(({ spec }) => spec.id === id)!;
    expect(readings.slice(0, 4).map(({ ts }) => ts)).toEqual(
      ['08:30', '08:45', '09:00', '09:15'].map((time) => local(`2026-05-15T${time}`)),
    );
    for (const reading of readings) {
      expect(reading[model.quantity]).toBe(model.valueAt(reading.ts));
      if (reading.ts >= toMs) expect(reading.rate).toBe(model.rateAt(reading.ts));
    }
    const present = readings.slice(4).map(({ ts }) => ts);
    expect(present[0]).toBeGreaterThanOrEqual(toMs);
    expect(present).toEqual([...new Set(present)].sort((a, b) => a - b));
  }
});

test('a broker that refuses a token, one that is not there, and a token that is missing are told apart', async () => {
  broker = await openRecordingBroker(isAllowed);
  const wrong = { ...tokens, 'donghe-school-dtu': 'wrong' };
  await expect(openFleet({ url: broker.url, city, tokens: wrong })).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.stringContaining('donghe-school-dtu') as string,
  });
  await expect(openFleet({ url: 'mqtt://127.0.0.1:1', city, tokens })).rejects.toMatchObject({
    code: 'not-ready',
    retryable: true,
    message: expect.stringContaining('cannot reach the broker at mqtt://127.0.0.1:1') as string,
  });
  await expect(openFleet({ url: broker.url, city, tokens: {} })).rejects.toMatchObject({ code: 'config-invalid' });
});
