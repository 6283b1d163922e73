import { Alert } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { incompleteReason, pricedShare, sumYuan } from './cost-of.ts';
import type { CostItem, YearCost } from './cost-of.ts';

/** What is priced but for this little is said to be all. */
const WHOLE = 0.9995;

/** What a year's cost comes down to, by what prices and factors, and what it leaves out. */
export function CostLead(props: { cost: YearCost; nowMs: number }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const { totals, assumedYears, items } = props.cost;
  const money = sumYuan(totals.map(({ cost }) => cost));
  const fixed = sumYuan(totals.map((total) => total.fixed));
  const known = (values: (number | null)[]): number | null =>
    values.every((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const tariffs = [...new Set(totals.flatMap((total) => total.tariffs.map(({ id }) => id)))];
  const sets = [...new Set(totals.flatMap(({ coefficientSets }) => coefficientSets))];
  const priced = pricedShare(items, props.nowMs);
  const reason = priced === undefined || priced >= WHOLE ? undefined : incompleteReason(items, props.nowMs);
  return (
    <>
      <div className="stat-row" data-testid="cost-total">
        <span>
          {t('cost.total')}
          <b>{money === null ? t('common.missing') : format.exact(Number(money), t('cost.yuan'), 2)}</b>
          {fixed !== null && t('cost.fixed', { amount: format.number(Number(fixed), 2) })}
        </span>
        {totals.map((total) => (
          <span key={total.medium}>
            {labels.of('mediumLong', total.medium)}
            <b>{total.cost === null ? t('common.missing') : format.exact(Number(total.cost), t('cost.yuan'), 2)}</b>
            <Coverage
              items={items.filter(({ medium }) => medium === undefined || medium === total.medium)}
              nowMs={props.nowMs}
            />
          </span>
        ))}
        <span>
          {t('cost.kgce')}
          <b>{format.exact(known(totals.map(({ kgce }) => kgce)), 'kgce', 1)}</b>
        </span>
        <span>
          {t('cost.co2')}
          <b>{format.exact(known(totals.map(({ co2Kg }) => co2Kg)), 'kg', 1)}</b>
        </span>
      </div>
      {reason !== undefined && (
        <Alert
          type="warning"
          showIcon
          className="cost-alert"
          title={t('cost.incomplete', { reason: labels.of('costReason', reason) })}
        />
      )}
      {assumedYears.length > 0 && <p className="chart-note">{t('cost.assumed', { years: assumedYears.join(', ') })}</p>}
      {(tariffs.length > 0 || sets.length > 0) && (
        <p className="chart-note">
          {[
            tariffs.length === 0 ? '' : t('cost.tariffs', { names: tariffs.join(', ') }),
            sets.length === 0 ? '' : t('cost.sets', { names: sets.join(', ') }),
          ]
            .filter((text) => text !== '')
            .join(' · ')}
        </p>
      )}
    </>
  );
}

function Coverage(props: { items: CostItem[]; nowMs: number }): JSX.Element | null {
  const { t } = useTranslation();
  const format = useFormat();
  const share = pricedShare(props.items, props.nowMs);
  return share === undefined || share >= WHOLE ? null : <>{t('cost.coverage', { share: format.percent(share) })}</>;
}
