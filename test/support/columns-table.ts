import { SHEETS } from '../../services/exchange/sheets/all-sheets.ts';
import type { CellKind, ColumnSpec, SheetSpec } from '../../services/exchange/sheets/column-spec.ts';

/** The tables of docs/registry-import.md: each sheet with its columns, as the code has them. */
export function columnsTable(): string {
  return SHEETS.map(tableOf).join('\n\n');
}

function tableOf({ id, name, columns }: SheetSpec): string {
  return [
    `### ${name.zh} · ${name.en} (\`${id}\`)`,
    '',
    '| 列 | column | key | needed | holds |',
    '|---|---|---|---|---|',
    ...columns.map(
      (column) =>
        `| ${column.heading.zh} | ${column.heading.en} | \`${column.key}\` | ${neededText(column)} | ${kindText(column.kind)} |`,
    ),
  ].join('\n');
}

function neededText({ required }: ColumnSpec): string {
  if (required === 'column') return 'always';
  if (required === 'heading') return 'the column';
  return required === 'new' ? 'for new ones' : '';
}

function kindText(kind: CellKind): string {
  switch (kind.is) {
    case 'id':
      return 'id';
    case 'code':
      return `text, at most ${kind.maxLength}; never a rounded number`;
    case 'text':
      return `text, at most ${kind.maxLength}`;
    case 'number':
      return [kind.integer === true ? 'whole number' : 'number', ...rangeOf(kind)].join(', ');
    case 'date':
      return 'date';
    case 'region':
      return 'code or name of a region';
    case 'choice':
      return kind.choices.map(({ code, zh }) => `${zh} \`${code}\``).join(', ');
    default:
      return 'electricity: code or name of a sub-item; others: text, at most 16';
  }
}

function rangeOf({ above, from, to, percent }: Extract<CellKind, { is: 'number' }>): string[] {
  return [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(percent === true ? ['or a percentage'] : []),
  ];
}
