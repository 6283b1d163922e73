import { reportKey } from './report-store.ts';
import type { ReportingTree } from './reporting-tree.ts';

/** Institution ids and region codes. */
export interface ReportsToBuild {
  institutions: Set<string>;
  regions: Set<string>;
}

/**
 * Which reports must be made so that those of `owners` (all, where undefined) and the roll-ups above them are right:
 * a roll-up also needs every report below it that does not exist yet (`existing`: keys of those that do).
 */
export function reportsToBuild(
  trees: readonly ReportingTree[],
  existing: ReadonlySet<string>,
  owners: readonly string[] | undefined,
): ReportsToBuild {
  const named = owners && new Set(owners);
  const isNamed = (id: string): boolean => named === undefined || named.has(id);
  const institutions = new Set<string>();
  const regions = new Set<string>();
  for (const { city, districts, direct } of trees) {
    const concerned =
      isNamed(city.code) ||
      direct.some(isNamed) ||
      districts.some((district) => isNamed(district.code) || district.institutions.some(isNamed));
    if (!concerned) continue;
    regions.add(city.code);
    const take = (id: string): void => {
      if (isNamed(id) || !existing.has(reportKey('institution', id))) institutions.add(id);
    };
    direct.forEach(take);
    for (const { code, institutions: members } of districts) {
      members.forEach(take);
      const isNew = !existing.has(reportKey('district', code));
      if (isNew || isNamed(code) || members.some((id) => institutions.has(id))) regions.add(code);
    }
  }
  return { institutions, regions };
}
