import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ensureAdmin } from '../../../services/accounts/ensure-admin.ts';
import { createLogin } from '../../../services/accounts/login.ts';
import { createPasswords, type Passwords } from '../../../services/accounts/passwords.ts';
import { createUser, scopeOf } from '../../../services/accounts/users.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { openRegistry } from '../../support/open-registry.ts';

const cheap = { memoryKib: 64, passes: 1 };
const change = { userId: null, nowMs: 1 };

let registry: Awaited<ReturnType<typeof openRegistry>>;
let db: Kysely<Database>;
beforeEach(async () => {
  registry = await openRegistry();
  db = registry.db;
});
afterEach(() => registry.close());

test('passwords: argon2id, salted, matched by themselves alone', async () => {
  const passwords = createPasswords(cheap);
  const [one, two] = [await passwords.hash('secret'), await passwords.hash('secret')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  expect(one).not.toBe(two);
  expect(await passwords.matches(one, 'secret')).toBe(true);
  expect(await passwords.matches(one, 'Secret')).toBe(false);
});

test('passwords: by default at the cost that OWASP names', async () => {
  expect(await createPasswords().hash('x')).toContain('$m=19456,t=2,p=1$');
});

test('passwords: no user matches no password, not even the decoy', async () => {
  const passwords = createPasswords(cheap);
  expect(await passwords.matches(undefined, 'no user has this password')).toBe(false);
});

test('passwords: done in turn, and refused where too many wait', async () => {
  const passwords = createPasswords({ ...cheap, maxWaiting: 3 });
  const order: number[] = [];
  const turns = [0, 1, 2].map(async (turn) => {
    await passwords.hash('x');
    order.push(turn);
  });
  await expect(passwords.hash('x')).rejects.toMatchObject({ code: 'not-ready', retryable: true });
  await Promise.all(turns);
  expect(order).toEqual([0, 1, 2]);
  await expect(passwords.hash('x')).resolves.toContain('$argon2id$');
});

test('login: a name that does not exist costs one check, as a wrong password does', async () => {
  const real = createPasswords(cheap);
  const checks: (string | undefined)[] = [];
  const counted: Passwords = {
    hash: (password) => real.hash(password),
    matches: (hash, password) => {
      checks.push(hash === undefined ? 'decoy' : 'stored');
      return real.matches(hash, password);
    },
  };
  await createUser(db, real, { username: 'bureau', password: 'right', role: 'bureau' }, change);
  const login = createLogin(db, counted);
  expect(await login('bureau', 'wrong', 0)).toEqual({ ok: false, reason: 'wrong' });
  expect(await login('nobody', 'wrong', 0)).toEqual({ ok: false, reason: 'wrong' });
  expect(checks).toEqual(['stored', 'decoy']);
});

test('login: a lock-out survives a restart and stands in the audit trail', async () => {
  const passwords = createPasswords(cheap);
  await createUser(db, passwords, { username: 'bureau', password: 'right', role: 'bureau' }, change);
  const limits = { maxFailures: 2, lockMs: 1000 };
  const login = createLogin(db, passwords, limits);
  await login('bureau', 'wrong', 10);
  await login('bureau', 'wrong', 20);
  const restarted = createLogin(db, passwords, limits);
  expect(await restarted('bureau', 'right', 1019)).toEqual({ ok: false, reason: 'locked', untilMs: 1020 });
  expect(await restarted('bureau', 'right', 1020)).toMatchObject({ ok: true, account: { username: 'bureau' } });
  const trail = await db.selectFrom('audit').select(['action', 'at']).where('action', '=', 'lock-out').execute();
  expect(trail).toEqual([{ action: 'lock-out', at: 20 }]);
});

test('first start: a password is made once and told once', async () => {
  const passwords = createPasswords(cheap);
  const made = await ensureAdmin(db, passwords, { nowMs: 1 });
  expect(made).toMatch(/^[\w-]{20}$/);
  expect(await createLogin(db, passwords)('admin', made!, 2)).toMatchObject({ ok: true, account: { role: 'admin' } });
  expect(await ensureAdmin(db, passwords, { nowMs: 3 })).toBeUndefined();
  expect(await db.selectFrom('app_user').selectAll().execute()).toHaveLength(1);
});

test('first start: a given password is used, not told, and not taken on a later start', async () => {
  const passwords = createPasswords(cheap);
  expect(await ensureAdmin(db, passwords, { nowMs: 1, password: 'given-by-setting' })).toBeUndefined();
  await ensureAdmin(db, passwords, { nowMs: 2, password: 'another' });
  const login = createLogin(db, passwords);
  expect(await login('admin', 'given-by-setting', 3)).toMatchObject({ ok: true });
  expect(await login('admin', 'another', 4)).toMatchObject({ ok: false });
});

test.each([
  ['admin', { kind: 'all' }],
  ['bureau', { kind: 'all' }],
  ['agency', { kind: 'region', regionCode: '150203' }],
  ['institution', { kind: 'institution', institutionId: 'school' }],
] as const)('scope of %s', (role, want) => {
  const account = { id: 'u', username: 'u', role, institutionId: 'school', regionCode: '150203' };
  expect(scopeOf(account)).toEqual(want);
});

test('users: an agency is kept without an institution, whatever was sent', async () => {
  const passwords = createPasswords(cheap);
  const input = {
    username: 'a',
    password: 'x',
    role: 'agency',
    regionCode: '150203',
    institutionId: 'school',
  } as const;
  expect(await createUser(db, passwords, input, change)).toMatchObject({ institutionId: null, regionCode: '150203' });
});
