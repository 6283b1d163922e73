import { afterEach, beforeEach, expect, test } from 'vitest';

import { type ApiFixture, openApiFixture } from '../support/api-fixture.ts';
import { addAlert, addReport } from '../support/api-samples.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await openApiFixture();
});
afterEach(() => api.close());

const acknowledge = (id: string, payload?: object) =>
  api.as('school', { method: 'POST', url: `/api/alerts/${id}/acknowledge`, payload });

test('alerts: as the contract has them', async () => {
  await addAlert(api.db, 'a1', 'school');
  const { items } = (await api.as('school', { url: '/api/alerts' })).json<{ items: object[] }>();
  expect(items).toEqual([
    {
      id: 'a1',
      rule: 'off-hours',
      article: 'Art. 20(1)',
      institution: 'school',
      institutionName: '钢铁大街小学',
      subject: 'standby',
      subjectName: null,
      severity: 'warning',
      state: 'open',
      activeSince: '2026-05-10T20:00:00+08:00',
      clearedAt: null,
      limit: 5,
      value: 9,
      unit: 'kW',
      waste: { amount: 40, unit: 'kWh', kgce: 4.9 },
      addressedTo: 'institution',
      evidence: { kind: 'hourly-power', series: [['2026-05-10T20:00:00+08:00', 9]], facts: { baselineKw: 12 } },
      acknowledgedBy: null,
      acknowledgedAt: null,
    },
  ]);
});

test('alerts: filtered by state and rule, newest first, paged among equals', async () => {
  const since = Date.parse('2026-05-01T00:00:00+08:00');
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
    await addAlert(api.db, id, 'school', { activeSince: since + (index > 1 ? 1 : 0) });
  }
  await addAlert(api.db, 'closed', 'school', { state: 'closed' });
  await addAlert(api.db, 'quota', 'school', { rule: 'quota' });
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const answer = await api.as('school', { url: `/api/alerts?state=open&rule=off-hours&limit=1${cursor}` });
    const page: { items: { id: string }[]; next: string | null } = answer.json();
    seen.push(...page.items.map((item) => item.id));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(seen).toEqual(['d', 'c', 'b', 'a']);
  expect((await api.as('school', { url: '/api/alerts?rule=nothing' })).statusCode).toBe(400);
});

test('acknowledge: by whom and when, with an event and a message to send', async () => {
  await addAlert(api.db, 'a1', 'school');
  const answer = await acknowledge('a1', { note: '已通知物业' });
  expect(answer.json()).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: 'school',
    acknowledgedAt: '2026-05-15T10:30:00+08:00',
  });
  expect(await api.db.selectFrom('alert_event').selectAll().execute()).toMatchObject([
    { alert_id: 'a1', kind: 'acknowledged', user_id: 'school', note: '已通知物业' },
  ]);
  expect(await api.db.selectFrom('outbox').selectAll().execute()).toMatchObject([
    { channel: 'mqtt', alert_id: 'a1', delivered_at: null },
  ]);
  expect(api.calls.alertsChanged).toBe(1);
});

test('acknowledge: twice is once', async () => {
  await addAlert(api.db, 'a1', 'school');
  await acknowledge('a1');
  api.clock.nowMs += 60_000;
  const again = await acknowledge('a1');
  expect(again.json()).toMatchObject({ acknowledgedAt: '2026-05-15T10:30:00+08:00' });
  expect(await api.db.selectFrom('outbox').selectAll().execute()).toHaveLength(1);
});

test('acknowledge: a closed alert is a conflict', async () => {
  await addAlert(api.db, 'a1', 'school', { state: 'closed' });
  const answer = await acknowledge('a1');
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'conflict']);
  expect(await api.db.selectFrom('outbox').selectAll().execute()).toEqual([]);
});

test('overview: open alerts by rule, critical among them', async () => {
  await addAlert(api.db, 'a1', 'school');
  await addAlert(api.db, 'a2', 'school', { rule: 'quota', severity: 'critical' });
  await addAlert(api.db, 'a3', 'school', { state: 'acknowledged' });
  await addAlert(api.db, 'a4', 'library');
  await addReport(api.db, 'institution', 'school');
  const body = (await api.as('kundulun', { url: '/api/overview' })).json();
  expect(body).toMatchObject({
    alerts: { open: 2, critical: 1, byRule: { 'off-hours': 1, quota: 1 } },
    reports: { year: 2025, made: 1, expected: 1, dueBefore: '2026-01-21' },
  });
});

test('reports: listed with their deadline, the city first', async () => {
  await addReport(api.db, 'institution', 'school');
  await addReport(api.db, 'city', '150200');
  await addReport(api.db, 'district', '150203', 2024);
  const seen: object[] = [];
  let cursor = '';
  for (;;) {
    const page: { items: object[]; next: string | null } = (
      await api.as('bureau', { url: `/api/reports?limit=1${cursor}` })
    ).json();
    seen.push(...page.items);
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(seen).toMatchObject([
    { year: 2025, owner: '150200', ownerName: '包头市', kind: 'city', dueBefore: '2026-02-01' },
    { year: 2025, owner: 'school', ownerName: '钢铁大街小学', kind: 'institution', dueBefore: '2026-01-11' },
    { year: 2024, owner: '150203', ownerName: '昆都仑区', kind: 'district', dueBefore: '2025-01-21' },
  ]);
});

test.each([
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
])('reports: as %s with a Chinese file name', async (format, type) => {
  await addReport(api.db, 'institution', 'school');
  const answer = await api.as('school', { url: `/api/reports/2025/school/file.${format}` });
  expect(answer.headers['content-type']).toBe(type);
  expect(answer.rawPayload.toString()).toBe(`a ${format} file`);
  const disposition = String(answer.headers['content-disposition']);
  expect(disposition).toContain(`filename="energy-report-2025-school.${format}"`);
  const encoded = /filename\*=UTF-8''(\S+)$/.exec(disposition)?.[1] ?? '';
  expect(decodeURIComponent(encoded)).toBe(`名称 school2025年度能源资源消费状况报告.${format}`);
});

test('reports: as JSON, the figures themselves', async () => {
  await addReport(api.db, 'institution', 'school');
  const file = await api.as('school', { url: '/api/reports/2025/school/file.json' });
  const report = await api.as('school', { url: '/api/reports/2025/school' });
  expect(file.json()).toEqual(report.json<{ figures: object }>().figures);
});
