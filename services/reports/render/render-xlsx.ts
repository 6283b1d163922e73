import ExcelJS from 'exceljs';

import type { ReportFigures } from '../../api/schemas/report.ts';
import { reportTitle } from '../report-title.ts';
import { signatoryOf } from '../signatory.ts';
import { energyTable, indicatorTable, mediaTable, monthTable, subItemTable } from './consumption-tables.ts';
import { fileDate } from './core-properties.ts';
import type { ReportTable } from './report-table.ts';
import { alertText, basicsText, consumptionText, qualityTexts, quotaTexts } from './report-text.ts';
import { rowsTable, typeTable } from './roll-up-tables.ts';
import { alertTable, qualityTable } from './supervision-tables.ts';
import { addSheet, addTable, addText, addTitle, freezeBelow, setWidths } from './xlsx-sheet.ts';

/**
 * The annual report as an Excel workbook, in the words of the statistics form where it has a column. Numbers are
 * numbers in full precision. Depends on the figures alone: the same figures give the same parts of the file.
 */
export async function renderXlsx(figures: ReportFigures): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  workbook.creator = signatoryOf(figures);
  workbook.lastModifiedBy = signatoryOf(figures);
  workbook.title = reportTitle(figures);
  workbook.created = fileDate(figures.year);
  workbook.modified = fileDate(figures.year);
  summarySheet(workbook, figures);
  tableSheet(workbook, '分月', figures, monthTable(figures, 'column'), 1);
  const subItems = subItemTable(figures);
  if (subItems !== undefined) tableSheet(workbook, '分项', figures, subItems, 1);
  if (figures.kind !== 'institution') {
    tableSheet(workbook, '机构', figures, rowsTable(figures), 2);
    tableSheet(workbook, '分类', figures, typeTable(figures), 1);
  }
  notesSheet(workbook, figures);
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

function subtitle({ owner, year }: ReportFigures): string {
  return `填报单位：${owner.name}　　统计年度：${year}年`;
}

function summarySheet(workbook: ExcelJS.Workbook, figures: ReportFigures): void {
  const main = mediaTable(figures, 'column');
  const columns = main.columns.length;
  const sheet = addSheet(workbook, '汇总', true);
  setWidths(sheet, main.columns);
  addTitle(sheet, reportTitle(figures), columns);
  addText(sheet, subtitle(figures), columns);
  const header = addTable(sheet, main);
  freezeBelow(sheet, header, 1);
  for (const table of [energyTable(figures), indicatorTable(figures)]) {
    sheet.addRow([]);
    addText(sheet, table.title, columns, true);
    addTable(sheet, table);
  }
  sheet.addRow([]);
  addText(sheet, basicsText(figures), columns);
  addText(sheet, consumptionText(figures), columns);
}

function tableSheet(
  workbook: ExcelJS.Workbook,
  name: string,
  figures: ReportFigures,
  table: ReportTable,
  frozen: number,
): void {
  const columns = table.columns.length;
  const sheet = addSheet(workbook, name, columns > 6);
  setWidths(sheet, table.columns);
  addTitle(sheet, `${figures.owner.name}${figures.year}年度${table.title}`, columns);
  addText(sheet, subtitle(figures), columns);
  freezeBelow(sheet, addTable(sheet, table), frozen);
}

function notesSheet(workbook: ExcelJS.Workbook, figures: ReportFigures): void {
  const alerts = alertTable(figures);
  const columns = alerts.columns.length;
  const sheet = addSheet(workbook, '说明', false);
  setWidths(sheet, alerts.columns);
  addTitle(sheet, '说明', columns);
  const part = (heading: string, texts: readonly string[]): void => {
    addText(sheet, heading, columns, true);
    for (const text of texts) addText(sheet, text, columns);
  };
  part('定额执行与节能目标完成情况', quotaTexts(figures));
  sheet.addRow([]);
  part('节能监管情况', [alertText(figures)]);
  if (figures.alerts.length > 0) addTable(sheet, alerts);
  sheet.addRow([]);
  part('数据质量说明', qualityTexts(figures));
  addTable(sheet, qualityTable(figures));
}
