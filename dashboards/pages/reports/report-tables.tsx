import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import { DataTable } from '../../charts/data-table.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Panel } from '../../layout/panel.tsx';
import { reportTables } from './report-table-data.ts';

/** A report's figures, table by table, in the order of the form. */
export function ReportTables(props: { figures: ReportFigures }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { coefficients } = props.figures;
  return (
    <>
      {reportTables(props.figures, t, format, labels).map(({ title, table, span }) => (
        <Panel key={title} title={title} className={`span-${span} wide-on-tablet`} flush>
          <DataTable title={title} table={table} maxHeight={480} />
        </Panel>
      ))}
      <p className="faint span-12">
        {t('reports.coefficientSource', { source: coefficients.source, id: coefficients.id })}
      </p>
    </>
  );
}
