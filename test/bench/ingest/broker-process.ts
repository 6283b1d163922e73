import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Aedes } from 'aedes';

import { BROKER_LIMITS, openBroker } from '../../../gateway/broker/open-broker.ts';
import { createDirectory, type DirectorySnapshot } from '../../../gateway/directory.ts';
import { diskIo } from '../../../gateway/spool/disk-io.ts';
import { openSpool } from '../../../gateway/spool/open-spool.ts';
import type { SpoolFile, SpoolIo } from '../../../gateway/spool/spool-io.ts';

/** Which broker to run. */
export type BrokerOrder =
  /** aedes with the gateway's limits and no hook: acknowledges and forgets. */
  | { broker: 'null' }
  /** The gateway's broker in front of a spool in `folder`. */
  | { broker: 'durable'; folder: string; directory: DirectorySnapshot };

/** What the broker process tells: once where it listens, and figures since `mark` whenever it is asked. */
export type BrokerNews =
  | { kind: 'listening'; port: number }
  | { kind: 'figures'; loopDelayP99Ms: number; residentBytes: number; syncs: number; acknowledged: number };

/** From here on figures count, or: tell them. */
export interface BrokerQuestion {
  ask: 'mark' | 'figures';
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const COMMIT_BYTES = 4 * 1024 * 1024;

const loopDelay = monitorEventLoopDelay({ resolution: 10 });
loopDelay.enable();
let syncs = 0;
let acknowledgedNow = (): number => 0;
let marked = { syncs: 0, acknowledged: 0 };

process.once('disconnect', () => process.exit());
process.once('message', (order) => {
  void open(order as BrokerOrder).then((port) => tell({ kind: 'listening', port }));
  process.on('message', (message) => {
    if ((message as BrokerQuestion).ask === 'mark') mark();
    else report();
  });
});

function mark(): void {
  loopDelay.reset();
  marked = { syncs, acknowledged: acknowledgedNow() };
}

function report(): void {
  tell({
    kind: 'figures',
    loopDelayP99Ms: loopDelay.percentile(99) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    syncs: syncs - marked.syncs,
    acknowledged: acknowledgedNow() - marked.acknowledged,
  });
}

async function open(order: BrokerOrder): Promise<number> {
  return order.broker === 'null' ? openNull() : openDurable(order.folder, order.directory);
}

async function openNull(): Promise<number> {
  const aedes = await Aedes.createBroker(BROKER_LIMITS);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function openDurable(folder: string, snapshot: DirectorySnapshot): Promise<number> {
  const directory = createDirectory();
  directory.replace(snapshot);
  const spool = await openSpool({
    folder,
    io: countSyncs(diskIo),
    segmentBytes: SEGMENT_BYTES,
    commitBytes: COMMIT_BYTES,
    retryFullMs: 1000,
    onCommitted: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  const broker = await openBroker({
    host: '127.0.0.1',
    port: 0,
    baseTopic: 'energy/v1',
    spool,
    directory,
    owners: { claim: () => Promise.resolve(true) },
    now: () => Date.now(),
    onRefused: (event) => console.error(event),
  });
  acknowledgedNow = () => broker.status().acknowledged;
  return broker.port;
}

function countSyncs(io: SpoolIo): SpoolIo {
  const counted = (file: SpoolFile): SpoolFile => ({
    ...file,
    datasync: () => {
      syncs++;
      return file.datasync();
    },
  });
  return { ...io, create: async (path) => counted(await io.create(path)) };
}

function tell(news: BrokerNews): void {
  process.send?.(news);
}
