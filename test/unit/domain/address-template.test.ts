import { expect, test } from 'vitest';

import { parseAddressTemplate } from '../../../domain/address-template.ts';

test('text, names and paths', () => {
  expect(parseAddressTemplate('m-{device}/{path:a.b}')).toEqual([
    { kind: 'text', text: 'm-' },
    { kind: 'variable', name: 'device' },
    { kind: 'text', text: '/' },
    {
      kind: 'path',
      path: {
        text: 'a.b',
        isFromRoot: false,
        steps: [
          { kind: 'name', name: 'a' },
          { kind: 'name', name: 'b' },
        ],
      },
    },
  ]);
});

test.each(['', '{', '}', 'a}', '{}', '{Device}', '{path:}', '{path:a..b}', '{{a}}', '{__proto__}'])(
  'no template: "%s"',
  (text) => expect(parseAddressTemplate(text)).toBeUndefined(),
);
