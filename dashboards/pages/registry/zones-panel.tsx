import type { TableColumnsType } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { RegistryZone } from '../../../services/api/schemas/building.ts';
import type { Field } from '../../forms/field.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { InstitutionName } from './institution-name.tsx';
import { PlaceTable } from './place-table.tsx';

/** The zones of an institution, or of all in scope: parts whose use is of one kind. */
export function ZonesPanel({ institutionId }: { institutionId?: string | undefined }): JSX.Element {
  const fields = useFields();
  const columns = useColumns(institutionId === undefined);
  return <PlaceTable<RegistryZone> of="zones" institutionId={institutionId} columns={columns} fields={fields} />;
}

function useFields(): (institutionId: string | undefined) => Field[] {
  const { t } = useTranslation();
  const labels = useLabels();
  return (institutionId) => [
    {
      name: 'kind',
      label: t('registry.zoneKind'),
      kind: 'choice',
      required: true,
      options: labels.options('zoneKind'),
      hint: t('registry.zoneKindHint'),
    },
    {
      name: 'buildingId',
      label: t('registry.building'),
      kind: 'own',
      disabled: institutionId === undefined,
      control: (
        <RegistrySelect
          of="/buildings"
          params={{ institution: institutionId }}
          disabled={institutionId === undefined}
        />
      ),
    },
    { name: 'areaM2', label: t('registry.zoneArea'), kind: 'number', unit: 'm²' },
  ];
}

function useColumns(withInstitution: boolean): TableColumnsType<RegistryZone> {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const none = t('common.none');
  return [
    ...(withInstitution
      ? [
          {
            title: t('common.institution'),
            key: 'institution',
            render: (_: unknown, { institutionId }: RegistryZone) => <InstitutionName id={institutionId} />,
          },
        ]
      : []),
    { title: t('registry.zoneKind'), key: 'kind', render: (_, { kind }) => labels.of('zoneKind', kind) },
    { title: t('registry.building'), key: 'building', render: (_, { buildingId }) => buildingId ?? none },
    {
      title: t('registry.zoneArea'),
      key: 'area',
      align: 'right',
      render: (_, { areaM2 }) => (areaM2 === null ? none : `${format.number(areaM2, 0)} m²`),
    },
  ];
}
