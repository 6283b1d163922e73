import type { AedesPublishPacket, Client, Subscription } from 'aedes';
import { expect, test } from 'vitest';

import { createMemorySessions } from '../../../../../gateway/broker/sessions/memory-sessions.ts';

const REFUSED = 'refused';

// A client is called after its user, as in `c1-a`.
function open() {
  const dropped: number[] = [];
  const sessions = createMemorySessions({
    userOf: ({ id }) => id.split('-')[0],
    isGranted: (_, filter) => filter !== REFUSED,
    mayReceive: (_, topic) => topic !== 'not/any/more',
    maxQueued: 3,
    maxSessionsPerUser: 2,
    onDropped: () => dropped.push(1),
  });
  const publish = async (topic: string, brokerCounter: number): Promise<string[]> => {
    const found = await sessions.subscriptionsByTopic(topic);
    await sessions.outgoingEnqueueCombi(found, message(topic, brokerCounter));
    return found.map(({ clientId }) => clientId);
  };
  const waiting = async (id: string): Promise<unknown[]> => {
    const packets: { brokerCounter?: number; cmd: string; messageId?: number }[] = [];
    for await (const packet of sessions.outgoingStream(client(id))) packets.push(packet as (typeof packets)[0]);
    return packets.map(({ brokerCounter, messageId }) => [brokerCounter, messageId]);
  };
  return { sessions, dropped, publish, waiting };
}

function client(id: string): Client {
  return { id } as Client;
}

function to(topic: string, qos: 0 | 1 = 1): Subscription {
  return { topic, qos };
}

function message(topic: string, brokerCounter: number, payload = 'x'): AedesPublishPacket {
  return {
    cmd: 'publish',
    topic,
    payload: Buffer.from(payload),
    qos: 1,
    retain: false,
    dup: false,
    brokerId: 'b',
    brokerCounter,
  };
}

test('sessions: a message waits once for each session that has a filter for it, until it is acknowledged', async () => {
  const { sessions, publish, waiting } = open();
  await sessions.addSubscriptions(client('c1-a'), [to('a/b'), to('a/+'), to(REFUSED)]);
  await sessions.addSubscriptions(client('c2-a'), [to('a/#', 0)]);
  expect(await publish('a/b', 1)).toEqual(['c1-a', 'c1-a']);
  expect(await publish(REFUSED, 2)).toEqual([]);
  await publish('a/c', 3);
  expect(await waiting('c1-a')).toEqual([
    [1, undefined],
    [3, undefined],
  ]);
  await sessions.outgoingUpdate(client('c1-a'), { ...message('a/b', 1), messageId: 7 });
  await sessions.outgoingUpdate(client('c1-a'), { ...message('a/b', 99), messageId: 8 });
  expect(await sessions.outgoingClearMessageId(client('c1-a'), { messageId: 9 })).toBeUndefined();
  expect(await sessions.outgoingClearMessageId(client('c1-a'), {})).toBeUndefined();
  expect(await sessions.outgoingClearMessageId(client('c1-a'), { messageId: 7 })).toMatchObject({ brokerCounter: 1 });
  expect(await waiting('c1-a')).toEqual([[3, undefined]]);
});

test('sessions: PUBREL takes the place of the message that it releases', async () => {
  const { sessions, publish, waiting } = open();
  await sessions.addSubscriptions(client('c1-a'), [to('a')]);
  await publish('a', 1);
  await sessions.outgoingUpdate(client('c1-a'), { ...message('a', 1), messageId: 7 });
  await sessions.outgoingUpdate(client('c1-a'), { cmd: 'pubrel', messageId: 7 });
  expect(await waiting('c1-a')).toEqual([[undefined, 7]]);
  expect(await sessions.outgoingClearMessageId(client('c1-a'), { messageId: 7 })).toEqual({
    cmd: 'pubrel',
    messageId: 7,
  });
});

test('sessions: a full queue keeps what it has, and what it does not keep is counted', async () => {
  const { sessions, dropped, publish, waiting } = open();
  await sessions.addSubscriptions(client('c1-a'), [to('a')]);
  for (let n = 1; n <= 5; n++) await publish('a', n);
  expect((await waiting('c1-a')).length).toBe(3);
  expect(dropped.length).toBe(2);
});

test('sessions: a user has so many; the oldest makes room', async () => {
  const { sessions, publish } = open();
  for (const id of ['c1-a', 'c1-b', 'c2-a', 'c1-c']) await sessions.addSubscriptions(client(id), [to('a')]);
  expect((await publish('a', 1)).toSorted()).toEqual(['c1-b', 'c1-c', 'c2-a']);
});

test('sessions: a clean session forgets the one before; giving up a filter, that filter', async () => {
  const { sessions, publish, waiting } = open();
  await sessions.addSubscriptions(client('c1-a'), [to('a'), to('b/+')]);
  await sessions.removeSubscriptions(client('c1-a'), ['a', 'never']);
  expect(await publish('a', 1)).toEqual([]);
  expect(await publish('b/x', 2)).toEqual(['c1-a']);
  expect(await sessions.subscriptionsByClient(client('c1-a'))).toEqual([to('b/+')]);
  await sessions.cleanSubscriptions(client('c1-a'));
  expect(await publish('b/x', 3)).toEqual([]);
  expect(await waiting('c1-a')).toEqual([]);
});

test('sessions: what its user may not read any more is taken out', async () => {
  const { sessions, publish, waiting } = open();
  await sessions.addSubscriptions(client('c1-a'), [to('#')]);
  await publish('not/any/more', 1);
  await publish('a', 2);
  expect(await waiting('c1-a')).toEqual([[2, undefined]]);
});

test('sessions: retained messages, by topic and by pattern; an empty one clears; no bytes around the payload are kept', async () => {
  const { sessions } = open();
  const big = Buffer.alloc(1_000_000, 'x');
  await sessions.storeRetained({ ...message('a/b', 1), payload: big.subarray(5, 8) });
  await sessions.storeRetained(message('a/c/d', 2));
  await sessions.storeRetained(message('ab', 3));
  const found = async (...filters: string[]): Promise<AedesPublishPacket[]> => {
    const packets: AedesPublishPacket[] = [];
    for await (const packet of sessions.createRetainedStreamCombi(filters)) packets.push(packet as AedesPublishPacket);
    return packets;
  };
  const topics = async (...filters: string[]): Promise<string[]> => (await found(...filters)).map(({ topic }) => topic);
  expect(await topics('a/b')).toEqual(['a/b']);
  expect(await topics('a/#')).toEqual(['a/b', 'a/c/d']);
  expect(await topics('a/+', 'ab')).toEqual(['a/b', 'ab']);
  expect(await topics('b/#')).toEqual([]);
  const [kept] = await found('a/b');
  expect((kept!.payload as Buffer).buffer.byteLength).toBeLessThan(100_000);
  await sessions.storeRetained(message('a/b', 4, ''));
  expect(await topics('a/#')).toEqual(['a/c/d']);
});
