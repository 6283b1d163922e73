import type { MeterModel } from '../load/meter-model.ts';
import { historySlices } from './history-times.ts';
import type { Link } from './link.ts';
import { silenceOf } from './silence.ts';
import { readingTopic } from './topics.ts';

const QUARTER_MS = 900_000;

export interface LiveOptions {
  models: readonly MeterModel[];
  linkOf: (collector: string) => Link;
  /** Simulated clock, epoch milliseconds. */
  now: () => number;
  /** Seconds between two readings of a meter. */
  periodS: number;
  /** Where the history ended: the first live reading fills the gap since then. */
  sinceMs: number;
  onError: (thrown: unknown) => void;
}

/**
 * Publishes a reading (register and rate, or temperature) of every meter in each period, the meters spread evenly over
 * it, until stopped. What a silent meter or a lost connection missed follows by the quarter hour.
 */
export function startLive(options: LiveOptions): { stop(): void } {
  const { models, periodS, now } = options;
  const meters = models.map((model) => ({ model, silent: silenceOf(model), lastMs: options.sinceMs }));
  const startedMs = now();
  let turn = 0;

  function speak(meter: (typeof meters)[number]): void {
    const atMs = now();
    const { spec } = meter.model;
    const link = options.linkOf(spec.collectorId);
    if (!link.connected || meter.silent?.(atMs) === true) return;
    const topic = readingTopic(spec.collectorId, spec.id);
    const payload = livePayload(meter.model, meter.lastMs, atMs);
    meter.lastMs = atMs;
    for (const each of payload) link.publish(topic, each).catch(options.onError);
  }

  function tick(): void {
    const due = Math.floor(((now() - startedMs) / (periodS * 1000)) * meters.length);
    // After a pause of the process nobody gets more than one turn.
    turn = Math.max(turn, due - meters.length);
    for (; turn < due; turn++) speak(meters[turn % meters.length]!);
  }

  const timer = setInterval(tick, Math.max(20, Math.min(250, (periodS * 1000) / Math.max(1, meters.length))));
  return { stop: () => clearInterval(timer) };
}

/** Messages that bring a meter from its last reading up to now; within a quarter hour that is the present alone. */
function livePayload(model: MeterModel, lastMs: number, atMs: number): string[] {
  const reading = (ms: number): object => {
    const rate = model.rateAt(ms);
    return { ts: ms, [model.quantity]: model.valueAt(ms), ...(rate !== undefined && { rate }) };
  };
  const present = JSON.stringify(reading(atMs));
  if (atMs - lastMs <= QUARTER_MS) return [present];
  const missed = historySlices(lastMs + 1, atMs - 1);
  return [...missed.map((times) => JSON.stringify(times.map(reading))), present];
}
