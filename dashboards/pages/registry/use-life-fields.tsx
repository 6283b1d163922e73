import { useTranslation } from 'react-i18next';

import type { LifeEntry } from '../../../services/api/schemas/meter-life.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import type { Field } from '../../forms/field.ts';
import { rateUnit, unitSign } from '../../i18n/format-number.ts';
import { SharesEditor } from './shares-editor.tsx';

/** What is asked of each kind of entry in a meter's life. */
export function useLifeFields(meter: Meter, kind: LifeEntry['kind']): Field[] {
  const { t } = useTranslation();
  const unit = unitSign(meter.registerUnit);
  const at: Field = {
    name: 'at',
    label: t('life.at'),
    kind: 'instant',
    required: true,
    hint: t('life.atHint'),
    wide: true,
  };
  const date: Field = { name: 'date', label: t('life.date'), kind: 'date', required: true, hint: t('life.dateHint') };
  const note: Field = { name: 'note', label: t('life.note'), kind: 'note' };
  const closing: Field = {
    name: 'closingRegister',
    label: t('life.closingRegister'),
    kind: 'number',
    min: 0,
    unit,
    hint: t('life.closingHint'),
  };
  const opening: Field = {
    name: 'openingRegister',
    label: t('life.openingRegister'),
    kind: 'number',
    min: 0,
    unit,
    hint: t('life.openingHint'),
  };
  switch (kind) {
    case 'installation':
      return [at, opening, note];
    case 'removal':
      return [at, closing, note];
    case 'multiplier':
      return [date, { name: 'multiplier', label: t('life.newMultiplier'), kind: 'number', required: true }, note];
    case 'move':
      return [
        date,
        {
          name: 'shares',
          label: t('life.newShares'),
          kind: 'own',
          required: true,
          wide: true,
          control: <SharesEditor isElectricity={meter.medium === 'electricity'} />,
        },
        note,
      ];
    default:
      return [
        at,
        closing,
        opening,
        { name: 'address', label: t('life.newAddress'), kind: 'text', hint: t('life.newAddressHint') },
        {
          name: 'multiplier',
          label: t('life.newMultiplier'),
          kind: 'number',
          hint: t('life.newMultiplierHint'),
        },
        { name: 'registerModulus', label: t('life.registerModulus'), kind: 'number', unit },
        { name: 'ratedMaximum', label: t('life.ratedMaximum'), kind: 'number', unit: rateUnit(meter.registerUnit) },
        { name: 'certificate', label: t('life.certificate'), kind: 'text' },
        { name: 'certificateExpires', label: t('life.certificateExpires'), kind: 'date' },
        note,
      ];
  }
}
