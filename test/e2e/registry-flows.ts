import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { zhCn } from '../../dashboards/i18n/zh-cn.ts';
import type { Building } from '../../services/api/schemas/building.ts';
import type { CalendarYear } from '../../services/api/schemas/calendar.ts';
import type { MeterLifeAnswer } from '../../services/api/schemas/meter-life.ts';
import { accessibilityViolations } from '../support/accessibility-violations.ts';
import type { ApiClient } from '../support/api-client.ts';
import type { WatchedPage } from '../support/watched-page.ts';

/** What the flows work with: they run one after the other on one page. */
export interface RegistryFlows {
  page(): WatchedPage;
  api(): Promise<ApiClient>;
  capture(page: Page, name: string): Promise<void>;
  /** An institution of the demonstration city, and a Friday of its clock. */
  institution: string;
  today: string;
}

/** What a bureau does to bring its meters in, by the pages alone, held against what the API says afterwards. */
export function testRegistryFlows({ page: watched, api: logIn, capture, institution, today }: RegistryFlows): void {
  test('a file with problems changes nothing and says where they are; mended it is imported, and once more it is no news', async () => {
    const { page, problems } = watched();
    const api = await logIn();
    const buildings = (): Promise<Building[]> => api.items<Building>(`/buildings?institution=${institution}`);
    const csv = (owner: string, area: string): Buffer =>
      Buffer.from(`建筑编号,机构编号,建筑名称,建筑类别,建筑面积(m²)\r\ne2e-annex,${owner},南附楼,办公建筑,${area}\r\n`);
    const choose = async (content: Buffer): Promise<void> =>
      page.getByTestId('import-file').setInputFiles({ name: '建筑.csv', mimeType: 'text/csv', buffer: content });

    await page.goto('/exchange');
    await choose(csv('no-such-office', 'about 300'));
    await page.getByTestId('import-refused').waitFor();
    const rows = page.getByTestId('problem-row');
    expect(await rows.count()).toBe(2);
    expect(await rows.nth(0).innerText()).toMatch(/B2[\s\S]*no-such-office/);
    expect(await rows.nth(1).innerText()).toMatch(/E2[\s\S]*about 300/);
    expect(await page.getByTestId('import-now').count()).toBe(0);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('problems-csv').click()]);
    expect(await readFile(await file.path(), 'utf8')).toMatch(
      /^\uFEFF工作表,行,列,单元格,原因\r\n.*B2.*\r\n.*E2.*\r\n$/,
    );
    await capture(page, 'import-refused');
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await buildings()).toEqual([]);

    await choose(csv(institution, '300'));
    await page.getByTestId('import-ready').waitFor();
    expect(await page.getByTestId('sheet-row').innerText()).toMatch(/^建筑\s+1\s+1\s+0\s+0$/);
    expect(await buildings()).toEqual([]);
    await page.getByTestId('import-now').click();
    await page.getByTestId('import-done').waitFor();
    expect(await buildings()).toMatchObject([{ id: 'e2e-annex', name: '南附楼', buildingClass: 'A', areaM2: 300 }]);

    await choose(csv(institution, '320'));
    await page.getByTestId('change-row').waitFor();
    expect(await page.getByTestId('change-row').innerText()).toMatch(/300[\s\S]*320/);
    await capture(page, 'import-ready');
    await choose(csv(institution, '300'));
    await page.getByText(zhCn.exchange.nothingHint).waitFor();
    expect(problems).toEqual([]);
  });

  test('a meter that was heard is adopted, and what it sent before becomes its readings', async () => {
    const { page, problems } = watched();
    const api = await logIn();
    await page.goto('/discovery');
    await page.getByTestId('heard-meter-row').filter({ hasText: 'not-registered' }).getByTestId('adopt-meter').click();
    await page.getByTestId('form-submit').scrollIntoViewIfNeeded();
    expect(await page.getByLabel(zhCn.registry.id, { exact: true }).inputValue()).toBe('not-registered');
    await capture(page, 'adopt');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByTestId('form-submit').click();
    await page.getByTestId('adopted').filter({ hasText: zhCn.replayState.done }).waitFor();
    const readings = `/meters/not-registered/readings?from=${today}T00:00:00%2B08:00&to=${today}T23:59:59%2B08:00`;
    await expect.poll(async () => (await api.items(readings)).length, { timeout: 15_000 }).toBeGreaterThan(0);
    await expect
      .poll(() => page.getByTestId('heard-meter-row').filter({ hasText: 'not-registered' }).count(), {
        timeout: 15_000,
      })
      .toBe(0);
    await capture(page, 'adopted');
    expect(problems).toEqual([]);
  });

  test('a meter is replaced: what is refused is said at its field, what is entered stands in its life and can be taken back', async () => {
    const { page, problems } = watched();
    const api = await logIn();
    const meter = `${institution}-e-A1`;
    const life = (): Promise<MeterLifeAnswer> => api.get<MeterLifeAnswer>(`/meters/${meter}/life`);
    const before = (await life()).items.length;
    await page.goto(`/registry/meters/${meter}`);
    await page.getByTestId('add-life').click();
    await page.getByRole('menuitem', { name: zhCn.lifeKind.replacement }).click();
    await page.getByLabel(zhCn.life.at).fill(`${today} 09:00`);
    await page.getByLabel(zhCn.life.at).press('Enter');
    await page.getByLabel(zhCn.life.closingRegister).fill('1234.5');
    await page.getByLabel(zhCn.life.openingRegister).fill('2000000');
    await page.getByTestId('form-submit').click();
    await page
      .locator('.ant-form-item', { hasText: zhCn.life.openingRegister })
      .locator('.ant-form-item-explain-error')
      .waitFor();
    expect(problems.splice(0)).toEqual([expect.stringMatching(/\/life: 400$/)]);
    await capture(page, 'replacement');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByLabel(zhCn.life.openingRegister).fill('2');
    await page.getByTestId('form-submit').click();

    const entry = page.getByTestId('life-entry').filter({ hasText: zhCn.lifeKind.replacement });
    await entry.waitFor();
    expect(await entry.innerText()).toMatch(/1,234.5 kWh[\s\S]*2 kWh/);
    const { items } = await life();
    expect(items).toHaveLength(before + 1);
    expect(items.find(({ kind }) => kind === 'replacement')).toMatchObject({
      at: `${today}T09:00:00+08:00`,
      closingRegister: 1234.5,
      openingRegister: 2,
      by: 'bureau',
    });
    await capture(page, 'meter-life');
    await entry.getByTestId('take-back-life').click();
    await page.getByTestId('take-back-confirm').click();
    await entry.waitFor({ state: 'detached' });
    expect((await life()).items).toHaveLength(before);
    expect(problems).toEqual([]);
  });

  test('a Saturday is entered as worked by keyboard and taken back; a year without holidays says so', async () => {
    const { page, problems } = watched();
    const api = await logIn();
    const year = Number(today.slice(0, 4));
    const saturday = `${today.slice(0, 8)}${Number(today.slice(8)) + 1}`;
    const day = async () =>
      (await api.get<CalendarYear>(`/calendar?year=${year}`)).days.find(({ date }) => date === saturday);
    expect(await day()).toMatchObject({ kind: 'rest', reason: 'weekday' });
    await page.goto(`/calendar?year=${year}`);
    await page.locator(`[data-date="${today}"]`).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByLabel(zhCn.calendar.nameField).fill('迎检加班');
    await page.getByTestId('form-submit').click();
    const cell = page.locator(`[data-date="${saturday}"][title*="${zhCn.calendar.reason.city}"]`);
    await cell.waitFor();
    expect(await day()).toMatchObject({ kind: 'work', reason: 'own', name: '迎检加班' });
    await cell.click();
    await page.getByRole('button', { name: new RegExp(`^${zhCn.form.takeBack}`) }).click();
    await page.getByTestId('take-back-confirm').click();
    await cell.waitFor({ state: 'detached' });
    expect(await day()).toMatchObject({ kind: 'rest', reason: 'weekday' });
    await page.goto(`/calendar?year=${year + 10}`);
    await page.getByTestId('calendar-uncovered').waitFor();
    expect(problems).toEqual([]);
  });
}
