import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { CostCheck, MeterCostAnswer } from '../../../services/api/schemas/cost.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import { dayStart } from '../../api-client/local-date.ts';
import { useToday } from '../../api-client/use-health.ts';
import { useOne } from '../../api-client/use-one.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { CostCards } from '../cost/cost-cards.tsx';
import { yearRange } from '../cost/cost-of.ts';
import { YearPicker } from '../cost/year-picker.tsx';

/** What a meter's usage costs by month, and the check against its own registers by tariff. */
export function CostTab({ meter }: { meter: Meter }): JSX.Element {
  const today = useToday();
  const thisYear = today === undefined ? undefined : Number(today.slice(0, 4));
  const [chosen, setChosen] = useState<number>();
  const year = chosen ?? thisYear;
  const path = `/meters/${encodeURIComponent(meter.id)}/cost`;
  const cost = useOne<MeterCostAnswer>(
    year === undefined ? undefined : path,
    year === undefined ? {} : yearRange(year),
  );
  return (
    <>
      <CostCards
        name="meter-cost"
        year={year ?? 0}
        query={cost}
        extra={
          year !== undefined &&
          thisYear !== undefined && <YearPicker year={year} thisYear={thisYear} onChange={setChosen} />
        }
      />
      {meter.medium === 'electricity' && year !== undefined && today !== undefined && (
        <CheckPanel id={meter.id} from={`${year}-01-01`} to={year === thisYear ? today : `${year + 1}-01-01`} />
      )}
    </>
  );
}

function CheckPanel(props: { id: string; from: string; to: string }): JSX.Element {
  const { t } = useTranslation();
  const check = useOne<CostCheck>(
    props.from === props.to ? undefined : `/meters/${encodeURIComponent(props.id)}/cost-check`,
    { from: dayStart(props.from), to: dayStart(props.to) },
  );
  return (
    <Panel title={t('cost.check')} className="span-12" flush>
      <p className="panel-note">{t('cost.checkHint')}</p>
      <Await query={check} height={120}>
        {(data) => <Check check={data} />}
      </Await>
    </Panel>
  );
}

/** What is not judged is neither good nor critical. */
const VERDICT_COLOUR: Partial<Record<CostCheck['verdict'], string>> = {
  agrees: 'good-text',
  deviates: 'critical-text',
  incomplete: 'faint',
};

function Check({ check }: { check: CostCheck }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const verdict = t(`cost.verdict.${check.verdict}`, { limit: format.percent(check.limit) });
  if (check.verdict === 'no-registers' || check.verdict === 'no-time-of-use') {
    return <EmptyState text={verdict} height={72} />;
  }
  return (
    <>
      <p className="panel-note" data-testid="cost-check">
        <b className={VERDICT_COLOUR[check.verdict]}>{verdict}</b>
      </p>
      <ScrollRegion label={t('cost.check')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('cost.checkRegister')}</th>
              <th scope="col" className="number">
                {t('cost.checkRegisterValue')}
              </th>
              <th scope="col" className="number">
                {t('cost.checkIntervalValue')}
              </th>
              <th scope="col" className="number">
                {t('cost.checkDeviation')}
              </th>
            </tr>
          </thead>
          <tbody>
            {check.items.map(({ register, registerValue, intervalValue, deviation, exceeds }) => (
              <tr key={register}>
                <th scope="row">{labels.of('metric', register)}</th>
                <td className="number">{format.exact(registerValue, check.unit, 2)}</td>
                <td className="number">{format.exact(intervalValue, check.unit, 2)}</td>
                <td className={exceeds ? 'number critical-text' : 'number'}>
                  {deviation === null ? t('common.none') : format.percent(deviation, 2)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}
