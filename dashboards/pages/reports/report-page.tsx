import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import type { Report } from '../../../services/api/schemas/report.ts';
import { useReport } from '../../api-client/use-reports.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Await } from '../../layout/await.tsx';
import { PageHead } from '../../layout/page-head.tsx';
import { ReportDownloads } from './report-downloads.tsx';
import { ReportMonthsCard } from './report-months-card.tsx';
import { ReportTables } from './report-tables.tsx';
import './reports.css';

/** The figures of one annual report as tables. */
export function ReportPage(): JSX.Element {
  const { year = '', owner = '' } = useParams();
  const report = useReport(Number(year), owner);
  return (
    <div data-testid="page-report">
      <Await query={report} height={480}>
        {(data) => <ReportView report={data} />}
      </Await>
    </div>
  );
}

function ReportView({ report }: { report: Report }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <PageHead
        title={`${report.ownerName} · ${t('common.yearOnly', { year: report.year })}`}
        subtitle={
          <>
            <Link to={`/reports?year=${report.year}`}>{t('reports.back')}</Link> · {t(`reports.${report.state}`)} ·{' '}
            {t('reports.dueBefore')} {t('reports.before', { date: report.dueBefore })} · {t('reports.madeAt')}{' '}
            {format.dateTime(report.madeAt)}
          </>
        }
        extra={<ReportDownloads year={report.year} owner={report.owner} name={report.ownerName} />}
      />
      <div className="grid">
        <ReportMonthsCard figures={report.figures} />
        <ReportTables figures={report.figures} />
      </div>
      <p className="faint">
        {t('reports.digest')} <span className="digest">{report.digest}</span>
      </p>
    </>
  );
}
