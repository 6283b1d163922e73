import { expect, test } from 'vitest';

import { premisesKey } from '../../../domain/premises.ts';
import type { UsageMedium } from '../../../domain/quantity.ts';
import { createTariffBook, type TariffRows } from '../../../services/cost/tariff-book.ts';

const FLAT = { kind: 'flat', price: '1' } as const;
const version = (tariffId: string, validFrom: string) => ({ tariffId, validFrom, prices: FLAT });
const assigned = (institutionId: string, validFrom: string, tariffId: string, medium: UsageMedium = 'electricity') => ({
  institutionId,
  medium,
  validFrom,
  tariffId,
});
const ROWS: TariffRows = {
  versions: [
    version('city', '2026-07-01'),
    version('city', '2025-01-01'),
    version('own', '2026-03-01'),
    version('homes', '2025-01-01'),
  ],
  assignments: [
    assigned('', '2025-01-01', 'city'),
    assigned('school', '2026-03-01', 'own'),
    assigned('school', '2026-09-01', 'city'),
    assigned(premisesKey('library', true), '2026-02-01', 'homes'),
    assigned('early', '2026-01-01', 'own'),
    assigned('', '2025-01-01', 'nothing', 'gas'),
  ],
};

test.each([
  ['nobody assigned anything yet', 'school', '2024-12-31', undefined],
  ["the city's", 'school', '2026-02-28', 'city 2025-01-01'],
  ['its own from the day on', 'school', '2026-03-01', 'own 2026-03-01'],
  ['the next of its own', 'school', '2026-09-01', 'city 2026-07-01'],
  ["the city's newest version", 'archive', '2026-07-01', 'city 2026-07-01'],
  ['the version before', 'archive', '2026-06-30', 'city 2025-01-01'],
  ['a tariff without prices yet', 'early', '2026-02-01', undefined],
  ['housing with its own', premisesKey('library', true), '2026-02-01', 'homes 2025-01-01'],
  ['the office beside that housing', 'library', '2026-02-01', 'city 2025-01-01'],
  ['housing that pays as its institution', premisesKey('school', true), '2026-05-01', 'own 2026-03-01'],
  ['housing that pays as the city', premisesKey('archive', true), '2026-05-01', 'city 2025-01-01'],
])('%s', (_name, premises, date, want) => {
  const ref = createTariffBook(ROWS).versionOn(premises, 'electricity', date)?.ref;
  expect(ref && `${ref.id} ${ref.validFrom}`).toBe(want);
});

test('a medium that nobody has assigned, and a tariff that is not there', () => {
  expect(createTariffBook(ROWS).versionOn('school', 'water', '2026-05-01')).toBeUndefined();
  expect(createTariffBook(ROWS).versionOn('school', 'gas', '2026-05-01')).toBeUndefined();
});
