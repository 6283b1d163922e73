import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useSession } from '../../api-client/use-session.ts';
import { DateInput } from '../../forms/date-input.tsx';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { Panel } from '../../layout/panel.tsx';
import { useAddressFilter } from '../../layout/use-address-filter.ts';
import { LedgerList } from './ledger-list.tsx';

const FILTERS = ['institution', 'meter', 'from', 'to'] as const;

/** Closed days whose usage changed afterwards: before, after, when, and why. */
export function LedgerTab(): JSX.Element {
  const { t } = useTranslation();
  const session = useSession().data;
  const [filter, narrow] = useAddressFilter(FILTERS);
  return (
    <Panel title={t('ledger.title')} flush>
      <p className="panel-note">{t('ledger.hint')}</p>
      <LedgerList
        params={filter}
        withMeter
        filters={
          <>
            {session?.role !== 'institution' && (
              <RegistrySelect
                of="/institutions"
                className="wide"
                label={t('common.institution')}
                placeholder={t('common.institution')}
                value={filter.institution}
                onChange={(institution) => narrow({ institution })}
              />
            )}
            <RegistrySelect
              of="/meters"
              className="wide"
              label={t('ledger.meter')}
              placeholder={t('ledger.meter')}
              params={{ institution: filter.institution }}
              value={filter.meter}
              onChange={(meter) => narrow({ meter })}
            />
            <DateInput
              label={t('ledger.from')}
              placeholder={t('ledger.from')}
              value={filter.from}
              onChange={(from) => narrow({ from })}
            />
            <DateInput
              label={t('ledger.to')}
              placeholder={t('ledger.to')}
              value={filter.to}
              onChange={(to) => narrow({ to })}
            />
          </>
        }
      />
    </Panel>
  );
}
