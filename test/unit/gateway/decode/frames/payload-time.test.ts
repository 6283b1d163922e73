import { describe, expect, test } from 'vitest';

import { payloadTime } from '../../../../../gateway/decode/frames/payload-time.ts';
import { DECODE_CONTEXT } from '../../../../support/decode-context.ts';

const MS = Date.parse('2026-01-08T14:30:00+08:00');

const cases: { value: unknown; want: number | undefined }[] = [
  { value: MS, want: MS },
  { value: MS + 0.4, want: MS },
  { value: MS / 1000, want: MS },
  { value: MS / 1000 + 0.25, want: MS + 250 },
  { value: String(MS), want: MS },
  { value: String(MS / 1000), want: MS },
  { value: '2026-01-08T14:30:00+08:00', want: MS },
  { value: '2026-01-08T14:30:00+0800', want: MS },
  { value: '2026-01-08T01:00:00-05:30', want: MS },
  { value: '2026-01-08T06:30:00Z', want: MS },
  { value: '2026-01-08T06:30:00.125Z', want: MS + 125 },
  { value: '2026-01-08 14:30:00', want: MS },
  { value: '2026-01-08 14:30', want: MS },
  { value: '2026/1/8 14:30:00', want: MS },
  { value: '2026-01-08 14:30:00.5', want: MS + 500 },
  { value: '20260108143000', want: MS },
  { value: '20260108143000881', want: MS + 881 },
  { value: '2026-02-30 14:30:00', want: undefined },
  { value: '2026-13-01 14:30:00', want: undefined },
  { value: '2026-01-08 24:30:00', want: undefined },
  { value: '2026-01-08 14:60:00', want: undefined },
  { value: '20260108146100', want: undefined },
  { value: '2026-01-08', want: undefined },
  { value: 'now', want: undefined },
  { value: '', want: undefined },
  { value: 12_345, want: undefined },
  { value: -MS, want: undefined },
  { value: Number.NaN, want: undefined },
  { value: 1e15, want: undefined },
  { value: null, want: undefined },
  { value: {}, want: undefined },
];

describe('time beside a frame', () => {
  for (const { value, want } of cases) {
    test(`${typeof value} ${String(value)}`, () => expect(payloadTime(value, DECODE_CONTEXT.zone)).toBe(want));
  }
});
