import type { TFunction } from 'i18next';

import type { Labels } from '../../i18n/use-labels.ts';

const OF_MEDIUM = ['total', 'lastYear', 'quotaUsed', 'kgce', 'co2Kg'] as const;
const OF_ALL = ['kgce', 'co2Kg', 'kgcePerM2', 'kgcePerPerson', 'waterM3PerPerson'] as const;

/** A report's figure in words: `electricity.total`, `totals.kgcePerM2`; what has no name stands for itself. */
export function figureName(figure: string, t: TFunction, labels: Labels): string {
  const [owner = '', name = ''] = figure.split('.');
  if (owner === 'totals') {
    const found = OF_ALL.find((one) => one === name);
    return found === undefined ? figure : t(`effect.figureName.${found}`);
  }
  const found = OF_MEDIUM.find((one) => one === name);
  return found === undefined ? figure : t(`effect.mediumFigure.${found}`, { medium: labels.of('mediumLong', owner) });
}

/** A unit of a report's figure as it is written: `kgce/m²`, `m³/人`. */
export function figureUnit(unit: string, t: TFunction): string {
  return unit.replace('m2', 'm²').replace('m3', 'm³').replace('person', t('common.people'));
}
