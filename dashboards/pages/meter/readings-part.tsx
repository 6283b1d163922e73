import { Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { wallTimeOf } from '../../api-client/local-date.ts';
import { useReadings } from '../../api-client/use-meters.ts';
import type { MeterReading } from '../../api-client/use-meters.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { MEDIUM_COLOURS } from '../../charts/palette.ts';
import { timeLine } from '../../charts/time-line.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { ReadingsTable } from './readings-table.tsx';

const HOUR_MS = 3_600_000;
const SPANS = { last6h: 6, last24h: 24, last7d: 168 } as const;

/** A meter's register (or temperature) as it was read up to its newest reading, and the newest readings. */
export function ReadingsPart({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const [span, setSpan] = useState<keyof typeof SPANS>('last24h');
  const metric = meter.latest?.metric ?? 'total';
  // To the whole minute, so that a reading every few seconds does not ask for all of them each time.
  const newestMs = meter.latest === null ? undefined : Math.floor(Date.parse(meter.latest.ts) / 60_000 + 1) * 60_000;
  const range = useMemo(
    () =>
      newestMs === undefined
        ? undefined
        : {
            from: `${wallTimeOf(newestMs - SPANS[span] * HOUR_MS)}+08:00`,
            to: `${wallTimeOf(newestMs)}+08:00`,
          },
    [newestMs, span],
  );
  const readings = useReadings(meter.id, range);
  // Without any reading there is nothing to wait for.
  const query = meter.latest === null ? { data: [], error: null, refetch: () => undefined } : readings;
  const temperature = meter.medium === 'temperature';

  const spec = useCallback(
    (items: MeterReading[]): ChartSpec =>
      timeLine(
        items.flatMap(({ ts, [metric]: value }): [string, number][] =>
          typeof value === 'number' ? [[ts, value]] : [],
        ),
        {
          name: t(temperature ? 'meter.temperature' : 'meter.register'),
          unit: unitSign(meter.unit),
          colour: MEDIUM_COLOURS[meter.medium] ?? '',
        },
        { time: t('common.time'), limit: t('chart.limit') },
        format,
      ),
    [t, format, meter.unit, meter.medium, metric, temperature],
  );

  return (
    <>
      <ChartCard
        name="meter-register"
        title={t(temperature ? 'meter.temperature' : 'meter.register')}
        className="span-12"
        height={240}
        query={query}
        spec={spec}
        extra={
          <Segmented
            size="small"
            aria-label={t('common.time')}
            value={span}
            onChange={setSpan}
            options={(['last6h', 'last24h', 'last7d'] as const).map((value) => ({ value, label: t(`meter.${value}`) }))}
          />
        }
      />
      <ReadingsTable query={query} meter={meter} />
    </>
  );
}
