import { expect, test, vi } from 'vitest';

import type { SpooledMessage } from '../../../../gateway/spool/record.ts';
import { connectFrame, idFrame, mqttFrame, publishFrame, subscribeFrame } from '../../../support/mqtt-frames.ts';
import { openTestBroker, type TestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { logInRaw, openRawClient, PACKET, type RawClient } from '../../../support/raw-mqtt-client.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const PINGREQ = mqttFrame(0xc0, Buffer.alloc(0));

async function open(): Promise<{ broker: TestBroker; spooled: () => Promise<SpooledMessage[]> }> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const broker = await openTestBroker(spool);
  return { broker, spooled: async () => (await spoolContents(folder, spool.committed())).messages };
}

// What was sent before is dealt with when the answer comes.
async function answersPing(client: RawClient): Promise<void> {
  const before = client.count(PACKET.pingresp);
  client.send(PINGREQ);
  await client.received(PACKET.pingresp, before + 1);
}

const topicOf = (body: Buffer): string => body.toString('utf8', 2, 2 + body.readUInt16BE(0));

test("attack: an id that looks as if the broker had made it up does not take over another user's connection", async () => {
  const { broker } = await open();
  const victim = await logInRaw(broker.port, 'c2', { clientId: 'aedes_11111111-2222-4333-8444-555555555555' });
  expect(victim.returnCode).toBe(0);
  const thief = await logInRaw(broker.port, 'c1', { clientId: 'aedes_11111111-2222-4333-8444-555555555555' });
  expect(thief.returnCode).toBe(4);
  await answersPing(victim);
  expect(broker.status()).toMatchObject({ connections: 1, refused: { 'client-id-taken': 1 } });
});

test('attack: an id that was forgotten is not free while its connection lives, nor is what waits for it', async () => {
  const spool = await openTestSpool(await tempFolder());
  // A table of owners that remembers nothing.
  const broker = await openTestBroker(spool, 0, { owners: { claim: () => Promise.resolve(true) } });
  const persistent = { clientId: 'dtu-1', clean: false };
  const victim = await logInRaw(broker.port, 'c2', persistent);
  victim.send(subscribeFrame(1, 'energy/v1/c2/command', 1));
  await victim.received(PACKET.suback, 1);
  expect((await logInRaw(broker.port, 'c1', persistent)).returnCode).toBe(4);
  await answersPing(victim);

  victim.socket.destroy();
  await vi.waitFor(() => expect(broker.status().connections).toBe(0));
  await broker.publish('energy/v1/c2/command', 'for c2', false);
  const thief = await logInRaw(broker.port, 'c1', persistent);
  expect(thief.returnCode).toBe(0);
  thief.send(subscribeFrame(1, 'energy/v1/c2/command', 1), subscribeFrame(2, 'energy/v1/c1/command', 1));
  await thief.received(PACKET.suback, 2);
  await broker.publish('energy/v1/c2/command', 'for c2', false);
  await broker.publish('energy/v1/c1/command', 'for c1', false);
  await thief.received(PACKET.publish, 1);
  await answersPing(thief);
  expect(thief.bodies(PACKET.publish).map(topicOf)).toEqual(['energy/v1/c1/command']);
});

for (const { name, fields, returnCode, reason } of [
  { name: 'a huge client id', fields: { clientId: 'x'.repeat(129) }, returnCode: 2, reason: 'client-id-invalid' },
  {
    name: 'no client id, with a session to keep',
    fields: { clientId: '', clean: false },
    returnCode: 2,
    reason: 'client-id-invalid',
  },
  {
    name: 'a user name of 5,000 characters',
    fields: { username: 'x'.repeat(5000) },
    returnCode: 4,
    reason: 'bad-credentials',
  },
  { name: 'a password without a user', fields: { username: undefined }, returnCode: 4, reason: 'bad-credentials' },
  { name: 'the name of a prototype', fields: { username: '__proto__' }, returnCode: 4, reason: 'bad-credentials' },
]) {
  test(`attack: ${name} is refused with ${returnCode}`, async () => {
    const { broker } = await open();
    // MQTT 3.1.1 allows no password without a user name: the flags say so all the same.
    const flags = 'username' in fields && fields.username === undefined ? { flags: 0x42 } : {};
    const client = await logInRaw(broker.port, 'c1', { ...fields, ...flags });
    expect(client.returnCode).toBe(returnCode);
    await client.closed;
    expect(broker.status().refused).toEqual({ [reason]: 1 });
  });
}

test('attack: no filter reaches what is not for its user, however it is written', async () => {
  const { broker } = await open();
  const client = await logInRaw(broker.port, 'c1');
  const filters = [
    '#',
    '/#',
    '+',
    '+/#',
    '+/+/#',
    'energy/#',
    'energy/v1/#',
    'energy/v1/+/command',
    'energy/+/c1/command',
    'energy/v1/c1/#',
    'energy/v1/c1/+',
    'energy/v1/c1/command/#',
    'energy/v1/c1/command/',
    '/energy/v1/c1/command',
    'energy/v1/c2/command',
    'energy/v1//command',
    'energy/v1/c1\u0000/command',
    'ENERGY/v1/c1/command',
    'energy/v1/alerts/#',
    '$share/group/energy/v1/c1/command',
    '$share/group/#',
    '$queue/energy/v1/c2/command',
    '$SYS/#',
    '$SYS/+/new/clients',
    '$jieneng/nowhere',
    '$jieneng/#',
    'a/'.repeat(99),
  ];
  for (const [index, filter] of filters.entries()) client.send(subscribeFrame(index + 1, filter, 2));
  await client.received(PACKET.suback, filters.length);
  expect(new Set(client.bodies(PACKET.suback).map((body) => body[2]))).toEqual(new Set([128]));

  const other = await logInRaw(broker.port, 'c2');
  other.send(publishFrame('energy/v1/c2/m2/reading', '1', { qos: 1, messageId: 1 }));
  other.send(publishFrame('energy/v1/c2/status', 'online', { qos: 1, messageId: 2, retain: true }));
  await other.received(PACKET.puback, 2);
  await broker.publish('energy/v1/c2/command', 'for c2', true);
  await broker.publish('energy/v1/alerts/i1/a1', 'alert', true);
  await answersPing(client);
  expect(client.count(PACKET.publish)).toBe(0);
});

test('attack: a session that is kept gathers nothing by filters that were refused', async () => {
  const { broker } = await open();
  const persistent = { clientId: 'dtu-1', clean: false };
  const client = await logInRaw(broker.port, 'c1', persistent);
  const filter = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text), Buffer.from([1])]);
  client.send(mqttFrame(0x82, Buffer.concat([Buffer.from([0, 1]), filter('#'), filter('energy/v1/c1/command')])));
  await client.received(PACKET.suback, 1);
  client.socket.destroy();
  await vi.waitFor(() => expect(broker.status().connections).toBe(0));
  for (let n = 0; n < 1500; n++) await broker.publish('energy/v1/alerts/i1/a1', `${n}`, false);
  // Not one of them stood in its queue of a thousand.
  expect(broker.status().undelivered).toBe(0);
  for (let n = 0; n < 1500; n++) await broker.publish('energy/v1/c1/command', `${n}`, false);
  expect(broker.status().undelivered).toBe(500);
  const again = await logInRaw(broker.port, 'c1', persistent);
  await again.received(PACKET.publish, 1000);
  expect(new Set(again.bodies(PACKET.publish).map(topicOf))).toEqual(new Set(['energy/v1/c1/command']));
});

test('attack: acknowledgements of what was never sent do no harm', async () => {
  const { broker } = await open();
  for (const clean of [true, false]) {
    const client = await logInRaw(broker.port, 'c1', { clientId: `acks-${clean}`, clean });
    for (const first of [0x40, 0x50, 0x62, 0x70]) {
      client.send(...Array.from({ length: 200 }, (_, n) => idFrame(first, n + 1)));
    }
    await answersPing(client);
  }
  expect(broker.status().connections).toBe(2);
});

test('attack: payloads and topics of any kind are acknowledged, and the connection stays', async () => {
  const { broker, spooled } = await open();
  const client = await logInRaw(broker.port, 'c1');
  const own = 'energy/v1/c1/m1/reading';
  const cases: [string, Buffer][] = [
    [own, Buffer.alloc(0)],
    [own, Buffer.from([0xff, 0xfe, 0x00])],
    [own, Buffer.from('['.repeat(100_000))],
    [own, Buffer.from('{"__proto__":{"x":1}}')],
    ['energy/v1/c2/status', Buffer.from('offline')],
    ['energy/v1/c1/status', Buffer.alloc(65)],
    ['$SYS/x/new/clients', Buffer.from('c2-raw')],
    ['$SYS/x/birth', Buffer.from('x')],
    ['/'.repeat(99), Buffer.from('x')],
    ['x'.repeat(65_000), Buffer.from('x')],
    ['节能/一/二', Buffer.from('x')],
    ['energy/v1/c1/\u0000', Buffer.from('x')],
  ];
  for (const [index, [topic, payload]] of cases.entries()) {
    client.send(publishFrame(topic, payload, { qos: 1, messageId: index + 1, retain: true, dup: true }));
  }
  await client.received(PACKET.puback, cases.length);
  await answersPing(client);
  expect((await spooled()).map(({ topic, payload }) => [topic, Buffer.from(payload)])).toEqual(cases);
  expect(broker.statusOf('c1')).toBeUndefined();
  expect(broker.statusOf('c2')).toBeUndefined();
});

test("attack: a $SYS message that names another user's client id does not put it out", async () => {
  const { broker } = await open();
  const victim = await logInRaw(broker.port, 'c2');
  const client = await logInRaw(broker.port, 'c1');
  client.send(publishFrame('$SYS/other-broker/new/clients', 'c2-raw', { qos: 1, messageId: 1 }));
  await client.received(PACKET.puback, 1);
  await answersPing(victim);
  expect(broker.status().connections).toBe(2);
});

test('attack: a will of any size or name is kept in the name of its user, and read by nobody', async () => {
  const { broker, spooled } = await open();
  const reader = await logInRaw(broker.port, 'reader-all');
  reader.send(subscribeFrame(1, 'energy/v1/alerts/#', 1));
  await reader.received(PACKET.suback, 1);
  const topics = ['energy/v1/alerts/i1/forged', 'energy/v1/c2/status', 'energy/v1/c2/command', '$SYS/x/new/clients'];
  for (const topic of topics) {
    const will = { topic, payload: 'reader-all-raw', qos: 1, retain: true };
    const client = await logInRaw(broker.port, 'c1', { will });
    client.socket.destroy();
    await client.closed;
  }
  await vi.waitFor(async () => expect((await spooled()).map(({ topic }) => topic).sort()).toEqual(topics.toSorted()));
  expect(new Set((await spooled()).map(({ source }) => source))).toEqual(new Set(['c1']));
  await answersPing(reader);
  expect(reader.count(PACKET.publish)).toBe(0);
  expect(broker.statusOf('c2')).toBeUndefined();
});

test('attack: a takeover by the same user closes the older connection, leaves its will, and counts stay right', async () => {
  const { broker } = await open();
  const will = { topic: 'energy/v1/c1/status', payload: 'offline', qos: 1, retain: true };
  const clients = await Promise.all(Array.from({ length: 10 }, () => logInRaw(broker.port, 'c1', { will })));
  expect(clients.map(({ returnCode }) => returnCode)).toEqual(Array<number>(10).fill(0));
  const survivors: RawClient[] = [];
  await vi.waitFor(() => {
    survivors.splice(0, Infinity, ...clients.filter(({ socket }) => !socket.closed));
    expect(survivors.length).toBe(1);
  });
  await answersPing(survivors[0]!);
  expect(broker.status().connections).toBe(1);
  expect(broker.statusOf('c1')).toBe('offline');
  survivors[0]!.socket.destroy();
  await vi.waitFor(() => expect(broker.status().connections).toBe(0));
});

test('attack: a second CONNECT in one connection changes nobody', async () => {
  const { broker, spooled } = await open();
  const client = await logInRaw(broker.port, 'c1');
  client.send(connectFrame({ clientId: 'other', username: 'c2', password: 'token-c2' }));
  client.send(publishFrame('energy/v1/c2/m2/reading', '1', { qos: 1, messageId: 1 }));
  await client.closed;
  expect((await spooled()).filter(({ source }) => source !== 'c1')).toEqual([]);
});

test('attack: garbage costs its own connection alone', async () => {
  const { broker } = await open();
  const honest = await logInRaw(broker.port, 'c2');
  const garbage = [
    Buffer.from([0x00, 0x00]),
    Buffer.from([0x36, 0x05, 0, 1, 0x61, 0, 1]),
    Buffer.from([0x80, 0x02, 0, 1]),
    Buffer.from([0x82, 0x02, 0, 1]),
    Buffer.from([0x32, 0x04, 0xff, 0xff, 0, 1]),
    Buffer.from([0xf0, 0x00]),
    Buffer.from([0x20, 0x02, 0, 0]),
    publishFrame('a/#', 'x', { qos: 1, messageId: 1 }),
    publishFrame('', 'x', { qos: 1, messageId: 1 }),
    publishFrame('a'.repeat(10), 'x', { qos: 1, messageId: 0 }),
    subscribeFrame(1, '', 1),
    subscribeFrame(1, 'a/#/b', 1),
    subscribeFrame(1, 'a/'.repeat(101), 1),
  ];
  for (const [index, bytes] of garbage.entries()) {
    const client = await logInRaw(broker.port, 'c1', { clientId: `garbage-${index}` });
    client.send(bytes, PINGREQ);
    await client.received(PACKET.pingresp, 1).catch(() => client.closed);
  }
  for (const bytes of garbage) {
    const client = await openRawClient(broker.port);
    client.send(bytes);
    client.socket.end();
    await client.closed;
  }
  await answersPing(honest);
});

test('attack: what breaks the protocol is counted; a connection that just ends is not', async () => {
  const { broker } = await open();
  const wild = await logInRaw(broker.port, 'c1', { clientId: 'wild' });
  wild.send(publishFrame('energy/v1/c1/+/reading', '{}'));
  await wild.closed;
  const newer = await openRawClient(broker.port);
  const noProperties = Buffer.from([0]);
  const connect5 = [Buffer.from('\0\x04MQTT\x05\x02\0\0', 'latin1'), noProperties, Buffer.from('\0\x02v5', 'latin1')];
  newer.send(mqttFrame(0x10, Buffer.concat(connect5)));
  await newer.closed;
  expect(newer.bodies(PACKET.connack).map((body) => body[1])).toEqual([1]);
  const wrong = await logInRaw(broker.port, 'c1', { clientId: 'wrong', password: 'wrong' });
  await wrong.closed;
  const gone = await logInRaw(broker.port, 'c1', { clientId: 'gone' });
  gone.socket.resetAndDestroy();
  await vi.waitFor(() => expect(broker.status().connections).toBe(0));
  expect(broker.status()).toMatchObject({ refusedConnections: 2 });
  expect(broker.status().refused).toEqual({ malformed: 1, 'protocol-version': 1, 'bad-credentials': 1 });
});
