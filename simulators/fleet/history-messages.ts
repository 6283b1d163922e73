import { faultsOf } from '../faults.ts';
import type { MeterModel } from '../load/meter-model.ts';
import { noiseAt, seedOf, shuffled } from '../load/seeded.ts';
import { historySlices } from './history-times.ts';
import { silenceOf } from './silence.ts';
import { readingTopic } from './topics.ts';

/** A message of a history: an array of readings. */
export interface HistoryMessage {
  collector: string;
  topic: string;
  payload: string;
  /** Readings that no message before it carried. */
  fresh: number;
}

/** Number of readings in a history, those left to a silence that has not ended included. */
export function historySize(models: readonly MeterModel[], fromMs: number, toMs: number): number {
  return models.length * historySlices(fromMs, toMs).reduce((sum, slice) => sum + slice.length, 0);
}

/**
 * The messages of a history in sending order: about three weeks of every meter, then the next, so that what is stored
 * together was taken together. Faults of transport apply: `duplicates`, `out-of-order`, `silence`. The same models
 * and range give the same bytes.
 */
export function* historyMessages(
  models: readonly MeterModel[],
  fromMs: number,
  toMs: number,
  seed = 1,
): Generator<HistoryMessage> {
  const writers = models.map((model) => createWriter(model, seed));
  for (const [index, slice] of historySlices(fromMs, toMs).entries())
    for (const write of writers) yield* write(slice, index);
  for (const write of writers) yield* write([], -1);
}

/** Turns the slices of one meter into messages; the slice −1 ends them. */
type Writer = (slice: readonly number[], index: number) => Iterable<HistoryMessage>;

function createWriter(model: MeterModel, seed: number): Writer {
  const { spec } = model;
  const topic = readingTopic(spec.collectorId, spec.id);
  const own = seedOf(spec.id, seed);
  const disordered = faultsOf(model.faults, 'out-of-order', spec).length > 0;
  const [duplicated] = faultsOf(model.faults, 'duplicates', spec);
  const silent = silenceOf(model);
  let missed: number[] = [];
  let held: HistoryMessage[] = [];

  function message(times: readonly number[], index: number): HistoryMessage {
    // Read in time order, which is cheap; only then shuffled.
    const items = times.map((ms) => itemOf(model, ms));
    const order = disordered ? shuffled(items, own + index) : items;
    return { collector: spec.collectorId, topic, payload: `[${order.join(',')}]`, fresh: times.length };
  }

  function sentBy(slice: readonly number[], index: number): HistoryMessage[] {
    const spoken = silent === undefined ? slice : slice.filter((ms) => !silent(ms));
    const sent = spoken.length > 0 ? [message(spoken, index)] : [];
    if (silent !== undefined) {
      const last = slice.at(-1);
      missed.push(...slice.filter(silent));
      // Once it speaks again, what was missed follows.
      if (missed.length > 0 && last !== undefined && !silent(last)) {
        for (let at = 0; at < missed.length; at += 480) sent.push(message(missed.slice(at, at + 480), index));
        missed = [];
      }
    }
    return sent;
  }

  return function* write(slice, index) {
    let sent = sentBy(slice, index);
    if (disordered) {
      // Every other slice is held back until its successor has gone.
      const due = held;
      held = index >= 0 && index % 2 === 0 ? sent : [];
      sent = held.length > 0 ? due : [...sent, ...due];
    }
    for (const each of sent) {
      yield each;
      if (duplicated !== undefined && noiseAt(own + 7, index) < 2 / (duplicated.level ?? 8) - 1)
        yield { ...each, fresh: 0 };
    }
  };
}

// Written by hand: two million small objects through JSON.stringify cost a second more.
function itemOf(model: MeterModel, ms: number): string {
  return `{"ts":${ms},"${model.quantity}":${model.valueAt(ms)}}`;
}
