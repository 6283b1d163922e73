import { afterEach, beforeEach, expect, test } from 'vitest';

import type { TariffAssignment, TariffItem } from '../../services/api/schemas/tariff.ts';
import { assignExamples } from '../../services/cost/assign-examples.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';
import { FOUR_WINDOWS } from '../support/cost-plan.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const FLAT = { kind: 'flat', price: '0.5' };
const tariff = (id: string, prices: object = FLAT, validFrom = '2026-01-01') => ({
  id,
  name: '一般工商业',
  medium: 'electricity',
  source: '合同 2026-01',
  versions: [{ validFrom, prices }],
});
const post = (payload: object, user: FixtureUser = 'bureau') =>
  api.as(user, { method: 'POST', url: '/api/tariffs', payload });
const putVersion = (id: string, validFrom: string, payload: object) =>
  api.as('bureau', { method: 'PUT', url: `/api/tariffs/${id}/versions/${validFrom}`, payload });
const remove = (path: string) => api.as('bureau', { method: 'DELETE', url: `/api/${path}` });
const assign = (path: string, tariffId: string, user: FixtureUser = 'bureau') =>
  api.as(user, { method: 'PUT', url: `/api/tariff-assignments/${path}`, payload: { tariffId } });
const assignments = async (user: FixtureUser, query = ''): Promise<TariffAssignment[]> => {
  const answer = await api.as(user, { url: `/api/tariff-assignments?${query}` });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ items: TariffAssignment[] }>().items;
};
const auditOf = async (object: string) =>
  api.db.selectFrom('audit').select(['action', 'before', 'after']).where('object', '=', object).orderBy('id').execute();

test('a tariff is entered, read by everybody, renamed and taken out; the audit trail has each step', async () => {
  const made = await post(tariff('general'));
  expect([made.statusCode, made.json<TariffItem>()]).toEqual([201, tariff('general')]);
  expect((await post(tariff('general'))).statusCode).toBe(409);
  await post({ ...tariff('town-water'), medium: 'water' });

  const list = await api.as('school', { url: '/api/tariffs?medium=electricity' });
  expect(list.json<{ items: TariffItem[] }>().items.map(({ id }) => id)).toEqual(['general']);
  expect((await api.as('school', { url: '/api/tariffs/nothing' })).statusCode).toBe(404);

  const renamed = await api.as('admin', {
    method: 'PUT',
    url: '/api/tariffs/general',
    payload: { name: '工商业', source: null },
  });
  expect(renamed.json<TariffItem>()).toMatchObject({ name: '工商业', source: null, versions: [{ prices: FLAT }] });
  expect((await remove('tariffs/general')).statusCode).toBe(204);
  expect((await remove('tariffs/general')).statusCode).toBe(404);
  expect((await auditOf('tariff/general')).map(({ action }) => action)).toEqual(['create', 'change', 'delete']);
});

test('versions: entered, corrected and taken out, with what held before in the audit trail', async () => {
  await post(tariff('general'));
  expect((await putVersion('general', '2026-06-01', FOUR_WINDOWS)).statusCode).toBe(200);
  const corrected = await putVersion('general', '2026-01-01', { kind: 'flat', price: '0.55', fixedPerMonth: '120' });
  expect(corrected.json<TariffItem>().versions.map(({ validFrom, prices }) => [validFrom, prices.kind])).toEqual([
    ['2026-01-01', 'flat'],
    ['2026-06-01', 'time-of-use'],
  ]);
  const [change] = await auditOf('tariff/general/2026-01-01');
  expect([change!.action, JSON.parse(change!.before!), JSON.parse(change!.after!)]).toEqual([
    'change',
    FLAT,
    { kind: 'flat', price: '0.55', fixedPerMonth: '120' },
  ]);
  const back = await remove('tariffs/general/versions/2026-06-01');
  expect(back.json<TariffItem>().versions).toHaveLength(1);
  const last = await remove('tariffs/general/versions/2026-01-01');
  expect([last.statusCode, last.json<{ detail: string }>().detail]).toEqual([
    409,
    expect.stringContaining('no other prices'),
  ]);
  expect((await remove('tariffs/general/versions/2020-01-01')).statusCode).toBe(404);
  expect((await putVersion('nothing', '2026-01-01', FLAT)).statusCode).toBe(404);
});

test('what somebody pays by is not taken out, and the answer says who', async () => {
  await post(tariff('general'));
  await putVersion('general', '2026-03-01', { kind: 'flat', price: '0.6' });
  await assign('electricity/2026-01-01', 'general');
  await assign('electricity/2026-02-01?institution=school', 'general');
  const refused = await remove('tariffs/general');
  expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
    409,
    'general is paid by the whole city (from 2026-01-01), school (from 2026-02-01); assign another from the same day on first',
  ]);
  const version = await remove('tariffs/general/versions/2026-01-01');
  expect([version.statusCode, version.json<{ detail: string }>().detail]).toEqual([
    409,
    expect.stringContaining('school (from 2026-02-01)'),
  ]);
  expect((await remove('tariffs/general/versions/2026-03-01')).statusCode).toBe(200);

  expect((await remove('tariff-assignments/electricity/2026-01-01')).statusCode).toBe(204);
  expect((await remove('tariff-assignments/electricity/2026-02-01?institution=school')).statusCode).toBe(204);
  expect((await remove('tariff-assignments/electricity/2026-02-01?institution=school')).statusCode).toBe(404);
  expect((await remove('tariffs/general')).statusCode).toBe(204);
});

test('assignments: of the city and of institutions; each sees the city and its own', async () => {
  await post(tariff('general'));
  await post(tariff('school-rate'));
  await assign('electricity/2026-01-01', 'general');
  await assign('electricity/2026-01-01?institution=school', 'school-rate');
  await assign('electricity/2026-01-01?institution=archive', 'general');
  const again = await assign('electricity/2026-01-01?institution=archive', 'school-rate');
  expect(again.json()).toEqual({
    institutionId: 'archive',
    premises: 'own',
    medium: 'electricity',
    validFrom: '2026-01-01',
    tariffId: 'school-rate',
  });
  expect((await assignments('school')).map(({ institutionId }) => institutionId)).toEqual([null, 'school']);
  expect((await assignments('kundulun')).map(({ institutionId }) => institutionId)).toEqual([null, 'school']);
  expect((await assignments('bureau')).map(({ institutionId }) => institutionId)).toEqual([null, 'archive', 'school']);
  expect(await assignments('bureau', 'institution=school&medium=water')).toEqual([]);
  expect((await api.as('school', { url: '/api/tariff-assignments?institution=archive' })).statusCode).toBe(404);
  const trail = await auditOf('tariff-assignment/archive/electricity/2026-01-01');
  expect(trail.map(({ action, before }) => [action, before])).toEqual([
    ['create', null],
    ['change', '{"tariffId":"general"}'],
  ]);
});

test('housing has a tariff of its own, seen by whoever sees its institution', async () => {
  await post(tariff('general'));
  await assign('electricity/2026-01-01?institution=school&premises=housing', 'general');
  const own = { institutionId: 'school', premises: 'housing', medium: 'electricity', validFrom: '2026-01-01' };
  for (const user of ['school', 'kundulun'] as const) {
    expect(await assignments(user)).toEqual([{ ...own, tariffId: 'general' }]);
  }
  expect(await assignments('archive')).toEqual([]);
  const refused = await remove('tariffs/general');
  expect(refused.json<{ detail: string }>().detail).toContain('the housing of school (from 2026-01-01)');
  const nobody = await assign('electricity/2026-01-01?premises=housing', 'general');
  expect([nobody.statusCode, nobody.json<{ detail: string }>().detail]).toEqual([
    400,
    expect.stringContaining('whose housing'),
  ]);
});

test.each([
  ['a tariff that is not there', 'electricity/2026-01-01', 'nothing', 400, 'there is no tariff nothing'],
  ['another medium', 'water/2026-01-01', 'general', 400, 'prices electricity, not water'],
  ['a day before its prices', 'electricity/2025-12-31', 'general', 400, 'has prices from 2026-01-01 on'],
  ['an institution that is not there', 'electricity/2026-01-01?institution=nobody', 'general', 404, 'no institution'],
  ['a day that is none', 'electricity/2026-13-01', 'general', 400, 'YYYY-MM-DD'],
])('an assignment of %s is refused', async (_name, path, id, status, words) => {
  await post(tariff('general'));
  const answer = await assign(path, id);
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    status,
    expect.stringContaining(words),
  ]);
});

test('prices that do not fit are refused with where it is', async () => {
  const hole = {
    ...FOUR_WINDOWS,
    schedules: [{ windows: [{ from: '00:00', to: '08:00', period: 'valley' }] }],
  };
  const words = 'schedules.0.windows: nothing holds from 08:00 to 24:00; the windows cover the day';
  const made = await post(tariff('odd', hole));
  expect([made.statusCode, made.json<{ detail: string }>().detail]).toEqual([400, `versions.0.prices: ${words}`]);
  await post(tariff('general'));
  const corrected = await putVersion('general', '2026-05-01', hole);
  expect([corrected.statusCode, corrected.json<{ detail: string }>().detail]).toEqual([400, `body: ${words}`]);
});

test('only bureau and administrator edit', async () => {
  for (const user of ['kundulun', 'school'] as const) {
    expect((await post(tariff('mine'), user)).statusCode).toBe(403);
    expect((await assign('electricity/2026-01-01?institution=school', 'mine', user)).statusCode).toBe(403);
  }
});

test('the examples are whole, say that they are examples, and can be entered as they are', async () => {
  const shown = await api.as('school', { url: '/api/tariff-examples' });
  const { items } = shown.json<{ items: TariffItem[] }>();
  expect(items.map(({ medium }) => medium).sort()).toEqual(['electricity', 'gas', 'heat', 'water']);
  for (const example of items) {
    expect([example.id, example.source]).toEqual([expect.stringContaining('example'), expect.stringContaining('示例')]);
    expect((await post({ ...example, id: `from-${example.medium}` })).statusCode).toBe(201);
  }
  const change = { userId: null, nowMs: api.clock.nowMs };
  await assignExamples(api.db, change);
  await assignExamples(api.db, change);
  expect((await assignments('school')).map(({ tariffId }) => tariffId)).toEqual([
    'example-electricity-tou',
    'example-gas',
    'example-heat',
    'example-water',
  ]);
});
