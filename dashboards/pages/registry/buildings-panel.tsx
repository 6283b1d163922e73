import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Building } from '../../../services/api/schemas/building.ts';
import type { Field } from '../../forms/field.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { InstitutionName } from './institution-name.tsx';
import { PlaceTable } from './place-table.tsx';

/** The buildings of an institution, or of all in scope. */
export function BuildingsPanel({ institutionId }: { institutionId?: string | undefined }): JSX.Element {
  const fields = useFields();
  const columns = useColumns(institutionId === undefined);
  return <PlaceTable<Building> of="buildings" institutionId={institutionId} columns={columns} fields={fields} />;
}

function useFields(): () => Field[] {
  const { t } = useTranslation();
  const labels = useLabels();
  return () => [
    {
      name: 'buildingClass',
      label: t('registry.buildingClass'),
      kind: 'choice',
      options: labels.options('buildingClass').map(({ value, label }) => ({ value, label: `${value} ${label}` })),
    },
    { name: 'heatingMode', label: t('registry.heatingMode'), kind: 'choice', options: labels.options('heatingMode') },
    { name: 'areaM2', label: t('attribute.areaM2'), kind: 'number', unit: 'm²' },
    { name: 'builtYear', label: t('registry.builtYear'), kind: 'number' },
  ];
}

function useColumns(withInstitution: boolean): TableColumnsType<Building> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const none = t('common.none');
  const named = (group: 'buildingClass' | 'heatingMode', code: string | null): string =>
    code === null ? none : labels.of(group, code);
  return [
    ...(withInstitution
      ? [
          {
            title: t('common.institution'),
            key: 'institution',
            render: (_: unknown, { institutionId }: Building) => <InstitutionName id={institutionId} />,
          },
        ]
      : []),
    { title: t('registry.buildingClass'), key: 'class', render: (_, one) => named('buildingClass', one.buildingClass) },
    { title: t('registry.heatingMode'), key: 'heating', render: (_, one) => named('heatingMode', one.heatingMode) },
    {
      title: t('institutions.area'),
      key: 'area',
      align: 'right',
      render: (_, { areaM2 }) => (areaM2 === null ? none : format.number(areaM2, 0)),
    },
    { title: t('registry.builtYear'), key: 'built', align: 'right', render: (_, { builtYear }) => builtYear ?? none },
  ];
}
