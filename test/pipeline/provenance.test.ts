import mqtt, { type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';

import type { RawMessage } from '../../services/api/schemas/message.ts';
import type { Provenance, ProvenancePoint } from '../../services/api/schemas/provenance.ts';
import type { Report } from '../../services/api/schemas/report.ts';
import { encodeDlt645 } from '../../simulators/encoders/dlt645-2007.ts';
import type { ApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { postCollector, postInstitution, postMeter } from '../support/pipeline-registry.ts';
import { amountFromAccount } from '../support/provenance-client.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ms = (text: string): number => Date.parse(`${text}+08:00`);
const YEAR = { fromMs: ms('2026-01-01T00:00'), toMs: ms('2027-01-01T00:00') };
const SENT_FROM = ms('2025-12-30T00:00');
const SENT_TO = ms('2027-01-03T00:00');
const MODULUS = 100_000;
const REPLACED = ms('2026-06-15T10:40');
const OPENING = 12.34;
const SOON_MS = 30_000;
/** Small segments: nearly all that is stored is in the archive. */
const SETTINGS = { CLOCK_START: '2027-01-05T12:00:00+08:00', SPOOL_SEGMENT_BYTES: '65536' };
const TOTAL = '/provenance?report=2026/office&medium=electricity';

test('the total of an annual report opens down to raw messages whose register differences × multiplier are it', async () => {
  const platform = await startPlatform({ folder: await tempFolder(), settings: SETTINGS });
  const api = await platform.logIn();
  const client = await connect(platform.mqttUrl, await registerMeters(api));
  const { mainMessages, closingRegister } = await publishYear(client);
  await enterLate(api, closingRegister);

  const opened = await eventually(
    () => openAll(api, TOTAL),
    (parts) => isWhole(parts),
    SOON_MS,
  );
  expect(isWhole(opened), JSON.stringify(opened.map(({ figure, agrees }) => [figure.micro, agrees]))).toBe(true);
  const { figures } = await api.get<Report>('/reports/2026/office');
  const stated = figures.media.find(({ medium }) => medium === 'electricity')!;
  const reader = createReader(api);
  expect(await reproduced(opened, reader)).toBe(microOf(String(stated.total), '1'));
  expect(reader.formats()).toEqual(['frames', 'reading', 'readings', 'tele']);

  // What happened to the main meter, in the order of its year.
  const main = opened.flatMap(({ meters }) => meters).find(({ meter }) => meter === 'main')!;
  const { runs } = main.terms[0]!.account!;
  expect(runs.map(({ begins, multiplier, rollovers }) => [begins, multiplier, rollovers.length])).toEqual([
    ['range', 40, 1],
    ['replacement', 40, 0],
    ['multiplier', 60, 0],
  ]);
  expect(runs[1]?.first).toMatchObject({ source: 'event', register: OPENING });
  expect(main.terms.map(({ meter, factor }) => [meter, factor])).toEqual([
    ['main', 1],
    ['hall', -1],
    ['lift', -1],
  ]);
  expect(main.terms[0]!.corrections.map(({ what, by }) => [what, by])).toEqual([
    ['replacement', 'admin'],
    ['multiplier', 'admin'],
  ]);

  // A month and a sub-item of the same report, and the report of the city above it.
  for (const figure of ['month&month=6', 'subItem&subItem=B', 'subItem&subItem=']) {
    const parts = await openAll(api, `${TOTAL}&figure=${figure}`);
    expect(await reproduced(parts, reader), figure).toBe(BigInt(parts[0]!.figure.micro!));
  }
  // The city's draft is made behind the institution's.
  const ofOffice = opened[0]!.figure.micro;
  const city = await eventually(
    () => api.get<Provenance>(TOTAL.replace('office', '150200')),
    ({ figure }) => figure.micro === ofOffice,
    SOON_MS,
  );
  expect(city.figure.micro).toBe(ofOffice);

  // The same bytes again: the segments that hold the first ones go into the archive.
  for (const payload of mainMessages) await client.publishAsync('energy/v1/c1/main/reading', payload, { qos: 1 });
  const places = await eventually(
    () => reader.places(),
    (found) => found.every((place) => place === 'archive'),
    SOON_MS,
  );
  expect(new Set(places)).toEqual(new Set(['archive']));
  const archived = createReader(api);
  expect(await reproduced(await openAll(api, TOTAL), archived)).toBe(microOf(String(stated.total), '1'));
  await client.endAsync();
  await platform.stop();
});

async function registerMeters(api: ApiClient): Promise<string> {
  await postInstitution(api, 'office');
  const token = await postCollector(api, 'c1');
  const meter = { institutionId: 'office', collectorId: 'c1' };
  await postMeter(api, {
    ...meter,
    id: 'main',
    subItem: 'A',
    multiplier: 40,
    registerModulus: MODULUS,
    ratedMaximum: 40,
    expectedIntervalS: 3600,
  });
  const below = { ...meter, parentId: 'main', expectedIntervalS: 21_600 };
  await postMeter(api, { ...below, id: 'hall', subItem: 'A' });
  await postMeter(api, { ...below, id: 'lift', subItem: 'B' });
  const daily = { ...meter, expectedIntervalS: 86_400 };
  await postMeter(api, { ...daily, id: 'pump', subItem: 'B', address: '161', format: 'dlt645-2007', multiplier: 20 });
  await postMeter(api, { ...daily, id: 'plug', address: 'plug-1', format: 'tasmota' });
  await api.post('/bindings', { id: 'plugs', collectorId: 'c1', topic: 'tele/{address}/SENSOR', format: 'tasmota' });
  return token;
}

async function connect(url: string, token: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { username: 'c1', password: token, reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  return client;
}

/** Readings of a year and a few days around it; tells the messages of the main meter, and what its old register showed last. */
async function publishYear(client: MqttClient): Promise<{ mainMessages: string[]; closingRegister: number }> {
  const random = seededRandom(645);
  const send = (topic: string, payload: string): Promise<unknown> => client.publishAsync(topic, payload, { qos: 1 });

  // 1. The main meter, by the platform's own JSON: its register goes over its modulus in spring.
  let register = 62_000;
  let closingRegister = 0;
  const hourly: { ts: number; total: number }[] = [];
  for (let ts = SENT_FROM + 13 * 60_000; ts <= SENT_TO; ts += HOUR) {
    const isNew = ts - HOUR < REPLACED && ts >= REPLACED;
    if (isNew) closingRegister = cents(register + 1.5);
    register = isNew ? OPENING + 5 : (register + 8 + random() * 8) % MODULUS;
    hourly.push({ ts, total: cents(register) });
  }
  const mainMessages: string[] = [];
  for (let at = 0; at < hourly.length; at += 500) mainMessages.push(JSON.stringify(hourly.slice(at, at + 500)));
  for (const payload of mainMessages) await send('energy/v1/c1/main/reading', payload);

  // 2. Two meters below it in one message, at instants beside the hour.
  let [hall, lift] = [500, 100];
  const both: { meter: string; ts: number; total: number }[] = [];
  for (let ts = SENT_FROM + 7 * 60_000; ts <= SENT_TO; ts += 6 * HOUR) {
    hall += random() * 40;
    lift += random() * 9;
    both.push({ meter: 'hall', ts, total: cents(hall) }, { meter: 'lift', ts, total: cents(lift) });
  }
  for (let at = 0; at < both.length; at += 200)
    await send('energy/v1/c1/readings', JSON.stringify(both.slice(at, at + 200)));

  // 3. Frames of DL/T 645-2007 once a day, and a plug once a week.
  let [pump, plug] = [1000, 10];
  for (let ts = SENT_FROM + 7.22 * HOUR; ts <= SENT_TO; ts += DAY) {
    pump += random() * 3;
    const hex = encodeDlt645('161', '00010000', [cents(pump)], { preamble: 4 }).toString('hex');
    await send('energy/v1/c1/frames', JSON.stringify({ ts, hex }));
  }
  for (let ts = SENT_FROM + 9 * HOUR; ts <= SENT_TO + 7 * DAY; ts += 7 * DAY) {
    plug += random() * 5;
    const local = new Date(Math.min(ts, SENT_TO) + 8 * HOUR).toISOString().slice(0, 19);
    await send('tele/plug-1/SENSOR', JSON.stringify({ Time: local, ENERGY: { Total: cents(plug), Power: 40 } }));
  }
  return { mainMessages, closingRegister };
}

/** What nobody had entered while the readings came in. */
async function enterLate(api: ApiClient, closingRegister: number): Promise<void> {
  const registers = { closingRegister, openingRegister: OPENING };
  await api.post('/meters/main/life', { kind: 'replacement', at: new Date(REPLACED).toISOString(), ...registers });
  await api.post('/meters/main/life', { kind: 'multiplier', date: '2026-09-01', multiplier: 60 });
}

/** All pages of a figure. */
async function openAll(api: ApiClient, path: string): Promise<Provenance[]> {
  const pages: Provenance[] = [];
  for (let cursor = ''; ;) {
    const page = await api.get<Provenance>(`${path}&limit=2${cursor}`).catch(() => undefined);
    if (page === undefined) return [];
    pages.push(page);
    if (page.next === null) return pages;
    cursor = `&cursor=${page.next}`;
  }
}

/** All has come, and is counted and reported as it has. */
function isWhole(pages: readonly Provenance[]): boolean {
  const parts = pages.flatMap(({ meters }) => meters);
  const isCounted = ({ terms }: Provenance['meters'][number]): boolean =>
    Date.parse(terms[0]?.account?.runs.at(-1)?.last.ts ?? '') >= YEAR.toMs;
  return parts.length === 5 && pages.every(({ agrees }) => agrees) && parts.every((part) => isCounted(part));
}

interface Reader {
  registerOf(point: ProvenancePoint): Promise<number>;
  /** The kinds of topics that were read. */
  formats(): string[];
  /** Where the messages lie that were read. */
  places(): Promise<string[]>;
}

/** Reads registers from the bytes of raw messages, without any of the platform's decoders. */
function createReader(api: ApiClient): Reader {
  const formats = new Set<string>();
  const links = new Set<string>();
  const known = new Map<string, RawMessage>();
  const messageAt = (link: string): Promise<RawMessage> => api.get<RawMessage>(link.replace('/api', ''));
  return {
    registerOf: async ({ link, ts, position, receivedAt, register }) => {
      if (link === null) throw new Error(`no message behind the reading of ${ts}`);
      links.add(link);
      const message = known.get(link) ?? (await messageAt(link));
      known.set(link, message);
      expect([message.position, message.receivedAt, message.whole, message.collector]).toEqual([
        position,
        receivedAt,
        true,
        'c1',
      ]);
      formats.add(formatOf(message.topic));
      const meter = new URL(link, 'http://host').searchParams.get('meter')!;
      const total = registerIn(message, meter, Date.parse(ts));
      expect(total).toBe(register);
      return total;
    },
    formats: () => [...formats].toSorted(),
    places: () => Promise.all([...links].map(async (link) => (await messageAt(link)).in)),
  };
}

function formatOf(topic: string): string {
  return topic.startsWith('tele/') ? 'tele' : topic.split('/').at(-1)!;
}

function registerIn({ topic, payload }: RawMessage, meter: string, tsMs: number): number {
  const bytes = Buffer.from(payload!, 'base64');
  const json = JSON.parse(bytes.toString()) as Record<string, unknown>;
  const format = formatOf(topic);
  if (format === 'tele') return (json['ENERGY'] as { Total: number }).Total;
  if (format === 'frames') {
    expect(json['ts']).toBe(tsMs);
    return forwardEnergy(Buffer.from(json['hex'] as string, 'hex'));
  }
  const items = json as unknown as { meter?: string; ts: number; total: number }[];
  const item = items.find((one) => one.ts === tsMs && (one.meter === undefined || one.meter === meter));
  if (item === undefined) throw new Error(`no reading of ${meter} at ${tsMs} on ${topic}`);
  return item.total;
}

/** Forward active energy of a DL/T 645-2007 answer: four bytes of BCD, the lowest first, in hundredths. */
function forwardEnergy(frame: Buffer): number {
  const from = frame.indexOf(0x68);
  const data = frame.subarray(from + 10, from + 10 + frame[from + 9]!).map((byte) => byte - 0x33);
  expect(Buffer.from(data.subarray(0, 4)).toString('hex')).toBe('00000100');
  const digits = Buffer.from(data.subarray(4, 8)).reverse().toString('hex');
  return Number(digits) / 100;
}

/** Σ over all parts, from the bytes alone. */
async function reproduced(pages: readonly Provenance[], reader: Reader): Promise<bigint> {
  const toMicro = (register: number, factor: number): bigint => microOf(String(register), String(factor));
  const registerOf = (point: ProvenancePoint): Promise<number> => reader.registerOf(point);
  let sum = 0n;
  for (const part of pages.flatMap(({ meters }) => meters)) {
    expect(part.share?.share).toBe(1);
    for (const { account, factor } of part.terms)
      sum += BigInt(factor) * (await amountFromAccount(account!, { toMicro, registerOf }));
  }
  return sum;
}

/** The product of two decimal numbers in millionths, rounded half away from zero. */
function microOf(a: string, b: string): bigint {
  const [x, y] = [a, b].map((text) => {
    const [whole = '0', rest = ''] = text.split('.');
    return { digits: BigInt(whole + rest), places: rest.length };
  }) as [Decimal, Decimal];
  const product = x.digits * y.digits;
  const places = x.places + y.places;
  if (places <= 6) return product * 10n ** BigInt(6 - places);
  const scale = 10n ** BigInt(places - 6);
  return (product + (product < 0n ? -scale : scale) / 2n) / scale;
}

interface Decimal {
  digits: bigint;
  places: number;
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
