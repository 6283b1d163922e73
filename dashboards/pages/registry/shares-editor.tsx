import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { NewShare } from '../../../services/api/schemas/meter.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

/** A share as it is being entered. */
export type ShareDraft = { [K in keyof NewShare]?: NewShare[K] | null | undefined };

const PERCENT = 100;
/** Shares are kept to a millionth. */
const PLACES = 6;

/** The shares of a meter, in per cent, with what is left of it; a field of a form. */
export function SharesEditor(props: {
  id?: string;
  value?: ShareDraft[];
  onChange?: (shares: ShareDraft[]) => void;
  isElectricity: boolean;
}): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const shares = props.value ?? [];
  const sum = shares.reduce((total, { share }) => total + (share ?? 0), 0);
  const isWhole = Math.abs(sum - 1) < 10 ** -PLACES;
  const change = (at: number, part: ShareDraft): void =>
    props.onChange?.(shares.map((share, index) => (index === at ? { ...share, ...part } : share)));
  return (
    <div id={props.id} role="group" aria-label={t('registry.shares')} className="shares-editor">
      {shares.map((share, index) => (
        // Shares have no names: their place is what tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="share-row" role="group" aria-label={t('registry.shareOf', { number: index + 1 })}>
          <RegistrySelect
            of="/institutions"
            label={t('common.institution')}
            placeholder={t('common.institution')}
            clearable={false}
            className="share-institution"
            value={share.institutionId}
            onChange={(institutionId) => change(index, { institutionId, zoneId: undefined })}
          />
          <InputNumber
            aria-label={t('registry.sharePercent')}
            min={0}
            max={PERCENT}
            suffix="%"
            value={share.share == null ? null : round(share.share * PERCENT)}
            onChange={(percent) => change(index, { share: percent === null ? undefined : round(percent / PERCENT) })}
          />
          <RegistrySelect
            of="/zones"
            label={t('registry.zone')}
            placeholder={t('registry.zone')}
            params={{ institution: share.institutionId ?? undefined }}
            disabled={share.institutionId == null}
            value={share.zoneId}
            onChange={(zoneId) => change(index, { zoneId })}
          />
          <SubItemSelect
            isElectricity={props.isElectricity}
            value={share.subItem ?? undefined}
            onChange={(subItem) => change(index, { subItem })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('registry.dropShare', { number: index + 1 })}
            disabled={shares.length === 1}
            onClick={() => props.onChange?.(shares.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <div className="share-sum">
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => props.onChange?.([...shares, { share: Math.max(0, round(1 - sum)) }])}
        >
          {t('registry.addShare')}
        </Button>
        <span className={isWhole ? 'good-text' : 'critical-text'} role="status">
          {t(isWhole ? 'registry.shareSum' : 'registry.shareSumWrong', {
            sum: format.number(round(sum * PERCENT), Number.isInteger(round(sum * PERCENT)) ? 0 : 2),
          })}
        </span>
      </div>
    </div>
  );
}

/** Chooses a sub-item of electricity; of other media it is free text. */
export function SubItemSelect(props: {
  id?: string;
  isElectricity: boolean;
  value?: string | undefined;
  onChange?: (subItem: string | undefined) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const { id, value, onChange } = props;
  if (!props.isElectricity) {
    return (
      <Input
        id={id}
        aria-label={t('meter.subItem')}
        placeholder={t('meter.subItem')}
        maxLength={16}
        value={value}
        onChange={({ target }) => onChange?.(target.value === '' ? undefined : target.value)}
      />
    );
  }
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={t('meter.subItem')}
      placeholder={t('meter.subItem')}
      value={value}
      options={labels
        .options('subItem')
        .filter((option) => option.value !== 'unassigned')
        .map((option) => ({ value: option.value, label: `${option.value} ${option.label}` }))}
      onChange={onChange}
    />
  );
}

function round(value: number): number {
  return Number(value.toFixed(PLACES));
}
