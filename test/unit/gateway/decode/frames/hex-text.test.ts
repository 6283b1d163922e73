import { describe, expect, test } from 'vitest';

import { bytesOfHexText } from '../../../../../gateway/decode/frames/hex-text.ts';

const cases: { text: string; want: string | undefined }[] = [
  { text: '68AAff00', want: '68aaff00' },
  { text: '68 aa FF 00', want: '68aaff00' },
  { text: '68aa ff00\r\n', want: '68aaff00' },
  { text: '0x68,0xAA,0xFF,0x0', want: '68aaff00' },
  { text: '0x68AAFF00', want: '68aaff00' },
  { text: String.raw`\x68\xaa\xff\x00`, want: '68aaff00' },
  { text: '68-aa-ff-00', want: '68aaff00' },
  { text: '68:AA:FF:00', want: '68aaff00' },
  { text: '[68, aa, ff, 0]', want: '68aaff00' },
  { text: 'IMEI: 866123456789012; DATA: 68aa', want: '8661234567890168aa' },
  { text: '68a', want: '68' },
  { text: 'ping', want: undefined },
  { text: '温度 68', want: '68' },
  { text: '0x', want: undefined },
  { text: '', want: undefined },
  { text: ' \t', want: undefined },
];

describe('bytes of hex text', () => {
  for (const { text, want } of cases) {
    test(JSON.stringify(text), () => {
      const bytes = bytesOfHexText(text);
      expect(bytes === undefined ? undefined : Buffer.from(bytes).toString('hex')).toBe(want);
    });
  }
});
