import type { Dice } from './dice.ts';
import { mutate } from './mutate.ts';
import { readingText } from './reading-texts.ts';

/** Whose readings a payload may hold, and about when they were taken. */
export interface PayloadShape {
  meters: readonly string[];
  nowMs: number;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const NO_UTF8 = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe2, 0x82]].map((bytes) =>
  Buffer.from(bytes),
);
const ODD = [
  '',
  ' ',
  '\0',
  '{',
  '}',
  '[',
  ']',
  '{}',
  '[]',
  'null',
  'true',
  '0',
  '"x"',
  '[null]',
  '[[]]',
  '[{}]',
  '{"":{}}',
];
/** Past this a message no longer fits what the broker takes at most. */
const LONG = 900_000;
const DEEP = 100_000;

/** A payload of some hundred bytes: a reading, an array of them, something near it, or noise. */
export function smallPayload(dice: Dice, { meters, nowMs }: PayloadShape): Buffer {
  const object = (): string => readingText(dice, nowMs, meters);
  const array = (): string => `[${Array.from({ length: 1 + dice.below(8) }, object).join(',')}]`;
  const kind = dice.below(100);
  if (kind < 50) return Buffer.from(object());
  if (kind < 65) return Buffer.from(array());
  if (kind < 85) return mutate(dice, Buffer.from(dice.chance(0.7) ? object() : array()));
  if (kind < 90) return dice.bytes(dice.below(200));
  if (kind < 92) return Buffer.concat([BOM, Buffer.from(object())]);
  if (kind < 95) return Buffer.concat([Buffer.from('{"total":1,"x":"'), dice.pick(NO_UTF8), Buffer.from('"}')]);
  if (kind < 97) return Buffer.from(object(), dice.chance(0.5) ? 'utf16le' : 'latin1');
  return Buffer.from(dice.pick(ODD));
}

/** A payload of up to a megabyte: nested deep, long, or with as many items as may be or one more. */
export function largePayload(dice: Dice, { meters, nowMs }: PayloadShape): Buffer {
  const object = (): string => readingText(dice, nowMs, meters);
  const many = (count: number): string => `[${Array.from({ length: count }, object).join(',')}]`;
  const nested = (open: string, inside: string, close: string): string =>
    `${open.repeat(DEEP)}${inside}${close.repeat(DEEP)}`;
  const valid = `"ts":${nowMs - dice.below(86_400_000)},"rate":${dice.below(1000)}`;
  const makers: (() => string)[] = [
    () => nested('[', '', ']'),
    () => nested('[', '', ''),
    () => nested('{"a":', '1', '}'),
    () => `{"total":${nested('[', '1', ']')}}`,
    () => `{${valid},"registers":${nested('{"t1":', '1', '}')}}`,
    () => `{${valid},"registers":{"t1":${nested('{"t1":', '1', '}')}}}`,
    () => `{"total":1,"ts":${nested('[', '', ']')}}`,
    () => `{"delta":1,"ts":${nowMs},"from":${nested('[', '', ']')}}`,
    () => `{"total":1,"unit":${nested('[', '', ']')}}`,
    () => `{${valid},"x":${nested('[', '', ']')}}`,
    () => `[{${valid}},${nested('[', '', ']')}]`,
    () => `{${valid},"x":"${'x'.repeat(LONG)}"}`,
    () => `{"total":"${'9'.repeat(LONG)}"}`,
    () => `{"total":${'9'.repeat(LONG)}}`,
    () => `{"total":0.${'9'.repeat(LONG)}}`,
    () => `{"unit":"${'\\ud83d'.repeat(LONG / 6)}","total":1}`,
    () => `{${Array.from({ length: 50_000 }, (_, n) => `"f${n}":${n}`).join(',')}}`,
    () => `{${'"total":1,'.repeat(50_000)}"total":2,${valid}}`,
    () => many(1000),
    () => many(1000),
    () => many(1001),
    () => `[${Array.from({ length: 1000 }, () => dice.pick(ODD) || '0').join(',')}]`,
    () => `[${'0,'.repeat(LONG / 2 - 1)}0]`,
  ];
  const bytes = Buffer.from(dice.pick(makers)());
  return dice.chance(0.1) ? mutate(dice, bytes) : dice.chance(0.03) ? dice.bytes(dice.below(50_000)) : bytes;
}
