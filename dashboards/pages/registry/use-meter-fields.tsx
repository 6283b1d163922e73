import { useTranslation } from 'react-i18next';

import type { Field, FieldGroup } from '../../forms/field.ts';
import { textIn, type FormValues } from '../../forms/form-values.ts';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { SharesEditor, SubItemSelect } from './shares-editor.tsx';

/** Formats that topics are bound to, and no meter has. */
const OF_TOPICS = new Set(['frames', 'mapping']);
/** Units in which a register of a medium may count. */
const UNITS: Record<string, string[]> = {
  electricity: ['kWh', 'MWh', 'Wh'],
  water: ['m3', 'L'],
  gas: ['m3', 'L'],
  heat: ['GJ', 'MJ', 'kWh', 'MWh'],
  cooling: ['GJ', 'MJ', 'kWh', 'MWh'],
};
const REGISTERS = [
  'forward',
  'reverse',
  't1',
  't2',
  't3',
  't4',
  'combined',
  'cooling',
  'settled',
  'volume',
  'reactive1',
  'reactive2',
];

/** What is asked of a meter; what does not apply to its medium is not. */
export function useMeterFields(options: {
  isNew: boolean;
  /** Known from elsewhere and not to be changed. */
  fixed?: readonly string[] | undefined;
}): (values: FormValues) => FieldGroup[] {
  const { t } = useTranslation();
  const labels = useLabels();
  const { isNew, fixed = [] } = options;
  return (values) => {
    const medium = textIn(values, 'medium');
    const isTemperature = medium === 'temperature';
    const isShared = values['ownership'] === 'shared';
    const institution =
      (values['institutionId'] as string | undefined) ??
      (values['shares'] as { institutionId?: string }[] | undefined)?.[0]?.institutionId;
    const place: Pick<Field, 'kind' | 'disabled'> = { kind: 'own', disabled: institution === undefined };
    const groups: FieldGroup[] = [
      {
        title: t('registry.groupIdentity'),
        fields: [
          ...onlyIf(isNew, [
            {
              name: 'id',
              label: t('registry.id'),
              kind: 'text',
              required: true,
              hint: t('registry.idHint'),
              pattern: ID_PATTERN,
            },
          ]),
          { name: 'name', label: t('registry.name'), kind: 'text' },
          ...onlyIf(isNew, [
            {
              name: 'medium',
              label: t('common.medium'),
              kind: 'choice',
              required: true,
              options: labels.options('mediumLong'),
            },
            ...onlyIf(!isTemperature, [
              {
                name: 'ownership',
                label: t('registry.ownership'),
                kind: 'choice',
                required: true,
                options: (['whole', 'shared'] as const).map((value) => ({ value, label: t(`registry.${value}`) })),
              },
            ]),
            ...onlyIf(!isShared || isTemperature, [
              {
                name: 'institutionId',
                label: t('common.institution'),
                kind: 'own',
                required: true,
                control: <RegistrySelect of="/institutions" />,
              },
            ]),
            ...onlyIf(!isShared && !isTemperature, [
              {
                name: 'subItem',
                label: t('meter.subItem'),
                kind: 'own',
                control: <SubItemSelect isElectricity={medium === 'electricity'} />,
              },
            ]),
            ...onlyIf(isShared && !isTemperature, [
              {
                name: 'shares',
                label: t('registry.shares'),
                kind: 'own',
                required: true,
                wide: true,
                control: <SharesEditor isElectricity={medium === 'electricity'} />,
              },
            ]),
          ]),
        ],
      },
      {
        title: t('registry.groupReading'),
        fields: [
          {
            name: 'collectorId',
            label: t('meter.collector'),
            kind: 'own',
            required: true,
            control: <RegistrySelect of="/collectors" />,
          },
          { name: 'address', label: t('registry.address'), kind: 'text', hint: t('registry.addressHint') },
          {
            name: 'format',
            label: t('registry.format'),
            kind: 'choice',
            options: labels.options('wireFormat').filter(({ value }) => !OF_TOPICS.has(value)),
          },
          {
            name: 'expectedIntervalS',
            label: t('meter.interval'),
            kind: 'number',
            unit: t('registry.secondsUnit'),
            hint: t('registry.intervalHint'),
          },
        ],
      },
      {
        title: t('registry.groupRegister'),
        fields: isTemperature
          ? [{ name: 'measures', label: t('meter.measures'), kind: 'choice', options: labels.options('measures') }]
          : [
              {
                name: 'registerUnit',
                label: t('registry.registerUnit'),
                kind: 'choice',
                options: (UNITS[medium] ?? []).map((value) => ({ value, label: value.replace('m3', 'm³') })),
              },
              ...onlyIf(isNew, [
                {
                  name: 'multiplier',
                  label: t('meter.multiplier'),
                  kind: 'number',
                  hint: t('registry.multiplierHint'),
                },
              ]),
              {
                name: 'registerModulus',
                label: t('meter.modulus'),
                kind: 'number',
                hint: t('registry.modulusHint'),
              },
              { name: 'ratedMaximum', label: t('meter.ratedMaximum'), kind: 'number', hint: t('registry.ratedHint') },
              {
                name: 'direction',
                label: t('registry.direction'),
                kind: 'choice',
                options: labels.options('direction'),
              },
              {
                name: 'primaryRegister',
                label: t('registry.primaryRegister'),
                kind: 'choice',
                hint: t('registry.primaryRegisterHint'),
                options: REGISTERS.map((value) => ({
                  value,
                  label: value === 'forward' ? t('registry.forward') : labels.of('metric', value),
                })),
              },
            ],
      },
      {
        title: t('registry.groupPlace'),
        fields: [
          {
            name: 'buildingId',
            label: t('registry.building'),
            ...place,
            control: <RegistrySelect of="/buildings" params={{ institution }} disabled={institution === undefined} />,
          },
          {
            name: 'zoneId',
            label: t('registry.zone'),
            ...place,
            control: <RegistrySelect of="/zones" params={{ institution }} disabled={institution === undefined} />,
          },
          ...onlyIf(isTemperature, [
            { name: 'zoneKind', label: t('registry.zoneKind'), kind: 'choice', options: labels.options('zoneKind') },
          ]),
          ...onlyIf(!isTemperature, [
            {
              name: 'parentId',
              label: t('meter.parent'),
              kind: 'own',
              hint: t('registry.parentHint'),
              control: (
                <RegistrySelect of="/meters" params={{ institution, medium: medium === '' ? undefined : medium }} />
              ),
            },
          ]),
        ],
      },
      {
        title: t('registry.groupCertificate'),
        fields: [
          { name: 'certificate', label: t('registry.certificate'), kind: 'text' },
          { name: 'certificateExpires', label: t('registry.certificateExpires'), kind: 'date' },
          ...onlyIf(isNew && !isTemperature, [
            { name: 'installedOn', label: t('registry.installedOn'), kind: 'date' },
            {
              name: 'openingRegister',
              label: t('registry.openingRegister'),
              kind: 'number',
              hint: t('registry.openingHint'),
            },
          ]),
        ],
      },
    ];
    return groups.map((group) => ({
      ...group,
      fields: group.fields.map((field) => (fixed.includes(field.name) ? { ...field, disabled: true } : field)),
    }));
  };
}

function onlyIf(holds: boolean, fields: Field[]): Field[] {
  return holds ? fields : [];
}
