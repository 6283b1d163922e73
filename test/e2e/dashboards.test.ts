import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import ExcelJS from 'exceljs';
import mqtt from 'mqtt';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { en } from '../../dashboards/i18n/en.ts';
import { zhCn } from '../../dashboards/i18n/zh-cn.ts';
import type { Alert } from '../../services/api/schemas/alert.ts';
import type { Institution } from '../../services/api/schemas/institution.ts';
import type { QuarantineItem, Replay } from '../../services/api/schemas/quarantine.ts';
import type { Report } from '../../services/api/schemas/report.ts';
import { accessibilityViolations } from '../support/accessibility-violations.ts';
import { isMissing } from '../support/is-missing.ts';
import { readZip } from '../support/read-zip.ts';
import { startPlatform, type RunningPlatform } from '../support/start-platform.ts';
import { openWatchedPage, type WatchedPage } from '../support/watched-page.ts';
import { testRegistryFlows } from './registry-flows.ts';
import { testUsageFlows } from './usage-flows.ts';

const CHROMIUM = '/usr/bin/chromium';
const PASSWORD = 'demo-password';
/** A Friday of another season than any day on which this may run: pages must follow the platform's clock. */
const CLOCK_START = '2026-05-15T10:00:00+08:00';
const TODAY = '2026-05-15';
const LAST_YEAR = 2025;
const OWN = 'kundulun-office';
/** Stands in 昆都仑区 and reports to the city (市直). */
const CITY_LIBRARY = { id: 'city-library', name: '包头市城市图书馆' };
const SCREENSHOTS = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url));

/** Every page behind the login, with the charts that it must have drawn. */
const PAGES: { name: string; path: string; charts: string[] }[] = [
  { name: 'overview', path: '/overview', charts: ['months', 'types', 'regions', 'ranking'] },
  { name: 'institutions', path: '/institutions', charts: [] },
  {
    name: 'institution',
    path: `/institutions/${OWN}`,
    charts: [
      'load',
      'quota-electricity',
      'quota-water',
      'quota-heat',
      'heatmap',
      'sub-items',
      'sub-item-share',
      'standby',
    ],
  },
  { name: 'meter', path: `/meters/${OWN}-e-main`, charts: ['meter-usage', 'meter-balance', 'meter-register'] },
  { name: 'meter', path: `/meters/${OWN}-water/review`, charts: [] },
  { name: 'meter', path: `/meters/${OWN}-gas/manual`, charts: [] },
  { name: 'institution', path: `/institutions/${OWN}/cost`, charts: ['cost-months', 'cost-periods'] },
  { name: 'institution', path: `/institutions/${OWN}/balance`, charts: [] },
  { name: 'review', path: '/review/decisions', charts: [] },
  { name: 'review', path: '/review/findings', charts: [] },
  { name: 'review', path: '/review/ledger', charts: [] },
  { name: 'accounting', path: '/accounting/tariffs', charts: [] },
  { name: 'accounting', path: '/accounting/coefficients', charts: [] },
  { name: 'accounting', path: `/accounting/virtual/${OWN}-e-base`, charts: ['meter-usage'] },
  { name: 'accounting', path: '/accounting/weather', charts: ['weather'] },
  { name: 'alerts', path: '/alerts', charts: [] },
  { name: 'reports', path: '/reports', charts: [] },
  { name: 'registry', path: '/registry/institutions', charts: [] },
  { name: 'registry', path: `/registry/institutions/${OWN}`, charts: [] },
  { name: 'registry', path: '/registry/meters', charts: [] },
  { name: 'registry', path: `/registry/meters/${OWN}-e-main`, charts: [] },
  { name: 'registry', path: '/registry/bindings', charts: [] },
  { name: 'exchange', path: '/exchange', charts: [] },
  { name: 'discovery', path: '/discovery', charts: [] },
  { name: 'calendar', path: '/calendar', charts: [] },
  { name: 'system', path: '/system', charts: [] },
  { name: 'report', path: `/reports/${LAST_YEAR}/${OWN}`, charts: ['report-months'] },
  { name: 'report', path: `/reports/${LAST_YEAR}/150200`, charts: ['report-months'] },
];

let platform: RunningPlatform;
let browser: Browser;
let bureau: WatchedPage;
const onEnd: (() => Promise<void>)[] = [];

describe.skipIf(isMissing('chromium'))('dashboards', () => {
  beforeAll(async () => {
    expect(existsSync(CHROMIUM), `${CHROMIUM} is missing (Debian: apt-get install chromium fonts-noto-cjk)`).toBe(true);
    await mkdir(SCREENSHOTS, { recursive: true });
    const folder = await mkdtemp(join(tmpdir(), 'jieneng-e2e-'));
    onEnd.push(() => rm(folder, { recursive: true, force: true }));
    platform = await startPlatform({
      folder,
      command: ['demo'],
      settings: { CLOCK_START, USAGE_PERIOD_MS: '2000', FOLLOW_UP_PERIOD_MS: '10000' },
      readyWithinMs: 240_000,
      onEnd: (end) => onEnd.push(end),
    });
    await publishWrong();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    onEnd.push(() => browser.close());
    bureau = await openWatchedPage(browser, platform.url);
  });

  afterAll(async () => {
    for (const end of onEnd.toReversed()) await end();
  });

  test('a wrong password is answered by a clear sentence, the right one opens the page that was asked for', async () => {
    const { page, problems } = bureau;
    await page.goto('/alerts');
    await page.getByTestId('page-login').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await capture(page, 'login');

    await enter(page, 'bureau', 'not-the-password');
    await page.getByTestId('login-error').waitFor();
    expect(await page.getByTestId('login-error').innerText()).toContain(zhCn.login.wrong);
    await capture(page, 'login-refused');
    expect(problems.splice(0)).toEqual([expect.stringMatching(/^POST .*\/api\/session: 401$/)]);

    await enter(page, 'bureau', PASSWORD);
    await page.getByTestId('page-alerts').waitFor();
    expect(await page.getByTestId('header-user').innerText()).toContain('包头市');
    expect(problems).toEqual([]);
  });

  for (const { name, path, charts } of PAGES) {
    test(`${path}: charts hold data, nothing fails, nothing overflows, WCAG 2 AA`, async () => {
      const { page, problems } = bureau;
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(path);
      await page.getByTestId(`page-${name}`).waitFor();
      await settled(page, charts);
      expect(await emptyCharts(page)).toEqual([]);
      expect(await accessibilityViolations(page)).toEqual([]);
      await fits(page);
      await capture(page, path);

      await page.setViewportSize({ width: 390, height: 844 });
      await settled(page, charts);
      await fits(page);
      await capture(page, `${path}-phone`);
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.setViewportSize({ width: 1440, height: 900 });
      expect(problems).toEqual([]);
    });
  }

  test('the switches of a chart bring other figures, and its table the same ones', async () => {
    const { page, problems } = bureau;
    await page.goto(`/institutions/${OWN}`);
    await settled(page, ['load']);
    const load = page.getByTestId('chart-load');
    const hourly = Number(await load.getAttribute('data-points'));
    await page.getByText(zhCn.common.time15m, { exact: true }).click();
    await until(page, `document.querySelector('[data-testid="chart-load"]')?.dataset.points > ${2 * hourly}`);
    for (const medium of ['water', 'heat'] as const) {
      await page.getByRole('region', { name: zhCn.institution.loadCurve }).getByText(zhCn.medium[medium]).click();
      await settled(page, ['load']);
    }
    await page.getByRole('button', { name: `以表格显示：${zhCn.institution.standby}` }).click();
    const rows = page.getByRole('region', { name: zhCn.institution.standby }).getByRole('row');
    await rows.nth(1).waitFor();
    expect(await rows.count()).toBe(31);
    expect(problems).toEqual([]);
  });

  test('pages follow the clock of the platform, not that of the browser', async () => {
    const { page } = bureau;
    await page.goto(`/institutions/${OWN}`);
    await settled(page, ['load']);
    expect(await page.getByTestId('day-picker').inputValue()).toBe(TODAY);
    expect(await page.getByText(zhCn.institution.workingHours).count()).toBeGreaterThan(0);
    await page.goto('/reports');
    await page.getByTestId('page-reports').waitFor();
    expect(await page.getByTestId('report-year').innerText()).toContain(String(LAST_YEAR));
    await page.goto('/overview');
    await settled(page, ['months']);
    expect(await page.getByRole('main').innerText()).toContain(`${TODAY.slice(0, 4)}年`);
  });

  test('an alert is acknowledged with a note, and the API says so', async () => {
    const { page, problems } = bureau;
    const api = await platform.logIn('bureau', PASSWORD);
    const open = await api.items<Alert>('/alerts?state=open');
    expect(new Set(open.map(({ rule }) => rule))).toEqual(new Set(['quota', 'off-hours', 'thermostat']));
    const chosen = open.find(({ rule }) => rule === 'off-hours')!;

    await page.goto('/alerts?state=open&rule=off-hours');
    await page.getByTestId('alert-row').first().click();
    await page.getByTestId('alert-sentence').waitFor();
    await settled(page, ['alert-evidence']);
    // Until the drawer stands still.
    await page.getByTestId('alert-note').click();
    await capture(page, 'alert');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByTestId('alert-note').fill('已通知物业今晚关闭公共区域照明');
    await page.getByTestId('alert-acknowledge').click();
    await page.getByTestId('alert-acknowledged').waitFor();
    expect(await page.getByTestId('alert-acknowledged').innerText()).toContain('bureau');

    const after = await api.get<Alert>(`/alerts/${chosen.id}`);
    expect(after).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'bureau' });
    expect(after.acknowledgedAt).toMatch(new RegExp(`^${TODAY}T`));
    expect(await api.items<Alert>('/alerts?state=open')).toHaveLength(open.length - 1);
    expect(problems).toEqual([]);
  });

  test('a message in quarantine is looked at and replayed, and the page says what became of it', async () => {
    const { page, problems } = bureau;
    const api = await platform.logIn('bureau', PASSWORD);
    await page.goto('/system');
    await page.getByTestId('flow-received').waitFor();
    await until(page, `/\\d/.test(document.querySelector('[data-testid="flow-stored"] .kpi-value').textContent)`);
    for (const part of ['broker', 'spool', 'drain', 'series', 'quarantine']) {
      expect(await page.getByTestId(`part-${part}`).innerText()).toContain(zhCn.system.ok);
    }

    await page.getByTestId('reason-not-json').click();
    await until(page, 'document.querySelectorAll("[data-testid=quarantine-row]").length === 2');
    expect(new URL(page.url()).search).toBe('?reason=not-json');
    await page.getByTestId('quarantine-row').filter({ hasText: 'gone-wrong' }).click();
    await page.getByTestId('payload').waitFor();
    expect(await page.getByTestId('payload').innerText()).toBe('总=12.5 kWh');
    await page.getByText(zhCn.system.asHex).click();
    expect(await page.getByTestId('payload').innerText()).toMatch(/^000000 {2}e6 80 bb 3d 31 32 2e 35 .*=12\.5 kWh$/);
    await page.getByTestId('replay-one').hover();
    await capture(page, 'quarantined-message');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('payload').waitFor({ state: 'detached' });

    // Meters of the city that nobody entered speak on meanwhile; what this collector sent stays as it is.
    const unknown = '/quarantine?reason=unknown-meter&collector=demo';
    await page.goto('/system?collector=demo');
    await page.getByTestId('reason-unknown-meter').click();
    await page.getByTestId('quarantine-row').first().waitFor();
    const before = await api.items<QuarantineItem>(unknown);
    await page.getByTestId('replay-filtered').click();
    await page.getByTestId('replay-confirm').click();
    await page.getByTestId('replay-row').filter({ hasText: zhCn.replayState.done }).first().waitFor();
    const [replay] = await api.items<Replay>('/quarantine/replays');
    expect(replay).toMatchObject({ state: 'done', messages: before.length, requestedBy: 'bureau' });
    await expect
      .poll(async () => (await api.items<QuarantineItem>(unknown)).map(({ id }) => id))
      .toHaveLength(before.length);

    await page.getByTestId('reason-all').click();
    const boxes = page.getByRole('checkbox', { name: zhCn.system.selected });
    await boxes.first().check();
    await page.getByTestId('replay-selected').click();
    await until(page, 'document.querySelectorAll("[data-testid=replay-row]").length === 2');
    await capture(page, 'system-replayed');
    expect(problems).toEqual([]);
  });

  test('a report is downloaded as Excel and Word with the figures of the API', async () => {
    const { page, problems } = bureau;
    const api = await platform.logIn('bureau', PASSWORD);
    const { figures } = await api.get<Report>(`/reports/${LAST_YEAR}/${OWN}`);
    await page.goto(`/reports/${LAST_YEAR}/${OWN}`);

    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load((await download(page, 'xlsx')).buffer as never);
    const amounts = new Map<string, unknown>();
    workbook.getWorksheet('汇总')!.eachRow((row) => amounts.set(row.getCell(1).text, row.getCell(3).value));
    const columns = { electricity: '用电量', water: '用水量', heat: '热力消费量（按热量收费）' } as const;
    const document = readZip(await download(page, 'docx')).get('word/document.xml')!;
    const text = document.replaceAll(/<[^>]+>/g, '');

    for (const [medium, column] of Object.entries(columns)) {
      const { total } = figures.media.find((one) => one.medium === medium)!;
      expect(amounts.get(column), medium).toBe(total);
      const written = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      expect(text.replaceAll(',', ''), medium).toContain(written.format(total!).replaceAll(',', ''));
    }
    expect(problems).toEqual([]);
  });

  testRegistryFlows({
    page: () => bureau,
    api: () => platform.logIn('bureau', PASSWORD),
    capture,
    institution: OWN,
    today: TODAY,
  });

  testUsageFlows({
    page: () => bureau,
    api: () => platform.logIn('bureau', PASSWORD),
    browser: () => browser,
    url: () => platform.url,
    enter: (page, username) => enter(page, username, PASSWORD),
    capture,
    institution: OWN,
    today: TODAY,
    lastYear: LAST_YEAR,
  });

  test('a manager sees the own institution and no other', async () => {
    const { page } = await openWatchedPage(browser, platform.url);
    await page.goto('/');
    await enter(page, 'manager', PASSWORD);
    await settled(page, ['load', 'standby']);
    expect(new URL(page.url()).pathname).toBe(`/institutions/${OWN}`);
    await page.goto('/institutions');
    await page.getByTestId('institution-row').first().waitFor();
    expect(await page.getByTestId('institution-row').count()).toBe(1);
    expect(await page.getByText(zhCn.nav.system, { exact: true }).count()).toBe(0);
    for (const closed of ['/system', '/exchange', '/discovery']) {
      await page.goto(closed);
      await page.getByTestId('page-institution').waitFor();
    }
    await page.goto('/registry/institutions');
    await page.getByTestId('registry-institution-row').first().waitFor();
    expect(await page.getByTestId('registry-institution-row').count()).toBe(1);
    expect(await page.getByTestId('add-institution').count()).toBe(0);
    expect(await page.getByText(zhCn.registry.tab.collectors).count()).toBe(0);
    await page.goto(`/institutions/${CITY_LIBRARY.id}`);
    await page.getByText(zhCn.state.notFound).waitFor();
    const api = await platform.logIn('manager', PASSWORD);
    const alerts = await api.items<Alert>('/alerts');
    expect(new Set(alerts.map(({ institution }) => institution))).toEqual(new Set([OWN]));
    await page.context().close();
  });

  test('the agency of 昆都仑区 does not see the library of the city that stands there', async () => {
    const { page } = await openWatchedPage(browser, platform.url);
    await page.goto('/institutions');
    await enter(page, 'agency', PASSWORD);
    await page.getByTestId('institution-row').first().waitFor();
    const api = await platform.logIn('agency', PASSWORD);
    const seen = await api.items<Institution>('/institutions');
    expect(await page.getByTestId('institution-row').count()).toBe(seen.length);
    const text = await page.getByTestId('page-institutions').innerText();
    for (const { name, reportsTo } of seen) {
      expect(text).toContain(name);
      expect(reportsTo).toBe('150203');
    }
    expect(text).not.toContain(CITY_LIBRARY.name);
    await page.goto(`/institutions/${CITY_LIBRARY.id}`);
    await page.getByText(zhCn.state.notFound).waitFor();
    await page.context().close();
  });

  test('in English no text is left in Chinese, and no key stands for one', async () => {
    const { page, problems } = bureau;
    const [chinese, english] = [flat(zhCn), flat(en)];
    const untranslated = new Set(
      [...chinese].filter(([key, text]) => english.get(key) !== text).map(([, text]) => text),
    );
    await page.goto('/overview');
    await page.getByTestId('language-switch').getByText('English').click();
    await until(page, 'document.documentElement.lang === "en"');
    for (const { name, path, charts } of PAGES) {
      await page.goto(path);
      await page.getByTestId(`page-${name}`).waitFor();
      await settled(page, charts);
      const texts = await textsOf(page);
      expect(texts.filter((text) => untranslated.has(text) || chinese.has(text))).toEqual([]);
      expect(await page.getByRole('main').innerText()).not.toMatch(/\{\{|\}\}|undefined|NaN/);
      await capture(page, `${path}-english`);
    }
    await page.getByTestId('language-switch').getByText('中文').click();
    await until(page, 'document.documentElement.lang === "zh-CN"');
    expect(problems).toEqual([]);
  });

  test('on a phone the menu leads from page to page', async () => {
    const { page, problems } = bureau;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/overview');
    await page.getByRole('button', { name: zhCn.app.openMenu }).click();
    await page.getByRole('link', { name: zhCn.nav.alerts }).last().click();
    await page.getByTestId('page-alerts').waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(problems).toEqual([]);
  });

  test('logging out ends the session, for the page and for its cookie', async () => {
    const { page } = bureau;
    await page.goto('/overview');
    await settled(page, ['months']);
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const status = async (): Promise<number> =>
      (await fetch(`${platform.url}/api/overview?year=2026`, { headers: { cookie } })).status;
    expect(await status()).toBe(200);
    await page.getByTestId('logout').click();
    await page.getByTestId('page-login').waitFor();
    expect(await status()).toBe(401);
    await page.reload();
    await page.getByTestId('page-login').waitFor();
  });
});

/** Messages that end in quarantine, as a collector might send them. */
async function publishWrong(): Promise<void> {
  const client = await mqtt.connectAsync(platform.mqttUrl, {
    username: 'demo',
    password: 'demo-token',
    clientId: 'e2e',
  });
  const publish = (topic: string, payload: string | Buffer) =>
    client.publishAsync(`energy/v1/demo/${topic}`, payload, { qos: 1 });
  await publish('gone-wrong/reading', '总=12.5 kWh');
  await publish('frames-meter/reading', Buffer.from([0xfe, 0xfe, 0x68, 0x11, 0x04, 0x00, 0x16]));
  for (let n = 0; n < 5; n++) await publish('not-registered/reading', JSON.stringify({ total: n }));
  await publish('not-registered/telemetry', '{"total":1}');
  await client.endAsync();
}

async function enter(page: Page, username: string, password: string): Promise<void> {
  await page.getByTestId('login-username').fill(username);
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-submit').click();
}

/** Resolves when nothing is loading any more and every one of the charts has drawn at least a value. */
async function settled(page: Page, charts: readonly string[]): Promise<void> {
  for (const chart of charts) {
    await page.locator(`[data-testid="chart-${chart}"]:not([data-points="0"]) svg`).first().waitFor();
  }
  await until(page, 'document.querySelectorAll("[role=status]").length === 0');
  await until(page, 'document.fonts.status === "loaded"');
}

/** Resolves when a condition in the page holds. The page's own policy forbids it to evaluate one: it is asked from here. */
async function until(page: Page, condition: string): Promise<void> {
  await expect.poll(() => page.evaluate<boolean>(condition), { timeout: 15_000, message: condition }).toBe(true);
}

async function emptyCharts(page: Page): Promise<unknown[]> {
  return page.evaluate<unknown[]>(
    '[...document.querySelectorAll("[data-points]")].filter((e) => !(e.dataset.points > 0)).map((e) => e.dataset.testid)',
  );
}

/** Resolves when the page is no wider than the window. */
async function fits(page: Page): Promise<void> {
  await until(page, 'document.documentElement.scrollWidth <= innerWidth');
}

async function capture(page: Page, name: string): Promise<void> {
  const file = name.replace(/^\//, '').replaceAll('/', '-');
  await page.screenshot({ path: join(SCREENSHOTS, `${file}.png`), fullPage: true });
}

async function download(page: Page, format: 'docx' | 'xlsx'): Promise<Uint8Array> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId(`report-download-${format}`).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(new RegExp(`昆都仑区综合办公中心.*${LAST_YEAR}.*\\.${format}$`));
  return new Uint8Array(await readFile(await file.path()));
}

/** What the page says, a piece of text each, with labels and placeholders. */
async function textsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.querySelector('#root'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.nodeValue.trim());
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
    }
    return texts.filter((text) => text !== '');
  })()`);
}

/** Messages by their key. */
function flat(messages: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]: [string, unknown]): [string, string][] =>
      typeof value === 'string' ? [[prefix + key, value]] : [...flat(value as object, `${prefix}${key}.`)],
    ),
  );
}
