import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';

import { coefficientsOfYear } from '../../../domain/coefficient.ts';
import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import { institutionFigures } from '../../../services/reports/figures/institution-figures.ts';
import { formatNumber } from '../../../services/reports/render/format-number.ts';
import { renderDocx } from '../../../services/reports/render/render-docx.ts';
import { renderXlsx } from '../../../services/reports/render/render-xlsx.ts';
import { readZip } from '../../support/read-zip.ts';
import { sampleCity, sampleDistrict, sampleInstitution } from '../../support/sample-report.ts';

const archive = sampleInstitution('archive', '包头市档案馆', 'library', 8123);
const city = sampleCity();
const empty = institutionFigures({
  year: 2025,
  owner: { id: 'new', name: '新单位', type: 'other' },
  addressee: '某局',
  areaM2: null,
  headcount: null,
  months: [],
  lastYear: [],
  quotas: [],
  coefficients: coefficientsOfYear(2025, []),
  alerts: [],
});

/** The cells of a sheet's rows, by the text in their first or second cell. */
async function sheetOf(figures: ReportFigures, name: string): Promise<Map<string, unknown[]>> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load((await renderXlsx(figures)).buffer as never);
  const rows = new Map<string, unknown[]>();
  workbook.getWorksheet(name)!.eachRow((row) => {
    const cells = Array.from({ length: row.cellCount }, (_, at) => row.getCell(at + 1).value);
    const first = row.getCell(1).text;
    const key = /^\d*$/.test(first) ? row.getCell(2).text : first;
    if (!rows.has(key)) rows.set(key, cells);
  });
  return rows;
}

/** The tables of a Word document, as rows of texts. */
async function tablesOf(figures: ReportFigures): Promise<string[][][]> {
  const xml = readZip(await renderDocx(figures)).get('word/document.xml')!;
  const parts = (text: string, tag: string): string[] =>
    [...text.matchAll(new RegExp(`<w:${tag}[ >].*?</w:${tag}>`, 'gs'))].map(([found]) => found);
  const textOf = (cell: string): string =>
    [...cell.matchAll(/<w:t[ >][^<]*/g)].map(([t]) => t.replace(/^[^>]*>/, '')).join('');
  return parts(xml, 'tbl').map((table) => parts(table, 'tr').map((row) => parts(row, 'tc').map(textOf)));
}

const electricity = (figures: ReportFigures): ReportFigures['media'][number] =>
  figures.media.find((one) => one.medium === 'electricity')!;

test('Excel: the figures stand in full, as numbers; what is missing is a dash', async () => {
  const summary = await sheetOf(archive, '汇总');
  const one = electricity(archive);
  expect(summary.get('用电量')).toEqual([
    '用电量',
    '千瓦时',
    one.total,
    one.lastYear,
    one.comparable! / one.lastYearComparable! - 1,
    one.quota,
    one.quotaRatio,
  ]);
  expect(summary.get('热力消费量（按热量收费）')?.slice(5)).toEqual(['—', '—']);
  expect(summary.get('合计')?.[2]).toBe(archive.totals.kgce);
  expect(summary.get('合计')?.[4]).toBe(archive.totals.co2Kg);
  expect(summary.get('单位建筑面积能耗')?.[2]).toBe(archive.totals.kgcePerM2);
  expect(summary.get('人均综合能耗')?.[2]).toBe(archive.totals.kgcePerPerson);
  expect(summary.get('人均用水量')?.[2]).toBe(archive.totals.waterM3PerPerson);
  const months = await sheetOf(archive, '分月');
  for (let at = 0; at < 12; at += 1) {
    expect(months.get(`${at + 1}月`)?.slice(1)).toEqual(archive.media.map(({ months: m }) => m[at] ?? '—'));
  }
  expect(months.get('7月')?.[2]).toBe('—');
  expect(months.get('全年')?.slice(1)).toEqual(archive.media.map(({ total }) => total));
  const items = await sheetOf(archive, '分项');
  expect(items.get('信息中心')?.[2]).toBe(one.subItems.find(({ subItem }) => subItem === 'D1')?.amount);
  expect(items.get('合计')?.[2]).toBe(one.total);
});

test('Excel: a roll-up has a row each district and unit of the city, and each type', async () => {
  const rows = await sheetOf(city, '机构');
  for (const row of city.rows) {
    const dash = (value: number | null): number | string => value ?? '—';
    const known = row.institutions > 0;
    expect(rows.get(row.name)?.slice(3)).toEqual([
      row.institutions,
      known ? row.areaM2 : '—',
      known ? row.headcount : '—',
      dash(row.electricityKwh),
      dash(row.waterM3),
      dash(row.heatGj),
      dash(row.kgce),
      dash(row.co2Kg),
    ]);
  }
  expect(rows.get('合计')?.slice(3)).toEqual([
    city.institutions,
    city.areaM2,
    city.headcount,
    ...city.media.map(({ total }) => total),
    city.totals.kgce,
    city.totals.co2Kg,
  ]);
  const types = await sheetOf(city, '分类');
  expect(types.get('卫生')?.[8]).toBe(city.byType.find(({ type }) => type === 'hospital')?.co2Kg);
});

test('Excel: sheets can be printed and keep their header in sight', async () => {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load((await renderXlsx(city)).buffer as never);
  expect(workbook.worksheets.map(({ name }) => name)).toEqual(['汇总', '分月', '分项', '机构', '分类', '说明']);
  const sheet = workbook.getWorksheet('机构')!;
  expect(sheet.views[0]).toMatchObject({ state: 'frozen', xSplit: 2, ySplit: 3 });
  expect(sheet.pageSetup).toMatchObject({
    paperSize: 9,
    orientation: 'landscape',
    fitToWidth: 1,
    printTitlesRow: '3:3',
  });
  expect(sheet.getCell('G4').numFmt).toBe('#,##0.0');
});

test('Word: the tables state the figures', async () => {
  const tables = await tablesOf(archive);
  const one = electricity(archive);
  const amount = (value: number | null): string => formatNumber(value, 1);
  const [media, energy, indicators, items, months, alerts, quality] = tables;
  expect(tables).toHaveLength(7);
  expect(media?.[1]).toEqual([
    '电力',
    '千瓦时',
    amount(one.total),
    amount(one.lastYear),
    '-3.8%',
    amount(one.quota),
    '97.7%',
  ]);
  expect(media?.[3]?.slice(5)).toEqual(['—', '—']);
  expect(energy?.at(-1)).toEqual(['合计', '', amount(archive.totals.kgce), '', amount(archive.totals.co2Kg)]);
  expect(indicators?.slice(1).map((row) => row[2])).toEqual(
    [archive.totals.kgcePerM2, archive.totals.kgcePerPerson, archive.totals.waterM3PerPerson].map((value) =>
      formatNumber(value, 2),
    ),
  );
  expect(items?.map((row) => row[2]).slice(1)).toEqual(
    [...one.subItems.map((item) => item.amount), one.total].map(amount),
  );
  expect(months?.slice(1, 13)).toEqual(
    Array.from({ length: 12 }, (_, at) => [`${at + 1}月`, ...archive.media.map((m) => amount(m.months[at] ?? null))]),
  );
  expect(months?.[7]?.[2]).toBe('—');
  expect(alerts?.at(-1)).toEqual(['合计', '', '13', '8', '10']);
  expect(quality?.[2]?.[4]).toBe('8.68%');
});

test('Word: a roll-up carries its rows and types as annexes', async () => {
  const tables = await tablesOf(city);
  const rows = tables.at(-2)!;
  expect(rows.slice(1, -1).map((row) => [row[1], row[6]])).toEqual(
    city.rows.map((row) => [row.name, formatNumber(row.electricityKwh, 1)]),
  );
  expect(rows.at(-1)?.[9]).toBe(formatNumber(city.totals.kgce, 1));
  expect(tables.at(-1)).toHaveLength(1 + city.byType.length + 1);
});

test('Word: header rows are repeated, rows are not parted, and the layout is that of an official document', async () => {
  const files = readZip(await renderDocx(sampleDistrict('150203', '昆都仑区', 60)));
  const xml = files.get('word/document.xml')!;
  const rowsXml = [...xml.matchAll(/<w:tr[ >].*?<\/w:tr>/gs)].map(([row]) => row);
  expect(rowsXml.filter((row) => row.includes('<w:tblHeader/>'))).toHaveLength(9);
  expect(rowsXml.every((row) => row.includes('<w:cantSplit/>'))).toBe(true);
  for (const text of [
    '昆都仑区2025年度公共机构能源资源消费状况报告',
    '包头市机关事务管理局：',
    '一、基本情况',
    '七、数据质量说明',
    '附件1',
    '昆都仑区机关事务管理机构',
  ]) {
    expect(xml.replaceAll(/<[^>]+>/g, '')).toContain(text);
  }
  expect(xml).toContain('w:eastAsia="方正小标宋简体"');
  expect(xml).toMatch(/<w:pgMar[^>]*w:top="2098"/);
  expect([...files.keys()].filter((name) => name.startsWith('word/footer')).length).toBeGreaterThanOrEqual(2);
});

test.for([
  { name: 'an institution', figures: archive },
  { name: 'the city', figures: city },
])('the same figures of $name give the same parts of both files', async ({ figures }) => {
  const again = JSON.parse(JSON.stringify(figures)) as ReportFigures;
  for (const render of [renderDocx, renderXlsx]) {
    const first = readZip(await render(figures));
    expect(first.size).toBeGreaterThan(5);
    expect(first.get('docProps/core.xml')).toContain('2026-01-01T00:00:00');
    expect([...readZip(await render(again))]).toEqual([...first]);
  }
});

test('a report without any data says so and states no zero', async () => {
  const xml = readZip(await renderDocx(empty))
    .get('word/document.xml')!
    .replaceAll(/<[^>]+>/g, ' ');
  expect(xml).toContain('2025年度没有能源计量数据。');
  expect(xml).toContain('建筑面积未登记');
  expect((await sheetOf(empty, '汇总')).get('人均用水量')?.[2]).toBe('—');
  expect((await sheetOf(empty, '汇总')).get('合计')?.[2]).toBe('—');
});

test('a name with characters of XML is written as it is', async () => {
  const odd = sampleInstitution('a', '甲<乙>&"丙"', 'school', 5000);
  expect(readZip(await renderDocx(odd)).get('docProps/core.xml')).toContain('甲&lt;乙&gt;&amp;&quot;丙&quot;');
  expect((await sheetOf(odd, '汇总')).keys().next().value).toBe('甲<乙>&"丙"2025年度能源资源消费状况报告');
});
