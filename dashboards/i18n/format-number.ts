/** A number with its unit, scaled to be read. */
export interface Amount {
  text: string;
  unit: string;
}

const UNIT_SIGNS: Record<string, string> = { m3: 'm³', 'm3/h': 'm³/h' };

/** A unit as it is written: m³ for m3. */
export function unitSign(unit: string): string {
  return UNIT_SIGNS[unit] ?? unit;
}

/** A number with thousands separators; `digits` after the point, by size where left out. */
export function formatNumber(language: string, value: number, digits?: number): string {
  const size = Math.abs(value);
  const places = digits ?? (size >= 1000 || value === 0 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3);
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits ?? 0,
    maximumFractionDigits: places,
  }).format(value);
}

/** A number as it was entered: every digit up to a millionth, none added. */
export function formatEntered(language: string, value: number): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(value);
}

/** An amount in a unit people read: 万kWh (MWh in English) from 100,000 kWh, tce from 10,000 kgce, t from 10,000 kg. */
export function formatAmount(
  language: string,
  value: number,
  unit: string,
  names: { tenThousandKwh: string; ton: string; tce: string },
): Amount {
  const size = Math.abs(value);
  if (unit === 'kWh' && size >= 100_000) {
    const divisor = language.startsWith('zh') ? 10_000 : 1000;
    return { text: formatNumber(language, value / divisor, size >= 10_000_000 ? 1 : 2), unit: names.tenThousandKwh };
  }
  if (unit === 'kgce' && size >= 10_000) return { text: formatNumber(language, value / 1000, 1), unit: names.tce };
  if (unit === 'kg' && size >= 10_000) return { text: formatNumber(language, value / 1000, 1), unit: names.ton };
  return { text: formatNumber(language, value), unit: unitSign(unit) };
}

/** The unit of a register's amount an hour: kW for kWh, m³/h for m3. */
export function rateUnit(unit: string): string {
  return unit === 'kWh' || unit === 'MWh' ? unit.slice(0, -1) : `${unitSign(unit)}/h`;
}
