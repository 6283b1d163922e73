import { filledIn, type FormValues } from '../../forms/form-values.ts';
import { writtenShares } from './written-shares.ts';

/** A new meter as the API takes it: of one institution, or with shares. */
export function newMeterOf(values: FormValues): FormValues {
  const { ownership, shares, institutionId, subItem, ...others } = values;
  const isShared = ownership === 'shared' && values['medium'] !== 'temperature';
  return filledIn({ ...others, ...(isShared ? { shares: writtenShares(shares) } : { institutionId, subItem }) });
}
