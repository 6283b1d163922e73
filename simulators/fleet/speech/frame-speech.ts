import { dtuMessage, jsonFrame, type DtuWrapping } from '../../encoders/dtu-message.ts';
import { seedOf } from '../../load/seeded.ts';
import { framesTopic } from '../topics.ts';
import type { Speech } from './speech.ts';
import type { MeterSpec } from '../../city/spec.ts';

/** The frames that a meter answers with. */
export interface FrameAnswers {
  /** One that tells the register and little more. */
  register(ms: number): Buffer;
  /** All that a collector asks for at present. */
  all(ms: number): Buffer[];
}

const PLAIN_WRAPPINGS = ['binary', 'hex', 'hex-spaced'] as const satisfies readonly DtuWrapping[];

/**
 * A meter behind a DTU, which hands on frames. Most have no time in them: history comes as JSON with the time of
 * reading, the present as bytes or hex text, by the meter one or the other.
 */
export function frameSpeech(spec: MeterSpec, answers: FrameAnswers): Speech {
  const topic = framesTopic(spec.collectorId);
  const wrapping = PLAIN_WRAPPINGS[seedOf(spec.id, 1) % PLAIN_WRAPPINGS.length]!;
  return {
    history: (times, order) => {
      const items = times.map((ms) => jsonFrame({ frame: answers.register(ms), atMs: ms }));
      return [{ topic, payload: `[${order(items).join(',')}]`, readings: times.length }];
    },
    present: (ms) => {
      const frames = answers.all(ms).map((frame) => ({ frame }));
      return [{ topic, payload: dtuMessage(frames, wrapping), readings: 1 }];
    },
  };
}
