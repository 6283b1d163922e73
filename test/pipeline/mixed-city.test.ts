import { expect, onTestFinished, test } from 'vitest';

import { unitFactor } from '../../domain/quantity.ts';
import type { Health } from '../../services/api/schemas/health.ts';
import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import type { CitySpec, MeterSpec } from '../../simulators/city/spec.ts';
import { openLink, type Link } from '../../simulators/fleet/link.ts';
import { createSpeech } from '../../simulators/fleet/speech/create-speech.ts';
import { createSparkplugEdge } from '../../simulators/fleet/speech/sparkplug-edge.ts';
import type { FleetMessage, Speech } from '../../simulators/fleet/speech/speech.ts';
import { createCityModel } from '../../simulators/load/city-model.ts';
import type { MeterModel } from '../../simulators/load/meter-model.ts';
import type { ApiClient } from '../support/api-client.ts';
import { createDice, type Dice } from '../support/fuzz/dice.ts';
import { mixedCity } from '../support/mixed-city.ts';
import { postCollector, postInstitution } from '../support/pipeline-registry.ts';
import { startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const FROM_MS = Date.parse('2026-03-01T00:00:00+08:00');
const TO_MS = Date.parse('2026-04-01T00:00:00+08:00');
/** In the middle of a working day. */
const ROLLOVER_MS = Date.parse('2026-03-17T10:20:00+08:00');
const NOW = '2026-04-01T09:00:00+08:00';
const HOUR_MS = 3_600_000;
/** Readings in a message. */
const SLICE = 96;
const SOON = { timeout: 90_000, interval: 300 };

test('a recorded month of a city that speaks every format gives the exact usage of each meter', async () => {
  const city = mixedCity(ROLLOVER_MS);
  const models = createCityModel(city);
  const platform = await startPlatform({ folder: await tempFolder(), settings: { CLOCK_START: NOW } });
  const api = await platform.logIn();
  const links = await registered(api, city, platform.mqttUrl);

  const edge = createSparkplugEdge(
    'edge-1',
    models.filter(({ spec }) => spec.format === 'sparkplug-b'),
  );
  const speeches = new Map(models.map((model) => [model, createSpeech(model, edge)]));
  const dice = createDice(20_260_301);
  const recorded = new Map(models.map((model) => [model, recordedTimes(dice, model.spec)]));
  await publishMonth(dice, recorded, speeches, links);

  await expect.poll(() => wrongMonths(api, models), SOON).toEqual([]);
  expect(models.filter(({ valueAt }) => valueAt(TO_MS) < valueAt(FROM_MS)).length).toBeGreaterThanOrEqual(4);
  const qualities = new Set<string>();
  for (const model of models) {
    const hours = await api.items<MeterUsageItem>(usagePath(model, '1h'));
    for (const { quality } of hours) qualities.add(quality);
    expect({ id: model.spec.id, ...unequalHours(hours, model, recorded.get(model)!) }).toEqual({
      id: model.spec.id,
      hours: 744,
      unequal: [],
      sum: usedMicro(model, FROM_MS, TO_MS),
    });
  }

  expect(qualities).toEqual(new Set(['measured', 'estimated']));

  // And as they speak now: in the plain form of their format, most of them without a time.
  const nowMs = Date.parse(NOW);
  for (const [model, speech] of speeches)
    for (const message of speech.present(nowMs)) await publish(links, model, message);
  await expect.poll(() => silentNow(api, models, nowMs), SOON).toEqual([]);

  expect(await api.items('/quarantine')).toEqual([]);
  expect(await api.get<Health>('/health')).toMatchObject({ status: 'ok' });
});

/** Enters the city by the API and connects its collectors. */
async function registered(api: ApiClient, city: CitySpec, url: string): Promise<Map<string, Link>> {
  for (const { id } of city.institutions) await postInstitution(api, id);
  const links = new Map<string, Link>();
  for (const { id } of city.collectors) {
    const password = await postCollector(api, id);
    const link = await openLink({ url, username: id, password });
    onTestFinished(() => link.close(true));
    links.set(id, link);
  }
  for (const { simulation: _simulation, ...meter } of city.meters) await api.post('/meters', meter);
  for (const binding of city.bindings) await api.post('/bindings', binding);
  return links;
}

/** The instants that a meter was read at: its interval, but for some gaps in between. */
function recordedTimes(dice: Dice, { expectedIntervalS }: MeterSpec): number[] {
  const stepMs = expectedIntervalS * 1000;
  const all = Array.from({ length: (TO_MS - FROM_MS) / stepMs + 1 }, (_, index) => FROM_MS + index * stepMs);
  const missing = new Set<number>();
  for (let gaps = dice.below(3); gaps > 0; gaps--) {
    const first = 1 + dice.below(all.length - 80);
    const count = 1 + dice.below(60);
    for (let at = first; at < first + count; at++) missing.add(all[at]!);
  }
  return all.filter((ms) => !missing.has(ms));
}

/** All of it, messages of all meters mixed: some twice, some of them late, and within some the order is lost. */
async function publishMonth(
  dice: Dice,
  recorded: ReadonlyMap<MeterModel, number[]>,
  speeches: ReadonlyMap<MeterModel, Speech>,
  links: ReadonlyMap<string, Link>,
): Promise<void> {
  const late: { model: MeterModel; messages: FleetMessage[] }[] = [];
  const slices = Math.ceil((TO_MS - FROM_MS) / HOUR_MS / SLICE);
  for (let slice = 0; slice < slices; slice++) {
    for (const [model, times] of recorded) {
      const of = times.length / slices;
      const part = times.slice(Math.round(slice * of), slice === slices - 1 ? undefined : Math.round((slice + 1) * of));
      const shuffled = <T>(items: T[]): T[] => (dice.chance(0.3) ? items.toReversed() : items);
      const messages = cut(part).flatMap((each) => speeches.get(model)!.history(each, shuffled));
      // What a Sparkplug node says has its place in a sequence.
      const isSequence = model.spec.format === 'sparkplug-b';
      if (!isSequence && dice.chance(0.2)) late.push({ model, messages });
      else for (const message of messages) await publish(links, model, message);
      if (!isSequence && dice.chance(0.2)) late.push({ model, messages });
    }
  }
  for (const { model, messages } of late.toReversed())
    for (const message of messages) await publish(links, model, message);
  await Promise.all([...links.values()].map((link) => link.drained()));
}

function cut(times: readonly number[]): number[][] {
  const parts: number[][] = [];
  for (let at = 0; at < times.length; at += SLICE) parts.push(times.slice(at, at + SLICE));
  return parts;
}

async function publish(
  links: ReadonlyMap<string, Link>,
  { spec }: MeterModel,
  { topic, payload }: FleetMessage,
): Promise<void> {
  await links.get(spec.collectorId)!.publish(topic, payload);
}

/** Meters whose month is not yet what their registers say. */
async function wrongMonths(api: ApiClient, models: readonly MeterModel[]): Promise<object[]> {
  const wrong: object[] = [];
  for (const model of models) {
    const [month] = await api.items<MeterUsageItem>(usagePath(model, '1mo'));
    const used = usedMicro(model, FROM_MS, TO_MS);
    const found = month?.value == null ? null : Math.round(month.value * 1e6);
    if (found !== used) wrong.push({ id: model.spec.id, found, used });
  }
  return wrong;
}

/** Hours between two readings that do not have what the register counted between them, and the sum of all hours. */
function unequalHours(hours: readonly MeterUsageItem[], model: MeterModel, recorded: readonly number[]): object {
  const read = new Set(recorded);
  const unequal = hours.flatMap(({ start, end, value, quality }): object[] => {
    const [fromMs, toMs] = [Date.parse(start), Date.parse(end)];
    if (!read.has(fromMs) || !read.has(toMs)) return value === null ? [{ start, value, quality }] : [];
    const used = usedMicro(model, fromMs, toMs);
    const isEqual = value !== null && Math.round(value * 1e6) === used;
    return isEqual ? [] : [{ start, value, quality, used }];
  });
  const sum = hours.reduce((total, { value }) => total + Math.round((value ?? 0) * 1e6), 0);
  return { hours: hours.length, unequal, sum };
}

/** Millionths of the canonical unit that passed, by the register as the meter shows it. */
function usedMicro({ spec, valueAt }: MeterModel, fromMs: number, toMs: number): number {
  const resolution = spec.simulation!.resolution!;
  const digits = (ms: number): number => Math.round(valueAt(ms) / resolution);
  const modulus = Math.round(spec.registerModulus! / resolution);
  const passed = (digits(toMs) - digits(fromMs) + modulus) % modulus;
  const factor = unitFactor(spec.medium, spec.registerUnit ?? '') ?? 1;
  return passed * Math.round(resolution * factor * spec.multiplier * 1e6);
}

/** Meters of which what they said last is not there. */
async function silentNow(api: ApiClient, models: readonly MeterModel[], nowMs: number): Promise<string[]> {
  const silent: string[] = [];
  for (const { spec, valueAt } of models) {
    const range = `from=${nowMs}&to=${nowMs + HOUR_MS}`;
    const readings = await api.items<{ total?: number }>(`/meters/${spec.id}/readings?${range}`);
    const factor = unitFactor(spec.medium, spec.registerUnit ?? '') ?? 1;
    const wanted = Math.round(valueAt(nowMs) * factor * 1e6);
    if (!readings.some(({ total }) => total !== undefined && Math.round(total * 1e6) === wanted)) silent.push(spec.id);
  }
  return silent;
}

function usagePath({ spec }: MeterModel, step: string): string {
  return `/meters/${spec.id}/usage?from=${FROM_MS}&to=${TO_MS}&step=${step}`;
}
