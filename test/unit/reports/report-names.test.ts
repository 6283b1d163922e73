import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { reportItemSchema, reportSchema } from '../../../services/api/schemas/report.ts';
import { dueBefore } from '../../../services/reports/due-before.ts';
import { draftsDue } from '../../../services/reports/drafts-due.ts';
import { formatNumber, formatPercent } from '../../../services/reports/render/format-number.ts';
import { reportItemToApi, reportToApi } from '../../../services/reports/report-item.ts';
import { reportFileName, reportTitle, titleLines } from '../../../services/reports/report-title.ts';
import { sampleInstitution } from '../../support/sample-report.ts';

const zone = createZone('Asia/Shanghai');
const titled = (kind: 'institution' | 'district' | 'city', name: string) => ({
  year: 2025,
  kind,
  owner: { id: '150203', name, type: null },
});

test.for([
  { kind: 'institution', name: '包头市档案馆', want: '包头市档案馆2025年度能源资源消费状况报告' },
  { kind: 'district', name: '昆都仑区', want: '昆都仑区2025年度公共机构能源资源消费状况报告' },
  { kind: 'city', name: '包头市', want: '包头市2025年度公共机构能源资源消费状况报告' },
] as const)('title of a report: $kind', ({ kind, name, want }) => {
  expect(reportTitle(titled(kind, name))).toBe(want);
  expect(reportFileName(titled(kind, name), 'docx')).toEqual({
    name: `${want}.docx`,
    ascii: 'energy-report-2025-150203.docx',
  });
});

test.for([
  { name: '市图书馆', want: ['市图书馆2025年度能源资源消费状况报告'] },
  { name: '包头市第一中学', want: ['包头市第一中学2025年度', '能源资源消费状况报告'] },
  {
    name: '包头稀土高新技术产业开发区第一实验小学校',
    want: ['包头稀土高新技术产业开发区第一实验小学校', '2025年度能源资源消费状况报告'],
  },
])('title in lines: $name', ({ name, want }) => {
  expect(titleLines(titled('institution', name))).toEqual(want);
});

test('a file name holds nothing that a file system or a header takes amiss', () => {
  const { name, ascii } = reportFileName(
    { year: 2025, kind: 'institution', owner: { id: 'a/../b"\r', name: 'a/b:"c\n', type: null } },
    'xlsx',
  );
  expect(name).toBe('a_b__c_2025年度能源资源消费状况报告.xlsx');
  expect(ascii).toBe('energy-report-2025-a____b__.xlsx');
});

test.for([
  { kind: 'institution', want: '2026-01-11' },
  { kind: 'district', want: '2026-01-21' },
  { kind: 'city', want: '2026-02-01' },
] as const)('due: $kind before $want', ({ kind, want }) => {
  expect(dueBefore(kind, 2025)).toBe(want);
});

test.for([
  { now: '2025-12-31T15:59:59.999Z', want: 2024 },
  { now: '2025-12-31T16:00:00.000Z', want: 2025 },
  { now: '2026-10-10T00:00:00.000Z', want: 2025 },
])('drafts due at $now: those of $want', ({ now, want }) => {
  expect(draftsDue(Date.parse(now), zone)).toBe(want);
});

test('a stored report as the API gives it', () => {
  const figures = sampleInstitution('a', '甲', 'school', 5000);
  const row = {
    year: 2025,
    owner_kind: 'institution',
    owner_id: 'a',
    kind: 'institution',
    state: 'draft',
    figures: JSON.stringify(figures),
    digest: 'd',
    made_at: Date.parse('2025-12-31T16:00:01Z'),
    stale: 0,
  };
  const item = reportItemToApi(row, '甲', zone);
  expect(item).toEqual({
    year: 2025,
    owner: 'a',
    ownerName: '甲',
    kind: 'institution',
    state: 'draft',
    dueBefore: '2026-01-11',
    madeAt: '2026-01-01T00:00:01+08:00',
  });
  expect(reportItemSchema.parse(item)).toEqual(item);
  expect(reportSchema.parse(reportToApi(row, '甲', zone))).toEqual({ ...item, digest: 'd', figures });
});

test.for([
  { value: 1234567.891, digits: 1, want: '1,234,567.9' },
  { value: 999.96, digits: 1, want: '1,000.0' },
  { value: -1234.5, digits: 0, want: '-1,235' },
  { value: -0.04, digits: 1, want: '0.0' },
  { value: 0, digits: 1, want: '0.0' },
  { value: 123456, digits: 0, want: '123,456' },
  { value: null, digits: 1, want: '—' },
])('number $value with $digits decimals: $want', ({ value, digits, want }) => {
  expect(formatNumber(value, digits)).toBe(want);
});

test('a ratio as a percentage', () => {
  expect([formatPercent(0.9765), formatPercent(-0.0381), formatPercent(null)]).toEqual(['97.7%', '-3.8%', '—']);
});
