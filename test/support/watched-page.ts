import type { Browser, Page } from 'playwright-core';

/** A page of a browser, and what went wrong on it. */
export interface WatchedPage {
  page: Page;
  /** Console errors, exceptions, failed requests and answers of 400 and above, since the page was opened. */
  problems: string[];
}

/** A page with a session of its own, in a browser whose time zone is not that of the platform. */
export async function openWatchedPage(browser: Browser, baseURL: string): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL,
    locale: 'zh-CN',
    timezoneId: 'America/New_York',
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    // What an answer's status is to the console is told below, with its address.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    problems.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A page that is left gives up what it was still asking for; a download leaves the page's hands.
    if (why !== 'net::ERR_ABORTED') problems.push(`${request.method()} ${request.url()}: ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() < 400) return;
    const method = response.request().method();
    // Before the login this is how the page learns that nobody is logged in.
    if (response.status() === 401 && method === 'GET' && response.url().endsWith('/api/session')) return;
    problems.push(`${method} ${response.url()}: ${response.status()}`);
  });
  return { page, problems };
}
