import type { RegionNames } from '../cells/region-names.ts';
import { SUB_ITEM_CHOICES } from '../sheets/choices.ts';
import { SHEETS } from '../sheets/all-sheets.ts';
import type { ColumnSpec, Language } from '../sheets/column-spec.ts';

/** The name of the sheet that explains the others. */
export const NOTES_NAME = { zh: '说明', en: 'Notes' } as const;

const GENERAL: Record<Language, readonly string[]> = {
  zh: [
    '标题可用中文或英文，次序任意；不认识的列会被指出。以 # 开头的行（示例）不导入。',
    '编号列均为文本格式：先把列设为文本再填写，否则 Excel 会改写长编号。',
    '按编号更新：已有的行按填写的单元格修改，空单元格保持原值，填 - 或 清空 则清除；文件中没有的对象不受影响。',
    '日期写成 2026-01-31（也可 2026/1/31、2026年1月31日）。单元格不得为公式。',
    '先试导入（只检查）：列出全部问题及其单元格；有任何问题则全部不导入。',
  ],
  en: [
    'Headings in Chinese or English, in any order; columns that are not known are reported. Rows that begin with # (the examples) are not imported.',
    'Id columns are text: format the column as text before filling it, or Excel changes long ids.',
    'Rows are found by their ids: cells that are filled change what is there, blank ones leave it, - (or 清空) takes it away; what the file does not name stays.',
    'Dates as 2026-01-31 (or 2026/1/31, 2026年1月31日). No cell may be a formula.',
    'Try it first (a dry run): every problem is listed with its cell; where there is one, nothing is imported.',
  ],
};

const HEADINGS: Record<Language, readonly string[]> = {
  zh: ['工作表', '列', '英文标题', '必填', '说明', '可填的值'],
  en: ['Sheet', 'Column', 'Chinese heading', 'Must be filled', 'What it is', 'Values'],
};

/** The rows of the sheet that explains all columns: general notes, then a row for each column. */
export function explanationRows(language: Language, regions: RegionNames): string[][] {
  const other = language === 'zh' ? 'en' : 'zh';
  const rows: string[][] = [...GENERAL[language].map((line) => [line]), [], [...HEADINGS[language]]];
  for (const { name, help, columns } of SHEETS) {
    rows.push([name[language], '', name[other], '', help[language], '']);
    for (const column of columns) {
      rows.push([
        name[language],
        column.heading[language],
        column.heading[other],
        requiredText(column, language),
        column.help[language],
        valuesOf(column, language, regions).join(language === 'zh' ? '、' : ', '),
      ]);
    }
  }
  return rows;
}

/** The values of a column that are for choosing, as cells write them; none where it is free. */
export function valuesOf({ kind }: ColumnSpec, language: Language, regions: RegionNames): string[] {
  if (kind.is === 'choice') return kind.choices.map((choice) => choice[language]);
  if (kind.is === 'region') return regions.list.map(({ code }) => regions.write(code, language));
  if (kind.is === 'sub-item') return SUB_ITEM_CHOICES.map((choice) => `${choice.code} ${choice[language]}`);
  return [];
}

function requiredText({ required }: ColumnSpec, language: Language): string {
  if (required === 'column') return language === 'zh' ? '是' : 'yes';
  if (required === 'heading') return language === 'zh' ? '须有此列' : 'the column';
  if (required === 'new') return language === 'zh' ? '新增时' : 'for new ones';
  return '';
}
