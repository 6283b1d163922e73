import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, test, vi } from 'vitest';

import type { Subscriber } from '../../gateway/subscribe/open-subscriber.ts';
import { createControlledIo } from '../support/controlled-io.ts';
import { isMissing } from '../support/is-missing.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openMqttTap } from '../support/mqtt-tap.ts';
import { connectUser, openTestSubscriber } from '../support/open-test-subscriber.ts';
import { openTestSpool } from '../support/open-test-spool.ts';
import { spoolContents } from '../support/spool-contents.ts';
import { tempFolder } from '../support/temp-folder.ts';

const WITHIN = { timeout: 20_000, interval: 20 };
const VERSIONS = ['5', '3.1.1'] as const;
/** Not at every change: each write of Mosquitto's file is an fsync, and what it kept is not the question. */
const FAST = { config: { autosave_interval: '1000000' } };
const TOPIC = 'energy/v1/c1/m1/reading';

const subscribed = (subscriber: Subscriber) =>
  vi.waitFor(() => expect(subscriber.connection()).toMatchObject({ connected: true, subscriptions: 3 }), WITHIN);

async function publishAll(client: MqttClient, texts: readonly string[], topic = TOPIC): Promise<void> {
  await Promise.all(texts.map((text) => client.publishAsync(topic, text, { qos: 1 })));
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `{"total":${from + index}}`);
}

async function textsIn(folder: string, end: number): Promise<string[]> {
  const { messages } = await spoolContents(folder, end);
  return messages.map(({ payload }) => Buffer.from(payload).toString());
}

describe.skipIf(isMissing('mosquitto')).each(VERSIONS)('behind a real Mosquitto, MQTT %s', (version) => {
  test('no PUBACK before the fsync, no more taken than the window, then all in the order of receipt', async () => {
    const mosquitto = await startMosquitto(FAST);
    const tap = await openMqttTap(mosquitto.port);
    const io = createControlledIo();
    const folder = await tempFolder();
    const spool = await openTestSpool(folder, { io });
    const subscriber = openTestSubscriber({ url: tap.url, spool, version, window: 50 });
    await subscribed(subscriber);
    const [connection] = tap.connections;

    const gate = io.hold('datasync');
    const meter = await connectUser(mosquitto.url, 'c1');
    const sent = numbered(300);
    const published = publishAll(meter, sent);
    // Not stored, hence done with at once: it must not overtake those before it.
    await meter.publishAsync('energy/v1/c1/status', 'online', { qos: 1 });
    await published;
    await gate.reached;
    await vi.waitFor(() => expect(subscriber.connection().pending).toBe(50), WITHIN);
    expect(subscriber.status().acknowledged).toBe(0);
    expect(spool.pending()).toBe(50);
    expect(connection!.acknowledged).toEqual([]);

    gate.release();
    await vi.waitFor(() => expect(connection!.acknowledged).toHaveLength(301), WITHIN);
    expect(connection!.acknowledged).toEqual(connection!.published);
    expect(await textsIn(folder, spool.committed())).toEqual(sent);
    expect(subscriber.statusOf('c1')).toBe('online');
  });

  test('closed with acknowledgements due: none is sent, and the next run is given the messages again', async () => {
    const mosquitto = await startMosquitto(FAST);
    const tap = await openMqttTap(mosquitto.port);
    const io = createControlledIo();
    const folder = await tempFolder();
    const held = await openTestSpool(folder, { io });
    const first = openTestSubscriber({ url: tap.url, spool: held, version });
    await subscribed(first);
    const gate = io.hold('datasync');
    const meter = await connectUser(mosquitto.url, 'c1');
    await publishAll(meter, numbered(100));
    await vi.waitFor(() => expect(first.connection().pending).toBe(100), WITHIN);
    await first.close();
    gate.release();
    await held.close();
    expect(tap.connections[0]!.acknowledged).toEqual([]);

    await publishAll(meter, numbered(100, 100));
    const nextFolder = await tempFolder();
    const spool = await openTestSpool(nextFolder);
    const next = openTestSubscriber({ url: tap.url, spool, version });
    await vi.waitFor(() => expect(next.status().acknowledged).toBe(200), WITHIN);
    expect(await textsIn(nextFolder, spool.committed())).toEqual(numbered(200));
  });

  test('broken off with acknowledgements due: they are never sent on the next connection', async () => {
    const mosquitto = await startMosquitto(FAST);
    const tap = await openMqttTap(mosquitto.port);
    const io = createControlledIo();
    const folder = await tempFolder();
    const spool = await openTestSpool(folder, { io });
    const subscriber = openTestSubscriber({ url: tap.url, spool, version, window: 30 });
    await subscribed(subscriber);
    const gate = io.hold('datasync');
    await publishAll(await connectUser(mosquitto.url, 'c1'), numbered(100));
    await vi.waitFor(() => expect(subscriber.connection().pending).toBe(30), WITHIN);
    tap.connections[0]!.cut();
    await vi.waitFor(() => expect(tap.connections.length).toBeGreaterThan(1), WITHIN);
    const again = tap.connections.at(-1)!;
    await vi.waitFor(() => expect(subscriber.connection()).toMatchObject({ connected: true, pending: 30 }), WITHIN);
    gate.release();
    await vi.waitFor(() => expect(again.acknowledged).toHaveLength(100), WITHIN);
    expect(again.acknowledged).toEqual(again.published);
    expect(tap.connections[0]!.acknowledged).toEqual([]);
    // What was on its way when it broke off may be there twice: the store knows it by its key.
    expect(new Set(await textsIn(folder, spool.committed()))).toEqual(new Set(numbered(100)));
  });

  test('Mosquitto killed -9 and started again: session and what waited in it go on', async () => {
    const mosquitto = await startMosquitto();
    const firstFolder = await tempFolder();
    const spool = await openTestSpool(firstFolder);
    const first = openTestSubscriber({ url: mosquitto.url, spool, version });
    await subscribed(first);
    const meter = await connectUser(mosquitto.url, 'c1');
    await publishAll(meter, numbered(10));
    await vi.waitFor(() => expect(first.status().acknowledged).toBe(10), WITHIN);
    await first.close();
    await publishAll(meter, numbered(200, 10));
    // Its file is written a moment after it acknowledged; a message more makes sure that the others are in it.
    await publishAll(meter, numbered(1, 210));
    await mosquitto.kill();
    await mosquitto.restart();

    const nextFolder = await tempFolder();
    const nextSpool = await openTestSpool(nextFolder);
    const next = openTestSubscriber({ url: mosquitto.url, spool: nextSpool, version });
    await vi.waitFor(() => expect(next.status().acknowledged).toBeGreaterThanOrEqual(200), WITHIN);
    const kept = new Set(await textsIn(nextFolder, nextSpool.committed()));
    expect(numbered(200, 10).filter((text) => !kept.has(text))).toEqual([]);

    // And while the gateway is connected: it comes back by itself.
    await mosquitto.kill();
    await vi.waitFor(() => expect(next.connection()).toMatchObject({ connected: false }), WITHIN);
    expect(next.connection().lastError).not.toBe('');
    await mosquitto.restart();
    await vi.waitFor(() => expect(next.connection()).toMatchObject({ connected: true, lastError: '' }), WITHIN);
    await publishAll(meter, numbered(5, 2000));
    await vi.waitFor(async () => {
      expect(await textsIn(nextFolder, nextSpool.committed())).toEqual(expect.arrayContaining(numbered(5, 2000)));
    }, WITHIN);
  });

  test('more than Mosquitto keeps by default while the gateway is away arrives whole', async () => {
    const mosquitto = await startMosquitto(FAST);
    const folder = await tempFolder();
    const spool = await openTestSpool(folder);
    const first = openTestSubscriber({ url: mosquitto.url, spool, version });
    await subscribed(first);
    await first.close();
    await publishAll(await connectUser(mosquitto.url, 'c1'), numbered(2500));
    const next = openTestSubscriber({ url: mosquitto.url, spool, version });
    await vi.waitFor(() => expect(next.status().acknowledged).toBe(2500), WITHIN);
    expect(await textsIn(folder, spool.committed())).toEqual(numbered(2500));
  });

  test('while nothing is read the broker still hears from the gateway', async () => {
    const mosquitto = await startMosquitto(FAST);
    const tap = await openMqttTap(mosquitto.port);
    const io = createControlledIo();
    const spool = await openTestSpool(await tempFolder(), { io });
    const subscriber = openTestSubscriber({ url: tap.url, spool, version, window: 10, keepaliveS: 1 });
    await subscribed(subscriber);
    const gate = io.hold('datasync');
    await publishAll(await connectUser(mosquitto.url, 'c1'), numbered(300));
    // Past twice the time after which a silent client is given up, by either side.
    await vi.waitFor(() => expect(tap.connections[0]!.pings).toBeGreaterThan(10), WITHIN);
    expect(tap.connections).toHaveLength(1);
    gate.release();
    await vi.waitFor(() => expect(tap.connections[0]!.acknowledged).toHaveLength(300), WITHIN);
  });

  test('a full disk: nothing is acknowledged, nothing is lost, it goes on when there is room', async () => {
    const mosquitto = await startMosquitto(FAST);
    const tap = await openMqttTap(mosquitto.port);
    const io = createControlledIo();
    const folder = await tempFolder();
    const spool = await openTestSpool(folder, { io });
    // A socket that is not read shows its end at the next write: a ping.
    const subscriber = openTestSubscriber({ url: tap.url, spool, version, window: 40, keepaliveS: 1 });
    await subscribed(subscriber);
    const meter = await connectUser(mosquitto.url, 'c1');
    await publishAll(meter, numbered(5));
    await vi.waitFor(() => expect(tap.connections[0]!.acknowledged).toHaveLength(5), WITHIN);

    io.fail('write', 'ENOSPC', Number.MAX_SAFE_INTEGER);
    await publishAll(meter, numbered(500, 5));
    await vi.waitFor(() => expect(spool.accepting()).toBe(false), WITHIN);
    await vi.waitFor(() => expect(subscriber.connection().pending).toBe(40), WITHIN);
    // Connections come and go meanwhile: what is held for those that are gone is forgotten.
    for (let cut = 1; cut <= 3; cut++) {
      const before = tap.connections.length;
      tap.connections.at(-1)!.cut();
      await vi.waitFor(() => expect(tap.connections.length).toBeGreaterThan(before), WITHIN);
      await vi.waitFor(() => expect(subscriber.connection()).toMatchObject({ connected: true, pending: 40 }), WITHIN);
    }
    expect(spool.pending()).toBeLessThanOrEqual(80);
    expect(tap.connections.flatMap(({ acknowledged }) => acknowledged)).toHaveLength(5);

    io.fail('write', 'ENOSPC', 0);
    await vi.waitFor(() => expect(tap.connections.at(-1)!.acknowledged).toHaveLength(500), WITHIN);
    expect(new Set(await textsIn(folder, spool.committed()))).toEqual(new Set(numbered(505)));
  });

  test('a wrong password shows in health and is tried again; the connection comes when it is mended', async () => {
    const mosquitto = await startMosquitto();
    const spool = await openTestSpool(await tempFolder());
    const credentials = { url: mosquitto.url, spool, version, username: 'gw-b', password: 'wrong' };
    const subscriber = openTestSubscriber(credentials);
    await vi.waitFor(() => expect(subscriber.status().refusedConnections).toBeGreaterThan(2), WITHIN);
    expect(subscriber.connection()).toMatchObject({ connected: false, lastError: expect.stringContaining('Not auth') });
    await expect(subscriber.publish('energy/v1/alerts/i1/a1', '{}', true)).rejects.toMatchObject({ retryable: true });
    expect(JSON.stringify(subscriber.connection())).not.toContain('wrong');
  });

  test("the platform's own messages go out and are not taken back in; everything else is", async () => {
    const mosquitto = await startMosquitto();
    const folder = await tempFolder();
    const spool = await openTestSpool(folder);
    const subscriber = openTestSubscriber({ url: mosquitto.url, spool, version });
    await subscribed(subscriber);
    const collector = await connectUser(mosquitto.url, 'c1');
    const commands: string[] = [];
    collector.on('message', (topic, payload) => commands.push(`${topic} ${payload.toString()}`));
    await collector.subscribeAsync('energy/v1/c1/command', { qos: 1 });
    await subscriber.publish('energy/v1/alerts/i1/a1', '{"state":"open"}', true);
    await subscriber.publish('energy/v1/c1/command', 'read', false);
    await vi.waitFor(() => expect(commands).toEqual(['energy/v1/c1/command read']), WITHIN);
    await collector.publishAsync('energy/v1/c1/status', 'x'.repeat(65), { qos: 1 });
    await collector.publishAsync('energy/v1/c1/what/is/this', 'no topic of the contract', { qos: 1 });
    await collector.publishAsync(TOPIC, '{"total":1}', { qos: 0 });
    await vi.waitFor(() => expect(subscriber.status().acknowledged).toBe(3), WITHIN);
    const { messages } = await spoolContents(folder, spool.committed());
    expect(messages.map(({ source, topic }) => `${source} ${topic}`)).toEqual([
      'c1 energy/v1/c1/status',
      'c1 energy/v1/c1/what/is/this',
      'c1 energy/v1/c1/m1/reading',
    ]);
  });
});

describe.skipIf(isMissing('mosquitto'))('what deploy/mosquitto protects', () => {
  test('nobody connects without a password', async () => {
    const { url } = await startMosquitto();
    await expect(connectAsync(url, { reconnectPeriod: 0 }, false)).rejects.toMatchObject({ code: 5 });
  });

  test("a collector that names the gateway's client id does not get its session", async () => {
    const mosquitto = await startMosquitto();
    const spool = await openTestSpool(await tempFolder());
    const subscriber = openTestSubscriber({ url: mosquitto.url, spool });
    await subscribed(subscriber);
    const { sinceMs } = subscriber.connection();
    const thief = await connectUser(mosquitto.url, 'c2', { clientId: 'gw-a', clean: true });
    await publishAll(thief, ['{"total":1}'], 'energy/v1/c2/m/reading');
    await vi.waitFor(() => expect(subscriber.status().acknowledged).toBe(1), WITHIN);
    expect(subscriber.connection()).toMatchObject({ connected: true, sinceMs, lastError: '' });
  });
});
