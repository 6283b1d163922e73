import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture, PASSWORD } from '../support/api-fixture.ts';

let api: ApiFixture;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jieneng-static-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>节能</title>');
  await writeFile(join(folder, 'assets', 'index-AbCd1234.js'), 'export {};');
  api = await openApiFixture({ staticFolder: folder, publicUrl: 'https://energy.example.cn/' });
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const credentials = { username: 'admin', password: PASSWORD };
const login = (headers: Record<string, string>, payload: object | string = credentials) =>
  api.app.inject({ method: 'POST', url: '/api/session', headers, payload });

test.each([
  ['another site', 'https://evil.example', 403],
  ['another port', 'http://localhost:81', 403],
  ['a page without an origin', 'null', 403],
  ['our own host', 'http://localhost:80', 200],
  ['our public address', 'https://energy.example.cn', 200],
])('origin: a change asked for by %s', async (_name, origin, status) => {
  const answer = await login({ origin });
  expect(answer.statusCode).toBe(status);
  if (status === 403) expect(answer.json()).toMatchObject({ code: 'forbidden' });
});

test('origin: reading is not a change', async () => {
  expect((await api.app.inject({ url: '/api/health', headers: { origin: 'https://evil.example' } })).statusCode).toBe(
    200,
  );
});

test.each(['text/plain', 'application/x-www-form-urlencoded'])('body: %s is not taken', async (type) => {
  const answer = await login({ 'content-type': type }, JSON.stringify(credentials));
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([415, 'unsupported-media-type']);
});

test('body: JSON that is none', async () => {
  const answer = await login({ 'content-type': 'application/json' }, '{');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
});

test('body: of no sensible size', async () => {
  const answer = await login({ 'content-type': 'application/json' }, JSON.stringify('x'.repeat(2_000_000)));
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([413, 'too-large']);
});

test('problems: a path that does not exist, by whether one is logged in', async () => {
  expect((await api.app.inject({ url: '/api/nothing' })).statusCode).toBe(401);
  const answer = await api.as('admin', { url: '/api/nothing' });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toEqual({
    type: 'about:blank',
    title: 'Not found',
    status: 404,
    code: 'not-found',
    detail: 'There is no GET /api/nothing',
  });
});

test('problems: what nobody foresaw keeps its words to itself', async () => {
  const broken = await openApiFixture({
    health: async () => {
      throw new Error('the password is 1234');
    },
  });
  const answer = await broken.app.inject({ url: '/api/health' });
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.body).not.toContain('1234');
  await broken.close();
});

test('rate: logins are bounded more tightly than the rest', async () => {
  const bounded = await openApiFixture({ rateLimits: { requests: 100, logins: 2 } });
  const attempt = () => bounded.app.inject({ method: 'POST', url: '/api/session', payload: credentials });
  await attempt();
  await attempt();
  const third = await attempt();
  expect([third.statusCode, third.json<{ code: string }>().code]).toEqual([429, 'too-many-requests']);
  expect((await bounded.app.inject({ url: '/api/regions' })).statusCode).toBe(401);
  await bounded.close();
});

test('health, ready and metrics need no login', async () => {
  expect((await api.app.inject({ url: '/api/health' })).json()).toMatchObject({ status: 'ok' });
  expect((await api.app.inject({ url: '/api/ready' })).json()).toEqual({ ready: true });
  const metrics = await api.app.inject({ url: '/metrics' });
  expect(metrics.headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(metrics.body).toContain('jieneng_up 1');
});

test('ready: 503 while readings cannot be reached', async () => {
  const broken = await openApiFixture();
  await broken.series.close();
  const answer = await broken.app.inject({ url: '/api/ready' });
  expect(answer.statusCode).toBe(503);
  await broken.app.close();
  await broken.db.destroy();
});

test('dashboards: a page is the index, a file itself, a missing file 404', async () => {
  for (const url of ['/', '/institutions/school']) {
    const page = await api.app.inject({ url });
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(page.body).toContain('节能');
  }
  const asset = await api.app.inject({ url: '/assets/index-AbCd1234.js' });
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect((await api.app.inject({ url: '/assets/gone-AbCd1234.js' })).statusCode).toBe(404);
  for (const url of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc%2fpasswd']) {
    expect((await api.app.inject({ url })).body).not.toContain('root:');
  }
});

test('headers: no foreign script, no framing, nothing upgraded where there is no TLS', async () => {
  const { headers } = await api.app.inject({ url: '/' });
  const csp = String(headers['content-security-policy']);
  expect(csp).toContain("script-src 'self'");
  expect(csp).not.toContain('upgrade-insecure-requests');
  expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('docs: the page and what it loads come from here and run under the policy', async () => {
  const page = await api.app.inject({ url: '/api/docs/' });
  expect(page.statusCode).toBe(200);
  const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) {
    const { pathname, host } = new URL(source, 'http://localhost/api/docs/');
    expect(host).toBe('localhost');
    expect((await api.app.inject({ url: pathname })).statusCode).toBe(200);
  }
  expect(page.body).not.toMatch(/<script>(?!<)/);
});

test('problems: a full disk is said to be one, and to pass', async () => {
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  const other = await openApiFixture({ health: () => Promise.reject(full) });
  try {
    const answer = await other.app.inject({ url: '/api/health' });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({ code: 'store-unavailable', detail: expect.stringContaining('disk is full') });
  } finally {
    await other.close();
  }
});
