import { expect, test, vi } from 'vitest';

import type { BrokerLimits } from '../../../../gateway/broker/limits/broker-limits.ts';
import type { SpooledMessage } from '../../../../gateway/spool/record.ts';
import { connectFrame, mqttFrame, publishFrame, subscribeFrame } from '../../../support/mqtt-frames.ts';
import { openTestBroker, type TestBroker } from '../../../support/open-test-broker.ts';
import { openTestSpool } from '../../../support/open-test-spool.ts';
import { logInRaw, openRawClient, PACKET } from '../../../support/raw-mqtt-client.ts';
import { spoolContents } from '../../../support/spool-contents.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const READING = 'energy/v1/c1/m1/reading';
const PINGREQ = mqttFrame(0xc0, Buffer.alloc(0));

async function open(
  limits: Partial<BrokerLimits>,
  elapsedMs?: () => number,
): Promise<{ broker: TestBroker; spooled: () => Promise<SpooledMessage[]> }> {
  const folder = await tempFolder();
  const spool = await openTestSpool(folder);
  const broker = await openTestBroker(spool, 0, { limits, ...(elapsedMs === undefined ? {} : { elapsedMs }) });
  return { broker, spooled: async () => (await spoolContents(folder, spool.committed())).messages };
}

test('limits: a packet that announces too much costs the connection before it is gathered; one of the limit passes', async () => {
  const { broker, spooled } = await open({ maxPacketBytes: 100_000 });
  const client = await logInRaw(broker.port, 'c1');
  const other = await logInRaw(broker.port, 'c2');
  const head = 2 + READING.length + 2;
  client.send(publishFrame(READING, Buffer.alloc(100_000 - head), { qos: 1, messageId: 1 }));
  await client.received(PACKET.puback, 1);
  // The header alone: what it announces never comes.
  client.send(publishFrame(READING, Buffer.alloc(100_001 - head), { qos: 1, messageId: 2 }).subarray(0, 5));
  await client.closed;
  expect(broker.status().refused).toEqual({ 'oversize-packet': 1 });
  expect(broker.refused).toMatchObject([{ clientId: 'c1-raw', username: 'c1', reason: 'oversize-packet' }]);
  expect((await spooled()).length).toBe(1);
  other.send(PINGREQ);
  await other.received(PACKET.pingresp, 1);
});

for (const { name, frame } of [
  { name: 'CONNECT', frame: connectFrame({ clientId: 'x'.repeat(60_000) }) },
  {
    name: 'CONNECT with a will',
    frame: connectFrame({ clientId: 'x', will: { topic: 't', payload: 'x'.repeat(9000) } }),
  },
]) {
  test(`limits: a ${name} larger than any honest one costs the connection before the login`, async () => {
    const { broker } = await open({});
    const client = await openRawClient(broker.port);
    client.send(frame.subarray(0, 10));
    await client.closed;
    expect(broker.status()).toMatchObject({ refusedConnections: 0, refused: { 'oversize-packet': 1 } });
  });
}

test('limits: a SUBSCRIBE of thousands of filters costs the connection', async () => {
  const { broker } = await open({});
  const client = await logInRaw(broker.port, 'reader-all');
  client.send(mqttFrame(0x82, Buffer.alloc(20_000)));
  await client.closed;
  expect(broker.status().refused).toEqual({ 'oversize-packet': 1 });
});

test('limits: what is no CONNECT at all ends the connection', async () => {
  const { broker } = await open({});
  for (const bytes of [publishFrame(READING, 'x', { qos: 1, messageId: 1 }), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
    const client = await openRawClient(broker.port);
    client.send(bytes);
    await client.closed;
  }
  expect(broker.status()).toMatchObject({ received: 0, refused: { 'no-connect': 2 } });
});

test('limits: who says nothing, or half a CONNECT, has to go in time; who logged in may be silent', async () => {
  const { broker } = await open({ connectTimeoutMs: 100 });
  const quiet = await logInRaw(broker.port, 'c1');
  const silent = await openRawClient(broker.port);
  const slow = await openRawClient(broker.port);
  slow.send(connectFrame({ clientId: 'slow', username: 'c2', password: 'token-c2' }).subarray(0, 20));
  await Promise.all([silent.closed, slow.closed]);
  expect(broker.status()).toMatchObject({ connections: 1, refused: { 'no-connect': 2 } });
  quiet.send(PINGREQ);
  await quiet.received(PACKET.pingresp, 1);
});

test('limits: one connection more than a user may have is refused with 3; others are not; one that went makes room', async () => {
  const { broker } = await open({ maxConnectionsPerUser: 2 });
  const clients = [];
  for (let n = 0; n < 2; n++) clients.push(await logInRaw(broker.port, 'c1', { clientId: `a${n}` }));
  expect((await logInRaw(broker.port, 'c1', { clientId: 'a2' })).returnCode).toBe(3);
  expect((await logInRaw(broker.port, 'c2', { clientId: 'b0' })).returnCode).toBe(0);
  // Its own client id puts out its own connection, and is no connection more.
  expect((await logInRaw(broker.port, 'c1', { clientId: 'a0' })).returnCode).toBe(0);
  await clients[0]!.closed;
  clients[1]!.socket.destroy();
  await vi.waitFor(() => expect(broker.status().connections).toBe(2));
  expect((await logInRaw(broker.port, 'c1', { clientId: 'a3' })).returnCode).toBe(0);
  expect(broker.status().refused).toEqual({ 'too-many-connections-of-user': 1 });
});

test('limits: sockets beyond the limit are closed; silent ones make room, those that logged in do not', async () => {
  let nowMs = 0;
  const { broker } = await open({ maxConnections: 3 }, () => nowMs);
  const loggedIn = await logInRaw(broker.port, 'c1');
  const silent = [await openRawClient(broker.port), await openRawClient(broker.port)];
  await vi.waitFor(async () => {
    const client = await openRawClient(broker.port);
    await client.closed;
    expect(broker.status().refused).toHaveProperty('too-many-connections');
  });
  nowMs = 1001;
  const second = await logInRaw(broker.port, 'c2');
  const third = await logInRaw(broker.port, 'c3');
  await Promise.all(silent.map(({ closed }) => closed));
  expect([loggedIn.returnCode, second.returnCode, third.returnCode]).toEqual([0, 0, 0]);
  nowMs = 5000;
  const fourth = await openRawClient(broker.port);
  await fourth.closed;
  expect(broker.status().connections).toBe(3);
});

test('limits: a user that connects again and again is refused with 3 for a while', async () => {
  let nowMs = 0;
  const { broker } = await open({ maxConnectionsPerUser: 2 }, () => nowMs);
  const logIn = async (): Promise<number> => {
    const client = await logInRaw(broker.port, 'c1');
    client.socket.destroy();
    return client.returnCode;
  };
  for (let n = 0; n < 10; n++) expect(await logIn()).toBe(0);
  expect(await logIn()).toBe(3);
  expect((await logInRaw(broker.port, 'c2')).returnCode).toBe(0);
  nowMs += 1000;
  expect(await logIn()).toBe(0);
  expect(broker.status().refused).toEqual({ 'connecting-too-often': 1 });
});

test('limits: a user that sends too fast is held back over all of its connections, others are not, nothing is lost', async () => {
  // Time stands still: what is allowed is the first second's worth, however long it takes.
  let nowMs = 0;
  const { broker, spooled } = await open({ maxMessagesPerS: 100 }, () => nowMs);
  const fast = [
    await logInRaw(broker.port, 'c1', { clientId: 'a' }),
    await logInRaw(broker.port, 'c1', { clientId: 'b' }),
  ];
  for (const client of fast) client.send(...publishes(150));
  const other = await logInRaw(broker.port, 'c2');
  for (let n = 1; n <= 99; n++) {
    other.send(publishFrame('energy/v1/c2/m2/reading', '1', { qos: 1, messageId: n }));
    await other.received(PACKET.puback, n);
  }
  const acknowledged = (): number => fast.reduce((sum, client) => sum + client.count(PACKET.puback), 0);
  expect(acknowledged()).toBeLessThanOrEqual(100);
  await vi.waitFor(() => expect(acknowledged()).toBe(100));

  nowMs += 1000;
  await vi.waitFor(() => expect(acknowledged()).toBe(200));
  nowMs += 1000;
  await Promise.all(fast.map((client) => client.received(PACKET.puback, 150)));
  expect(broker.status().throttledMs).toBeGreaterThanOrEqual(1000);
  expect((await spooled()).filter(({ source }) => source === 'c1').length).toBe(300);
});

test('limits: bytes are counted too, within a packet', async () => {
  let nowMs = 0;
  const { broker } = await open({ maxBytesPerS: 65_536, maxPacketBytes: 200_000 }, () => nowMs);
  const client = await logInRaw(broker.port, 'c1');
  client.send(publishFrame(READING, Buffer.alloc(150_000), { qos: 1, messageId: 1 }));
  await vi.waitFor(() => {
    nowMs += 100;
    expect(client.count(PACKET.puback)).toBe(1);
  });
  // What there is at once, and 84,000 bytes more.
  expect(nowMs).toBeGreaterThan(1200);
});

test('limits: keep-alive survives being held back', async () => {
  const { broker } = await open({ maxMessagesPerS: 20 });
  const client = await logInRaw(broker.port, 'c1', { keepAliveS: 1 });
  // Two seconds and a half of what is allowed, against a keep-alive of one and a half.
  client.send(...publishes(70));
  await client.received(PACKET.puback, 70);
  client.send(PINGREQ);
  await client.received(PACKET.pingresp, 1);
  expect(broker.status().throttledMs).toBeGreaterThan(1500);
});

test('limits: a client may have so many subscriptions; those that it gave up make room', async () => {
  let nowMs = 0;
  const { broker } = await open({}, () => (nowMs += 100));
  const client = await logInRaw(broker.port, 'reader-all');
  for (let n = 1; n <= 101; n++) client.send(subscribeFrame(n, `energy/v1/alerts/i${n}/+`, 1));
  await client.received(PACKET.suback, 101);
  const refused = client.bodies(PACKET.suback).filter((body) => body[2] === 128);
  expect(refused.map((body) => body.readUInt16BE(0))).toEqual([101]);
  const filter = Buffer.from('energy/v1/alerts/i1/+');
  client.send(mqttFrame(0xa2, Buffer.concat([Buffer.from([0, 200, 0, filter.length]), filter])));
  client.send(PINGREQ);
  await client.received(PACKET.pingresp, 1);
  client.send(subscribeFrame(201, 'energy/v1/alerts/i101/+', 1));
  await client.received(PACKET.suback, 102);
  expect(client.bodies(PACKET.suback).at(-1)![2]).toBe(1);
});

test('limits: a topic deeper than the setting costs the connection, one as deep does not', async () => {
  const { broker } = await open({ maxTopicLevels: 10 });
  const client = await logInRaw(broker.port, 'c1');
  client.send(publishFrame('a/'.repeat(9), 'x', { qos: 1, messageId: 1 }));
  await client.received(PACKET.puback, 1);
  client.send(publishFrame('a/'.repeat(10), 'x', { qos: 1, messageId: 2 }));
  await client.closed;
});

for (const { name, messages, bytes } of [
  { name: 'many messages', messages: 400, bytes: 1 },
  // More than one read of the socket, with few packets in each.
  { name: 'large messages', messages: 40, bytes: 40_000 },
]) {
  test(`limits: ${name} right behind the CONNECT wait for the login, and none is lost`, async () => {
    const { broker, spooled } = await open({});
    for (let round = 0; round < 5; round++) {
      const client = await openRawClient(broker.port);
      const connect = connectFrame({ clientId: 'eager', username: 'c1', password: 'token-c1' });
      const numbers = Array.from({ length: messages }, (_, n) => round * messages + n + 1);
      client.send(
        connect,
        ...numbers.map((n) => publishFrame(READING, `${n}`.padEnd(bytes), { qos: 1, messageId: n })),
      );
      await client.received(PACKET.puback, messages);
      client.socket.destroy();
    }
    expect((await spooled()).map(({ payload }) => Number(Buffer.from(payload).toString()))).toEqual(
      Array.from({ length: 5 * messages }, (_, n) => n + 1),
    );
  });
}

test('limits: what comes behind a CONNECT that is refused is neither kept nor acknowledged', async () => {
  const { broker, spooled } = await open({});
  const client = await openRawClient(broker.port);
  client.send(connectFrame({ clientId: 'eager', username: 'c1', password: 'token-c2' }), ...publishes(100));
  for (let n = 0; n < 20; n++) client.send(...publishes(5));
  await client.closed;
  expect(client.count(PACKET.puback)).toBe(0);
  expect(await spooled()).toEqual([]);
  expect(broker.status()).toMatchObject({ received: 0, refused: { 'bad-credentials': 1 } });
});

function publishes(count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => publishFrame(READING, `${n + 1}`, { qos: 1, messageId: n + 1 }));
}
