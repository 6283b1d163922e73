import { afterEach, expect, test, vi } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import { decodeMessage } from '../../../../gateway/decode/decode-message.ts';
import type { DecodedItem } from '../../../../gateway/decode/decoded.ts';
import type { DecodingContext } from '../../../../gateway/decode/decoding-context.ts';
import { createBindingFinder } from '../../../../gateway/decode/find-binding.ts';
import { createSparkplugSessions } from '../../../../gateway/decode/sparkplug-b/sessions.ts';
import { createDirectory } from '../../../../gateway/directory.ts';
import { demoCity } from '../../../../simulators/city.ts';
import type { CitySpec, MeterSpec } from '../../../../simulators/city/spec.ts';
import { openFleet, type Fleet } from '../../../../simulators/fleet/open-fleet.ts';
import { createCityModel } from '../../../../simulators/load/city-model.ts';
import { HOUR_MS, local } from '../instants.ts';
import { openRecordingBroker, type RecordingBroker } from '../recording-broker.ts';

// Years of loads are computed here, next to whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const toMs = local('2026-05-15T09:00');
const fromMs = toMs - 24 * HOUR_MS;
/** A day by the quarter hour, both ends included. */
const POINTS = 24 * 4 + 1;

let broker: RecordingBroker;
let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
  await broker.close();
});

/** The meters of the city that do not speak the platform's own JSON, without faults. */
function fieldCity(): CitySpec {
  const city = demoCity();
  const isOfField = ({ format }: MeterSpec): boolean => format !== undefined;
  return { ...city, meters: city.meters.filter(isOfField), faults: [] };
}

async function open(city: CitySpec): Promise<Fleet> {
  const tokens = Object.fromEntries(city.collectors.map(({ id }) => [id, `token of ${id}`]));
  broker = await openRecordingBroker((username) => tokens[username] !== undefined);
  fleet = await openFleet({ url: broker.url, city, tokens });
  return fleet;
}

function contextOf(city: CitySpec): DecodingContext {
  const directory = createDirectory();
  directory.replace({ bindings: city.bindings.map((binding) => ({ ...binding, mapping: null })) });
  return {
    baseTopic: 'energy/v1',
    findBinding: createBindingFinder(directory.bindings()),
    zone: createZone('Asia/Shanghai'),
    sessions: createSparkplugSessions(),
  };
}

/** What the gateway reads of all that the broker got, by collector and address (or meter). */
function readingsHeard(city: CitySpec, context = contextOf(city)): Map<string, DecodedItem[]> {
  const heard = new Map<string, DecodedItem[]>();
  for (const [position, { topic, bytes, username }] of broker.messages.entries()) {
    if (topic.endsWith('/status')) continue;
    const message = { topic, payload: bytes, source: username, receivedAtMs: toMs, position };
    const { items, refused } = decodeMessage(message, context);
    expect(refused).toEqual([]);
    for (const item of items) {
      const key = `${username} ${item.address ?? item.meter}`;
      heard.set(key, [...(heard.get(key) ?? []), item]);
    }
  }
  return heard;
}

const isDay = ({ fields }: DecodedItem): boolean => typeof fields['total'] === 'number';
const keyOf = ({ collectorId, address, id }: MeterSpec): string => `${collectorId} ${address ?? id}`;

test('history: every meter says its register at each instant, in its own format', async () => {
  const city = fieldCity();
  const sent = await (await open(city)).publishHistory({ fromMs, toMs });
  const context = contextOf(city);
  const heard = readingsHeard(city, context);
  expect(context.sessions.nodes()).toMatchObject([{ online: 1, gaps: 0 }]);
  const models = [...createCityModel(city), ...createCityModel({ ...city, meters: city.unregistered })];
  expect(sent).toBe(models.length * POINTS);
  expect(heard.size).toBe(models.length);
  for (const { spec, valueAt } of models) {
    const readings = heard.get(keyOf(spec))!.filter(isDay);
    const byTime = new Map(readings.map(({ fields }) => [fields['ts'] as number, fields]));
    expect({ id: spec.id, points: byTime.size }).toEqual({ id: spec.id, points: POINTS });
    for (const [ms, { total, unit }] of byTime) {
      const inWh = unit === 'Wh' ? 1000 : 1;
      expect((total as number) / inWh).toBeCloseTo(valueAt(ms), 6);
    }
    if (spec.format !== undefined)
      expect(new Set(readings.map(({ format }) => format))).toEqual(new Set([spec.format]));
  }
});

test('live: what they say at present is read too, who is not registered speaks along, and a stranger is turned away', async () => {
  const city = fieldCity();
  const started = performance.now();
  const now = (): number => Math.floor(toMs + performance.now() - started);
  const live = (await open(city)).runLive({ now, periodS: 0.5, sinceMs: toMs });
  const context = contextOf(city);
  await vi.waitFor(() => {
    const heard = readingsHeard(city, context);
    for (const meter of city.meters) expect(heard.get(keyOf(meter))?.some(isDay)).toBe(true);
    expect(broker.refused).toContain(city.strangers[0]);
  }, 20_000);
  live.stop();
  const quantities = new Set([...readingsHeard(city).values()].flat().flatMap(({ fields }) => Object.keys(fields)));
  for (const name of ['total', 'registers', 'rate', 'voltageA', 'flow', 'supply', 'return'])
    expect(quantities).toContain(name);
});

test('a Sparkplug node that lost its connection is born anew before it goes on, its death is its last will', async () => {
  const city = fieldCity();
  const nodes = { ...city, meters: city.meters.filter(({ format }) => format === 'sparkplug-b'), unregistered: [] };
  const started = performance.now();
  const now = (): number => Math.floor(toMs + performance.now() - started);
  const live = (await open(nodes)).runLive({ now, periodS: 0.2, sinceMs: toMs });
  const kinds = (): string[] =>
    broker.messages
      .map(({ topic }) => topic.split('/'))
      .flatMap(([space, , kind]) => (space === 'spBv1.0' ? [kind!] : []));
  const births = (): number => kinds().filter((kind) => kind === 'NBIRTH').length;
  await vi.waitFor(() => expect(kinds()).toContain('DDATA'), 20_000);
  expect(kinds().slice(0, 1 + nodes.meters.length)).toEqual(['NBIRTH', ...nodes.meters.map(() => 'DBIRTH')]);
  expect(births()).toBe(1);

  broker.cut();
  await vi.waitFor(() => {
    expect(births()).toBe(2);
    expect(kinds().at(-1)).toBe('DDATA');
  }, 20_000);
  live.stop();
  // Between death and birth comes at most data that was not acknowledged before the connection broke.
  const birth = kinds().lastIndexOf('NBIRTH');
  const between = kinds().slice(kinds().indexOf('NDEATH') + 1, birth);
  expect(between.filter((kind) => kind !== 'DDATA')).toEqual([]);
  expect(kinds().slice(birth + 1, birth + 1 + nodes.meters.length)).toEqual(nodes.meters.map(() => 'DBIRTH'));
  const wills = broker.messages.filter(({ topic }) => topic.includes('/NDEATH/'));
  expect(wills.map(({ retain }) => retain)).toEqual([false]);

  const context = contextOf(nodes);
  readingsHeard(nodes, context);
  expect(context.sessions.nodes()).toMatchObject([{ online: 1 }]);
});
