import { useTranslation } from 'react-i18next';

import type { Binding, ReadyMappingItem } from '../../../services/api/schemas/binding.ts';
import type { FieldGroup } from '../../forms/field.ts';
import type { FormValues } from '../../forms/form-values.ts';
import { ID_PATTERN } from '../../forms/id-pattern.ts';
import { RegistrySelect } from '../../forms/registry-select.tsx';
import { useLabels } from '../../i18n/use-labels.ts';
import { MappingEditor } from './mapping-editor.tsx';
import { ReadyMappingHelp } from './ready-mapping-help.tsx';

const FORMATS = [
  'shelly-gen2',
  'tasmota',
  'zigbee2mqtt',
  'acrel',
  'mapping',
  'frames',
  'sparkplug-b',
  'native-json',
] satisfies Binding['format'][];

/** What is asked of a binding; the mapping where it is to be one's own, help where it is one of the platform's. */
export function useBindingFields(
  ready: readonly ReadyMappingItem[],
  isNew: boolean,
): (values: FormValues) => FieldGroup[] {
  const { t } = useTranslation();
  const labels = useLabels();
  return (values) => {
    const chosen = ready.find(({ format }) => format === values['format']);
    return [
      {
        fields: [
          ...(isNew
            ? [
                {
                  name: 'id',
                  label: t('registry.id'),
                  kind: 'text',
                  required: true,
                  hint: t('registry.idHint'),
                  pattern: ID_PATTERN,
                } as const,
              ]
            : []),
          {
            name: 'format',
            label: t('registry.format'),
            kind: 'choice',
            required: true,
            options: FORMATS.map((value) => ({ value, label: labels.of('wireFormat', value) })),
          },
          {
            name: 'topic',
            label: t('binding.topic'),
            kind: 'text',
            required: true,
            wide: true,
            hint: t('binding.topicHint'),
          },
          {
            name: 'collectorId',
            label: t('meter.collector'),
            kind: 'own',
            hint: t('binding.collectorHint'),
            control: <RegistrySelect of="/collectors" />,
          },
          { name: 'enabled', label: t('binding.enabled'), kind: 'switch' },
          ...(values['format'] === 'mapping'
            ? [
                {
                  name: 'mapping',
                  label: t('binding.mapping'),
                  kind: 'own',
                  required: true,
                  wide: true,
                  hint: t('binding.mappingHint'),
                  control: <MappingEditor ready={ready} />,
                } as const,
              ]
            : []),
        ],
        after: chosen === undefined ? undefined : <ReadyMappingHelp mapping={chosen} />,
      },
    ];
  };
}
