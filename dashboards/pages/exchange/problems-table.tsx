import { Button, Select, Table } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImportProblem } from '../../../services/api/schemas/registry-exchange.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { downloadText } from '../../layout/download-text.ts';
import { rowProps } from '../../layout/row-props.ts';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { csvText } from './csv-text.ts';

/** Everything that is wrong with a file, at its cells, by sheet where one is chosen; to be taken away as CSV. */
export function ProblemsTable(props: { problems: ImportProblem[]; count: number; fileName: string }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const [sheet, setSheet] = useState<string>();
  const { problems, count } = props;
  const none = t('common.none');
  const bySheet = new Map<string, number>();
  for (const problem of problems) {
    const name = problem.sheet ?? '';
    bySheet.set(name, (bySheet.get(name) ?? 0) + 1);
  }
  const shown = problems
    .map((problem, index) => ({ ...problem, key: index }))
    .filter((problem) => sheet === undefined || (problem.sheet ?? '') === sheet);
  const titles = [
    t('exchange.sheet'),
    t('exchange.row'),
    t('exchange.column'),
    t('exchange.cell'),
    t('exchange.reason'),
  ];
  const save = (): void =>
    downloadText(
      `${props.fileName.replace(/\.\w+$/, '')}-${t('exchange.problemsFile')}.csv`,
      csvText([titles, ...shown.map((one) => [one.sheet, one.row, one.column, one.cell, one.message])]),
    );
  return (
    <section aria-label={t('exchange.problems')} className="import-part">
      <div className="filters">
        <h3>{t('exchange.problems')}</h3>
        <Select
          allowClear
          aria-label={t('exchange.sheet')}
          placeholder={t('exchange.allSheets')}
          data-testid="problem-sheet"
          value={sheet}
          options={[...bySheet].map(([name, items]) => ({
            value: name,
            label: `${name === '' ? t('exchange.wholeFile') : name} (${format.number(items, 0)})`,
          }))}
          onChange={setSheet}
        />
        <Button data-testid="problems-csv" onClick={save}>
          {t('exchange.problemsCsv')}
        </Button>
        {count > problems.length && (
          <span className="faint">
            {t('exchange.problemsShown', { shown: format.number(problems.length, 0), count: format.number(count, 0) })}
          </span>
        )}
      </div>
      <ScrollRegion label={t('exchange.problems')}>
        <Table<(typeof shown)[number]>
          size="small"
          rowKey="key"
          dataSource={shown}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          onRow={() => rowProps('problem-row')}
          columns={[
            { title: titles[0], key: 'sheet', render: (_, one) => one.sheet ?? t('exchange.wholeFile') },
            { title: titles[1], key: 'row', align: 'right', render: (_, one) => one.row ?? none },
            { title: titles[2], key: 'column', render: (_, one) => one.column ?? none },
            { title: titles[3], key: 'cell', render: (_, one) => <span className="code">{one.cell ?? none}</span> },
            {
              title: titles[4],
              key: 'message',
              render: (_, one) => <span className="problem-message">{one.message}</span>,
            },
          ]}
        />
      </ScrollRegion>
    </section>
  );
}
