import { useTranslation } from 'react-i18next';

import type { LifeEntry, LifeState, MeterLifeAnswer } from '../../../services/api/schemas/meter-life.ts';
import type { Meter, Share } from '../../../services/api/schemas/meter.ts';
import { useInstitutions } from '../../api-client/use-institutions.ts';
import { rateUnit } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';

const DEVICE = ['address', 'registerModulus', 'ratedMaximum', 'certificate', 'certificateExpires'] as const;

/** What the entries of a meter's life changed, in words of the language, a line each. */
export function useLifeWords(meter: Meter): {
  ofBeginning: (beginning: MeterLifeAnswer['beginning']) => string[];
  ofEntry: (entry: LifeEntry) => string[];
} {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const institutions = useInstitutions();
  const unit = meter.registerUnit;
  const unknown = t('life.notRead');

  const ofShare = ({ institutionId, zoneId, subItem, share }: Share): string =>
    [
      institutions.data?.find(({ id }) => id === institutionId)?.name ?? institutionId,
      zoneId,
      subItem === null ? null : labels.subItem(subItem),
      format.percent(share, Number.isInteger(share * 100) ? 0 : 2),
    ]
      .filter((part) => part !== null)
      .join(' ');
  const ofShares = (shares: readonly Share[]): string =>
    shares.length === 0 ? t('registry.noShares') : shares.map(ofShare).join(t('life.and'));

  const valueOf = (name: (typeof DEVICE)[number], value: string | number | null | undefined): string => {
    if (value === null || value === undefined) return t('common.none');
    if (typeof value === 'string') return value;
    return format.entered(value, name === 'ratedMaximum' ? rateUnit(unit) : unit);
  };
  const device = (before: LifeState | null, after: LifeState | null): string[] =>
    DEVICE.flatMap((name) => {
      const [old, now] = [before?.[name], after?.[name]];
      if (old === undefined && now === undefined) return [];
      if ((old ?? null) === (now ?? null)) return [];
      return [t('life.changed', { what: t(`life.${name}`), before: valueOf(name, old), after: valueOf(name, now) })];
    });

  return {
    ofBeginning: ({ multiplier, shares }) => [
      t('life.multiplierIs', { value: format.entered(multiplier) }),
      t('life.sharesAre', { shares: ofShares(shares) }),
    ],
    ofEntry: ({ kind, before, after, closingRegister, openingRegister }) => {
      const lines: string[] = [];
      const register = (value: number | null): string => (value === null ? unknown : format.entered(value, unit));
      if (kind === 'replacement' || kind === 'removal') {
        lines.push(t('life.closing', { value: register(closingRegister) }));
      }
      if (kind === 'replacement' || kind === 'installation') {
        lines.push(t('life.opening', { value: register(openingRegister) }));
      }
      if (after?.multiplier !== undefined && after.multiplier !== before?.multiplier) {
        lines.push(
          t('life.changed', {
            what: t('meter.multiplier'),
            before: before?.multiplier === undefined ? t('common.none') : format.entered(before.multiplier),
            after: format.entered(after.multiplier),
          }),
        );
      }
      lines.push(...device(before, after));
      if (kind === 'move') {
        if (before?.shares !== undefined) lines.push(t('life.sharesWere', { shares: ofShares(before.shares) }));
        if (after?.shares !== undefined) lines.push(t('life.sharesAre', { shares: ofShares(after.shares) }));
      }
      return lines;
    },
  };
}
