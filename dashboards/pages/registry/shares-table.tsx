import { Table } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Share } from '../../../services/api/schemas/meter.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { EmptyState } from '../../layout/empty-state.tsx';
import { ScrollRegion } from '../../layout/scroll-region.tsx';
import { InstitutionName } from './institution-name.tsx';

/** Whose how much of a meter is. */
export function SharesTable({ shares }: { shares: readonly Share[] }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (
    <ScrollRegion label={t('registry.shares')}>
      <Table<Share>
        size="small"
        rowKey={({ institutionId, zoneId, subItem }) => `${institutionId} ${zoneId ?? ''} ${subItem ?? ''}`}
        dataSource={[...shares]}
        pagination={false}
        locale={{ emptyText: <EmptyState text={t('registry.noShares')} /> }}
        columns={[
          {
            title: t('common.institution'),
            key: 'institution',
            render: (_, { institutionId }) => <InstitutionName id={institutionId} />,
          },
          {
            title: t('common.share'),
            key: 'share',
            align: 'right',
            render: (_, { share }) => format.percent(share, Number.isInteger(share * 100) ? 0 : 2),
          },
          { title: t('registry.zone'), key: 'zone', render: (_, { zoneId }) => zoneId ?? t('common.none') },
          {
            title: t('meter.subItem'),
            key: 'subItem',
            render: (_, { subItem }) => (subItem === null ? t('common.none') : labels.subItem(subItem)),
          },
        ]}
      />
    </ScrollRegion>
  );
}
