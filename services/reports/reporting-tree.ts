import { bug } from '../../domain/errors.ts';

export interface TreeRegion {
  code: string;
  name_zh: string;
  parent_code: string | null;
}

/** A district with the institutions that report to it or to a region below it. */
interface ReportingDistrict {
  code: string;
  name: string;
  institutions: string[];
}

/** Who hands a report to whom: `direct` are the units of the city itself (市直), wherever they stand. */
export interface ReportingTree {
  city: { code: string; name: string };
  districts: ReportingDistrict[];
  direct: string[];
}

/**
 * The tree along which reports are rolled up (Art. 17), by `reportsTo` alone. A region without a parent is a city; the
 * regions right below it are its districts. Districts and institutions keep the order they come in.
 */
export function reportingTrees(
  regions: readonly TreeRegion[],
  institutions: readonly { id: string; reportsTo: string }[],
): ReportingTree[] {
  const byCode = new Map(regions.map((region) => [region.code, region]));
  const cities = new Map<string, ReportingTree>();
  const districts = new Map<string, ReportingDistrict>();
  for (const { code, name_zh, parent_code } of regions) {
    if (parent_code === null) cities.set(code, { city: { code, name: name_zh }, districts: [], direct: [] });
  }
  for (const { code, name_zh, parent_code } of regions) {
    const city = parent_code === null ? undefined : cities.get(parent_code);
    if (city === undefined) continue;
    const district: ReportingDistrict = { code, name: name_zh, institutions: [] };
    districts.set(code, district);
    city.districts.push(district);
  }
  for (const { id, reportsTo } of institutions) {
    let code = reportsTo;
    while (!cities.has(code) && !districts.has(code)) {
      code = byCode.get(code)?.parent_code ?? bug(`the region ${code} hangs below no city`);
    }
    if (cities.has(code)) cities.get(code)?.direct.push(id);
    else districts.get(code)?.institutions.push(id);
  }
  return [...cities.values()];
}
