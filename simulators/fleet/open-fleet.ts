import { bug, PlatformError } from '../../domain/errors.ts';
import type { WireFormat } from '../../domain/wire-format.ts';
import type { CitySpec } from '../city/spec.ts';
import type { FaultSpec } from '../faults.ts';
import { createCityModel } from '../load/city-model.ts';
import type { MeterModel } from '../load/meter-model.ts';
import { historyMessages, historySize } from './history-messages.ts';
import { startKnocking } from './knock.ts';
import { type Link, openLink, type Will } from './link.ts';
import { startLive } from './live.ts';
import { createSpeech } from './speech/create-speech.ts';
import { createSparkplugEdge, type SparkplugEdge } from './speech/sparkplug-edge.ts';
import type { Speech } from './speech/speech.ts';
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
  /** Only the meters that speak one of these. */
  formats?: readonly WireFormat[];
  /** Messages in flight of a collector. */
  window?: number;
}

interface HistoryOptions {
  fromMs: number;
  toMs: number;
  /** Readings sent so far. */
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
   * 35 days by the quarter hour, at most 480 in a message. Returns the number of readings. Meters that are in no
   * registry tell their last two days.
   */
  publishHistory(options: HistoryOptions): Promise<number>;
  /**
   * Publishes the present from now on; meters that are in no registry once a minute; now and then somebody
   * unknown knocks at the broker.
   */
  runLive(options: LiveFleetOptions): { stop(): void };
  /** Says `offline` and disconnects after the last acknowledgement. */
  close(): Promise<void>;
}

const UNREGISTERED_PERIOD_S = 60;
/** Each refusal is a line in the platform's log. */
const KNOCKING_PERIOD_S = 900;

/** Connects the collectors of a city and says `online`. Throws PlatformError as `openLink` does. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { city, seed = 1 } = options;
  const given = { seed, ...(options.faults && { faults: options.faults }) };
  const speaks = ({ spec }: MeterModel): boolean =>
    options.formats === undefined || options.formats.includes(spec.format ?? 'native-json');
  const models = createCityModel(city, given).filter(speaks);
  const unregistered = createCityModel({ ...city, meters: city.unregistered }, given).filter(speaks);
  const all = [...models, ...unregistered];
  const collectors = [...new Set(all.map((model) => model.spec.collectorId))];
  const edges = edgesOf(all);
  const links = await openLinks(collectors, edges, options);
  const linkOf = (collector: string): Link => links.get(collector) ?? bug(`no link for ${collector}`);
  const speeches = new Map(all.map((model) => [model, createSpeech(model, edges.get(model.spec.collectorId))]));
  const speechOf = (model: MeterModel): Speech => speeches.get(model) ?? bug(`${model.spec.id} is not of this fleet`);

  return {
    async publishHistory({ fromMs, toMs, onProgress, signal }) {
      const of = historySize(all, fromMs, toMs);
      let sent = 0;
      for (const message of historyMessages(all, speechOf, fromMs, toMs, seed)) {
        signal?.throwIfAborted();
        // oxlint-disable-next-line no-await-in-loop -- the windows set the pace
        await linkOf(message.collector).publish(message.topic, message.payload);
        sent += message.fresh;
        onProgress?.(sent, of);
      }
      await Promise.all([...links.values()].map((link) => link.drained()));
      return sent;
    },
    runLive: ({ now, periodS = 5, sinceMs, onError = () => {} }) => {
      const live = { speechOf, linkOf, now, sinceMs, onError };
      const parts = [
        startLive({ ...live, models, periodS }),
        startLive({ ...live, models: unregistered, periodS: Math.max(periodS, UNREGISTERED_PERIOD_S) }),
        ...city.strangers.map((name) => startKnocking(options.url, name, KNOCKING_PERIOD_S)),
      ];
      return { stop: () => parts.forEach((part) => part.stop()) };
    },
    async close() {
      await Promise.all([...links].map(([collector, link]) => sayGoodbye(collector, link, edges.get(collector))));
    },
  };
}

function edgesOf(models: readonly MeterModel[]): Map<string, SparkplugEdge> {
  const devices = models.filter(({ spec }) => spec.format === 'sparkplug-b');
  const collectors = new Set(devices.map(({ spec }) => spec.collectorId));
  return new Map(
    [...collectors].map((collector) => {
      const theirs = devices.filter(({ spec }) => spec.collectorId === collector);
      return [collector, createSparkplugEdge(collector, theirs)];
    }),
  );
}

async function openLinks(
  collectors: readonly string[],
  edges: ReadonlyMap<string, SparkplugEdge>,
  options: FleetOptions,
): Promise<Map<string, Link>> {
  const missing = collectors.filter((collector) => options.tokens[collector] === undefined);
  if (missing.length > 0)
    throw new PlatformError('config-invalid', `no token for collector ${missing.slice(0, 5).join(', ')}`);
  const opened = await Promise.allSettled(
    collectors.map(async (collector): Promise<[string, Link]> => {
      const link = await openLink({
        url: options.url,
        username: collector,
        password: options.tokens[collector]!,
        will: () => willOf(collector, edges.get(collector)),
        ...(options.window !== undefined && { window: options.window }),
      });
      await link.publish(statusTopic(collector), 'online', { retain: true });
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

/** A Sparkplug node's will is its death certificate. */
function willOf(collector: string, edge: SparkplugEdge | undefined): Will {
  if (edge !== undefined) return { ...edge.nextDeath(), retain: false };
  return { topic: statusTopic(collector), payload: 'offline', retain: true };
}

async function sayGoodbye(collector: string, link: Link, edge: SparkplugEdge | undefined): Promise<void> {
  if (!link.connected) return link.close(true);
  if (edge !== undefined) {
    const { topic, payload } = edge.death();
    await link.publish(topic, payload);
  }
  await link.publish(statusTopic(collector), 'offline', { retain: true });
  return link.close();
}
