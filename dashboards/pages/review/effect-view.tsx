import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Decision, Effect } from '../../../services/api/schemas/decision.ts';
import { localDateOf } from '../../api-client/local-date.ts';
import { useOne } from '../../api-client/use-one.ts';
import { beforeAfter } from '../../charts/before-after.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { MEDIUM_COLOURS } from '../../charts/palette.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { Panel } from '../../layout/panel.tsx';
import { AmountChange } from './amount-change.tsx';
import { EffectTables } from './effect-tables.tsx';

/** What the approval of a correction would change, or its reversal: days, months, institutions, quotas, alerts, reports. */
export function EffectView({ decision }: { decision: Decision }): JSX.Element {
  const { t } = useTranslation();
  const effect = useOne<Effect>(`/decisions/${encodeURIComponent(decision.id)}/effect`);
  const title = t(decision.state === 'approved' ? 'effect.titleReversal' : 'effect.title');
  return (
    <>
      <Panel title={title} className="span-12">
        <p className="form-hint">{t('effect.hint')}</p>
        <Await query={effect} height={120}>
          {(data) => <Sum effect={data} />}
        </Await>
      </Panel>
      {effect.data !== undefined && effect.data.days.length > 0 && <DaysCard effect={effect.data} />}
      {effect.data !== undefined && <EffectTables effect={effect.data} />}
    </>
  );
}

function Sum({ effect }: { effect: Effect }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  if (effect.days.length === 0) {
    return <EmptyState text={t('effect.nothing')} hint={t('effect.nothingHint')} height={80} />;
  }
  return (
    <div className="stat-row" data-testid="effect-total">
      <span>
        {t('effect.total')}
        <b>
          {t('effect.becomes', {
            before: format.exact(effect.total.before, effect.unit, 2),
            after: format.exact(effect.total.after, effect.unit, 2),
          })}
        </b>
        <AmountChange before={effect.total.before} after={effect.total.after} unit={effect.unit} />
      </span>
      <span>{t('effect.daysChanged', { count: effect.days.length })}</span>
      {effect.beyond > 0 && <span>{t('effect.beyond', { count: effect.beyond })}</span>}
    </div>
  );
}

function DaysCard({ effect }: { effect: Effect }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const spec = useCallback(
    ({ days, unit, medium }: Effect): ChartSpec =>
      beforeAfter(
        days.map(({ start, before, after, qualityBefore, qualityAfter }) => ({
          label: localDateOf(start),
          before,
          after,
          notes: [
            qualityBefore === qualityAfter
              ? labels.of('quality', qualityAfter)
              : t('effect.becomes', {
                  before: labels.of('quality', qualityBefore),
                  after: labels.of('quality', qualityAfter),
                }),
          ],
        })),
        { unit, colour: MEDIUM_COLOURS[medium] ?? '' },
        {
          period: t('effect.day'),
          before: t('effect.before'),
          after: t('effect.after'),
          difference: t('effect.difference'),
          notes: [t('effect.quality')],
        },
        format,
      ),
    [t, format, labels],
  );
  return (
    <ChartCard
      name="effect-days"
      title={t('effect.days')}
      className="span-12"
      height={240}
      query={{ data: effect, error: null, refetch: () => undefined }}
      spec={spec}
    />
  );
}
