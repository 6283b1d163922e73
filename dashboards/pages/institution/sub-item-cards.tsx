import { useCallback, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { InstitutionUsageItem } from '../../../services/api/schemas/usage.ts';
import { addDays, dayStart, localDateOf } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { useInstitutionUsage } from '../../api-client/use-institution-usage.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { subItemColour } from '../../charts/palette.ts';
import { shareDonut } from '../../charts/share-donut.ts';
import { stackedBars } from '../../charts/stacked-bars.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { ProvenanceDrawer } from '../provenance/provenance-drawer.tsx';
import type { OpenedFigure } from '../provenance/opened-figure.ts';

const DAYS = 30;
const query = (date: LocalDate) => ({ last: date, days: DAYS, step: '1d', medium: 'electricity' }) as const;

/** Electricity of thirty days by sub-item, a stacked bar a day. */
export function SubItemDaysCard(props: { id: string; date: LocalDate; today: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { date } = props;
  const running = date === props.today;
  const [opened, setOpened] = useState<OpenedFigure>();
  const usage = useInstitutionUsage(props.id, query(date));
  const spec = useCallback(
    (items: InstitutionUsageItem[]): ChartSpec => {
      const dates = Array.from({ length: DAYS }, (_, index) => addDays(date, index + 1 - DAYS));
      const values = new Map(items.map(({ subItem, start, value }) => [`${subItem}/${localDateOf(start)}`, value]));
      return stackedBars(
        dates,
        codesOf(items).map((code) => ({
          name: labels.subItem(code),
          colour: subItemColour(code),
          values: dates.map((one) => values.get(`${code}/${one}`) ?? null),
        })),
        'kWh',
        { period: t('common.date') },
        running ? DAYS - 1 : undefined,
        format,
      );
    },
    [t, format, labels, date, running],
  );
  const open = useCallback(
    (index: number): void => {
      if (index < 0 || index >= DAYS) return;
      const day = addDays(date, index + 1 - DAYS);
      setOpened({
        name: `${labels.of('mediumLong', 'electricity')} ${day}`,
        query: {
          institution: props.id,
          medium: 'electricity',
          from: dayStart(day),
          to: dayStart(addDays(day, 1)),
        },
      });
    },
    [date, labels, props.id],
  );
  return (
    <>
      <ChartCard
        name="sub-items"
        title={t('institution.subItems')}
        className="span-8"
        height={300}
        query={usage}
        spec={spec}
        onPick={open}
        pickLabel={(row) => t('provenance.open', { what: row })}
        note={
          running
            ? t('common.sentences', { first: t('provenance.pickHint'), second: t('chart.runningDay') })
            : t('provenance.pickHint')
        }
      />
      <ProvenanceDrawer figure={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

/** The share of each sub-item in the electricity of thirty days. */
export function SubItemShareCard(props: { id: string; date: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const usage = useInstitutionUsage(props.id, query(props.date));
  const spec = useCallback(
    (items: InstitutionUsageItem[]): ChartSpec =>
      shareDonut(
        codesOf(items)
          .map((code) => ({
            name: labels.subItem(code),
            colour: subItemColour(code),
            value: items.reduce((sum, { subItem, value }) => sum + (subItem === code ? (value ?? 0) : 0), 0),
          }))
          .filter(({ value }) => value > 0),
        { name: t('institution.subItem'), unit: 'kWh', share: t('common.share'), total: t('common.total') },
        format,
      ),
    [t, format, labels],
  );
  return (
    <ChartCard
      name="sub-item-share"
      title={t('institution.subItemShare')}
      className="span-4"
      height={300}
      query={usage}
      spec={spec}
    />
  );
}

// By code, what no sub-meter covers last.
function codesOf(items: InstitutionUsageItem[]): (string | null)[] {
  const codes = new Set(items.filter(({ value }) => value !== null).map(({ subItem }) => subItem));
  const named = [...codes].filter((code) => code !== null).sort();
  return codes.has(null) ? [...named, null] : named;
}
