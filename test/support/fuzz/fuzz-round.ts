import type { Socket } from 'node:net';

import { connectAsync } from 'mqtt';

import { createDice, type Dice } from './dice.ts';
import { healthyTopic } from './healthy-topic.ts';
import { hostileStream } from './hostile-stream.ts';
import type { AcknowledgedMessage } from './ledger.ts';
import { largePayload, smallPayload } from './payloads.ts';
import { sendHostile } from './send-hostile.ts';

/** A user of the broker in the fuzz. */
export interface FuzzUser {
  username: string;
  password: string;
}

/** Who publishes what in a round. */
export interface FuzzCast {
  mqttUrl: string;
  /** Keep to MQTT; their payloads are small, and up to a megabyte. Every meter of a round is new. */
  plain: FuzzUser & { meters: string[] };
  large: FuzzUser & { meters: string[] };
  /** Does not keep to MQTT, and has no meters. */
  hostile: FuzzUser;
  nowMs: number;
}

/** What was sent in a round, as far as it was acknowledged. */
export interface FuzzSent {
  /** By the clients that keep to MQTT, all that they sent. */
  acknowledged: AcknowledgedMessage[];
  /** Payloads by the hostile ones, as far as they looked for the acknowledgement. */
  hostileAcknowledged: string[];
}

/** In a thousand. */
const LARGE_SHARE = 4;
const HOSTILE_SHARE = 120;
const PLAIN_LANES = 3;
const HOSTILE_LANES = 8;
const IN_FLIGHT = { plain: 60, large: 3 };
const MOST_OPEN = 30;

/** Sends `messages` publishes and hostile streams that follow from `seed`; resolves when all is acknowledged. */
export async function sendFuzzRound(cast: FuzzCast, messages: number, seed: number): Promise<FuzzSent> {
  const hostileCount = Math.round((messages * HOSTILE_SHARE) / 1000);
  const largeCount = Math.max(1, Math.round((messages * LARGE_SHARE) / 1000));
  const plainCount = messages - hostileCount - largeCount;
  const lanes = [
    ...split(plainCount, PLAIN_LANES).map((count, n) => publishLane(cast, 'plain', count, createDice(seed + n))),
    publishLane(cast, 'large', largeCount, createDice(seed + 100)),
  ];
  const hostile = split(hostileCount, HOSTILE_LANES).map((count, n) => hostileLane(cast, count, seed + 200 + n));
  const [acknowledged, hostileAcknowledged] = await Promise.all([Promise.all(lanes), Promise.all(hostile)]);
  return { acknowledged: acknowledged.flat(), hostileAcknowledged: hostileAcknowledged.flat() };
}

async function publishLane(
  cast: FuzzCast,
  kind: 'plain' | 'large',
  count: number,
  dice: Dice,
): Promise<AcknowledgedMessage[]> {
  const { username, password, meters } = cast[kind];
  const foreign = cast[kind === 'plain' ? 'large' : 'plain'].meters[0]!;
  const client = await connectAsync(cast.mqttUrl, { username, password, reconnectPeriod: 0 }, false);
  const broken = new Promise<never>((_, reject) => {
    client.once('error', reject);
    client.once('close', () => reject(new Error(`the broker closed the connection of ${username}`)));
  });
  broken.catch(() => undefined);
  const shape = { meters, nowMs: cast.nowMs };
  const sent: AcknowledgedMessage[] = [];
  const inFlight = new Set<Promise<unknown>>();
  for (let n = 0; n < count; n++) {
    const topic = healthyTopic(dice, username, meters, foreign);
    const payload = kind === 'plain' ? smallPayload(dice, shape) : largePayload(dice, shape);
    const qos = dice.chance(0.15) ? 0 : dice.chance(0.2) ? 2 : 1;
    const options = { qos, retain: dice.chance(0.05), dup: qos > 0 && dice.chance(0.05) } as const;
    // What was sent at QoS 0 stands before what is acknowledged at the end, on the same connection.
    const publishing = client.publishAsync(topic, payload, options).then(() => {
      sent.push({ collector: username, topic, payload });
      inFlight.delete(publishing);
    });
    inFlight.add(publishing);
    if (inFlight.size >= IN_FLIGHT[kind]) await Promise.race([broken, ...inFlight]);
  }
  const last = {
    collector: username,
    topic: `energy/v1/${username}/frames`,
    payload: Buffer.from(`last ${dice.below(1e9)}`),
  };
  const ending = client.publishAsync(last.topic, last.payload, { qos: 1 });
  await Promise.race([broken, Promise.all([...inFlight, ending])]);
  await client.endAsync();
  return [...sent, last];
}

async function hostileLane({ mqttUrl, hostile }: FuzzCast, count: number, seed: number): Promise<string[]> {
  const port = Number(new URL(mqttUrl).port);
  const dice = createDice(seed);
  const open: Socket[] = [];
  const acknowledged: string[] = [];
  let named = 0;
  const user = { ...hostile, nextPayload: () => `hostile ${seed}-${named++}` };
  for (let n = 0; n < count; n++) {
    const outcome = await sendHostile(port, hostileStream(dice, user));
    acknowledged.push(...outcome.acknowledged);
    if (outcome.open !== undefined) open.push(outcome.open);
    if (open.length > MOST_OPEN) open.shift()!.destroy();
  }
  for (const socket of open) socket.destroy();
  return acknowledged;
}

function split(count: number, lanes: number): number[] {
  return Array.from({ length: lanes }, (_, n) => Math.floor(count / lanes) + (n < count % lanes ? 1 : 0));
}
