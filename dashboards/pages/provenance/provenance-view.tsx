import { Button } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Provenance } from '../../../services/api/schemas/provenance.ts';
import { formatMicro } from '../../i18n/format-micro.ts';
import { UNIT_OF_MEDIUM } from '../../i18n/unit-of-medium.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Await } from '../../layout/await.tsx';
import { EmptyState } from '../../layout/empty-state.tsx';
import { QualityShares } from '../../layout/quality-shares.tsx';
import { PartView } from './part-view.tsx';
import type { OpenedFigure } from './opened-figure.ts';
import type { ReadingBehind } from './reading-behind.ts';
import { queryOf, useProvenance } from './use-provenance.ts';
import type { FigureQuery } from './use-provenance.ts';

/** One figure and the parts that it is the sum of: meters, or what a roll-up is made up of. */
export function ProvenanceView(props: {
  query: FigureQuery;
  onOpen: (figure: OpenedFigure) => void;
  onBehind: (reading: ReadingBehind) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const provenance = useProvenance(props.query);
  return (
    <Await query={provenance} height={280}>
      {(data) => (
        <div data-testid="provenance">
          <Figure provenance={data} />
          {data.members.length > 0 && <Members provenance={data} onOpen={props.onOpen} />}
          {data.meters.length > 0 && (
            <section aria-label={t('provenance.meters')}>
              <h3 className="drawer-section">{t('provenance.meters')}</h3>
              {data.meters.map((part) => (
                <PartView
                  key={`${part.meter} ${part.start} ${part.share?.subItem ?? ''}`}
                  part={part}
                  unit={data.figure.unit}
                  isOnly={data.meters.length === 1}
                  onBehind={props.onBehind}
                />
              ))}
            </section>
          )}
          {data.meters.length === 0 && data.members.length === 0 && <EmptyState text={t('provenance.missing')} />}
          {provenance.hasMore && (
            <Button size="small" loading={provenance.isLoadingMore} onClick={provenance.loadMore}>
              {t('provenance.more')}
            </Button>
          )}
        </div>
      )}
    </Await>
  );
}

function Figure({ provenance }: { provenance: Provenance }): JSX.Element {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { figure, agrees, nowMicro } = provenance;
  const usageUnit = UNIT_OF_MEDIUM[figure.medium];
  return (
    <div className="provenance-figure">
      <p className="provenance-amount" data-testid="provenance-amount">
        {figure.micro === null ? (
          <span className="missing">{t('common.missing')}</span>
        ) : (
          <b>{formatMicro(i18n.language, figure.micro, figure.unit)}</b>
        )}{' '}
        <span className="faint">
          {figure.ownerName} · {format.dateTime(figure.start)} – {format.dateTime(figure.end)}
        </span>
      </p>
      {figure.quality !== null && <QualityShares quality={figure.quality} />}
      {figure.factor !== null && (
        <p>
          {t('provenance.factor', {
            usage: formatMicro(i18n.language, figure.factor.usageMicro, usageUnit ?? ''),
            factor: format.entered(figure.factor.factor),
            set: figure.factor.coefficients,
          })}
        </p>
      )}
      {figure.micro !== null &&
        (agrees ? (
          <p className="good-text">✓ {t('provenance.agrees')}</p>
        ) : (
          <p className="warning-text" role="alert">
            {t('provenance.differs', {
              now: nowMicro === null ? t('common.missing') : formatMicro(i18n.language, nowMicro, figure.unit),
            })}
          </p>
        ))}
    </div>
  );
}

function Members(props: { provenance: Provenance; onOpen: (figure: OpenedFigure) => void }): JSX.Element {
  const { t, i18n } = useTranslation();
  const { members, figure } = props.provenance;
  return (
    <section aria-label={t('provenance.members')}>
      <h3 className="drawer-section">{t('provenance.members')}</h3>
      <ul className="provenance-members">
        {members.map(({ id, name, micro, link }) => (
          <li key={id}>
            <button
              type="button"
              className="link-button"
              data-testid="provenance-member"
              onClick={() => props.onOpen({ name, query: queryOf(link) })}
            >
              {name}
            </button>
            <span className={micro === null ? 'missing' : ''}>
              {micro === null ? t('common.missing') : formatMicro(i18n.language, micro, figure.unit)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
