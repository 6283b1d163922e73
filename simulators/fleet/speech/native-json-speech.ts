import type { MeterModel } from '../../load/meter-model.ts';
import { readingTopic } from '../topics.ts';
import type { Speech } from './speech.ts';

/** The platform's own JSON: arrays of a register and its time; at present the rate beside it. */
export function nativeJsonSpeech(model: MeterModel): Speech {
  const { spec, quantity } = model;
  const topic = readingTopic(spec.collectorId, spec.id);
  // Written by hand: two million small objects through JSON.stringify cost a second more.
  const item = (ms: number): string => `{"ts":${ms},"${quantity}":${model.valueAt(ms)}}`;
  return {
    // Read in time order, which is cheap; only then put in another.
    history: (times, order) => [{ topic, payload: `[${order(times.map(item)).join(',')}]`, readings: times.length }],
    present: (ms) => {
      const rate = model.rateAt(ms);
      const reading = { ts: ms, [quantity]: model.valueAt(ms), ...(rate !== undefined && { rate }) };
      return [{ topic, payload: JSON.stringify(reading), readings: 1 }];
    },
  };
}
