import { expect, test } from 'vitest';

import { photoType } from '../../../services/decisions/photo-type.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each([
  ['JPEG', 'ff d8 ff e0 00 10 4a 46', 'image/jpeg'],
  ['PNG', '89 50 4e 47 0d 0a 1a 0a 00', 'image/png'],
  ['WebP', '52 49 46 46 24 00 00 00 57 45 42 50 56 50', 'image/webp'],
  ['a wave file, RIFF too', '52 49 46 46 24 00 00 00 57 41 56 45', undefined],
  ['WEBP without RIFF', '00 00 00 00 24 00 00 00 57 45 42 50', undefined],
  ['SVG', '3c 73 76 67 20 78 6d 6c 6e 73', undefined],
  ['GIF', '47 49 46 38 39 61', undefined],
  ['PDF', '25 50 44 46 2d', undefined],
  ['a JPEG cut short', 'ff d8', undefined],
  ['nothing', '', undefined],
])('%s', (_name, hex, want) => expect(photoType(bytes(hex))).toBe(want));
