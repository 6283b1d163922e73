import { expect, test } from 'vitest';

import type { Report, ReportItem } from '../../services/api/schemas/report.ts';
import { startPlatform } from '../support/start-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

const SOON = { timeout: 60_000, interval: 150 };
const SET = {
  validFrom: '2025-06-01',
  id: 'entered',
  source: 'a publication',
  kgcePer: { electricity: 0.25, water: 0, heat: 34.12, gas: 1.33, cooling: 34.12 },
  co2KgPer: { electricity: 0.5, water: 0, heat: 110, gas: 2.1622, cooling: 0 },
};

test('drafts follow a set of coefficients that is entered, though no usage comes in', async () => {
  const platform = await startPlatform({
    folder: await tempFolder(),
    settings: { CLOCK_START: '2026-11-20T12:00:00+08:00' },
  });
  const api = await platform.logIn();
  const setOfDraft = async (): Promise<string | undefined> => {
    const drafts = await api.items<ReportItem>('/reports?year=2025');
    if (!drafts.some(({ owner }) => owner === '150200')) return undefined;
    return (await api.get<Report>('/reports/2025/150200')).figures.coefficients.id;
  };
  await expect.poll(setOfDraft, SOON).toBe('gbt2589-2020/grid-2023');
  await api.post('/coefficients', SET);
  await expect.poll(setOfDraft, SOON).toBe('entered');
  await api.post('/coefficients', { ...SET, validFrom: '2025-12-31', id: 'of-its-last-day' });
  await expect.poll(setOfDraft, SOON).toBe('of-its-last-day');
  await platform.stop();
});
