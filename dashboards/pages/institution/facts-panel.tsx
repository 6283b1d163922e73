import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Institution } from '../../../services/api/schemas/institution.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { FactList } from '../../layout/fact-list.tsx';

/** What an institution is, as far as it is entered. */
export function FactsPanel({ institution }: { institution: Institution }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const people = (value: number | null): string | null =>
    value === null ? null : format.exact(value, t('common.people'), 0);
  const area = (value: number | null): string | null => (value === null ? null : format.exact(value, 'm²', 0));
  return (
    <section className="panel span-12" aria-label={t('institution.facts')}>
      <FactList
        facts={[
          [t('institution.type'), labels.of('type', institution.type)],
          [t('institution.region'), institution.regionName],
          [t('institution.reportsTo'), institution.reportsToName],
          [t('institution.department'), institution.department],
          [t('institution.area'), area(institution.areaM2)],
          [t('institution.officeArea'), area(institution.officeAreaM2)],
          [t('institution.headcount'), people(institution.headcount)],
          [t('institution.establishment'), people(institution.establishment)],
          [t('institution.liaison'), institution.liaison],
          [t('institution.creditCode'), institution.creditCode],
        ]}
      />
    </section>
  );
}
