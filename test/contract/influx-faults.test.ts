import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { ReadingRow } from '../../domain/reading.ts';
import type { Batch } from '../../gateway/sort-out.ts';
import { createDeferral } from '../../gateway/deferred/deferral.ts';
import { storeBatch } from '../../gateway/store-batch.ts';
import { createTries } from '../../gateway/try-until-done.ts';
import { openInfluxStore } from '../../storage/series/influx/open-influx-store.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import {
  isQuery,
  isReadingWrite,
  isWrite,
  startFaultProxy,
  type Fault,
  type FaultProxy,
  type ProxiedCall,
} from '../support/fault-proxy.ts';
import { startInfluxd, type Influxd } from '../support/influxd.ts';
import { isMissing } from '../support/is-missing.ts';
import { createMemoryQuarantine } from '../support/memory-quarantine.ts';
import { spoolMessage } from '../support/spool-message.ts';

const T0 = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;
const FOREVER: [number, number] = [0, Date.UTC(2090, 0, 1)];
const TIMEOUT_MS = 500;

const reading = (n: number, value = n, meter = 'm'): ReadingRow => ({
  meter,
  metric: 'total',
  observedAtMs: T0 + n * HOUR_MS,
  value,
  receivedAtMs: T0,
  flags: 0,
  position: n + 1,
});
const ROWS = Array.from({ length: 40 }, (_, n) => reading(n));

describe.skipIf(isMissing('influxd'))('InfluxDB that fails', () => {
  let server: Influxd;
  let proxy: FaultProxy;
  let store: SeriesStore;
  let number = 0;
  const open = (): Promise<SeriesStore> =>
    openInfluxStore({ url: proxy.url, database: `faults ${number}`, timeoutMs: TIMEOUT_MS });
  const stored = (): Promise<ReadingRow[]> => store.readings('m', ...FOREVER, 1000);

  beforeAll(async () => {
    server = await startInfluxd();
    proxy = await startFaultProxy(server.url);
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });
  beforeEach(async () => {
    number++;
    store = await open();
    // The way is paved: what fails is the call that a test looks at.
    await store.writeReadings([reading(-1)]);
  });
  afterEach(() => proxy.lift());

  const down = { code: 'store-unavailable', retryable: true };
  const saying = (words: string): unknown => expect.stringContaining(words);

  const holding: { fault: Fault; says: string; calls?: [string, (call: ProxiedCall) => boolean] }[] = [
    { fault: { kind: 'status', status: 500 }, says: 'answered 500: {"error":"fault"}. Look into' },
    { fault: { kind: 'status', status: 503, body: '' }, says: 'answered 503' },
    { fault: { kind: 'status', status: 401 }, says: 'Check INFLUX_TOKEN, or INFLUX_USERNAME' },
    { fault: { kind: 'status', status: 403 }, says: 'the right to read and write' },
    { fault: { kind: 'status', status: 404 }, says: 'database or bucket' },
    { fault: { kind: 'status', status: 408 }, says: '408' },
    { fault: { kind: 'status', status: 429 }, says: '429' },
    { fault: { kind: 'status', status: 302 }, says: 'INFLUX_URL' },
    { fault: { kind: 'status', status: 200, body: '{"ok":true}' }, says: 'not 204' },
    { fault: { kind: 'hang', stored: false }, says: `did not answer within ${TIMEOUT_MS / 1000} s` },
    { fault: { kind: 'hang', stored: true }, says: `did not answer within ${TIMEOUT_MS / 1000} s` },
    { fault: { kind: 'delay', ms: TIMEOUT_MS * 1.5 }, says: 'did not answer within' },
    { fault: { kind: 'cut', stored: false }, says: 'cannot be reached' },
    { fault: { kind: 'cut', stored: true }, says: 'cannot be reached' },
    { fault: { kind: 'cut-answer', stored: false }, says: 'cannot be reached' },
    { fault: { kind: 'cut-answer', stored: true }, says: 'cannot be reached' },
    { fault: { kind: 'hang-answer' }, says: 'did not answer within' },
    ...[400, 422, 500].map((status) => ({
      fault: { kind: 'status' as const, status },
      says: String(status),
      calls: ['the log of what was written', (call: ProxiedCall) => isWrite(call) && !isReadingWrite(call)] as [
        string,
        (call: ProxiedCall) => boolean,
      ],
    })),
    ...[400, 413, 422].map((status) => ({
      fault: { kind: 'status' as const, status },
      says: String(status),
      calls: ['what stands there', isQuery] as [string, (call: ProxiedCall) => boolean],
    })),
    ...(['cut-answer', 'cut'] as const).map((kind) => ({
      fault: { kind, stored: true } as Fault,
      says: 'cannot be reached',
      calls: ['what stands there', isQuery] as [string, (call: ProxiedCall) => boolean],
    })),
    {
      fault: { kind: 'hang-answer' },
      says: 'did not answer within',
      calls: ['what stands there', isQuery],
    },
  ];
  for (const { fault, says, calls: [call, concerns] = ['the readings', isReadingWrite] } of holding)
    test(`${JSON.stringify(fault)} to ${call}: unavailable, and the same write makes it good`, async () => {
      await store.writeReadings(ROWS.slice(0, 5));
      proxy.set(fault, concerns);
      // Some stand there with another value, so that they are looked at first.
      const rows = [{ ...ROWS[1]!, value: 77, position: 100 }, ...ROWS.slice(3)];
      await expect(store.writeReadings(rows)).rejects.toMatchObject({ ...down, message: saying(says) });
      expect(proxy.faults).toBe(1);
      proxy.lift();
      const outcome = await store.writeReadings(rows);
      expect(outcome.stored + outcome.duplicates + outcome.conflicts).toBe(rows.length);
      const want = [reading(-1), ROWS[0], rows[0], ...ROWS.slice(2)];
      expect(await stored()).toEqual(want);
      const touched = (await store.touchedSince(0)).ranges.filter(({ toMs }) => toMs === ROWS.at(-1)!.observedAtMs);
      expect(touched).not.toEqual([]);
      // Not even the sockets of what was given up stay.
      await expect.poll(() => proxy.connections()).toBeLessThan(5);
    });

  test('a query whose answer breaks off is no short answer', async () => {
    await store.writeReadings(ROWS);
    proxy.set({ kind: 'cut-answer', stored: true }, isQuery);
    await expect(stored()).rejects.toMatchObject(down);
    proxy.set({ kind: 'hang-answer' }, isQuery);
    await expect(stored()).rejects.toMatchObject({ ...down, message: saying('did not answer within') });
    proxy.lift();
    expect(await stored()).toHaveLength(41);
  });

  for (const status of [400, 413, 422])
    test(`${status} to one line: it alone is quarantined, with the server's words, and the rest stored`, async () => {
      proxy.set({ kind: 'status', status, body: '{"error":"no 7"}' }, (call) => / value=(7|31),/.test(call.body));
      const { quarantine, outcome } = await drained(ROWS);
      // A half of which some lines went through before one was refused finds those there.
      expect(outcome.stored + outcome.duplicates).toBe(38);
      expect(refusedOf(quarantine)).toEqual([
        [7, 'store-rejected', `InfluxDB answered ${status}: {"error":"no 7"}`],
        [31, 'store-rejected', `InfluxDB answered ${status}: {"error":"no 7"}`],
      ]);
      proxy.lift();
      expect(await stored()).toEqual([reading(-1), ...ROWS.filter(({ value }) => value !== 7 && value !== 31)]);
    });

  test('a partial write, points beyond the retention: those alone are quarantined, the rest stored once', async () => {
    const now = Date.now();
    await server.statement(`CREATE DATABASE "faults short" WITH DURATION 30d`);
    store = await openInfluxStore({ url: proxy.url, database: 'faults short', timeoutMs: 5000 });
    const rows = ROWS.map((row, n) => ({
      ...row,
      observedAtMs: now - n * 60_000 - (n % 13 === 5 ? 90 * 24 * HOUR_MS : 0),
    }));
    const { quarantine } = await drained(rows);
    const refused = [5, 18, 31];
    expect(refusedOf(quarantine).map(([index]) => index)).toEqual(refused);
    expect(refusedOf(quarantine)[0]![2]).toContain('partial write: points beyond retention policy dropped=1');
    const kept = rows.filter((_, n) => !refused.includes(n)).toSorted((a, b) => a.observedAtMs - b.observedAtMs);
    expect(await stored()).toEqual(kept);
    const { ranges } = await store.touchedSince(0);
    expect(Math.min(...ranges.map(({ fromMs }) => fromMs))).toBeLessThanOrEqual(kept[0]!.observedAtMs);
  });

  test('a partial write, a field of another type: those rows alone are quarantined', async () => {
    const at = T0 + 2 * HOUR_MS;
    await server.statement('CREATE DATABASE "faults other"');
    const { status } = await fetch(`${server.url}/write?db=faults+other&precision=ms`, {
      method: 'POST',
      body: `reading,meter=text,metric=total value="x" ${at}`,
    });
    expect(status).toBe(204);
    store = await openInfluxStore({ url: proxy.url, database: 'faults other', timeoutMs: 5000 });
    // The conflict is within the shard of that time; the far ones are in others.
    const far = Array.from({ length: 10 }, (_, n) => reading(n + 24 * 400));
    const { quarantine } = await drained([...far, reading(3), reading(4)]);
    expect(refusedOf(quarantine).map(([index]) => index)).toEqual([10, 11]);
    expect(refusedOf(quarantine)[0]![2]).toContain('field type conflict');
    expect(await store.readings('m', T0 + 24 * 300 * HOUR_MS, FOREVER[1], 100)).toEqual(far);
  });

  test('health names the product, and what is wrong with it', async () => {
    expect(await store.health()).toMatchObject({
      ok: true,
      product: expect.stringMatching(/^InfluxDB 1\.\S+ \(OSS\)$/) as string,
    });
    proxy.set({ kind: 'status', status: 401 }, ({ path }) => path.startsWith('/ping'));
    expect(await store.health()).toMatchObject({ ok: false, detail: saying('INFLUX_TOKEN') });
    proxy.set({ kind: 'hang', stored: false }, () => true);
    expect(await store.health()).toMatchObject({ ok: false, detail: saying('did not answer within') });
  });

  async function drained(rows: readonly ReadingRow[]) {
    const quarantine = createMemoryQuarantine();
    const message = { ...spoolMessage('[]'), position: 0 };
    const batch: Batch = {
      rows: [...rows],
      origins: rows.map((_, index) => ({ message, index, collector: 'c1' })),
      entries: [],
      undated: [],
    };
    const tries = createTries({ first: 1, longest: 5 }, Date.now);
    const page = { messages: [message], next: 4711, damages: [] };
    const outcome = await storeBatch(batch, page, page.next, {
      store,
      quarantine,
      tries,
      deferral: createDeferral(tries, undefined, Date.now),
      now: Date.now,
      onStored: () => undefined,
    });
    return { outcome, quarantine };
  }
});

function refusedOf({ entries }: ReturnType<typeof createMemoryQuarantine>): [number, string, string][] {
  return [...entries.values()].map(({ index, reason, detail }) => [index, reason, detail]);
}
