import { Button } from 'antd';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProvenanceAccount, ProvenancePoint } from '../../../services/api/schemas/provenance.ts';
import { usePaged } from '../../api-client/use-paged.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { ListPanel } from '../../layout/list-panel.tsx';
import { BehindLink } from './point-view.tsx';
import type { ReadingBehind } from './reading-behind.ts';

interface ReadingsPartProps {
  account: ProvenanceAccount;
  unit: string;
  meterName: string;
  onBehind: (reading: ReadingBehind) => void;
}

/** Every stored reading that a meter's amount is made of; asked for when somebody wants to see them. */
export function ReadingsPart(props: ReadingsPartProps): JSX.Element {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <ReadingsList {...props} />;
  return (
    <Button size="small" data-testid="provenance-readings" onClick={() => setOpen(true)}>
      {t('provenance.showReadings')}
    </Button>
  );
}

function ReadingsList({ account, unit, meterName, onBehind }: ReadingsPartProps): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const list = usePaged<Omit<ProvenancePoint, 'between'>>('/provenance/readings', {
    meter: account.meter,
    from: account.start,
    to: account.end,
  });
  return (
    <ListPanel<Omit<ProvenancePoint, 'between'>>
      label={t('provenance.readingsOf', { meter: meterName })}
      list={list}
      rowKey={({ ts, source }) => ts + source}
      testId="provenance-reading-row"
      empty={t('provenance.missing')}
      height={120}
      columns={[
        {
          title: t('provenance.ts'),
          key: 'ts',
          render: (_, { ts }) => <span className="nowrap">{format.dateTimeSeconds(ts)}</span>,
        },
        {
          title: `${t('provenance.register')} (${unitSign(unit)})`,
          key: 'register',
          align: 'right',
          render: (_, { register }) => format.entered(register),
        },
        {
          title: t('provenance.receivedAt'),
          key: 'receivedAt',
          render: (_, { receivedAt }) => (
            <span className="nowrap">
              {receivedAt === null ? t('common.none') : format.dateTimeSeconds(receivedAt)}
            </span>
          ),
        },
        {
          title: t('provenance.bytes'),
          key: 'link',
          render: (_, { link, source, ts, register }) => (
            <BehindLink
              link={link}
              isPhoto={source === 'manual'}
              ts={ts}
              register={register}
              unit={unit}
              onBehind={onBehind}
            />
          ),
        },
      ]}
    />
  );
}
