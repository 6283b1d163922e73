import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { zhCn } from '../../dashboards/i18n/zh-cn.ts';
import type { Decision } from '../../services/api/schemas/decision.ts';
import type { ManualReading } from '../../services/api/schemas/manual-reading.ts';
import type { MeterUsageItem } from '../../services/api/schemas/usage.ts';
import { accessibilityViolations } from '../support/accessibility-violations.ts';
import type { ApiClient } from '../support/api-client.ts';
import { openWatchedPage, type WatchedPage } from '../support/watched-page.ts';

/** What the flows work with: they run one after the other on the bureau's page. */
export interface UsageFlows {
  page(): WatchedPage;
  api(): Promise<ApiClient>;
  browser(): Browser;
  url(): string;
  /** Logs in on a page that shows the login. */
  enter(page: Page, username: string): Promise<void>;
  capture(page: Page, name: string): Promise<void>;
  /** An institution of the demonstration city whose manager proposes, and a day of its clock. */
  institution: string;
  today: string;
  lastYear: number;
}

/** A red dot: a photograph as far as bytes go. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==',
  'base64',
);

/** What an auditor follows: a figure to its bytes, a correction from its proposal to the figure, a reading by hand. */
export function testUsageFlows(given: UsageFlows): void {
  const { page: watched, api: logIn, capture, institution, today, lastYear } = given;

  test('a bar of a meter opens into its register, and that into the bytes it came in', async () => {
    const { page, problems } = watched();
    const meter = `${institution}-e-main`;
    await page.goto(`/meters/${meter}`);
    await page.getByRole('button', { name: `以表格显示：${zhCn.meter.usage}` }).click();
    const rows = page.getByRole('region', { name: zhCn.meter.usage }).getByTestId('pick-row');
    // Some days ago: over, and with every reading of it.
    await rows.nth(-5).click();
    await page.getByTestId('provenance-formula').first().waitFor();
    const [amount, last, first, multiplier, product] = await figures(page);
    expect((last! - first!) * multiplier!).toBeCloseTo(product!, 6);
    expect(product).toBe(amount);
    await page.getByTestId('provenance-part').hover();
    await capture(page, 'provenance');
    expect(await accessibilityViolations(page)).toEqual([]);

    await page.getByTestId('provenance-drawer').getByTestId('open-bytes').first().click();
    await page.getByTestId('payload').waitFor();
    expect(await page.getByTestId('message-topic').innerText()).toContain(meter);
    const sent = JSON.parse(await page.getByTestId('payload').innerText()) as { total: number } | { total: number }[];
    expect([sent].flat().map(({ total }) => total)).toContain(first);
    await page.getByTestId('decoded-item').first().hover();
    await capture(page, 'raw-message');
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('a figure of the city’s report opens by district and institution down to a register', async () => {
    const { page, problems } = watched();
    await page.goto(`/reports/${lastYear}/150200`);
    await page.getByTestId('open-figure').first().waitFor();
    await page.getByRole('region', { name: zhCn.reports.months }).getByTestId('open-figure').first().click();
    await page.getByTestId('provenance-member').first().click();
    await page.getByTestId('provenance-back').waitFor();
    // A district, or a unit of the city itself: down to an institution, which has meters.
    const member = page.getByTestId('provenance-member');
    const part = page.getByTestId('provenance-part');
    await member.or(part).first().waitFor();
    if ((await member.count()) > 0) await member.first().click();
    await part.first().waitFor({ timeout: 30_000 });
    if ((await part.first().getAttribute('open')) === null) await part.first().locator('summary').first().click();
    await page.getByTestId('provenance-run').first().waitFor();
    expect(await page.getByTestId('provenance-drawer').getByTestId('open-bytes').count()).toBeGreaterThan(0);
    await capture(page, 'provenance-report');
    expect(problems).toEqual([]);
  });

  test('a correction is proposed by one person and approved by another, the figure changes, and reversed it is as before', async () => {
    const { page, problems } = watched();
    const api = await logIn();
    const meter = `${institution}-e-C1`;
    const yesterday = dayBefore(today, 1);
    const used = async (): Promise<number | null> => {
      const range = `from=${yesterday}T00:00:00%2B08:00&to=${today}T00:00:00%2B08:00&step=1d`;
      const [day] = await api.items<MeterUsageItem>(`/meters/${meter}/usage?${range}`);
      return day!.value;
    };
    const before = (await used())!;
    expect(before).toBeGreaterThan(0);

    const { page: own } = await openWatchedPage(given.browser(), given.url());
    await own.goto(`/meters/${meter}/review`);
    await given.enter(own, 'manager');
    await own.getByTestId('propose-own').click();
    await choose(own, zhCn.decision.kind, zhCn.decisionKind.multiplier);
    const at = own.getByLabel(zhCn.decision.at, { exact: true });
    await at.fill(`${yesterday} 00:00:00`);
    await at.press('Enter');
    await own.getByLabel(zhCn.decision.multiplier).fill('3');
    await own.getByLabel(zhCn.decision.reason).fill('现场核对互感器铭牌，倍率为 3');
    await capture(own, 'propose');
    expect(await accessibilityViolations(own)).toEqual([]);
    await own.getByTestId('form-submit').click();
    await own.getByTestId('decision-why').waitFor();
    expect(await own.getByTestId('decision-why').innerText()).toContain(zhCn.decision.ownProposal);
    expect(await own.getByTestId('decision-approve').count()).toBe(0);
    const id = new URL(own.url()).pathname.split('/').at(-1)!;
    expect(await used()).toBe(before);

    await page.goto('/review/decisions');
    await page.getByTestId('waiting').waitFor();
    await page.getByTestId('decision-row').filter({ hasText: '倍率为 3' }).getByTestId('decision-link').click();
    await page.getByTestId('effect-total').waitFor({ timeout: 30_000 });
    expect(await page.getByTestId('decision-words').innerText()).toContain('3');
    await page.locator('[data-testid="chart-effect-days"]:not([data-points="0"]) svg').first().waitFor();
    await capture(page, 'decision');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByTestId('decision-approve').click();
    await page.getByTestId('decision-reverse').waitFor();
    await expect.poll(used, { timeout: 30_000 }).toBeCloseTo(before * 3, 6);
    expect(await api.get<Decision>(`/decisions/${id}`)).toMatchObject({ state: 'approved', decidedBy: 'bureau' });

    await page.goto('/review/ledger');
    const changed = page.getByTestId('ledger-row').filter({ hasText: yesterday });
    await changed.first().waitFor();
    expect(await changed.first().innerText()).toContain(zhCn.changeReason.decision);
    await changed.first().getByRole('link', { name: zhCn.changeReason.decision }).click();

    await page.getByTestId('decision-reverse').click();
    await page.getByText(zhCn.decision.noteRequired).waitFor();
    await page.getByTestId('decision-note').fill('铭牌看错，予以撤销');
    await page.getByTestId('decision-reverse').click();
    await page.getByTestId('decision-history').getByText('铭牌看错').waitFor();
    await expect.poll(used, { timeout: 30_000 }).toBe(before);
    await own.context().close();
    expect(problems).toEqual([]);
  });

  test('a register is entered by hand with its photograph, seen again, and withdrawn', async () => {
    const { page, problems } = watched();
    const api = await logIn();
    const meter = `${institution}-gas`;
    const list = (): Promise<ManualReading[]> => api.items<ManualReading>(`/meters/${meter}/manual-readings`);
    const [newest, ...older] = await list();
    await page.goto(`/meters/${meter}/manual`);
    await page.getByTestId('add-manual').click();
    await page.getByLabel(zhCn.manual.total, { exact: true }).fill(String(newest!.total + 120.5));
    await choose(page, zhCn.manual.source, zhCn.manualSource.photo);
    await page.getByTestId('photo-file').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: PHOTO });
    await page.getByText(zhCn.manual.wrongType).waitFor();
    await page.getByTestId('photo-file').setInputFiles({ name: '表.png', mimeType: 'image/png', buffer: PHOTO });
    await page.getByTestId('photo-preview').waitFor();
    await capture(page, 'manual-reading');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByTestId('form-submit').click();
    await page.getByTestId('show-photo').click();
    const photo = page.getByTestId('raw-message-drawer').locator('img');
    await photo.waitFor();
    // Drawn, and not only there: the bytes are an image.
    await expect
      .poll(() => page.evaluate<number>('document.querySelector("[data-testid=raw-message-drawer] img").naturalWidth'))
      .toBe(5);
    const [entered, ...others] = await list();
    expect(entered).toMatchObject({
      total: newest!.total + 120.5,
      source: 'photo',
      photo: 'image/png',
      enteredBy: 'bureau',
    });
    expect(others).toHaveLength(older.length + 1);

    await page.keyboard.press('Escape');
    await photo.waitFor({ state: 'detached' });
    await page.getByTestId('withdraw-manual').first().click();
    await page.getByTestId('take-back-confirm').click();
    await expect.poll(async () => (await list()).length).toBe(older.length + 1);
    expect(problems).toEqual([]);
  });
}

/** The figure of a meter that is open, and the terms of its first formula: last, first, multiplier, product. */
async function figures(page: Page): Promise<number[]> {
  const numbers = (text: string): number[] =>
    [...text.replaceAll(',', '').matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
  const [amount] = numbers(await page.getByTestId('provenance-amount').innerText());
  return [amount!, ...numbers(await page.getByTestId('provenance-formula').first().innerText())];
}

/** Chooses of a field by its label what is called so. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-item-option', { hasText: option }).first().click();
}

function dayBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
