import { useTranslation } from 'react-i18next';

import type { Region } from '../../../services/api/schemas/institution.ts';
import { useOne } from '../../api-client/use-one.ts';

/** The regions in the order of their codes, those below a district behind its name. */
export function useRegionOptions(): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  const regions = useOne<{ items: Region[] }>('/regions').data?.items ?? [];
  const nameOf = (region: Region): string => (i18n.language.startsWith('zh') ? region.name : region.nameEn);
  const byCode = new Map(regions.map((region) => [region.code, region]));
  return regions.map((region) => {
    const parent = region.code.length > 6 ? byCode.get(region.parentCode ?? '') : undefined;
    const name = parent === undefined ? nameOf(region) : `${nameOf(parent)} · ${nameOf(region)}`;
    return { value: region.code, label: `${name} (${region.code})` };
  });
}
