import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Decision } from '../../services/api/schemas/decision.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { createMeterReader } from '../../services/registry/read-meters.ts';
import { usageMeters } from '../../services/registry/usage-meters.ts';
import { createZone } from '../../domain/zone.ts';
import { type ApiFixture, type FixtureUser, openApiFixture } from '../support/api-fixture.ts';
import { registryCalls, type RegistryCalls } from '../support/registry-calls.ts';

// The fixture's clock: 2026-05-15 10:30 in Asia/Shanghai.
let api: ApiFixture;
let number = 0;
let id = '';
beforeAll(async () => {
  api = await openApiFixture();
});
afterAll(() => api.close());

/** A meter of the school's for each test. */
beforeEach(async () => {
  id = `m${++number}`;
  await createMeter(
    api.db,
    { id, institutionId: 'school', collectorId: 'c1', medium: 'electricity', registerModulus: 100_000 },
    { userId: null, nowMs: api.clock.nowMs },
  );
});

const as = (user: FixtureUser): RegistryCalls => registryCalls(() => api, user);
const RANGE = { from: '2026-05-01T00:00:00+08:00', to: '2026-05-02T00:00:00+08:00' };
const EXCLUDE = { kind: 'exclude', ...RANGE, reason: '电压互感器故障' };
const propose = async (user: FixtureUser, more: object = {}): Promise<Decision> => {
  const answer = await as(user).post('decisions', { meterId: id, ...EXCLUDE, ...more });
  expect([answer.status, answer.detail]).toEqual([201, '']);
  return answer.body as Decision;
};
const applied = async (): Promise<string[]> => {
  const [meter] = await usageMeters(api.db, { ids: [id] });
  return (meter?.decisions ?? []).map((decision) => decision.id);
};
const trail = async (): Promise<{ action: string; before: string | null; after: string | null }[]> =>
  api.db
    .selectFrom('audit')
    .select(['action', 'before', 'after'])
    .where('object', '=', `meter/${id}`)
    .where('action', 'like', 'decision-%')
    .orderBy('id')
    .execute();

test('proposed by one, approved by another, in force until it is reversed; each step is in the trail', async () => {
  const proposed = await propose('school');
  expect(proposed).toEqual({
    id: expect.any(String) as string,
    meterId: id,
    meterName: id,
    institutionId: 'school',
    institutionName: '钢铁大街小学',
    registerUnit: 'kWh',
    kind: 'exclude',
    ...RANGE,
    register: null,
    closingRegister: null,
    openingRegister: null,
    multiplier: null,
    reason: '电压互感器故障',
    state: 'proposed',
    proposedBy: 'school',
    proposedAt: '2026-05-15T10:30:00+08:00',
    decidedBy: null,
    decidedAt: null,
    decisionNote: null,
    reversedBy: null,
    reversedAt: null,
    reversalNote: null,
    may: { approve: false, reject: false, withdraw: true, reverse: false },
  });
  expect(await applied()).toEqual([]);
  const path = `decisions/${proposed.id}`;
  expect((await as('kundulun').get(path)).body).toMatchObject({
    may: { approve: true, reject: true, withdraw: false },
  });

  const told = api.calls.registryChanged;
  const approval = await as('kundulun').post(`${path}/approve`, { note: '与现场核对' });
  expect(approval.body).toMatchObject({
    state: 'approved',
    decidedBy: 'kundulun',
    decidedAt: '2026-05-15T10:30:00+08:00',
    decisionNote: '与现场核对',
    may: { approve: false, reject: false, withdraw: false, reverse: true },
  });
  expect(await applied()).toEqual([proposed.id]);
  expect(api.calls.registryChanged).toBe(told + 1);

  const reversal = await as('bureau').post(`${path}/reverse`, { note: '读数其实是对的' });
  expect(reversal.body).toMatchObject({
    state: 'reversed',
    decidedBy: 'kundulun',
    reversedBy: 'bureau',
    reversalNote: '读数其实是对的',
  });
  expect(await applied()).toEqual([]);
  expect(api.calls.registryChanged).toBe(told + 2);

  const entries = await trail();
  expect(entries.map(({ action }) => action)).toEqual(['decision-propose', 'decision-approve', 'decision-reverse']);
  const states = entries.map(({ before, after }) =>
    [before, after].map((text) => (JSON.parse(text ?? '{}') as { state?: string }).state),
  );
  expect(states).toEqual([
    [undefined, 'proposed'],
    ['proposed', 'approved'],
    ['approved', 'reversed'],
  ]);
});

test('who follows the registry reads the meter anew when a decision is approved, and when it is reversed', async () => {
  const read = createMeterReader(api.db, createZone('Asia/Shanghai'));
  const decisionsOf = async (): Promise<string[]> =>
    ((await read()).usage.find((meter) => meter.id === id)?.decisions ?? []).map((decision) => decision.id);
  expect(await decisionsOf()).toEqual([]);
  const { id: decision } = await propose('school');
  expect(await decisionsOf()).toEqual([]);
  await as('bureau').post(`decisions/${decision}/approve`, {});
  expect(await decisionsOf()).toEqual([decision]);
  await as('admin').post(`decisions/${decision}/reverse`, { note: 'in error' });
  expect(await decisionsOf()).toEqual([]);
});

test('a proposal is rejected with a reason, or taken back by who made it; neither counts', async () => {
  const rejected = await propose('school');
  expect((await as('bureau').post(`decisions/${rejected.id}/reject`, { note: '没有证据' })).body).toMatchObject({
    state: 'rejected',
    decidedBy: 'bureau',
    decisionNote: '没有证据',
  });
  const withdrawn = await propose('school');
  expect((await as('school').post(`decisions/${withdrawn.id}/withdraw`, {})).body).toMatchObject({
    state: 'withdrawn',
    decidedBy: 'school',
    decisionNote: null,
  });
  expect(await applied()).toEqual([]);
});

test('a meter of which something was decided is not deleted as if it had never been', async () => {
  const { id: decision } = await propose('school');
  await as('school').post(`decisions/${decision}/withdraw`, {});
  const { status, detail } = await as('admin').remove(`meters/${id}`);
  expect([status, detail]).toEqual([
    409,
    `${id} has decisions, which stay: enter its removal instead (POST /api/meters/${id}/life)`,
  ]);
});

describe('kinds', () => {
  test.each([
    { kind: 'exclude', ...RANGE },
    { kind: 'accept', ...RANGE },
    { kind: 'value', ...RANGE, register: 1234.5 },
    { kind: 'value', from: RANGE.from, register: 0 },
    { kind: 'replacement', from: RANGE.from, closingRegister: 99_000, openingRegister: 3 },
    { kind: 'replacement', from: RANGE.from, closingRegister: null, openingRegister: 3 },
    { kind: 'reset', from: RANGE.from },
    { kind: 'reset', from: RANGE.from, closingRegister: 7, openingRegister: 1 },
    { kind: 'multiplier', from: RANGE.from, multiplier: 60 },
  ])('%j is applied as it was proposed', async (figures) => {
    const body = { meterId: id, reason: 'because', ...figures };
    const { body: proposed } = await as('school').post('decisions', body);
    const decision = proposed as Decision;
    expect((await as('bureau').post(`decisions/${decision.id}/approve`, {})).status).toBe(200);
    const [meter] = await usageMeters(api.db, { ids: [id] });
    expect(meter?.decisions).toEqual([
      {
        id: decision.id,
        kind: figures.kind,
        fromMs: Date.parse(figures.from),
        toMs: 'to' in figures ? Date.parse(figures.to) : null,
        register: 'register' in figures ? figures.register : null,
        closingRegister: 'closingRegister' in figures ? figures.closingRegister : null,
        openingRegister: 'openingRegister' in figures ? figures.openingRegister : null,
        multiplier: 'multiplier' in figures ? figures.multiplier : null,
      },
    ]);
  });
});

describe('refusals', () => {
  const refused = async (more: object): Promise<string> => {
    const body = { meterId: id, ...EXCLUDE, ...more };
    const { status, detail } = await as('school').post('decisions', body);
    expect(await applied()).toEqual([]);
    return `${status} ${detail}`;
  };
  const ofKind = (kind: string, more: object = {}): object => ({ kind, to: undefined, ...more });

  test.each([
    [{ to: undefined }, '400 to: is missing; give the end of what is left out; readings of [from, to) are'],
    [ofKind('value'), '400 register: is missing; give what the register showed at from'],
    [ofKind('replacement'), '400 openingRegister: is missing; give what the new meter showed first'],
    [ofKind('multiplier'), '400 multiplier: is missing; give the multiplier that holds from then on'],
    [ofKind('multiplier', { multiplier: 0 }), '400 multiplier: must be >0'],
    [ofKind('value', { register: -1 }), '400 register: must be >=0'],
    [{ to: RANGE.from }, '400 to: must be after from; the range is [from, to)'],
    [
      { to: '2026-05-15T10:31:00+08:00' },
      '400 to: 2026-05-15T10:31:00+08:00 lies in the future; readings that have not come cannot be judged',
    ],
    [
      ofKind('reset', { from: '2026-05-16T00:00:00+08:00' }),
      '400 from: 2026-05-16T00:00:00+08:00 lies in the future; only what has been can be decided',
    ],
    [
      ofKind('value', { register: 100_000 }),
      '400 register: 100000 kWh is more than a register with the modulus 100000 can show; check both',
    ],
    [{ register: 5 }, '400 register: a decision of the kind exclude has no such figure, it has to; leave it out'],
    [{ reason: ' ' }, '400 reason: say why'],
    [
      { from: 'yesterday' },
      '400 from: give an instant as RFC 3339 with an offset, such as 2026-01-01T00:00:00+08:00, or as epoch milliseconds',
    ],
  ])('%j: %s', async (more, want) => expect(await refused(more)).toBe(want));

  test('a kind there is not', async () => {
    expect(await refused({ kind: 'guess' })).toMatch(/^400 kind: must be one of exclude, accept, value/);
  });

  test('a meter that there is not, and one of somebody else, alike', async () => {
    const unknown = await as('school').post('decisions', { meterId: 'nowhere', ...EXCLUDE });
    const foreign = await as('school').post('decisions', { meterId: 'library-main', ...EXCLUDE });
    expect([unknown.status, unknown.detail]).toEqual([404, 'There is no meter nowhere']);
    expect([foreign.status, foreign.detail]).toEqual([404, 'There is no meter library-main']);
  });

  test('a temperature point', async () => {
    const { status, detail } = await as('archive').post('decisions', { meterId: 'archive-room', ...EXCLUDE });
    expect([status, detail]).toEqual([400, 'meterId: a temperature point has no register that could be decided on']);
  });

  test('a meter that has ended before', async () => {
    await as('admin').post(`meters/${id}/life`, {
      kind: 'removal',
      at: '2026-04-01T12:00:00+08:00',
      closingRegister: 1,
    });
    expect(await refused({})).toBe(`400 from: ${id} ended on 2026-04-02; there is nothing to decide from then on`);
  });

  test('what waits to be decided on already', async () => {
    const { id: first } = await propose('school');
    expect(await refused({})).toBe(`409 from: ${first} proposes the same and waits to be decided on`);
    // Something else of the same meter is another question.
    await propose('school', { kind: 'accept' });
  });

  test('what contradicts an approved decision: when it is proposed, and when it is approved', async () => {
    const exclude = await propose('school');
    const accept = await propose('school', { kind: 'accept', from: '2026-05-01T06:00:00+08:00' });
    expect((await as('bureau').post(`decisions/${exclude.id}/approve`, {})).status).toBe(200);
    const want = `from: the approved decision ${exclude.id} (exclude, 2026-05-01T00:00:00+08:00 to 2026-05-02T00:00:00+08:00) says something else of the same readings; reverse it first`;
    const late = await as('bureau').post(`decisions/${accept.id}/approve`, {});
    expect([late.status, late.detail]).toEqual([409, want]);
    const again = await as('school').post('decisions', { meterId: id, ...EXCLUDE, kind: 'accept' });
    expect([again.status, again.detail]).toEqual([409, want]);
    expect(await applied()).toEqual([exclude.id]);
  });
});

describe('a second person', () => {
  test.each(['bureau', 'admin', 'kundulun'] as FixtureUser[])(
    '%s does not decide on what it proposed',
    async (user) => {
      const { id: decision } = await propose(user);
      for (const [act, body] of [
        ['approve', {}],
        ['reject', { note: 'changed my mind' }],
      ] as const) {
        const { status, detail } = await as(user).post(`decisions/${decision}/${act}`, body);
        expect([status, detail]).toEqual([
          403,
          `A second person must ${act} it: who proposed a decision does not decide on it`,
        ]);
      }
      const other = user === 'bureau' ? 'admin' : 'bureau';
      expect((await as(other).post(`decisions/${decision}/approve`, {})).status).toBe(200);
      const own = await as(user).post(`decisions/${decision}/reverse`, { note: 'changed my mind' });
      expect([own.status, own.detail]).toEqual([
        403,
        'A second person must reverse it: who proposed a decision does not decide on it',
      ]);
      expect(await applied()).toEqual([decision]);
    },
  );

  test('an institution decides on nothing', async () => {
    const { id: decision } = await propose('bureau');
    for (const act of ['approve', 'reject', 'reverse']) {
      expect((await as('school').post(`decisions/${decision}/${act}`, { note: 'please' })).status).toBe(403);
    }
  });

  test('nobody takes back what another proposed', async () => {
    const { id: decision } = await propose('school');
    const { status, detail } = await as('bureau').post(`decisions/${decision}/withdraw`, {});
    expect([status, detail]).toEqual([403, 'Only who proposed a decision takes the proposal back; reject it instead']);
  });

  test('an agency does not decide what changes the figures of another', async () => {
    await api.db.deleteFrom('meter_share').where('meter_id', '=', id).execute();
    const share = { meter_id: id, zone_id: null, sub_item: null, share: 0.5, valid_from: '1970-01-01' };
    await api.db
      .insertInto('meter_share')
      .values([
        { ...share, ordinal: 0, institution_id: 'school', valid_to: null },
        { ...share, ordinal: 1, institution_id: 'library', valid_to: '2026-05-02' },
      ])
      .execute();
    const shared = await propose('school');
    const { status, detail } = await as('kundulun').post(`decisions/${shared.id}/approve`, {});
    expect([status, detail]).toEqual([
      403,
      'The meter counts for institutions beyond your scope as well; the bureau has to decide',
    ]);
    expect((await as('kundulun').get(`decisions/${shared.id}`)).body).toMatchObject({ may: { approve: false } });
    expect((await as('bureau').post(`decisions/${shared.id}/approve`, {})).status).toBe(200);
    // From the day on which the other has no part in it any more, it does.
    const later = { from: '2026-05-02T00:00:00+08:00', to: '2026-05-03T00:00:00+08:00' };
    const own = await propose('school', later);
    expect((await as('kundulun').post(`decisions/${own.id}/approve`, {})).status).toBe(200);
  });

  test('of two approvals at once one wins', async () => {
    const { id: decision } = await propose('school');
    const answers = await Promise.all(
      (['bureau', 'kundulun', 'admin'] as FixtureUser[]).map((user) =>
        as(user).post(`decisions/${decision}/approve`, {}),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
    expect((await trail()).map(({ action }) => action)).toEqual(['decision-propose', 'decision-approve']);
    expect(answers.find(({ status }) => status === 409)?.detail).toBe(
      'The decision is approved; only one that is proposed can be approved',
    );
  });

  test('an approval and a withdrawal at once: one of the two', async () => {
    const { id: decision } = await propose('school');
    const answers = await Promise.all([
      as('bureau').post(`decisions/${decision}/approve`, {}),
      as('school').post(`decisions/${decision}/withdraw`, {}),
    ]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(await trail()).toHaveLength(2);
  });

  test('what is over stays over', async () => {
    const { id: decision } = await propose('school');
    await as('bureau').post(`decisions/${decision}/approve`, {});
    await as('bureau').post(`decisions/${decision}/reverse`, { note: 'in error' });
    for (const act of ['approve', 'reject', 'reverse']) {
      const { status, detail } = await as('admin').post(`decisions/${decision}/${act}`, { note: 'once more' });
      expect([status, detail.startsWith('The decision is reversed;')]).toEqual([409, true]);
    }
    // What holds again can be proposed again.
    await propose('school');
  });

  test('a rejection and a reversal say why', async () => {
    const { id: decision } = await propose('school');
    for (const act of ['reject', 'reverse']) {
      expect((await as('bureau').post(`decisions/${decision}/${act}`, {})).detail).toMatch(/^note: is missing/);
    }
  });
});

describe('the list', () => {
  test('is narrowed by state, meter and institution, newest first, in pages', async () => {
    const made: string[] = [];
    for (let hour = 0; hour < 5; hour += 1) {
      api.clock.nowMs += 1000;
      made.unshift((await propose('school', { from: `2026-05-01T0${hour}:00:00+08:00` })).id);
    }
    await as('bureau').post(`decisions/${made[0]}/approve`, {});
    const ids = async (query: string): Promise<string[]> =>
      ((await as('bureau').get(`decisions?${query}`)).body as { items: Decision[] }).items.map((one) => one.id);
    expect(await ids(`meter=${id}`)).toEqual(made);
    expect(await ids(`meter=${id}&state=proposed`)).toEqual(made.slice(1));
    expect(await ids(`meter=${id}&state=approved`)).toEqual(made.slice(0, 1));
    expect(await ids(`meter=${id}&institution=school`)).toEqual(made);
    expect(await ids(`meter=${id}&institution=library`)).toEqual([]);

    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await as('bureau').get(`decisions?meter=${id}&limit=2${at}`);
      const page = body as { items: Decision[]; next: string | null };
      expect(page.items.length).toBeLessThanOrEqual(2);
      pages.push(...page.items.map((one) => one.id));
      cursor = page.next;
    }
    expect(pages).toEqual(made);
    expect((await as('bureau').get('decisions?cursor=nonsense')).status).toBe(400);
  });
});

describe('another tenant', () => {
  test('sees, decides and withdraws nothing of it: as if there were none', async () => {
    const { id: decision } = await propose('school');
    const unknown = (await as('archive').get('decisions/nothing')).body as { detail: string };
    expect(unknown.detail).toBe('There is no decision nothing');
    const want = [404, `There is no decision ${decision}`];
    for (const user of ['archive'] as FixtureUser[]) {
      const seen = await as(user).get(`decisions/${decision}`);
      expect([seen.status, seen.detail]).toEqual(want);
      const taken = await as(user).post(`decisions/${decision}/withdraw`, {});
      expect([taken.status, taken.detail]).toEqual(want);
      const effect = await as(user).get(`decisions/${decision}/effect`);
      expect([effect.status, effect.detail]).toEqual(want);
      const { body } = await as(user).get('decisions?limit=5000');
      expect((body as { items: Decision[] }).items.filter(({ meterId }) => meterId === id)).toEqual([]);
    }
    const library = await as('bureau').post('decisions', { meterId: 'library-main', ...EXCLUDE });
    const foreign = (library.body as Decision).id;
    for (const act of ['approve', 'reject', 'reverse']) {
      const { status, detail } = await as('kundulun').post(`decisions/${foreign}/${act}`, { note: 'not mine' });
      expect([status, detail]).toEqual([404, `There is no decision ${foreign}`]);
    }
  });
});
