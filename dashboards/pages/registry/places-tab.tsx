import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { BuildingsPanel } from './buildings-panel.tsx';
import { ZonesPanel } from './zones-panel.tsx';

/** Buildings and zones in scope, of one institution where it is chosen. */
export function PlacesTab(): JSX.Element {
  const { t } = useTranslation();
  const [{ institution }, narrow] = useAddressFilter(['institution'] as const);
  return (
    <>
      <div className="filters tab-filters">
        <RegistrySelect
          of="/institutions"
          className="wide"
          label={t('common.institution')}
          placeholder={t('registry.allInstitutions')}
          value={institution}
          onChange={(id) => narrow({ institution: id })}
          testId="places-institution"
        />
      </div>
      <div className="grid">
        <BuildingsPanel institutionId={institution} />
        <ZonesPanel institutionId={institution} />
      </div>
    </>
  );
}
