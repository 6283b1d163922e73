import { openLoadClient, type LoadClient, type LoadConnection, type LoadSample } from './load-client.ts';
import type { ReadingShape } from './reading-frames.ts';

/** What the load process is to do. */
export interface LoadOrder extends ReadingShape {
  port: number;
  connections: LoadConnection[];
  /** Messages of each connection without acknowledgement: when one is acknowledged, the next one goes out. */
  inFlight: number;
  /** Instead: messages a second of all connections together, whatever is acknowledged. */
  perSecond?: number;
  /** Samples a second. */
  samplesPerSecond?: number;
  warmUpMs: number;
  measureMs: number;
}

/** What the load process tells. */
export type LoadNews =
  | { kind: 'measuring' }
  | { kind: 'measured'; acknowledged: number; elapsedMs: number }
  | { kind: 'sample'; sample: LoadSample };

const TICK_MS = 5;

// Makes load in a process of its own, so that it shares no thread with what is measured.
process.once('disconnect', () => process.exit());
process.once('message', (order) => void run(order as LoadOrder));

async function run(order: LoadOrder): Promise<void> {
  let acknowledged = 0;
  const clients: LoadClient[] = [];
  for (const connection of order.connections) {
    const client = await openLoadClient(order.port, connection, order, {
      onAcknowledged: (from, messages) => {
        acknowledged += messages;
        if (order.perSecond === undefined) from.publish(messages);
      },
      onSample: (sample) => tell({ kind: 'sample', sample }),
    });
    clients.push(client);
  }
  if (order.perSecond === undefined) for (const client of clients) client.publish(order.inFlight);
  else publishSteadily(clients, order.perSecond);
  if (order.samplesPerSecond !== undefined) {
    let turn = 0;
    setInterval(() => clients[turn++ % clients.length]!.sampleNext(), 1000 / order.samplesPerSecond);
  }

  await after(order.warmUpMs);
  tell({ kind: 'measuring' });
  const before = { acknowledged, at: performance.now() };
  await after(order.measureMs);
  const elapsedMs = performance.now() - before.at;
  tell({ kind: 'measured', acknowledged: acknowledged - before.acknowledged, elapsedMs });
}

function publishSteadily(clients: readonly LoadClient[], perSecond: number): void {
  const started = performance.now();
  let sent = 0;
  let turn = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond) - sent;
    sent += due;
    const each = Math.ceil(due / clients.length);
    for (let left = due; left > 0; left -= each) clients[turn++ % clients.length]!.publish(Math.min(each, left));
  }, TICK_MS);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function tell(news: LoadNews): void {
  process.send?.(news);
}
