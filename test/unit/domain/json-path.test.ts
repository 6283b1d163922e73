import { expect, test } from 'vitest';

import { parseJsonPath } from '../../../domain/json-path.ts';

const name = (text: string) => ({ kind: 'name', name: text });

test.each([
  ['ENERGY.Total', false, [name('ENERGY'), name('Total')]],
  ['values.0.v', false, [name('values'), name('0'), name('v')]],
  [String.raw`a\.b.c`, false, [name('a.b'), name('c')]],
  ['$', true, []],
  ['$.params.ts', true, [name('params'), name('ts')]],
  ['$.Power.{key}', true, [name('Power'), { kind: 'variable', name: 'key' }]],
  ['point.[id=42].val', false, [name('point'), { kind: 'pick', name: 'id', value: '42' }, name('val')]],
  ['[name=a.b]', false, [{ kind: 'pick', name: 'name', value: 'a.b' }]],
  ['__proto__', false, [name('__proto__')]],
])('%s', (text, isFromRoot, steps) => expect(parseJsonPath(text)).toEqual({ text, isFromRoot, steps }));

test.each(['', '.', 'a..b', 'a.', '.a', 'a\\', '[id=42'])('no path: "%s"', (text) =>
  expect(parseJsonPath(text)).toBeUndefined(),
);
