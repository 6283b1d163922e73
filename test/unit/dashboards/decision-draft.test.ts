import { expect, test } from 'vitest';

import { draftOf, secondAfter, secondBefore } from '../../../dashboards/pages/review/decision-draft.ts';
import type { FindingItem } from '../../../services/api/schemas/finding.ts';

const finding: FindingItem = {
  meterId: 'm-1',
  meterName: '总表',
  institutionId: 'i-1',
  institutionName: '办公中心',
  medium: 'electricity',
  kind: 'outlier',
  from: '2026-05-14T09:15:00.250+08:00',
  to: '2026-05-14T09:30:00+08:00',
  registerBefore: 10,
  registerAfter: 900,
  registerUnit: 'kWh',
  notedAt: '2026-05-15T00:00:00+08:00',
  decision: null,
  suggestion: {
    kind: 'accept',
    from: '2026-05-14T09:15:00.250+08:00',
    to: '2026-05-14T09:30:00.001+08:00',
    closingRegister: null,
    openingRegister: null,
  },
};

test('whole seconds hold every reading of the range', () => {
  expect(secondBefore('2026-05-14T09:15:00.250+08:00')).toBe('2026-05-14T09:15:00');
  expect(secondAfter('2026-05-14T09:30:00.001+08:00')).toBe('2026-05-14T09:30:01');
  expect(secondAfter('2026-05-14T01:30:00Z')).toBe('2026-05-14T09:30:00');
});

test('what a finding suggests fills the form', () =>
  expect(draftOf(finding, finding.suggestion)).toEqual({
    meterId: 'm-1',
    meterName: '总表',
    registerUnit: 'kWh',
    values: {
      kind: 'accept',
      from: '2026-05-14T09:15:00',
      to: '2026-05-14T09:30:01',
      closingRegister: undefined,
      openingRegister: undefined,
    },
  }));

test('without a suggestion the time is that of the finding, its last reading included', () =>
  expect(draftOf(finding, undefined).values).toMatchObject({
    kind: undefined,
    from: '2026-05-14T09:15:00',
    to: '2026-05-14T09:30:01',
  }));
