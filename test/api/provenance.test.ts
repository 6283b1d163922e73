import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { createRawMessages } from '../../app/raw-messages.ts';
import { registerToMicro } from '../../domain/micro.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import { openArchive } from '../../gateway/archive/open-archive.ts';
import { createDirectory } from '../../gateway/directory.ts';
import { createSparkplugSessions } from '../../gateway/decode/sparkplug-b/sessions.ts';
import { diskIo } from '../../gateway/spool/disk-io.ts';
import type { DayChangeItem } from '../../services/api/schemas/day-change.ts';
import type { RawMessage } from '../../services/api/schemas/message.ts';
import type { Provenance, ProvenancePoint } from '../../services/api/schemas/provenance.ts';
import type { ReportFigures } from '../../services/api/schemas/report.ts';
import { createMeter } from '../../services/registry/meters.ts';
import { buildReports } from '../../services/reports/build-reports.ts';
import { type ApiFixture, type FixtureUser, hourlyRegister, openApiFixture } from '../support/api-fixture.ts';
import { addDecision, addManualReading } from '../support/api-samples.ts';
import { openTestSpool } from '../support/open-test-spool.ts';
import { amountFromAccount } from '../support/provenance-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

const zone = createZone('Asia/Shanghai');
const ms = (text: string): number => Date.parse(`${text}+08:00`);
const FROM = ms('2026-05-01T00:00');
const TO = ms('2026-05-11T00:00');
const RANGE = 'from=2026-05-02T00:00:00%2B08:00&to=2026-05-04T00:00:00%2B08:00';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

async function get<T = Provenance>(url: string, user: FixtureUser = 'bureau'): Promise<T> {
  const answer = await api.as(user, { url });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<T>();
}

async function problemOf(url: string, user: FixtureUser = 'bureau'): Promise<[number, string]> {
  const answer = await api.as(user, { url });
  return [answer.statusCode, answer.json<{ detail: string }>().detail];
}

/** A meter of the archive below its main meter. */
async function addBelow(id: string): Promise<void> {
  await createMeter(
    api.db,
    {
      id,
      institutionId: 'archive',
      parentId: 'archive-main',
      collectorId: 'c1',
      medium: 'electricity',
      subItem: 'B',
      expectedIntervalS: 3600,
    },
    { userId: null, nowMs: api.clock.nowMs },
  );
}

/** The meters of the registry reach usage with the next change. */
async function addReadings(...rows: ReadingRow[][]): Promise<void> {
  const change = await api.as('admin', { method: 'PATCH', url: '/api/meters/library-main', payload: { name: 'x' } });
  expect(change.statusCode, change.body).toBe(200);
  await api.addReadings(rows.flat());
}

async function expectReproduced({ figure, meters, agrees }: Provenance): Promise<void> {
  let sum = 0n;
  for (const part of meters) {
    let own = 0n;
    for (const { account, factor, micro, notTakenOffMicro } of part.terms) {
      own += BigInt(factor) * BigInt(micro);
      if (account === null) continue;
      const amount = await amountFromAccount(account, { toMicro: registerToMicro });
      expect(amount - BigInt(notTakenOffMicro)).toBe(BigInt(micro));
    }
    expect(BigInt(part.ownMicro)).toBe(own);
    const shared = BigInt(Math.round(Number(own) * (part.share?.share ?? 1)));
    expect(shared + BigInt(part.roundingMicro)).toBe(BigInt(part.amountMicro));
    sum += BigInt(part.amountMicro);
  }
  expect(agrees).toBe(true);
  expect(String(sum)).toBe(figure.micro);
}

test('the figure of an institution is the sum of its meters less those below, each with the readings that bound it', async () => {
  await addBelow('archive-lift');
  await addReadings(hourlyRegister('archive-main', 10, FROM, TO), hourlyRegister('archive-lift', 4, FROM, TO));
  const all = await get(`/api/provenance?institution=archive&medium=electricity&${RANGE}`);
  expect(all.figure).toMatchObject({ value: 480, unit: 'kWh', micro: '480000000', quality: { measured: 1 } });
  expect(
    all.meters.map(({ meter, amountMicro, terms }) => [
      meter,
      amountMicro,
      terms.map((term) => [term.meter, term.factor]),
    ]),
  ).toEqual([
    ['archive-lift', '192000000', [['archive-lift', 1]]],
    [
      'archive-main',
      '288000000',
      [
        ['archive-main', 1],
        ['archive-lift', -1],
      ],
    ],
  ]);
  await expectReproduced(all);
  const [run] = all.meters[1]!.terms[0]!.account!.runs;
  // From midnight of 2 May (hour 24) to that of 4 May (hour 72).
  expect([run?.first.register, run?.last.register, run?.first.position, run?.last.position]).toEqual([
    1240, 1720, 24, 72,
  ]);
  expect([run?.readings, run?.begins, run?.startCut, run?.endCut]).toEqual([49, 'range', null, null]);
  expect(run?.first.link).toBe(`/api/messages/24?meter=archive-main&ts=${FROM + 24 * 3_600_000}`);

  const ofLift = await get(`/api/provenance?institution=archive&medium=electricity&subItem=B&${RANGE}`);
  expect([ofLift.figure.value, ofLift.meters.map(({ meter }) => meter)]).toEqual([192, ['archive-lift']]);
  await expectReproduced(ofLift);
});

test('shares are rounded hour by hour, and the account says by how much', async () => {
  const shares = [
    { institutionId: 'library', share: 1 / 3 },
    { institutionId: 'school', share: 2 / 3 },
  ];
  const move = { kind: 'move', date: '2026-05-03', shares };
  expect(
    (await api.as('admin', { method: 'POST', url: '/api/meters/library-main/life', payload: move })).statusCode,
  ).toBe(201);
  await addReadings(hourlyRegister('library-main', 0.1, FROM, TO));
  const range = 'from=2026-05-02T00:00:00%2B08:00&to=2026-05-05T00:00:00%2B08:00';
  const library = await get(`/api/provenance?institution=library&medium=electricity&${range}`);
  const school = await get(`/api/provenance?institution=school&medium=electricity&${range}`);
  await expectReproduced(library);
  await expectReproduced(school);
  expect(library.meters.map(({ share, start }) => [share?.share, start])).toEqual([
    [1, '2026-05-02T00:00:00+08:00'],
    [1 / 3, '2026-05-03T00:00:00+08:00'],
  ]);
  expect(library.meters[1]!.roundingMicro).not.toBe('0');
  expect(BigInt(library.figure.micro!) + BigInt(school.figure.micro!)).toBe(7_200_000n);
});

test('of a meter below that is somebody else’s only the amount is told', async () => {
  // As a registry of an earlier release may have it: a meter of another institution below.
  await api.db.updateTable('meter').set({ parent_id: 'archive-main' }).where('id', '=', 'school-main').execute();
  await addReadings(hourlyRegister('archive-main', 10, FROM, TO), hourlyRegister('school-main', 3, FROM, TO));
  const [part] = (await get(`/api/provenance?institution=archive&medium=electricity&${RANGE}`, 'archive')).meters;
  expect(part?.ownMicro).toBe('336000000');
  expect(part?.terms[1]).toEqual({
    meter: 'school-main',
    name: null,
    factor: -1,
    micro: '144000000',
    notTakenOffMicro: '0',
    account: null,
    corrections: [],
    dayChanges: [],
    links: null,
  });
  expect(part?.terms[0]?.account?.runs).toHaveLength(1);
});

test('nobody opens the figures of others', async () => {
  await addReadings(hourlyRegister('archive-main', 10, FROM, TO));
  for (const url of [
    `/api/provenance?institution=archive&medium=electricity&${RANGE}`,
    `/api/provenance?meter=archive-main&${RANGE}`,
    `/api/provenance/readings?meter=archive-main&${RANGE}`,
    '/api/provenance?report=2026/archive&medium=electricity',
    '/api/day-changes?meter=archive-main',
    '/api/day-changes?institution=archive',
  ])
    for (const user of ['school', 'kundulun'] as const) expect((await problemOf(url, user))[0], url).toBe(404);
});

test('who had a meter then opens what it counted for them then', async () => {
  const move = { kind: 'move', date: '2026-05-05', shares: [{ institutionId: 'library', share: 1 }] };
  await api.as('admin', { method: 'POST', url: '/api/meters/school-main/life', payload: move });
  await addReadings(hourlyRegister('school-main', 2, FROM, TO));
  const school = await get(`/api/provenance?institution=school&medium=electricity&${RANGE}`, 'school');
  expect(school.figure.value).toBe(96);
  await expectReproduced(school);
  const later = 'from=2026-05-06T00:00:00%2B08:00&to=2026-05-07T00:00:00%2B08:00';
  expect((await problemOf(`/api/provenance?meter=school-main&${later}`, 'school'))[0]).toBe(404);
});

test('a question that cannot be answered is told what to ask', async () => {
  for (const [query, problem] of [
    [`medium=electricity&${RANGE}`, 'give one of meter, institution, report'],
    [`institution=archive&${RANGE}`, 'say of which medium'],
    ['meter=archive-main', 'give from and to'],
    ['meter=archive-main&from=2026-05-02T00:30:00%2B08:00&to=2026-05-03T00:00:00%2B08:00', 'not on an hour boundary'],
    ['meter=archive-main&from=2026-05-03T00:00:00%2B08:00&to=2026-05-03T00:00:00%2B08:00', 'after from'],
    ['report=2026/archive&medium=electricity&figure=month', 'month'],
    ['report=2026/archive&medium=electricity&figure=subItem', 'subItem'],
    [`meter=archive-room&${RANGE}`, 'has no register'],
  ] as const) {
    const [status, detail] = await problemOf(`/api/provenance?${query}`);
    expect([status, detail], query).toEqual([400, expect.stringContaining(problem)]);
  }
});

test('a page of meters leads to the next', async () => {
  for (const id of ['a1', 'a2', 'a3']) await addBelow(id);
  await addReadings(...['archive-main', 'a1', 'a2', 'a3'].map((id) => hourlyRegister(id, 1, FROM, TO)));
  const url = `/api/provenance?institution=archive&medium=electricity&limit=3&${RANGE}`;
  const first = await get(url);
  const second = await get(`${url}&cursor=${first.next}`);
  expect([first, second].map(({ meters }) => meters.map(({ meter }) => meter))).toEqual([
    ['a1', 'a2', 'a3'],
    ['archive-main'],
  ]);
  expect(second.next).toBeNull();
});

test('the stored registers come by pages, each with its message', async () => {
  await addReadings(hourlyRegister('archive-main', 10, FROM, TO));
  const url = `/api/provenance/readings?meter=archive-main&limit=30&${RANGE}`;
  const first = await get<{ items: ProvenancePoint[]; next: string }>(url);
  const second = await get<{ items: ProvenancePoint[]; next: string | null }>(`${url}&cursor=${first.next}`);
  expect([first.items.length, second.items.length, second.next]).toEqual([30, 18, null]);
  expect([...first.items, ...second.items].map(({ position }) => position)).toEqual(
    Array.from({ length: 48 }, (_, n) => 24 + n),
  );
});

test('a figure of a report opens, from the city down to the readings', async () => {
  await addReadings(hourlyRegister('school-main', 2, FROM, TO), hourlyRegister('archive-main', 10, FROM, TO));
  await buildReports({ db: api.db, series: api.series, zone, now: () => api.clock.nowMs }, 2026);
  for (const figure of ['total', 'month&month=5', 'subItem&subItem=A', 'kgce', 'co2Kg']) {
    const city = await get(`/api/provenance?report=2026/150200&medium=electricity&figure=${figure}`);
    expect(city.agrees, figure).toBe(true);
    const district = city.members.find(({ id }) => id === '150203');
    const school = (await get(district!.link)).members.find(({ id }) => id === 'school');
    const opened = await get(school!.link);
    expect([opened.agrees, opened.figure.micro], figure).toEqual([true, school!.micro]);
    const usage = opened.figure.factor?.usageMicro ?? opened.figure.micro;
    expect(usage).toBe('480000000');
    expect(opened.meters[0]!.amountMicro).toBe(usage);
  }
  const kgce = await get('/api/provenance?report=2026/school&medium=electricity&figure=kgce');
  expect(kgce.figure).toMatchObject({ value: 58.992, unit: 'kgce', factor: { factor: 0.1229 } });
});

test('a virtual meter opens into the meters that it is the sum of, over the hours in which all are known', async () => {
  await addBelow('archive-lift');
  const terms = [{ meterId: 'archive-main' }, { meterId: 'archive-lift', factor: -1 }];
  const payload = { id: 'archive-rest', institutionId: 'archive', name: '其余', terms };
  expect((await api.as('admin', { method: 'POST', url: '/api/virtual-meters', payload })).statusCode).toBe(201);
  await addReadings(
    hourlyRegister('archive-main', 10, FROM, TO),
    hourlyRegister('archive-lift', 4, FROM + 30 * 3_600_000, TO),
  );
  const rest = await get(`/api/provenance?meter=archive-rest&${RANGE}`, 'archive');
  expect(rest.figure).toMatchObject({ value: 42 * 6, ownerName: '其余' });
  expect(rest.meters[0]?.terms.map(({ meter, factor, micro }) => [meter, factor, micro])).toEqual([
    ['archive-main', 1, '420000000'],
    ['archive-lift', -1, '168000000'],
  ]);
  await expectReproduced(rest);
});

test('what a quota was used by, and the year before, open as the report states them', async () => {
  await api.as('admin', {
    method: 'PUT',
    url: '/api/institutions/school/quotas/2026/electricity',
    payload: { annualLimit: 1000 },
  });
  await addReadings(hourlyRegister('school-main', 2, FROM, TO));
  const build = (year: number) =>
    buildReports({ db: api.db, series: api.series, zone, now: () => api.clock.nowMs }, year);
  await build(2026);
  await build(2027);
  const lastYear = await get('/api/provenance?report=2027/school&medium=electricity&figure=lastYear');
  expect([lastYear.figure.micro, lastYear.figure.start, lastYear.agrees]).toEqual([
    '480000000',
    '2026-01-01T00:00:00+08:00',
    true,
  ]);
  const { figures } = await get<{ figures: ReportFigures }>('/api/reports/2026/school');
  const stated = figures.media[0]!.quotaUsed;
  const used = await get('/api/provenance?report=2026/school&medium=electricity&figure=quotaUsed');
  expect([used.figure.value, used.agrees]).toEqual([stated, true]);
});

test('a draft made before later data came does not agree, until it is made anew', async () => {
  await addReadings(hourlyRegister('school-main', 2, FROM, TO - 86_400_000));
  await buildReports({ db: api.db, series: api.series, zone, now: () => api.clock.nowMs }, 2026);
  await api.addReadings(hourlyRegister('school-main', 2, FROM, TO));
  const stale = await get('/api/provenance?report=2026/school&medium=electricity');
  expect([stale.agrees, stale.figure.micro, stale.nowMicro]).toEqual([false, '432000000', '480000000']);
});

test('what people said of a meter stands beside its account', async () => {
  await addReadings(hourlyRegister('school-main', 2, FROM, TO));
  const payload = {
    kind: 'replacement',
    at: '2026-05-03T10:30:00+08:00',
    closingRegister: 1117,
    openingRegister: 1117,
    note: '到期轮换',
  };
  expect((await api.as('admin', { method: 'POST', url: '/api/meters/school-main/life', payload })).statusCode).toBe(
    201,
  );
  await api.addReadings([]);
  const [part] = (await get(`/api/provenance?meter=school-main&${RANGE}`)).meters;
  expect(part?.terms[0]?.corrections).toEqual([
    expect.objectContaining({
      kind: 'event',
      what: 'replacement',
      closingRegister: 1117,
      by: 'admin',
      reason: '到期轮换',
    }),
  ]);
});

test('the ledger of sealed days that changed is told by scope, the newest day first, with what is known of why', async () => {
  const late = hourlyRegister('school-main', 2, FROM, FROM + 3 * 86_400_000).map((row) => ({
    ...row,
    receivedAtMs: ms('2026-05-08T09:00'),
  }));
  await addReadings(late);
  const change = (meter: string, day: string, micro: bigint | null) => ({
    meter,
    dayMs: ms(`${day}T00:00`),
    changedAtMs: ms('2026-05-08T09:00:05'),
    microBefore: micro,
    qualityBefore: micro === null ? ('missing' as const) : ('estimated' as const),
    microAfter: 48_000_000n,
    qualityAfter: 'measured' as const,
  });
  await api.series.logDayChanges([
    change('school-main', '2026-05-02', 40_000_000n),
    change('school-main', '2026-05-03', null),
    change('archive-main', '2026-05-03', 1n),
  ]);
  const { items } = await get<{ items: DayChangeItem[] }>('/api/day-changes', 'school');
  expect(items.map(({ day, before, difference }) => [day, before.value, difference])).toEqual([
    ['2026-05-03', null, 48],
    ['2026-05-02', 40, 8],
  ]);
  expect(items[0]?.why).toEqual({ reason: 'late-readings', id: null, readings: 24 });
  const all = await get<{ items: DayChangeItem[]; next: string }>('/api/day-changes?limit=2');
  expect(all.items.map(({ meter, day }) => [meter, day])).toEqual([
    ['archive-main', '2026-05-03'],
    ['school-main', '2026-05-03'],
  ]);
  expect(all.items[0]?.why.reason).toBe('unknown');
  const rest = await get<{ items: DayChangeItem[]; next: null }>(`/api/day-changes?limit=2&cursor=${all.next}`);
  expect([rest.items.map(({ day }) => day), rest.next]).toEqual([['2026-05-02'], null]);
  // Of what is known the last that happened before it.
  const why = async () => {
    const [first] = (await get<{ items: DayChangeItem[] }>('/api/day-changes?meter=archive-main')).items;
    return [first?.why.reason, first?.why.id];
  };
  const audit = { user_id: null, action: 'life-add', object: 'meter/archive-main', before: null, after: null };
  await api.db
    .insertInto('audit')
    .values({ ...audit, at: ms('2026-05-08T08:59') })
    .execute();
  expect(await why()).toEqual(['registry', null]);
  await addDecision(api.db, 'd1', 'archive-main');
  const decided = { state: 'approved', from_ms: ms('2026-05-01T00:00'), decided_at: ms('2026-05-08T08:59:30') };
  await api.db.updateTable('decision').set(decided).execute();
  expect(await why()).toEqual(['decision', 'd1']);
  await addManualReading(api.db, 'r1', 'archive-main');
  await api.db
    .updateTable('manual_reading')
    .set({ entered_at: ms('2026-05-08T09:00:01') })
    .execute();
  expect(await why()).toEqual(['manual-reading', 'r1']);
  const narrow = '/api/day-changes?institution=school&from=2026-05-03&to=2026-05-03';
  expect((await get<{ items: DayChangeItem[] }>(narrow)).items).toHaveLength(1);
});

test('a raw message is whole for those who see all; others see the part that is their meter’s', async () => {
  await api.close();
  const root = await tempFolder();
  const spool = await openTestSpool(join(root, 'spool'));
  const at = ms('2026-05-02T08:00');
  const readings = ['archive-main', 'school-main'].map((meter, n) => ({ meter, ts: at, total: 100 + n }));
  const send = (topic: string, payload: string | Buffer): Promise<number> =>
    spool.append({ receivedAtMs: at + 1000, source: 'c1', topic, payload: Buffer.from(payload) });
  const batch = await send('energy/v1/c1/readings', JSON.stringify(readings));
  const alone = await send('energy/v1/c1/school-main/reading', `{"ts":${at + 60_000},"total":101.5}`);
  const archive = await openArchive({
    spoolFolder: join(root, 'spool'),
    folder: join(root, 'archive'),
    days: 30,
    io: diskIo,
    now: () => at,
  });
  const directory = createDirectory();
  directory.replace({
    meters: ['archive-main', 'school-main'].map((id) => ({
      id,
      collectorId: 'c1',
      medium: 'electricity',
      registerUnit: 'kWh',
    })),
  });
  const limits = { maxAheadMs: 600_000, retentionMs: 3650 * 86_400_000, frameClockMs: 0 };
  const sessions = createSparkplugSessions();
  const messages = createRawMessages({ archive, directory, sessions, baseTopic: 'energy/v1', zone, limits });
  api = await openApiFixture({ messages });
  const row = (meter: string, observedAtMs: number, value: number, position: number): ReadingRow => ({
    meter,
    metric: 'total',
    observedAtMs,
    value,
    receivedAtMs: at + 1000,
    flags: 0,
    position,
  });
  await api.addReadings([
    row('archive-main', at, 100, batch),
    row('school-main', at, 101, batch),
    row('school-main', at + 60_000, 101.5, alone),
  ]);

  const whole = await get<RawMessage>(`/api/messages/${batch}`);
  expect(whole).toMatchObject({ topic: 'energy/v1/c1/readings', collector: 'c1', whole: true, in: 'spool' });
  expect(Buffer.from(whole.payload!, 'base64').toString()).toBe(JSON.stringify(readings));
  expect(whole.items.map(({ meter, values }) => [meter, values])).toEqual([
    ['archive-main', { total: 100 }],
    ['school-main', { total: 101 }],
  ]);
  const part = await get<RawMessage>(`/api/messages/${batch}?meter=school-main`, 'school');
  expect([part.whole, part.text, part.items.length]).toEqual([false, JSON.stringify([readings[1]]), 1]);
  expect(part.text).not.toContain('archive');
  const own = await get<RawMessage>(`/api/messages/${alone}?meter=school-main&ts=${at + 60_000}`, 'school');
  expect([own.whole, own.text]).toEqual([true, `{"ts":${at + 60_000},"total":101.5}`]);

  // Without a meter, with somebody else's, with one that is not in it, between two messages.
  expect((await problemOf(`/api/messages/${batch}`, 'school'))[0]).toBe(400);
  for (const url of [
    `/api/messages/${batch}?meter=archive-main`,
    `/api/messages/${batch}?meter=archive-main&ts=${at}`,
    `/api/messages/${alone}?meter=archive-main&ts=${at}`,
    `/api/messages/${batch + 1}?meter=school-main`,
  ])
    expect((await problemOf(url, 'school'))[0], url).toBe(404);
  expect((await problemOf(`/api/messages/${batch + 1}`))[0]).toBe(404);
  await archive.close();
});
