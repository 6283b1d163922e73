import { startBenchChild, type BenchChild } from './child-process.ts';
import type { BrokerNews, BrokerOrder, BrokerQuestion } from './broker-process.ts';
import type { LoadNews, LoadOrder } from './load-process.ts';
import type { BenchProduct } from './product.ts';
import { cpuTimeOf, type CpuTime } from './thread-cpu.ts';

/** What one span under load gave. */
export interface Measured {
  messagesPerSecond: number;
  /** 99th percentile of the delay of the event loop of the broker's thread. */
  loopDelayP99Ms: number;
  residentMiB: number;
  /** CPU of the broker's thread, of its whole process and of the load for one message, microseconds. */
  cpuUs?: { main: number; all: number; load: number };
  syncsPerSecond?: number;
  messagesPerSync?: number;
  storedPerSecond?: number;
  /** What stood in the spool and not in the store when the span ended. */
  lagMiB?: number;
}

const MIB = 1024 * 1024;
const BROKER = new URL('./broker-process.ts', import.meta.url);
const LOAD = new URL('./load-process.ts', import.meta.url);

/** Puts a broker alone under load, in a process of its own, profiled where a folder for that is given. */
export async function measureBroker(
  order: BrokerOrder,
  load: Omit<LoadOrder, 'port'>,
  profileFolder?: string,
): Promise<Measured> {
  const broker = startBenchChild<BrokerNews>(BROKER, order, profileFolder);
  const ask = (question: BrokerQuestion['ask']): void => broker.tell({ ask: question } satisfies BrokerQuestion);
  try {
    const { port } = await broker.next('listening');
    const span = await underLoad({ ...load, port }, broker.pid, async () => ask('mark'));
    ask('figures');
    const figures = await broker.next('figures');
    const syncsPerSecond = figures.syncs / span.seconds;
    return {
      ...span.measured,
      loopDelayP99Ms: figures.loopDelayP99Ms,
      residentMiB: figures.residentBytes / MIB,
      ...(figures.syncs > 0 ? { syncsPerSecond, messagesPerSync: figures.acknowledged / figures.syncs } : {}),
    };
  } finally {
    await broker.end();
  }
}

/** Puts the whole product under load; it drains meanwhile. `onNews` is told what the load tells. */
export async function measureProduct(
  product: BenchProduct,
  load: Omit<LoadOrder, 'port'>,
  onNews: (news: LoadNews) => void = () => undefined,
): Promise<Measured> {
  let before = new Map<string, number>();
  const mark = async (): Promise<void> => void (before = await product.metrics());
  const span = await underLoad({ ...load, port: product.mqttPort }, product.pid, mark, onNews);
  const after = await product.metrics();
  const rise = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  return {
    ...span.measured,
    loopDelayP99Ms: (after.get('jieneng_event_loop_delay_p99_seconds{thread="main"}') ?? Number.NaN) * 1000,
    residentMiB: (after.get('jieneng_process_resident_bytes') ?? Number.NaN) / MIB,
    storedPerSecond: rise('jieneng_readings_stored_total') / span.seconds,
    lagMiB: (after.get('jieneng_drain_lag_bytes') ?? Number.NaN) / MIB,
  };
}

async function underLoad(
  order: LoadOrder,
  pid: number,
  onMeasuring: () => Promise<void>,
  onNews: (news: LoadNews) => void = () => undefined,
) {
  const load: BenchChild<LoadNews> = startBenchChild<LoadNews>(LOAD, order);
  load.onNews(onNews);
  try {
    await load.next('measuring');
    const measured = load.next('measured');
    const cpuBefore = await cpuOfBoth(pid, load.pid);
    await onMeasuring();
    const { acknowledged, elapsedMs } = await measured;
    const cpuAfter = await cpuOfBoth(pid, load.pid);
    const perMessage = (name: keyof NonNullable<typeof cpuAfter>): number =>
      ((cpuAfter![name] - cpuBefore![name]) * 1000) / acknowledged;
    return {
      seconds: elapsedMs / 1000,
      measured: {
        messagesPerSecond: (acknowledged * 1000) / elapsedMs,
        ...(cpuBefore === undefined || cpuAfter === undefined
          ? {}
          : { cpuUs: { main: perMessage('main'), all: perMessage('all'), load: perMessage('load') } }),
      },
    };
  } finally {
    await load.end();
  }
}

async function cpuOfBoth(pid: number, loadPid: number) {
  const [broker, load]: (CpuTime | undefined)[] = await Promise.all([cpuTimeOf(pid), cpuTimeOf(loadPid)]);
  return broker === undefined || load === undefined
    ? undefined
    : { main: broker.mainMs, all: broker.allMs, load: load.allMs };
}
