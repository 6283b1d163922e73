import { expect, test } from 'vitest';

import { bytesOf, hexOf, indentedJson, SHOWN_BYTES, textOf } from '../../../dashboards/payload/payload-text.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('payload: the bytes of base64, whatever they are', () => {
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  expect(bytesOf(Buffer.from(all).toString('base64'))).toEqual(all);
});

test.each([
  ['JSON', utf8('{"总": 1.5}\r\n\t[]'), '{"总": 1.5}\r\n\t[]'],
  ['nothing', bytes(), ''],
  ['bytes that are no UTF-8', bytes(0x7b, 0xff, 0x7d), undefined],
  ['a meter frame', bytes(0x68, 0x12, 0x00, 0x16), undefined],
  ['a character above the first plane', utf8('𝄞'), '𝄞'],
])('payload as text: %s', (_name, given, want) => expect(textOf(given)).toBe(want));

test('payload as text: one that is cut within a character is still text', () => {
  const text = textOf(utf8(`a${'电'.repeat(SHOWN_BYTES)}`));
  expect(text).toBe(`a${'电'.repeat(Math.floor((SHOWN_BYTES - 1) / 3))}`);
});

test('payload in hexadecimal: offset, bytes, what of them is ASCII', () => {
  expect(hexOf(bytes(...utf8('0123456789abcdef'), 0x00, 0x41, 0xff))).toBe(
    [
      '000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
      '000010  00 41 ff                                         .A.',
    ].join('\n'),
  );
  expect(hexOf(new Uint8Array(SHOWN_BYTES + 1)).split('\n')).toHaveLength(SHOWN_BYTES / 16);
});

test.each([
  [
    '{"ts":1,"total":12.50,"registers":{},"list":[1,{"a":"x, {y}"}]}',
    '{\n  "ts": 1,\n  "total": 12.50,\n  "registers": {},\n  "list": [\n    1,\n    {\n      "a": "x, {y}"\n    }\n  ]\n}',
  ],
  [' [ ] ', '[]'],
  ['{"quote":"a\\"}b"}', '{\n  "quote": "a\\"}b"\n}'],
  ['12.5', undefined],
  ['null', undefined],
  ['{"total":', undefined],
])('payload as indented JSON: %s', (given, want) => expect(indentedJson(given)).toBe(want));
