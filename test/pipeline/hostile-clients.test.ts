import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createCollector } from '../../services/registry/collectors.ts';
import { createInstitution } from '../../services/registry/institutions.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { seedRegions } from '../../services/registry/regions.ts';
import { migrate } from '../../storage/relational/migrate.ts';
import { openSqlite } from '../../storage/relational/sqlite/open-sqlite.ts';
import type { ApiClient } from '../support/api-client.ts';
import { connectFrame, idFrame, publishFrame } from '../support/mqtt-frames.ts';
import { logInRaw, openRawClient, PACKET } from '../support/raw-mqtt-client.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00+08:00');
const SOON = { timeout: 60_000, interval: 150 };
const STORM = { collectors: 100, clientsEach: 20 };
const ALL_IDS = 65_535;
const MIB = 1024 * 1024;
/** Round trips of the one that goes on, at least, while others storm: one or none where it had to wait for them. */
const SERVED = 4;
/** A round trip takes an fdatasync, and on a disk with other work a storm of a second may see two or three: another. */
const STORMS_EACH = 10;

interface Platform {
  platform: RunningPlatform;
  port: number;
  api: ApiClient;
}

/** A platform with collectors c0, c1, …, each with the token `token-` + id, and a meter of c0. */
async function start(collectors: number): Promise<Platform> {
  const folder = await tempFolder();
  const db = openSqlite(join(folder, 'registry.sqlite'));
  await migrate(db);
  const change = { userId: null, nowMs: NOW_MS };
  await seedRegions(db);
  await db.transaction().execute(async (trx) => {
    for (let n = 0; n < collectors; n++) {
      await createCollector(trx, { id: `c${n}`, name: `c${n}` }, change, `token-c${n}`);
    }
    const office = { id: 'office', name: 'office', type: 'agency', regionCode: '150203' } as const;
    await createInstitution(trx, { ...office, areaM2: 5000, headcount: 100 }, change);
    await createMeter(trx, { id: 'm0', institutionId: 'office', collectorId: 'c0', medium: 'electricity' }, change);
  });
  await db.destroy();
  const platform = await startPlatform({ folder, settings: { CLOCK_START: new Date(NOW_MS).toISOString() } });
  return { platform, port: Number(new URL(platform.mqttUrl).port), api: await platform.logIn() };
}

/** One message at a time, the next when the last is acknowledged, until it is told to stop. */
async function startSteady(port: number): Promise<{ roundTrips(): number; stop(): Promise<number> }> {
  const client = await logInRaw(port, 'c0', { clientId: 'steady' });
  let roundTrips = 0;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      const reading = JSON.stringify({ ts: NOW_MS - 3_600_000 + roundTrips * 10, total: roundTrips / 1000 });
      client.send(publishFrame('energy/v1/c0/m0/reading', reading, { qos: 1, messageId: (roundTrips % ALL_IDS) + 1 }));
      await client.received(PACKET.puback, roundTrips + 1);
      roundTrips++;
    }
  })();
  // Where it fails, stop() says so.
  running.catch(() => undefined);
  return {
    roundTrips: () => roundTrips,
    stop: async () => {
      isOver = true;
      await running;
      client.socket.destroy();
      return roundTrips;
    },
  };
}

test('a storm of 2,000 clients that drop and come back at once: all get in, and who publishes is not kept waiting', async () => {
  const { platform, port, api } = await start(STORM.collectors + 1);
  const steady = await startSteady(port);
  const names = Array.from({ length: STORM.collectors * STORM.clientsEach }, (_, n) => ({
    user: `c${1 + (n % STORM.collectors)}`,
    clientId: `dtu-${n}`,
  }));

  // The second time the ids are known, and the connections before are still there.
  let clients: Awaited<ReturnType<typeof logInRaw>>[] = [];
  for (const round of ['new ids', 'known ids', 'takeover']) {
    let served = 0;
    for (let storms = 0; storms < STORMS_EACH && served <= SERVED; storms++) {
      if (round !== 'takeover') for (const { socket } of clients) socket.destroy();
      const before = clients;
      const { codes, ...counted } = await storm(round);
      served = counted.served;
      expect({ round, codes }).toEqual({ round, codes: [0] });
      await Promise.all(before.map(({ closed }) => closed));
    }
    expect(served, round).toBeGreaterThan(SERVED);
  }
  const health = await api.get<{ parts: { broker: Record<string, unknown> } }>('/health');
  expect(health.parts.broker).toMatchObject({ connections: names.length + 1, refusedConnections: 0 });
  for (const { socket } of clients) socket.destroy();
  const roundTrips = await steady.stop();
  await expect.poll(() => readingsOf(api), SOON).toBe(roundTrips);
  await platform.stop();

  async function storm(round: string): Promise<{ codes: number[]; served: number }> {
    const servedBefore = steady.roundTrips();
    clients = await Promise.all(
      names.map(({ user, clientId }) => logInRaw(port, user, { clientId, clean: round === 'new ids' })),
    );
    const codes = new Set(clients.map((client) => client.returnCode));
    return { codes: [...codes], served: steady.roundTrips() - servedBefore };
  }
});

test('clients with 65,535 unacknowledged messages each: others keep their rate, memory is bounded, nothing is lost', async () => {
  const { platform, port, api } = await start(7);
  const steady = await startSteady(port);
  const heapBefore = await mainHeapBytes(platform);

  // QoS 1: PUBACK is never read.
  const deaf = await Promise.all([1, 2].map((n) => logInRaw(port, `c${n}`)));
  for (const client of deaf) client.socket.pause();
  // QoS 2: PUBREC is read, PUBREL never sent.
  const holding = await Promise.all([3, 4, 5, 6].map((n) => logInRaw(port, `c${n}`)));
  const bursts = [...deaf, ...holding].map((_, n) => allIds(`c${1 + n}`, n < deaf.length ? 1 : 2));
  let servedAt = steady.roundTrips();
  for (const [n, client] of [...deaf, ...holding].entries()) client.send(bursts[n]!);
  await Promise.all(holding.map((client) => client.received(PACKET.pubrec, ALL_IDS)));
  // While 393,210 messages came in from six, the one that sends them one by one got on.
  expect(steady.roundTrips() - servedAt).toBeGreaterThan(SERVED);
  expect((await mainHeapBytes(platform)) - heapBefore).toBeLessThan(128 * MIB);

  servedAt = steady.roundTrips();
  await expect.poll(() => steady.roundTrips() - servedAt, SOON).toBeGreaterThan(200);
  for (const client of deaf) client.socket.resume();
  await Promise.all(deaf.map((client) => client.received(PACKET.puback, ALL_IDS)));
  const releases = Buffer.concat(Array.from({ length: ALL_IDS }, (_, n) => idFrame(0x62, n + 1)));
  for (const client of holding) client.send(releases);
  await Promise.all(holding.map((client) => client.received(PACKET.pubcomp, ALL_IDS)));

  const roundTrips = await steady.stop();
  const sent = 6 * ALL_IDS + roundTrips;
  const broker = async (): Promise<Record<string, unknown>> =>
    (await api.get<{ parts: { broker: Record<string, unknown> } }>('/health')).parts.broker;
  expect(await broker()).toMatchObject({ received: sent, acknowledged: sent, dropped: 0, refused: {} });
  await expect.poll(() => readingsOf(api), SOON).toBe(roundTrips);
  await platform.stop();
});

test('a storm of wrong passwords, silent sockets and garbage: nobody else notices, and the log is not buried', async () => {
  const { platform, port } = await start(2);
  const steady = await startSteady(port);
  const attack = async (n: number): Promise<void> => {
    const client = await openRawClient(port);
    if (n % 3 === 0) client.send(connectFrame({ clientId: `x${n}`, username: 'c1', password: 'wrong' }));
    if (n % 3 === 1) client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    if (n % 3 === 2) client.socket.destroy();
    await client.closed;
  };
  const servedAt = steady.roundTrips();
  for (let n = 0; n < 3000; n += 300) await Promise.all(Array.from({ length: 300 }, (_, index) => attack(n + index)));
  expect(steady.roundTrips() - servedAt).toBeGreaterThan(SERVED);
  await steady.stop();
  await platform.stop();
  expect(platform.output().split('MQTT refused').length).toBeLessThan(300);
});

function allIds(user: string, qos: 1 | 2): Buffer {
  const topic = `energy/v1/${user}/m/reading`;
  return Buffer.concat(
    Array.from({ length: ALL_IDS }, (_, n) => publishFrame(topic, '{"total":1}', { qos, messageId: n + 1 })),
  );
}

async function mainHeapBytes({ url }: RunningPlatform): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^jieneng_heap_bytes\{thread="main"\} (\S+)$/m.exec(text)![1]);
}

async function readingsOf(api: ApiClient): Promise<number> {
  return (await api.items(`/meters/m0/readings?from=${NOW_MS - 7_200_000}&to=${NOW_MS + 7_200_000}`)).length;
}
