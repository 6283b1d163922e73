/** The affairs bureau of a city, by the name Art. 4 gives it. */
export function cityBureau(cityName: string): string {
  return `${cityName}机关事务管理局`;
}

/** The agency of a 旗县区 that manages its institutions' affairs; names differ, so it is called as in Art. 4. */
export function districtAgency(districtName: string): string {
  return `${districtName}机关事务管理机构`;
}

const PROVINCES: Record<string, string> = { '15': '内蒙古自治区' };

/** To whom a city reports: the bureau of its province, known by the first two digits of the code (GB/T 2260). */
export function provinceBureau(cityCode: string): string {
  return `${PROVINCES[cityCode.slice(0, 2)] ?? '上一级'}机关事务管理局`;
}
