import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { InstitutionUsageItem } from '../../../services/api/schemas/usage.ts';
import { addDays, dayStart } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { DataTable } from '../../charts/data-table.tsx';
import { Panel } from '../../layout/panel.tsx';
import { yearRange } from '../cost/cost-of.ts';
import { byMonth } from '../cost/cost-of.ts';
import { ProvenanceDrawer } from '../provenance/provenance-drawer.tsx';
import type { OpenedFigure } from '../provenance/opened-figure.ts';

/** What housing beside an institution used in a year, metered apart (Art. 12); nothing where there is none. */
export function HousingPanel(props: { id: string; year: number }): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [opened, setOpened] = useState<OpenedFigure>();
  const today = useToday();
  const { id, year } = props;
  const usage = useOne<{ items: InstitutionUsageItem[] }>(`/institutions/${encodeURIComponent(id)}/usage`, {
    ...yearRange(year),
    premises: 'housing',
  });
  const items = usage.data?.items.filter(({ value }) => value !== null) ?? [];
  if (items.length === 0) return null;
  const media = [...new Map(items.map(({ medium, unit }) => [medium, unit]))];
  const table = {
    columns: [
      t('common.medium'),
      ...Array.from({ length: 12 }, (_, index) => t('common.month', { month: index + 1 })),
      t('common.total'),
    ],
    labels: 1,
    rows: media.map(([medium, unit]) => {
      const months = byMonth(
        items.filter((item) => item.medium === medium),
        ({ value }) => value,
      );
      return [
        `${labels.of('mediumLong', medium)} (${unitSign(unit)})`,
        ...months.map((month) => (month === null ? t('common.none') : format.number(month))),
        months.reduce<number>((sum, month) => sum + (month ?? 0), 0),
      ];
    }),
  };
  const range = yearRange(year);
  // What has not come yet is no part of the figure.
  const tomorrow = today === undefined ? range.to : dayStart(addDays(today, 1));
  const to = Date.parse(tomorrow) < Date.parse(range.to) ? tomorrow : range.to;
  return (
    <Panel title={t('housing.title')} className="span-12" flush>
      <p className="panel-note" data-testid="housing">
        {t('housing.hint')}
      </p>
      <DataTable
        title={t('housing.title')}
        table={table}
        pickLabel={(row) => t('provenance.open', { what: row })}
        onPick={(index) => {
          const medium = media[index]?.[0];
          if (medium === undefined) return;
          setOpened({
            name: `${t('housing.title')} · ${labels.of('mediumLong', medium)} ${year}`,
            query: { institution: id, medium, housing: 'true', from: range.from, to },
          });
        }}
      />
      <ProvenanceDrawer figure={opened} onClose={() => setOpened(undefined)} />
    </Panel>
  );
}
