import type { Kysely } from 'kysely';

import { coefficientsAt, type DatedCoefficientSet } from '../../domain/coefficient.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { WorkCalendar } from '../../domain/work-calendar.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { UsageReader, UsageStep } from '../usage/usage-reader.ts';
import { createCells } from './cells.ts';
import { cityWorkdays } from './city-workdays.ts';
import { loadCoefficientSets } from './coefficient-sets.ts';
import type { CompiledVersion } from './compile-version.ts';
import { loadTariffBook } from './load-tariffs.ts';
import { cellStepOf, priceCells, type CellPrices } from './price-cells.ts';
import type { TariffBook } from './tariff-book.ts';

/** What the cost of meters and institutions is made from. */
export interface CostDeps {
  db: Kysely<Database>;
  usage: UsageReader;
  zone: Zone;
}

/** Instants of a range, and the step of the answer, whose boundaries they lie on. */
export interface CostRange {
  fromMs: number;
  toMs: number;
  step: UsageStep;
}

/** Tariffs, working days and coefficients, as they stand now. */
export interface Pricing {
  zone: Zone;
  book: TariffBook;
  workdays: WorkCalendar;
  coefficients: readonly DatedCoefficientSet[];
}

/** Reads all that prices depend on. */
export async function loadPricing({ db, zone }: CostDeps): Promise<Pricing> {
  return {
    zone,
    book: await loadTariffBook(db),
    workdays: await cityWorkdays(db, zone),
    coefficients: await loadCoefficientSets(db),
  };
}

/** How an institution's medium is priced over a range. */
export interface MediumPrices {
  prices: CellPrices;
  /** Fixed parts of the months that begin within the range, 10⁻¹² yuan; null where no tariff has one. */
  fixedPico: bigint | null;
  /** Years whose working days were asked for, and assumed. */
  assumedYears: number[];
  hasTimeOfUse: boolean;
}

/**
 * The prices of a range, in the coarsest cells that they allow. Where tiers divide hours the cells go from whole hour
 * to whole hour, so that an hour is divided alike whichever part of it is asked for.
 */
export function mediumPrices(
  { zone, book, workdays, coefficients }: Pricing,
  { institution, medium, range }: { institution: string; medium: UsageMedium; range: CostRange },
): MediumPrices {
  const used = new Set<CompiledVersion>();
  const assumed = new Set<number>();
  let fixedPico: bigint | null = null;
  for (const { date, year, isFirstOfMonth, startMs } of createCells(zone, range.fromMs, range.toMs, '1d').days) {
    const version = book.versionOn(institution, medium, date);
    if (version === undefined) continue;
    used.add(version);
    if (version.asksWorkdays && !workdays.coveredYear(year)) assumed.add(year);
    if (version.fixedPico !== null && isFirstOfMonth && startMs >= range.fromMs) {
      fixedPico = (fixedPico ?? 0n) + version.fixedPico;
    }
  }
  const step = cellStepOf(used, range.step);
  const hasTiers = [...used].some((version) => version.hasTiers);
  const { fromMs, toMs } = step === '15m' && hasTiers ? wholeHours(zone, range) : range;
  const prices = priceCells(createCells(zone, fromMs, toMs, step), {
    versionOn: (date) => book.versionOn(institution, medium, date),
    isWorkday: (date) => workdays.isWorkday(date),
    coefficientsOn: (date) => coefficientsAt(date, coefficients),
  });
  const hasTimeOfUse = prices.rates.some((rate) => rate?.period != null);
  return { prices, fixedPico, assumedYears: [...assumed], hasTimeOfUse };
}

function wholeHours(zone: Zone, { fromMs, toMs }: CostRange): { fromMs: number; toMs: number } {
  const HOUR_MS = 3_600_000;
  const floor = (ms: number): number => ms - ((ms + zone.offsetAt(ms)) % HOUR_MS);
  const end = floor(toMs);
  return { fromMs: floor(fromMs), toMs: end === toMs ? toMs : end + HOUR_MS };
}
