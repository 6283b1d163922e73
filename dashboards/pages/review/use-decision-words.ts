import { useTranslation } from 'react-i18next';

import type { Decision } from '../../../services/api/schemas/decision.ts';
import { useFormat } from '../../i18n/use-format.ts';

/** What a correction says of its meter, as a sentence. */
export function useDecisionWords(): (
  decision: Pick<
    Decision,
    'kind' | 'from' | 'to' | 'register' | 'closingRegister' | 'openingRegister' | 'multiplier' | 'registerUnit'
  >,
) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ kind, registerUnit, ...decision }) => {
    const register = (value: number | null): string =>
      value === null ? t('decision.notGiven') : format.entered(value, registerUnit);
    const words = {
      from: format.dateTimeSeconds(decision.from),
      to: decision.to === null ? t('decision.notGiven') : format.dateTimeSeconds(decision.to),
      register: register(decision.register),
      closing: register(decision.closingRegister),
      opening: register(decision.openingRegister),
      multiplier: decision.multiplier === null ? t('decision.notGiven') : format.entered(decision.multiplier),
    };
    return t(kind === 'value' && decision.to !== null ? 'decision.say.valueSpan' : `decision.say.${kind}`, words);
  };
}
