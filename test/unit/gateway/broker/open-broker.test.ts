import { connect as connectTcp } from 'node:net';

import type { MqttClient } from 'mqtt';
import { expect, test, vi } from 'vitest';

import { openBroker } from '../../../../gateway/broker/open-broker.ts';
import { createDirectory } from '../../../../gateway/directory.ts';
import type { SpooledMessage } from '../../../../gateway/spool/record.ts';
import { openTestBroker, type TestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

async function open(): Promise<{ broker: TestBroker; spooled: () => Promise<SpooledMessage[]> }> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const broker = await openTestBroker(spool);
  return { broker, spooled: async () => (await spoolContents(folder, spool.committed())).messages };
}

// The granted QoS of each filter; 0x80 is a refusal.
async function subscribe(client: MqttClient, ...filters: string[]): Promise<unknown> {
  const answered = new Promise((resolve) => {
    client.on('packetreceive', (packet) => packet.cmd === 'suback' && resolve(packet.granted));
  });
  client.subscribe(filters, { qos: 1 });
  return answered;
}

function received(client: MqttClient): string[] {
  const messages: string[] = [];
  client.on('message', (topic, payload, { retain }) =>
    messages.push(`${topic} ${payload.toString()}${retain ? ' retained' : ''}`),
  );
  return messages;
}

for (const { name, options } of [
  { name: 'a wrong password', options: { password: 'token-c2' } },
  { name: 'an empty password', options: { password: '' } },
  { name: 'an unknown user', options: { username: 'c9' } },
  { name: 'a user name that is no id', options: { username: '../c1' } },
  { name: 'nobody', options: { username: undefined, password: undefined } },
]) {
  test(`broker: refuses ${name} with return code 4`, async () => {
    const { broker } = await open();
    await expect(broker.connect('c1', options)).rejects.toMatchObject({ code: 4 });
    const reason = options.username === undefined && 'username' in options ? 'anonymous' : 'bad-credentials';
    expect(broker.refused.map((event) => event.reason)).toEqual([reason]);
    expect(broker.status()).toMatchObject({ connections: 0, refusedConnections: 1, refused: { [reason]: 1 } });
  });
}

test("broker: refuses another user's client id, also when its owner is gone; the owner may return", async () => {
  const { broker } = await open();
  const first = await broker.connect('c1', { clientId: 'dtu-7' });
  await expect(broker.connect('c2', { clientId: 'dtu-7' })).rejects.toMatchObject({ code: 4 });
  expect(first.connected).toBe(true);
  await first.endAsync();
  await expect(broker.connect('c2', { clientId: 'dtu-7' })).rejects.toMatchObject({ code: 4 });
  await broker.connect('c1', { clientId: 'dtu-7' });
});

test('broker: takes client ids longer than 23 characters, and none at all with a clean session', async () => {
  const { broker } = await open();
  await broker.connect('c1', { clientId: 'x'.repeat(64) });
  await broker.connect('c1', { clientId: '', clean: true });
  await broker.connect('c2', { clientId: '', clean: true });
  expect(broker.status().connections).toBe(3);
});

test('broker: refuses subscriptions with 0x80 one by one, and the client stays connected', async () => {
  const { broker } = await open();
  const client = await broker.connect('c1');
  const messages = received(client);
  const filters = [
    '#',
    'energy/v1/c2/command',
    'energy/v1/c1/command',
    'energy/v1/alerts/#',
    '$SYS/#',
    '+/+/c1/command',
  ];
  expect(await subscribe(client, ...filters)).toEqual([128, 128, 1, 128, 128, 128]);
  await broker.publish('energy/v1/c2/command', 'not for c1', false);
  await broker.publish('energy/v1/alerts/i1/a1', 'not for c1', false);
  await broker.publish('energy/v1/c1/command', 'for c1', false);
  await vi.waitFor(() => expect(messages).toEqual(['energy/v1/c1/command for c1']));
  await client.publishAsync('energy/v1/c1/m1/reading', '1', { qos: 1 });
  expect(client.connected).toBe(true);
});

test('broker: a persistent session brings back no more than may be subscribed', async () => {
  const { broker } = await open();
  const options = { clientId: 'dtu-1', clean: false };
  const client = await broker.connect('c1', options);
  await subscribe(client, '#', 'energy/v1/c1/command');
  await client.endAsync();
  await broker.publish('energy/v1/c2/command', 'not for c1', false);
  await broker.publish('energy/v1/c1/command', 'while away', false);
  const again = broker.connect('c1', options);
  const messages = received(await again);
  await broker.publish('energy/v1/c1/command', 'now', false);
  await vi.waitFor(() => expect(messages.at(-1)).toBe('energy/v1/c1/command now'));
  expect(messages.filter((message) => message.includes('not for c1'))).toEqual([]);
});

test('broker: a reader gets the alerts of its institutions alone, live and retained, whatever its filter', async () => {
  const { broker } = await open();
  const live = await broker.connect('reader-i1');
  const messages = received(live);
  expect(await subscribe(live, 'energy/v1/alerts/#', '#')).toEqual([1, 128]);
  await broker.publish('energy/v1/alerts/i2/a1', 'other', true);
  await broker.publish('energy/v1/alerts/i1/a1', 'own', true);
  await vi.waitFor(() => expect(messages).toEqual(['energy/v1/alerts/i1/a1 own']));

  const late = await broker.connect('reader-i1');
  const retained = received(late);
  await subscribe(late, 'energy/v1/alerts/#');
  await vi.waitFor(() => expect(retained).toEqual(['energy/v1/alerts/i1/a1 own retained']));

  const all = await broker.connect('reader-all');
  const everything = received(all);
  await subscribe(all, 'energy/v1/alerts/#');
  await vi.waitFor(() => expect(everything.length).toBe(2));
});

test('broker: an alert is cleared by an empty retained message', async () => {
  const { broker } = await open();
  await broker.publish('energy/v1/alerts/i1/a1', 'open', true);
  await broker.publish('energy/v1/alerts/i1/a2', 'open', true);
  await broker.publish('energy/v1/alerts/i1/a1', '', true);
  const reader = await broker.connect('reader-i1');
  const retained = received(reader);
  await subscribe(reader, 'energy/v1/alerts/#');
  await vi.waitFor(() => expect(retained).toEqual(['energy/v1/alerts/i1/a2 open retained']));
});

test('broker: a publish outside the own name is acknowledged, spooled with its source, and goes nowhere', async () => {
  const { broker, spooled } = await open();
  const other = await broker.connect('c2');
  const reader = await broker.connect('reader-all');
  const toOther = received(other);
  const toReader = received(reader);
  await subscribe(other, 'energy/v1/c2/command');
  await subscribe(reader, 'energy/v1/alerts/#');

  const topics = [
    'energy/v1/c2/m2/reading',
    'energy/v1/c2/command',
    'energy/v1/c2/status',
    'energy/v1/alerts/i1/forged',
    '$SYS/broker/version',
    '$jieneng/nowhere',
    'energy/v1/c1/command',
    Array.from({ length: 40 }, (_, level) => `level${level}`).join('/'),
    `energy/v1/c1/${'/'.repeat(90)}`,
    'x',
  ];
  const client = await broker.connect('c1');
  for (const topic of topics) {
    for (const qos of [1, 2] as const) await client.publishAsync(topic, 'forged', { qos, retain: true });
  }
  expect(client.connected).toBe(true);

  await broker.publish('energy/v1/c2/command', 'real', false);
  await broker.publish('energy/v1/alerts/i1/real', 'real', true);
  await vi.waitFor(() => expect(toReader.length).toBeGreaterThan(0));
  await vi.waitFor(() => expect(toOther.length).toBeGreaterThan(0));
  expect(toOther).toEqual(['energy/v1/c2/command real']);
  expect(toReader).toEqual(['energy/v1/alerts/i1/real real']);
  expect(broker.statusOf('c2')).toBeUndefined();

  const late = await broker.connect('reader-all');
  const retained = received(late);
  await subscribe(late, 'energy/v1/alerts/#');
  await vi.waitFor(() => expect(retained).toEqual(['energy/v1/alerts/i1/real real retained']));

  const messages = await spooled();
  expect(messages.map(({ source, topic }) => [source, topic])).toEqual(
    topics.flatMap((topic) => [
      ['c1', topic],
      ['c1', topic],
    ]),
  );
});

test("broker: a reader's publish is spooled under its name and goes nowhere", async () => {
  const { broker, spooled } = await open();
  const reader = await broker.connect('reader-all');
  const messages = received(reader);
  await subscribe(reader, 'energy/v1/alerts/#');
  await reader.publishAsync('energy/v1/alerts/i1/a1', 'forged', { qos: 1, retain: true });
  await reader.publishAsync('energy/v1/reader-all/status', 'online', { qos: 1, retain: true });
  await broker.publish('energy/v1/alerts/i1/a1', 'real', false);
  await vi.waitFor(() => expect(messages).toEqual(['energy/v1/alerts/i1/a1 real']));
  expect((await spooled()).map(({ source }) => source)).toEqual(['reader-all', 'reader-all']);
});

test('broker: status and last will are taken and not spooled', async () => {
  const { broker, spooled } = await open();
  const topic = 'energy/v1/c1/status';
  const client = await broker.connect('c1', { will: { topic, payload: Buffer.from('offline'), qos: 1, retain: true } });
  await client.publishAsync(topic, 'online', { qos: 1, retain: true });
  await vi.waitFor(() => expect(broker.statusOf('c1')).toBe('online'));
  client.stream.destroy();
  await vi.waitFor(() => expect(broker.statusOf('c1')).toBe('offline'));
  expect(await spooled()).toEqual([]);
});

test('broker: a status too long to be one is spooled like any other message', async () => {
  const { broker, spooled } = await open();
  const client = await broker.connect('c1');
  await client.publishAsync('energy/v1/c1/status', 'x'.repeat(65), { qos: 1, retain: true });
  expect(broker.statusOf('c1')).toBeUndefined();
  expect((await spooled()).map(({ topic }) => topic)).toEqual(['energy/v1/c1/status']);
});

test('broker: a last will outside the own name goes nowhere but into the spool', async () => {
  const { broker, spooled } = await open();
  const reader = await broker.connect('reader-all');
  const messages = received(reader);
  await subscribe(reader, 'energy/v1/alerts/#');
  const will = { topic: 'energy/v1/alerts/i1/forged', payload: Buffer.from('will'), qos: 1 as const, retain: true };
  const client = await broker.connect('c1', { will });
  client.stream.destroy();
  await vi.waitFor(async () => expect(await spooled()).toMatchObject([{ source: 'c1', topic: will.topic }]));
  await broker.publish('energy/v1/alerts/i1/real', 'real', false);
  await vi.waitFor(() => expect(messages).toEqual(['energy/v1/alerts/i1/real real']));
});

test('broker: a port in use is said in a sentence', async () => {
  const { broker } = await open();
  await expect(
    openBroker({
      host: '127.0.0.1',
      port: broker.port,
      baseTopic: 'energy/v1',
      spool: await openTestSpool(await tempFolder()),
      directory: createDirectory(),
      owners: { claim: () => Promise.resolve(true) },
      now: () => 0,
      onRefused: () => undefined,
    }),
  ).rejects.toMatchObject({ code: 'port-busy', message: expect.stringContaining('MQTT_PORT') });
});

test('broker: closes at once, though a connection never said who it is', async () => {
  const { broker } = await open();
  const client = await broker.connect('c1');
  const silent = connectTcp(broker.port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  const ended = new Promise((resolve) => silent.once('close', resolve));
  silent.on('error', () => undefined);
  await broker.close();
  await ended;
  await vi.waitFor(() => expect(client.connected).toBe(false));
});
