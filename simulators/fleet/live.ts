import type { MeterModel } from '../load/meter-model.ts';
import { historySlices } from './history-times.ts';
import type { Link } from './link.ts';
import { outageOf, silenceOf } from './silence.ts';
import type { FleetMessage, Speech } from './speech/speech.ts';

const QUARTER_MS = 900_000;

export interface LiveOptions {
  models: readonly MeterModel[];
  speechOf: (model: MeterModel) => Speech;
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
 * Publishes what every meter shows at present (register and rate, or temperature) in each period, the meters spread
 * evenly over it, until stopped. What a silent meter or a lost connection missed follows by the quarter hour.
 */
export function startLive(options: LiveOptions): { stop(): void } {
  const { models, periodS, now } = options;
  const meters = models.map((model) => ({
    collectorId: model.spec.collectorId,
    speech: options.speechOf(model),
    silent: silenceOf(model),
    lost: outageOf(model),
    lastMs: options.sinceMs,
  }));
  const startedMs = now();
  let turn = 0;

  function speak(meter: (typeof meters)[number]): void {
    const atMs = now();
    const link = options.linkOf(meter.collectorId);
    if (!link.connected || meter.silent?.(atMs) === true) return;
    if (meter.lost?.(atMs) === true) {
      meter.lastMs = atMs;
      return;
    }
    const messages = liveMessages(meter.speech, meter.lastMs, atMs);
    meter.lastMs = atMs;
    for (const { topic, payload } of messages) link.publish(topic, payload).catch(options.onError);
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
function liveMessages(speech: Speech, lastMs: number, atMs: number): FleetMessage[] {
  if (atMs - lastMs <= QUARTER_MS) return speech.present(atMs);
  const missed = historySlices(lastMs + 1, atMs - 1).flatMap((times) => speech.history(times, (items) => items));
  return [...missed, ...speech.present(atMs)];
}
