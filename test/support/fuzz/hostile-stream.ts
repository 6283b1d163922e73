import {
  connectFrame,
  idFrame,
  mqttFrame,
  mqttText,
  publishFrame,
  remainingLength,
  subscribeFrame,
} from '../mqtt-frames.ts';
import type { Dice } from './dice.ts';
import { mutate } from './mutate.ts';

/** What somebody sends to the broker who does not care about MQTT. */
export interface HostileStream {
  kind: 'noise' | 'connect' | 'half-open' | 'before-connect' | 'mutated' | 'lied-length' | 'out-of-order' | 'slow';
  /** Sent first, as it should be, and answered by the broker: CONNECT and PUBLISH with rising ids from 1. */
  login?: { connect: Buffer; publishes: Buffer[]; payloads: string[] };
  /** Sent then, piece by piece. */
  rest: Buffer[];
  /** The connection stays as it is until all is over. */
  staysOpen: boolean;
}

/** Who logs in, and how it names what it publishes, so that it can be found again. */
export interface HostileUser {
  username: string;
  password: string;
  /** Text that no other publish holds; it is no JSON. */
  nextPayload(): string;
}

const CLIENT_IDS = 12;
const KINDS = [
  'noise',
  'connect',
  'half-open',
  'before-connect',
  'mutated',
  'mutated',
  'mutated',
  'lied-length',
] as const;
const MORE_KINDS = ['out-of-order', 'slow'] as const;
const PUBREC = 0x50;
const PUBREL = 0x62;

/** The next stream of a hostile client. */
export function hostileStream(dice: Dice, user: HostileUser): HostileStream {
  const kind = dice.pick([...KINDS, ...MORE_KINDS]);
  const isLoggedIn = !['noise', 'connect', 'half-open', 'before-connect'].includes(kind);
  const login = isLoggedIn ? { connect: goodConnect(dice, user), ...goodPublishes(dice, user) } : undefined;
  const rest = restOf(kind, dice, user);
  return { kind, rest, staysOpen: kind === 'half-open', ...(login === undefined ? {} : { login }) };
}

function restOf(kind: HostileStream['kind'], dice: Dice, user: HostileUser): Buffer[] {
  switch (kind) {
    case 'noise':
      return [dice.bytes(1 + dice.below(2000))];
    case 'connect':
      return [oddConnect(dice, user)];
    case 'half-open': {
      const connect = goodConnect(dice, user);
      return [connect.subarray(0, dice.below(connect.length))];
    }
    case 'before-connect':
      return [anyPacket(dice, user), goodConnect(dice, user), anyPacket(dice, user)];
    case 'mutated':
      return [mutate(dice, Buffer.concat(packets(dice, user, 1 + dice.below(6))))];
    case 'lied-length':
      return [...packets(dice, user, dice.below(3)), liedLength(dice, anyPacket(dice, user))];
    case 'out-of-order':
      return [idFrame(PUBREL, 7), idFrame(PUBREC, 9), mqttFrame(0x20, Buffer.from([0, 0])), ...packets(dice, user, 3)];
    default:
      // A byte at a time: each is a packet of its own on the network.
      return Array.from(Buffer.concat(packets(dice, user, 2)), (byte) => Buffer.from([byte]));
  }
}

function packets(dice: Dice, user: HostileUser, count: number): Buffer[] {
  return Array.from({ length: count }, () => anyPacket(dice, user));
}

function goodConnect(dice: Dice, { username, password }: HostileUser): Buffer {
  const clientId = `hostile-${dice.below(CLIENT_IDS)}`;
  const will = dice.chance(0.2) ? { topic: topicOf(dice, username), payload: 'gone', qos: dice.below(3) } : undefined;
  return connectFrame({
    clientId,
    username,
    password,
    clean: dice.chance(0.8),
    ...(will === undefined ? {} : { will }),
  });
}

function goodPublishes(dice: Dice, user: HostileUser): { publishes: Buffer[]; payloads: string[] } {
  const payloads = Array.from({ length: dice.below(4) }, () => user.nextPayload());
  const topic = `energy/v1/${user.username}/m/reading`;
  return { payloads, publishes: payloads.map((text, n) => publishFrame(topic, text, { qos: 1, messageId: n + 1 })) };
}

function oddConnect(dice: Dice, { username, password }: HostileUser): Buffer {
  const good = { clientId: `odd-${dice.below(CLIENT_IDS)}`, username, password };
  const long = 'x'.repeat(dice.pick([129, 1000, 65_535]));
  return dice.pick([
    () => connectFrame({ ...good, protocol: dice.pick(['MQIsdp', 'mqtt', '', 'MQTT\0', 'HTTP']) }),
    () => connectFrame({ ...good, level: dice.pick([0, 3, 5, 6, 0x84, 255]) }),
    () => connectFrame({ ...good, flags: dice.below(256) }),
    () => connectFrame({ ...good, clientId: '', clean: dice.chance(0.5) }),
    () => connectFrame({ ...good, clientId: long }),
    () =>
      connectFrame({
        ...good,
        clientId: dice.pick(['a\0b', '\ud83d\ude00', '__proto__', 'constructor', '+/#', '$SYS']),
      }),
    () => connectFrame({ ...good, username: dice.pick(['', '__proto__', 'constructor', long, 'admin', "' OR 1=1--"]) }),
    () => connectFrame({ ...good, password: dice.pick(['', 'x', long]) }),
    () => connectFrame({ clientId: good.clientId, password }),
    () => connectFrame({ clientId: good.clientId }),
    () =>
      connectFrame({ ...good, will: { topic: dice.pick(['', '#', 'a/+', '$SYS/x', long]), payload: long, qos: 3 } }),
    () => connectFrame({ ...good, keepAliveS: 1 }),
    () => mutate(dice, connectFrame(good)),
    () => Buffer.concat([connectFrame(good), connectFrame(good)]),
    () => mqttFrame(0x10 | dice.below(16), Buffer.concat([mqttText('MQTT'), dice.bytes(dice.below(30))])),
  ])();
}

function anyPacket(dice: Dice, user: HostileUser): Buffer {
  const messageId = dice.pick([0, 1000 + dice.below(50), 65_535]);
  const topic = topicOf(dice, user.username);
  return dice.pick([
    () => publishFrame(topic, user.nextPayload(), { qos: 0, retain: dice.chance(0.2) }),
    () => publishFrame(topic, user.nextPayload(), { qos: 1, messageId, dup: dice.chance(0.2) }),
    () => publishFrame(topic, user.nextPayload(), { qos: 2, messageId, dup: dice.chance(0.2) }),
    () => publishFrame(topic, user.nextPayload(), { qos: 3, messageId }),
    () => idFrame(PUBREL, messageId),
    () => idFrame(dice.pick([0x40, 0x60, PUBREC, 0x70, 0xb0]), messageId),
    () =>
      subscribeFrame(
        messageId,
        dice.pick(['#', '+/+', '$SYS/#', '$share/g/#', `energy/v1/${user.username}/command`, '']),
        dice.below(4),
      ),
    () => mqttFrame(0xa2, Buffer.concat([Buffer.from([0, 9]), mqttText(topic)])),
    () => mqttFrame(0xc0, Buffer.alloc(0)),
    () => mqttFrame(0xe0, Buffer.alloc(0)),
    () => mqttFrame(dice.below(256), dice.bytes(dice.below(20))),
  ])();
}

function topicOf(dice: Dice, username: string): string {
  const own = `energy/v1/${username}`;
  return dice.pick(
    [
      [`${own}/m/reading`, `${own}/m/reading`, `${own}/readings`, `${own}/frames`, `${own}/status`, `${own}/command`],
      ['', '/', '#', 'a/+', '$SYS/broker/load', '$jieneng/nowhere', 'energy/v1/plain/p0/reading', `${own}//reading`],
      [
        'energy/v1/alerts/office/1',
        `${own}/${'x/'.repeat(dice.pick([50, 120]))}`,
        `${own}/\0/reading`,
        'x'.repeat(65_535),
      ],
    ].flat(),
  );
}

// A header that promises another length than follows.
function liedLength(dice: Dice, packet: Buffer): Buffer {
  const lie = dice.pick([
    remainingLength(dice.below(300)),
    remainingLength(268_435_455),
    remainingLength(1_048_577),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]),
    Buffer.from([0x80, 0x80, 0x80, 0x00]),
    Buffer.from([0xff, 0xff]),
  ]);
  return Buffer.concat([packet.subarray(0, 1), lie, packet.subarray(2)]);
}
