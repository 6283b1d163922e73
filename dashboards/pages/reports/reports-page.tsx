import { Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { ReportItem } from '../../../services/api/schemas/report.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useReports } from '../../api-client/use-reports.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { Panel } from '../../layout/panel.tsx';
import { ReportTable } from './report-table.tsx';
import './reports.css';

const KINDS = ['city', 'district', 'institution'] as const;
const YEARS_BACK = 5;

/** The annual reports of a year: city, districts, institutions, with their files. */
export function ReportsPage(): JSX.Element {
  const { t } = useTranslation();
  const today = useToday();
  const [search, setSearch] = useSearchParams();
  const thisYear = today === undefined ? undefined : Number(today.slice(0, 4));
  // The report that is due is last year's.
  const asked = Number(search.get('year'));
  const year = Number.isInteger(asked) && asked > 0 ? asked : thisYear === undefined ? undefined : thisYear - 1;
  const reports = useReports(year);

  return (
    <div data-testid="page-reports">
      <PageHead
        title={t('reports.title')}
        subtitle={t('reports.subtitle')}
        extra={
          thisYear !== undefined && (
            <Select
              aria-label={t('common.year')}
              data-testid="report-year"
              value={year}
              onChange={(value: number) => setSearch({ year: String(value) })}
              options={Array.from({ length: YEARS_BACK }, (_, index) => thisYear - index).map((value) => ({
                value,
                label: t('common.yearOnly', { year: value }),
              }))}
            />
          )
        }
      />
      <Await query={reports} height={400}>
        {(items) =>
          items.length === 0 ? (
            <section className="panel">
              <EmptyState text={t('reports.empty')} hint={t('reports.emptyHint')} height={260} />
            </section>
          ) : (
            <>
              {KINDS.map((kind) => (
                <KindPanel key={kind} kind={kind} items={items.filter((item) => item.kind === kind)} />
              ))}
            </>
          )
        }
      </Await>
    </div>
  );
}

function KindPanel(props: { kind: (typeof KINDS)[number]; items: ReportItem[] }): JSX.Element | null {
  const { t } = useTranslation();
  if (props.items.length === 0) return null;
  return (
    <Panel
      title={t(`reports.${props.kind}`)}
      className="report-panel"
      flush
      extra={<span className="faint">{t('common.itemsTotal', { total: props.items.length })}</span>}
    >
      <ReportTable items={props.items} />
    </Panel>
  );
}
