import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Meter } from '../../../services/api/schemas/meter.ts';
import { rateUnit, unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FactList } from '../../layout/fact-list.tsx';

/** What the registry says of a meter, what is not known included: it may have to be entered. */
export function RegistryMeterFacts({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const none = t('common.none');
  const isTemperature = meter.medium === 'temperature';
  const named = (group: 'wireFormat' | 'measures' | 'zoneKind', code: string | null): string =>
    code === null ? none : labels.of(group, code);
  const register = meter.primaryRegister;
  return (
    <FactList
      facts={[
        [t('common.medium'), labels.of('mediumLong', meter.medium)],
        [
          t('meter.collector'),
          <span key="collector" className="code">
            {meter.collectorId}
          </span>,
        ],
        [
          t('registry.address'),
          <span key="address" className="code">
            {meter.address ?? none}
          </span>,
        ],
        [t('registry.format'), named('wireFormat', meter.format)],
        [t('meter.interval'), t('meter.seconds', { count: meter.expectedIntervalS })],
        [t('meter.measures'), isTemperature ? named('measures', meter.measures) : null],
        [t('registry.registerUnit'), isTemperature ? null : unitSign(meter.registerUnit)],
        [t('meter.multiplier'), isTemperature ? null : format.entered(meter.multiplier)],
        [
          t('meter.modulus'),
          isTemperature
            ? null
            : meter.registerModulus === null
              ? none
              : format.entered(meter.registerModulus, meter.registerUnit),
        ],
        [
          t('meter.ratedMaximum'),
          isTemperature
            ? null
            : meter.ratedMaximum === null
              ? none
              : format.entered(meter.ratedMaximum, rateUnit(meter.registerUnit)),
        ],
        [t('registry.direction'), isTemperature ? null : labels.of('direction', meter.direction)],
        [
          t('registry.primaryRegister'),
          isTemperature || register === null
            ? null
            : register === 'forward'
              ? t('registry.forward')
              : labels.of('metric', register),
        ],
        [t('registry.building'), meter.buildingId ?? none],
        [t('registry.zone'), meter.zoneId ?? none],
        [t('registry.zoneKind'), isTemperature ? named('zoneKind', meter.zoneKind) : null],
        [
          t('meter.parent'),
          meter.parentId === null ? (
            none
          ) : (
            <Link key="parent" to={`/registry/meters/${encodeURIComponent(meter.parentId)}`}>
              {meter.parentId}
            </Link>
          ),
        ],
        [t('registry.certificate'), meter.certificate ?? none],
        [t('registry.certificateExpires'), meter.certificateExpires ?? none],
      ]}
    />
  );
}
