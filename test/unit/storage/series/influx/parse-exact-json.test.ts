import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseExactJson } from '../../../../../storage/series/influx/parse-exact-json.ts';

const cases: [text: string, want: unknown][] = [
  ['[1,-2.5,1e21,"x",null]', [1, -2.5, 1e21, 'x', null]],
  ['[999999999999999]', [999999999999999]],
  ['[9223372036854775807,-9223372036854775808]', ['9223372036854775807', '-9223372036854775808']],
  ['{"a":1234567890123456}', { a: '1234567890123456' }],
  ['[1234567890123456,"in [1234567890123456,2] a text"]', ['1234567890123456', 'in [1234567890123456,2] a text']],
  [String.raw`[1234567890123456,"quote \" ,1234567890123456"]`, ['1234567890123456', 'quote " ,1234567890123456']],
  ['[1234567890123456,0.1234567890123456]', ['1234567890123456', 0.1234567890123456]],
];
for (const [text, want] of cases) test(`exact: ${text}`, () => expect(parseExactJson(text)).toEqual(want));

test('all else is as JSON has it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))), (values) => {
      // -0 is written as 0.
      const plain = JSON.parse(JSON.stringify(values)) as unknown[];
      const parsed = parseExactJson(JSON.stringify([...values, 9007199254740993n.toString()])) as unknown[];
      expect(
        parsed.slice(0, -1).map((value, index) => (typeof plain[index] === 'number' ? Number(value) : value)),
      ).toEqual(plain);
    }),
  );
});
