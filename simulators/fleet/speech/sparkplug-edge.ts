import {
  createSparkplugNode,
  type SparkplugMessage,
  type SparkplugMetric,
  type SparkplugNode,
  type SparkplugValue,
} from '../../encoders/sparkplug-node.ts';
import type { MeterModel } from '../../load/meter-model.ts';
import type { FleetMessage, Speech } from './speech.ts';

/** A collector that is an edge node of Sparkplug B, its meters being the node's devices. */
export interface SparkplugEdge {
  /** The last will of a connection about to be made: what was announced before it has to be announced again. */
  nextDeath(): SparkplugMessage;
  /** The death of the present connection. */
  death(): SparkplugMessage;
  speechOf(model: MeterModel): Speech;
}

const GROUP = 'jieneng';
const UNITS: Record<string, string> = { water: 'm3', gas: 'm3', heat: 'GJ', cooling: 'GJ' };

/** Creates the edge of a collector; its births go out before the first data of a connection. */
export function createSparkplugEdge(collector: string, models: readonly MeterModel[]): SparkplugEdge {
  let session = 0;
  let node: SparkplugNode = createSparkplugNode(GROUP, collector, session);
  let isAnnounced = false;
  const metrics = new Map(models.map((model, index) => [model.spec.id, metricsOf(model, index)]));

  function announce(ms: number): SparkplugMessage[] {
    if (isAnnounced) return [];
    isAnnounced = true;
    // The node's birth begins the count that its devices' births go on with.
    const birth = node.birth(ms);
    return [birth, ...models.map((model) => node.deviceBirth(model.spec.id, ms, valuesOf(model, metrics, ms)))];
  }

  return {
    nextDeath() {
      session = (session + 1) % 256;
      node = createSparkplugNode(GROUP, collector, session);
      isAnnounced = false;
      return node.death();
    },
    death: () => node.death(),
    speechOf: (model) => {
      const { register } = metrics.get(model.spec.id)!;
      return {
        history: (times, order) => {
          const births = (times.length === 0 ? [] : announce(times[0]!)).map(withoutReading);
          const values = times.map((ms): SparkplugValue => ({
            metric: register,
            value: model.valueAt(ms),
            atMs: ms,
            historical: true,
          }));
          const data = node.deviceData(model.spec.id, times.at(-1) ?? 0, order(values));
          return [...births, { ...data, readings: times.length }];
        },
        present: (ms) => [
          ...announce(ms).map(withoutReading),
          { ...node.deviceData(model.spec.id, ms, valuesOf(model, metrics, ms)), readings: 1 },
        ],
      };
    },
  };
}

/** What a birth carries comes again as data. */
function withoutReading(message: SparkplugMessage): FleetMessage {
  return { ...message, readings: 0 };
}

interface DeviceMetrics {
  register: SparkplugMetric;
  rate: SparkplugMetric | undefined;
}

/** Aliases are the node's, so that each is used once in it. */
function metricsOf({ spec, quantity }: MeterModel, index: number): DeviceMetrics {
  const unit = spec.medium === 'temperature' ? '°C' : (spec.registerUnit ?? UNITS[spec.medium] ?? 'kWh');
  const rate = UNITS[spec.medium] === 'm3' ? 'm3/h' : 'kW';
  return {
    register: { name: quantity, alias: 2 * index + 1, type: 'Double', unit },
    rate:
      spec.medium === 'temperature' ? undefined : { name: 'rate', alias: 2 * index + 2, type: 'Double', unit: rate },
  };
}

function valuesOf(model: MeterModel, metrics: ReadonlyMap<string, DeviceMetrics>, ms: number): SparkplugValue[] {
  const { register, rate } = metrics.get(model.spec.id)!;
  const values: SparkplugValue[] = [{ metric: register, value: model.valueAt(ms), atMs: ms }];
  if (rate !== undefined) values.push({ metric: rate, value: model.rateAt(ms) ?? 0, atMs: ms });
  return values;
}
