import { tmpdir } from 'node:os';

import { decodeMessage } from '../../../gateway/decode/decode-message.ts';
import { fieldContext, fieldFormats, spooledSample, type FieldFormat } from '../../support/field-samples.ts';
import { medianOf } from '../ingest/median.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';

/** How long each format is measured, and how often. */
export interface DecodeBenchOptions {
  seconds: number;
  rounds: number;
}

const SAMPLES = 2000;
/** Fewer would be felt by a city whose meters all speak that format. */
const LEAST_PER_SECOND = 100_000;

/**
 * Frames that the gateway decodes in a second of processor time, from the message in the spool to readings, for each
 * format (readings, where a format has no frames). True where each has at least 100,000.
 */
export async function benchDecode({ seconds, rounds }: DecodeBenchOptions): Promise<boolean> {
  const machine = await describeMachine(tmpdir());
  const formats = fieldFormats(SAMPLES).map((format) => {
    measure(format, Math.min(0.5, seconds));
    const perSecond = Array.from({ length: rounds }, () => measure(format, seconds));
    const frames = format.samples.reduce((sum, sample) => sum + sample.frames, 0);
    const bytes = format.samples.reduce((sum, { payload }) => sum + payload.length, 0);
    const result = {
      name: format.name,
      bytesPerFrame: Math.round(bytes / frames),
      framesPerSecond: Math.round(medianOf(perSecond)),
      rounds: perSecond.map(Math.round),
    };
    console.log(
      `${result.name.padEnd(20)} ${String(result.bytesPerFrame).padStart(4)} bytes  ` +
        `${result.framesPerSecond.toLocaleString('en').padStart(9)} frames/s`,
    );
    return result;
  });
  await writeResult('decode', { machine, seconds, samples: SAMPLES, leastPerSecond: LEAST_PER_SECOND, formats });
  const slow = formats.filter(({ framesPerSecond }) => framesPerSecond < LEAST_PER_SECOND);
  for (const { name } of slow) console.error(`${name}: fewer than ${LEAST_PER_SECOND.toLocaleString('en')} frames/s`);
  return slow.length === 0;
}

/** Frames a second of processor time, the collection of garbage included. */
function measure({ samples, prelude }: FieldFormat, seconds: number): number {
  const context = fieldContext();
  let position = 0;
  for (const { topic, payload } of prelude) decodeMessage(spooledSample(topic, payload, position++), context);
  const messages = samples.map(({ topic, payload, frames }) => ({ message: spooledSample(topic, payload, 0), frames }));
  const before = process.cpuUsage();
  let decoded = 0;
  let elapsed = 0;
  while (elapsed < seconds) {
    for (const { message, frames } of messages) {
      message.position = position++;
      const { items } = decodeMessage(message, context);
      if (items.length !== frames) throw new Error(`${items.length} readings of ${frames} frames on ${message.topic}`);
      decoded += frames;
    }
    const { user, system } = process.cpuUsage(before);
    elapsed = (user + system) / 1e6;
  }
  return decoded / elapsed;
}
