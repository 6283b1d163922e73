import type { ReportFigures } from '../api/schemas/report.ts';
import { cityBureau, districtAgency } from './addressee.ts';

/** Who signs a report (发文机关署名): the institution, or the agency that manages the affairs of the region. */
export function signatoryOf({ kind, owner }: Pick<ReportFigures, 'kind' | 'owner'>): string {
  if (kind === 'institution') return owner.name;
  return kind === 'district' ? districtAgency(owner.name) : cityBureau(owner.name);
}
