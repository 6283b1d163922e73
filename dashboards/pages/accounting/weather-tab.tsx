import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useCallback, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Weather } from '../../../services/api/schemas/weather.ts';
import { addMonths, dayStart } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useSession } from '../../api-client/use-session.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { weatherDays } from '../../charts/weather-days.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { useMayEdit } from '../../layout/use-may-edit.ts';
import { useRegionOptions } from '../registry/use-region-options.ts';
import { WeatherImportPanel } from './weather-import-panel.tsx';

/** Outdoor temperatures of a region by day, their sources and degree-days, and their import. */
export function WeatherTab(): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const today = useToday();
  const mayEdit = useMayEdit();
  const session = useSession().data;
  const regions = useRegionOptions();
  const [filter, narrow] = useAddressFilter(['region'] as const);
  const [chosen, setChosen] = useState<string>();
  const region = filter.region ?? session?.regionCode ?? regions[0]?.value;
  const month = chosen ?? today?.slice(0, 7);
  const first = month === undefined ? undefined : `${month}-01`;
  const weather = useOne<Weather>(
    region === undefined || first === undefined ? undefined : `/weather/${encodeURIComponent(region)}`,
    first === undefined ? {} : { from: dayStart(first), to: dayStart(addMonths(first, 1)) },
  );
  const spec = useCallback(
    (data: Weather): ChartSpec =>
      weatherDays(
        data,
        {
          date: t('common.date'),
          mean: t('weather.mean'),
          heating: t('weather.heatingDays'),
          cooling: t('weather.coolingDays'),
          source: t('weather.source'),
          sourceOf: (source) =>
            source === null
              ? t('common.none')
              : `${t(`weather.sourceKind.${source.kind}`)}${source.name === null ? '' : ` · ${source.name}`}`,
        },
        format,
      ),
    [t, format],
  );
  return (
    <>
      <div className="filters tab-filters">
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          className="wide"
          aria-label={t('weather.region')}
          data-testid="weather-region"
          value={region}
          options={regions}
          onChange={(value: string) => narrow({ region: value })}
        />
        {month !== undefined && (
          <DatePicker
            picker="month"
            allowClear={false}
            aria-label={t('weather.month')}
            value={dayjs(`${month}-01`)}
            onChange={(date: dayjs.Dayjs | null) => setChosen(date?.format('YYYY-MM'))}
          />
        )}
      </div>
      <ChartCard
        name="weather"
        title={t('weather.chart')}
        height={260}
        className="accounting-panel"
        query={weather}
        spec={spec}
        note={
          weather.data === undefined
            ? undefined
            : t('weather.hint', { heating: weather.data.heatingBaseC, cooling: weather.data.coolingBaseC })
        }
        renderLead={(data) => (
          <div className="stat-row">
            <span>{t('weather.known', { known: data.knownDays, days: data.days })}</span>
            <span>
              {t('weather.heatingDays')}
              <b>{format.number(data.heatingDegreeDays, 1)}</b>K·d
            </span>
            <span>
              {t('weather.coolingDays')}
              <b>{format.number(data.coolingDegreeDays, 1)}</b>K·d
            </span>
          </div>
        )}
      />
      {mayEdit && region !== undefined && <WeatherImportPanel key={region} region={region} />}
    </>
  );
}
