import { faultsOf } from '../faults.ts';
import type { MeterModel } from '../load/meter-model.ts';
import { noiseAt, seedOf, shuffled } from '../load/seeded.ts';
import { historySlices } from './history-times.ts';
import { outageOf, silenceOf } from './silence.ts';
import type { FleetMessage, Order, Speech } from './speech/speech.ts';

/** A message of a history. */
export interface HistoryMessage extends FleetMessage {
  collector: string;
  /** Readings that no message before it carried. */
  fresh: number;
}

const DAY_MS = 86_400_000;

/** Number of readings in a history, those left to a silence that has not ended included. */
export function historySize(models: readonly MeterModel[], fromMs: number, toMs: number): number {
  const times = historySlices(fromMs, toMs).flat();
  return models.reduce((sum, model) => {
    const since = bornAt(model, toMs);
    const lost = outageOf(model);
    const isSent = (ms: number): boolean => ms >= since && lost?.(ms) !== true;
    return sum + (since <= fromMs && lost === undefined ? times.length : times.filter(isSent).length);
  }, 0);
}

/**
 * The messages of a history in sending order: about three weeks of every meter, then the next, so that what is stored
 * together was taken together. Faults of transport apply: `duplicates`, `out-of-order`, `silence`, `outage`. The same models
 * and range give the same bytes.
 */
export function* historyMessages(
  models: readonly MeterModel[],
  speechOf: (model: MeterModel) => Speech,
  fromMs: number,
  toMs: number,
  seed = 1,
): Generator<HistoryMessage> {
  const writers = models.map((model) => createWriter(model, speechOf(model), bornAt(model, toMs), seed));
  for (const [index, slice] of historySlices(fromMs, toMs).entries())
    for (const write of writers) yield* write(slice, index);
  for (const write of writers) yield* write([], -1);
}

/** Turns the slices of one meter into messages; the slice −1 ends them. */
type Writer = (slice: readonly number[], index: number) => Iterable<HistoryMessage>;

/** A meter that was put in lately has no history before that. */
function bornAt({ spec }: MeterModel, toMs: number): number {
  const days = spec.simulation?.historyDays;
  return days === undefined ? -Infinity : toMs - days * DAY_MS;
}

function createWriter(model: MeterModel, speech: Speech, since: number, seed: number): Writer {
  const { spec } = model;
  const own = seedOf(spec.id, seed);
  const disordered = faultsOf(model.faults, 'out-of-order', spec).length > 0;
  const [duplicated] = faultsOf(model.faults, 'duplicates', spec);
  const silent = silenceOf(model);
  const lost = outageOf(model);
  let missed: number[] = [];
  let held: HistoryMessage[] = [];

  function messages(times: readonly number[], index: number): HistoryMessage[] {
    if (times.length === 0) return [];
    const order: Order = (items) => (disordered ? shuffled(items, own + index) : items);
    return speech
      .history(times, order)
      .map((message) => ({ ...message, collector: spec.collectorId, fresh: message.readings }));
  }

  function sentBy(all: readonly number[], index: number): HistoryMessage[] {
    const born = since === -Infinity ? all : all.filter((ms) => ms >= since);
    const slice = lost === undefined ? born : born.filter((ms) => !lost(ms));
    const spoken = silent === undefined ? slice : slice.filter((ms) => !silent(ms));
    const sent = messages(spoken, index);
    if (silent !== undefined) {
      const last = slice.at(-1);
      missed.push(...slice.filter(silent));
      // Once it speaks again, what was missed follows.
      if (missed.length > 0 && last !== undefined && !silent(last)) {
        for (let at = 0; at < missed.length; at += 480) sent.push(...messages(missed.slice(at, at + 480), index));
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
