import { expect, test, vi } from 'vitest';

import { QUARANTINE_REASONS } from '../../../../domain/reading.ts';
import { decodeMessage } from '../../../../gateway/decode/decode-message.ts';
import type { Decoded } from '../../../../gateway/decode/decoded.ts';
import { fieldContext, fieldFormats, spooledSample, type FieldFormat } from '../../../support/field-samples.ts';
import { createDice, type Dice } from '../../../support/fuzz/dice.ts';
import { mutate } from '../../../support/fuzz/mutate.ts';

vi.setConfig({ testTimeout: 60_000 });

const MESSAGES = 100_000;
const SAMPLES = 500;
const formats = fieldFormats(SAMPLES);
const REASONS: ReadonlySet<string> = new Set(QUARANTINE_REASONS);

test.each(formats)('$name: what was published is read whole', ({ samples, prelude }) => {
  const context = fieldContext();
  for (const [position, { topic, payload, frames }] of [...prelude, ...samples].entries()) {
    const { items, refused } = decodeMessage(spooledSample(topic, payload, position), context);
    expect(refused).toEqual([]);
    if (position >= prelude.length) expect(items).toHaveLength(frames);
  }
});

test.each(formats)('$name: 100,000 damaged messages, each a reading or refused with a reason', (format) => {
  const dice = createDice(20_260_301);
  const context = fieldContext();
  let position = 0;
  for (const { topic, payload } of format.prelude) decodeMessage(spooledSample(topic, payload, position++), context);
  let read = 0;
  let refusals = 0;
  for (let made = 0; made < MESSAGES; made++) {
    const { topic } = dice.pick(format.samples);
    const decoded = decodeMessage(spooledSample(topic, damaged(dice, format), position++), context);
    const wrong = problemOf(decoded);
    if (wrong !== undefined) expect.fail(`message ${made}: ${wrong}`);
    read += decoded.items.length;
    refusals += decoded.refused.length;
  }
  // Damage is felt, and does not hide what is whole.
  expect(refusals).toBeGreaterThan(MESSAGES / 100);
  expect(read).toBeGreaterThan(MESSAGES / 100);
});

/** A sample with bits flipped, cut, with bytes put in, or spliced with another; often its checksum is right again. */
function damaged(dice: Dice, { samples, hasChecksum }: FieldFormat): Buffer {
  const { payload } = dice.pick(samples);
  let bytes: Buffer;
  if (dice.chance(0.15)) {
    const other = dice.pick(samples).payload;
    bytes = Buffer.concat([
      payload.subarray(0, dice.below(payload.length + 1)),
      other.subarray(dice.below(other.length + 1)),
    ]);
  } else bytes = mutate(dice, payload);
  if (hasChecksum && dice.chance(0.5)) mend(bytes, dice.chance(0.5));
  return bytes;
}

/** Puts the sum of a frame right again, and with `length` the length that it tells. */
function mend(bytes: Buffer, length: boolean): void {
  const start = bytes.indexOf(0x68);
  if (start < 0 || bytes.length - start < 12) return;
  const end = bytes.length - 1;
  const isMbus = bytes[start + 3] === 0x68;
  if (length && isMbus) bytes.fill(Math.min(255, end - start - 5), start + 1, start + 3);
  else if (length) bytes[start + (bytes[start + 7] === 0x68 ? 9 : 10)] = Math.max(0, end - start - 11) & 0xff;
  let sum = 0;
  for (let at = isMbus ? start + 4 : start; at < end - 1; at++) sum += bytes[at]!;
  bytes[end - 1] = sum & 0xff;
  bytes[end] = 0x16;
}

/** What is not as the gateway's validation may expect it. */
function problemOf({ items, refused }: Decoded): string | undefined {
  for (const { reason, detail } of refused) {
    if (!REASONS.has(reason)) return `${reason} is no reason`;
    if (detail === '') return `${reason} without a detail`;
  }
  for (const { address, meter, fields } of items) {
    if (address === undefined && meter === undefined) return 'a reading of nobody';
    if (typeof fields !== 'object' || fields === null) return 'a reading without fields';
  }
  return undefined;
}
