import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { rateUnit } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FactList } from '../../layout/fact-list.tsx';

/** What a meter is, as it is registered. */
export function MeterFacts({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (
    <section className="panel span-12" aria-label={t('meter.facts')}>
      <FactList
        facts={[
          [t('meter.id'), meter.id],
          [t('meter.medium'), labels.of('mediumLong', meter.medium)],
          [t('meter.subItem'), meter.subItem === null ? null : labels.subItem(meter.subItem)],
          [t('meter.measures'), meter.measures === null ? null : labels.of('measures', meter.measures)],
          [t('meter.zone'), meter.zoneKind === null ? null : labels.of('zoneKind', meter.zoneKind)],
          [t('meter.collector'), meter.collectorId],
          [
            t('meter.parent'),
            meter.parentId === null ? null : (
              <Link key="parent" to={`/meters/${encodeURIComponent(meter.parentId)}`}>
                {meter.parentId}
              </Link>
            ),
          ],
          [t('meter.multiplier'), meter.medium === 'temperature' ? null : format.number(meter.multiplier)],
          [
            t('meter.modulus'),
            meter.registerModulus === null ? null : format.exact(meter.registerModulus, meter.registerUnit),
          ],
          [
            t('meter.ratedMaximum'),
            meter.ratedMaximum === null ? null : `${format.number(meter.ratedMaximum)} ${rateUnit(meter.registerUnit)}`,
          ],
          [t('meter.interval'), t('meter.seconds', { count: meter.expectedIntervalS })],
        ]}
      />
    </section>
  );
}
