import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Balance } from '../../../services/api/schemas/balance.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { addDays, dayStart, localDateOf } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useOne } from '../../api-client/use-one.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { INK, MEDIUM_COLOURS } from '../../charts/palette.ts';
import { stackedBars } from '../../charts/stacked-bars.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { QualityShares } from '../../layout/quality-shares.tsx';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';

const DAYS = 30;

/** A main meter against the meters below it over thirty days; nothing where there are none below. */
export function BalanceCard({ meter }: { meter: Meter }): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const today = useToday();
  const balance = useOne<Balance>(
    today === undefined ? undefined : `/meters/${encodeURIComponent(meter.id)}/balance`,
    today === undefined ? {} : { from: dayStart(addDays(today, -DAYS)), to: dayStart(today), step: '1d' },
  );
  const spec = useCallback(
    ({ items, unit }: Balance): ChartSpec =>
      stackedBars(
        items.map(({ start }) => localDateOf(start)),
        [
          {
            name: t('balance.subMeters'),
            colour: MEDIUM_COLOURS[meter.medium] ?? '',
            values: items.map(({ subMeters }) => subMeters),
          },
          { name: t('balance.unmetered'), colour: INK.previous, values: items.map(({ unmetered }) => unmetered) },
        ],
        unitSign(unit),
        { period: t('common.date') },
        undefined,
        format,
      ),
    [t, format, meter.medium],
  );
  const { data } = balance;
  if (data === undefined || (data.subMeters.length === 0 && data.others === null)) return null;
  return (
    <>
      <ChartCard
        name="meter-balance"
        title={t('balance.meterTitle')}
        className="span-7 wide-on-tablet"
        height={240}
        query={balance}
        spec={spec}
        note={t('balance.hint')}
        renderLead={(found) => <Lead balance={found} />}
      />
      <SubMeters balance={data} />
    </>
  );
}

function Lead({ balance: { total, unit } }: { balance: Balance }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const isOver = total.unmetered !== null && total.unmetered < 0;
  return (
    <div className="stat-row" data-testid="balance-total">
      <span>
        {t('balance.main')}
        <b>{format.exact(total.main, unit)}</b>
      </span>
      <span>
        {t('balance.subMeters')}
        <b>{format.exact(total.subMeters, unit)}</b>
      </span>
      <span>
        {t('balance.unmetered')}
        <b className={isOver ? 'unmetered-over' : ''}>{format.exact(total.unmetered, unit)}</b>
        {format.percent(total.unmeteredShare)}
      </span>
      <span>{t('balance.coverageOf', { share: format.percent(total.coverage) })}</span>
    </div>
  );
}

function SubMeters({ balance }: { balance: Balance }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { subMeters, others, unit, total } = balance;
  const shareOf = (value: number | null): string =>
    value === null || total.main === null || total.main === 0 ? t('common.none') : format.percent(value / total.main);
  return (
    <Panel
      title={`${t('balance.subMeter')} · ${labels.of('mediumLong', balance.medium)}`}
      className="span-5 wide-on-tablet"
      flush
    >
      <ScrollRegion label={t('balance.subMeter')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('balance.meter')}</th>
              <th scope="col" className="number">
                {t('balance.value')}
              </th>
              <th scope="col" className="number">
                {t('common.share')}
              </th>
              <th scope="col">{t('balance.quality')}</th>
            </tr>
          </thead>
          <tbody>
            {subMeters.map(({ id, name, value, quality }) => (
              <tr key={id}>
                <th scope="row">
                  <Link to={`/meters/${encodeURIComponent(id)}`}>{name === '' ? id : name}</Link>
                </th>
                <td className={value === null ? 'number missing' : 'number'}>{format.exact(value, unit)}</td>
                <td className="number">{shareOf(value)}</td>
                <td>
                  <QualityShares quality={quality} />
                </td>
              </tr>
            ))}
            {others !== null && (
              <tr>
                <th scope="row">{t('balance.others', { count: others.meters })}</th>
                <td className={others.value === null ? 'number missing' : 'number'}>
                  {format.exact(others.value, unit)}
                </td>
                <td className="number">{shareOf(others.value)}</td>
                <td>
                  <QualityShares quality={others.quality} />
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
