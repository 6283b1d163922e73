import { afterEach, beforeEach, expect, test } from 'vitest';

import { hashOf } from '../../services/api/session-store.ts';
import { type ApiFixture, openApiFixture, PASSWORD } from '../support/api-fixture.ts';
import { refuseUpdates } from '../support/refuse-updates.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const login = (username: string, password: string, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'POST', url: '/api/session', payload: { username, password }, headers });

test('session: login tells who and what may be seen', async () => {
  const answer = await login('kundulun', PASSWORD);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    username: 'kundulun',
    role: 'agency',
    institutionId: null,
    regionCode: '150203',
    scopeName: '昆都仑区',
  });
});

test('session: the cookie is HttpOnly, SameSite=Strict, and Secure only behind TLS', async () => {
  const plain = String((await login('admin', PASSWORD)).headers['set-cookie']);
  expect(plain).toMatch(/HttpOnly/);
  expect(plain).toMatch(/SameSite=Strict/);
  expect(plain).not.toMatch(/Secure/);
});

test('session: stored under the hash of its id alone', async () => {
  const cookie = await api.cookieOf('admin');
  const id = cookie.split('=')[1]!;
  const rows = await api.db.selectFrom('session').selectAll().execute();
  expect(rows.map((row) => row.id_hash)).toEqual([hashOf(id)]);
  expect(JSON.stringify(rows)).not.toContain(id);
});

test('session: login makes a new id and ends the one before', async () => {
  const before = await api.cookieOf('admin');
  const again = await login('admin', PASSWORD, { cookie: before });
  const after = `${again.cookies[0]!.name}=${again.cookies[0]!.value}`;
  expect(after).not.toBe(before);
  const who = (cookie: string) => api.app.inject({ url: '/api/session', headers: { cookie } });
  expect((await who(after)).statusCode).toBe(200);
  expect((await who(before)).statusCode).toBe(401);
});

test('session: an id that someone planted is not taken up', async () => {
  const planted = 'jieneng-session=planted';
  const answer = await login('admin', PASSWORD, { cookie: planted });
  expect(answer.cookies[0]!.value).not.toBe('planted');
  expect((await api.app.inject({ url: '/api/session', headers: { cookie: planted } })).statusCode).toBe(401);
});

test('session: logout ends it', async () => {
  const cookie = await api.cookieOf('admin');
  const out = await api.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
  expect(out.statusCode).toBe(204);
  expect((await api.app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(401);
  expect(await api.db.selectFrom('session').selectAll().execute()).toEqual([]);
});

test('session: ends 12 hours after the last request, not after the first', async () => {
  const cookie = await api.cookieOf('admin');
  const who = () => api.app.inject({ url: '/api/session', headers: { cookie } });
  for (const hours of [11, 11]) {
    api.clock.nowMs += hours * 3_600_000;
    expect((await who()).statusCode).toBe(200);
  }
  api.clock.nowMs += 12 * 3_600_000 + 1;
  expect((await who()).statusCode).toBe(401);
});

test('session: whose end cannot be written goes on; a login that cannot be written fails', async () => {
  const cookie = await api.cookieOf('admin');
  const endRefusals = await refuseUpdates(api.db, 'session');
  try {
    api.clock.nowMs += 3_600_000;
    expect((await api.app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(200);
    expect((await login('admin', PASSWORD)).statusCode).toBe(500);
  } finally {
    await endRefusals();
  }
});

test('session: a user that is gone is logged out at once', async () => {
  const cookie = await api.cookieOf('school');
  await api.db.deleteFrom('app_user').where('username', '=', 'school').execute();
  expect((await api.app.inject({ url: '/api/institutions', headers: { cookie } })).statusCode).toBe(401);
});

test('lock-out: ten wrong passwords, the same answers for a name that does not exist', async () => {
  const answers: Record<string, { status: number; code: string }[]> = { bureau: [], nobody: [] };
  for (const [name, seen] of Object.entries(answers)) {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const answer = await login(name, 'wrong-password');
      seen.push({ status: answer.statusCode, code: answer.json<{ code: string }>().code });
    }
  }
  const wrong = { status: 401, code: 'unauthenticated' };
  const locked = { status: 429, code: 'locked-out' };
  expect(answers['bureau']).toEqual([...Array.from({ length: 10 }, () => wrong), locked, locked]);
  expect(answers['nobody']).toEqual(answers['bureau']);
});

test('lock-out: holds against the right password, ends after 15 minutes', async () => {
  for (let attempt = 0; attempt < 10; attempt += 1) await login('bureau', 'wrong-password');
  const locked = await login('bureau', PASSWORD);
  expect(locked.statusCode).toBe(429);
  expect(locked.headers['retry-after']).toBe('900');
  api.clock.nowMs += 15 * 60_000;
  expect((await login('bureau', PASSWORD)).statusCode).toBe(200);
});

test('lock-out: a volley at once gets no more than ten checks', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => login('bureau', 'wrong-password')));
  expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(10);
  expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(20);
});

test('login: the tenth attempt may still be right, and starts the count anew', async () => {
  for (let round = 0; round < 2; round += 1) {
    for (let attempt = 0; attempt < 9; attempt += 1) await login('bureau', 'wrong-password');
    expect((await login('bureau', PASSWORD)).statusCode).toBe(200);
  }
});

test('session: behind TLS the cookie is Secure', async () => {
  const proxied = await openApiFixture({ trustedProxies: ['127.0.0.1'] });
  const answer = await proxied.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { username: 'admin', password: PASSWORD },
    headers: { 'x-forwarded-proto': 'https' },
  });
  expect(String(answer.headers['set-cookie'])).toMatch(/; Secure/);
  await proxied.close();
});
