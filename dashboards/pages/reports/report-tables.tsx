import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ReportFigures } from '../../../services/api/schemas/report.ts';
import { DataTable } from '../../charts/data-table.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Panel } from '../../layout/panel.tsx';
import { ProvenanceDrawer } from '../provenance/provenance-drawer.tsx';
import type { OpenedFigure } from '../provenance/opened-figure.ts';
import type { FigureQuery } from '../provenance/use-provenance.ts';
import { reportTables } from './report-table-data.ts';

/** A report's figures, table by table, in the order of the form. */
export function ReportTables(props: { figures: ReportFigures }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [opened, setOpened] = useState<OpenedFigure>();
  const { coefficients, year, owner } = props.figures;
  const open = (name: string, figure: FigureQuery): void =>
    setOpened({ name: `${owner.name} ${year} · ${name}`, query: { report: `${year}/${owner.id}`, ...figure } });
  return (
    <>
      {reportTables(props.figures, t, format, labels).map(({ title, table, span, figureAt }) => (
        <Panel key={title} title={title} className={`span-${span} wide-on-tablet`} flush>
          <DataTable
            title={title}
            table={table}
            maxHeight={480}
            openLabel={(row, column) => t('provenance.open', { what: `${row} ${column}` })}
            openerOf={(row, column) => {
              const figure = figureAt?.(row, column);
              if (figure === undefined) return undefined;
              return () => open(`${String(table.rows[row]?.[0])} ${table.columns[column] ?? ''}`, figure);
            }}
          />
        </Panel>
      ))}
      <p className="faint span-12">
        {t('reports.openHint')}
        <br />
        {t('reports.coefficientSource', { source: coefficients.source, id: coefficients.id })}
      </p>
      <ProvenanceDrawer figure={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
