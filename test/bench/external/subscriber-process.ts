import { monitorEventLoopDelay } from 'node:perf_hooks';

import { connect } from 'mqtt';

import { createDirectory } from '../../../gateway/directory.ts';
import { diskIo } from '../../../gateway/spool/disk-io.ts';
import { openSpool } from '../../../gateway/spool/open-spool.ts';
import { openSubscriber } from '../../../gateway/subscribe/open-subscriber.ts';

/** Which subscriber to run. */
export interface SubscriberOrder {
  /** The gateway's, in front of a spool, or mqtt.js that acknowledges by itself and forgets. */
  kind: 'gateway' | 'automatic';
  url: string;
  username: string;
  password: string;
  version: '5' | '3.1.1';
  window: number;
  /** Of the spool. */
  folder: string;
}

/** What it tells: once that it is subscribed, and figures whenever it is asked; `messages` is never set back. */
export type SubscriberNews =
  | { kind: 'subscribed' }
  | { kind: 'figures'; messages: number; loopDelayP99Ms: number; residentBytes: number };

const BASE_TOPIC = 'energy/v1';
const loopDelay = monitorEventLoopDelay({ resolution: 10 });
loopDelay.enable();

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const order = message as SubscriberOrder;
  void (order.kind === 'gateway' ? openGateways(order) : openAutomatic(order)).then((messages) => {
    process.on('message', () => {
      const loopDelayP99Ms = loopDelay.percentile(99) / 1e6;
      tell({ kind: 'figures', messages: messages(), loopDelayP99Ms, residentBytes: process.memoryUsage.rss() });
      loopDelay.reset();
    });
    tell({ kind: 'subscribed' });
  });
});

async function openGateways(order: SubscriberOrder): Promise<() => number> {
  const spool = await openSpool({
    folder: order.folder,
    io: diskIo,
    segmentBytes: 16 * 1024 * 1024,
    commitBytes: 4 * 1024 * 1024,
    retryFullMs: 1000,
    onCommitted: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  const subscriber = openSubscriber({
    ...order,
    clientId: order.username,
    gateway: order.username,
    takesUnassigned: true,
    baseTopic: BASE_TOPIC,
    spool,
    directory: createDirectory(),
    now: () => Date.now(),
    random: () => Math.random(),
  });
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (subscriber.connection().subscriptions < 3) return;
      clearInterval(timer);
      resolve();
    }, 10);
  });
  return () => subscriber.status().acknowledged;
}

async function openAutomatic(order: SubscriberOrder): Promise<() => number> {
  let messages = 0;
  const client = connect(order.url, {
    username: order.username,
    password: order.password,
    clientId: order.username,
    clean: false,
    protocolVersion: order.version === '5' ? 5 : 4,
    ...(order.version === '5'
      ? { properties: { sessionExpiryInterval: 0xffff_ffff, receiveMaximum: order.window } }
      : {}),
  });
  client.on('message', () => messages++);
  await client.subscribeAsync(`${BASE_TOPIC}/#`, { qos: 1 });
  return () => messages;
}

function tell(news: SubscriberNews): void {
  process.send?.(news);
}
