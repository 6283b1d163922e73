import { bug, PlatformError } from '../../domain/errors.ts';
import type { CitySpec } from '../city/spec.ts';
import type { FaultSpec } from '../faults.ts';
import { createCityModel } from '../load/city-model.ts';
import { historyMessages, historySize } from './history-messages.ts';
import { type Link, openLink } from './link.ts';
import { startLive } from './live.ts';
import { statusTopic } from './topics.ts';

export interface FleetOptions {
  /** `mqtt://host:port` */
  url: string;
  city: CitySpec;
  /** Token of every collector that meters speak through. */
  tokens: Readonly<Record<string, string>>;
  seed?: number;
  /** The city's own faults where left out. */
  faults?: readonly FaultSpec[];
  /** Messages in flight of a collector. */
  window?: number;
}

interface HistoryOptions {
  fromMs: number;
  toMs: number;
  /** Called after every message with the readings sent so far. */
  onProgress?: (sent: number, of: number) => void;
  signal?: AbortSignal;
}

interface LiveFleetOptions {
  now: () => number;
  /** Seconds between two readings of a meter; default 5. */
  periodS?: number;
  /** Where the history ended. */
  sinceMs: number;
  onError?: (thrown: unknown) => void;
}

/** The meters of a city, connected: one MQTT client for each collector. */
export interface Fleet {
  /**
   * Publishes every meter's readings of [fromMs, toMs] and resolves when all are acknowledged: by the hour, the last
   * 35 days by the quarter hour, at most 480 in a message. Returns the number of readings.
   */
  publishHistory(options: HistoryOptions): Promise<number>;
  /** Publishes the present from now on. */
  runLive(options: LiveFleetOptions): { stop(): void };
  /** Says `offline` and disconnects after the last acknowledgement. */
  close(): Promise<void>;
}

/** Connects the collectors of a city and says `online`. Throws PlatformError as `openLink` does. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { city, seed = 1 } = options;
  const models = createCityModel(city, { seed, ...(options.faults && { faults: options.faults }) });
  const collectors = [...new Set(models.map((model) => model.spec.collectorId))];
  const links = await openLinks(collectors, options);
  const linkOf = (collector: string): Link => links.get(collector) ?? bug(`no link for ${collector}`);

  return {
    async publishHistory({ fromMs, toMs, onProgress, signal }) {
      const of = historySize(models, fromMs, toMs);
      let sent = 0;
      for (const message of historyMessages(models, fromMs, toMs, seed)) {
        signal?.throwIfAborted();
        // oxlint-disable-next-line no-await-in-loop -- the windows set the pace
        await linkOf(message.collector).publish(message.topic, message.payload);
        sent += message.fresh;
        onProgress?.(sent, of);
      }
      await Promise.all([...links.values()].map((link) => link.drained()));
      return sent;
    },
    runLive: ({ now, periodS = 5, sinceMs, onError = () => {} }) =>
      startLive({ models, linkOf, now, periodS, sinceMs, onError }),
    async close() {
      await Promise.all([...links].map(([collector, link]) => sayGoodbye(collector, link)));
    },
  };
}

async function openLinks(collectors: readonly string[], options: FleetOptions): Promise<Map<string, Link>> {
  const missing = collectors.filter((collector) => options.tokens[collector] === undefined);
  if (missing.length > 0)
    throw new PlatformError('config-invalid', `no token for collector ${missing.slice(0, 5).join(', ')}`);
  const opened = await Promise.allSettled(
    collectors.map(async (collector): Promise<[string, Link]> => {
      const will = { topic: statusTopic(collector), payload: 'offline' };
      const link = await openLink({
        url: options.url,
        username: collector,
        password: options.tokens[collector]!,
        will,
        ...(options.window !== undefined && { window: options.window }),
      });
      await link.publish(will.topic, 'online', { retain: true });
      return [collector, link];
    }),
  );
  const links = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = opened.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(links.map(([, link]) => link.close(true)));
    throw failed.reason;
  }
  return new Map(links);
}

async function sayGoodbye(collector: string, link: Link): Promise<void> {
  if (!link.connected) return link.close(true);
  await link.publish(statusTopic(collector), 'offline', { retain: true });
  return link.close();
}
