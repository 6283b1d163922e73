import { expect, test } from 'vitest';

import { startOf } from '../../../dashboards/pages/institution/span.ts';

test.each([
  ['month', '2026-05-15', '2026-05-01'],
  ['month', '2026-05-01', '2026-04-01'],
  ['year', '2026-05-15', '2026-01-01'],
  ['year', '2026-01-01', '2025-01-01'],
  ['days30', '2026-05-15', '2026-04-15'],
] as const)('a %s that ends before %s began on %s', (span, today, want) => expect(startOf(span, today)).toBe(want));
