import { useTranslation } from 'react-i18next';

import { unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

const SHOWN = 4;
/** Say when and in which order, not what was measured. */
const NO_VALUES = new Set(['ts', 'from', 'seq']);

/** The newest reading of a meter that nobody knows, in words: `表底 1,024.5 kWh · 峰 300`. */
export function useHeardValues(): (fields: Readonly<Record<string, unknown>>) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  return (fields) => {
    const unit = typeof fields['unit'] === 'string' ? ` ${unitSign(fields['unit'])}` : '';
    const registers = isRecord(fields['registers']) ? Object.entries(fields['registers']) : [];
    const values = [...Object.entries(fields), ...registers].flatMap(([name, value]) =>
      typeof value !== 'number' || NO_VALUES.has(name)
        ? []
        : [`${labels.of('metric', name)} ${format.entered(value)}${name === 'total' || name === 'delta' ? unit : ''}`],
    );
    if (values.length === 0) return t('common.none');
    const more = values.length - SHOWN;
    return [...values.slice(0, SHOWN), ...(more > 0 ? [t('discovery.moreValues', { count: more })] : [])].join(' · ');
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
