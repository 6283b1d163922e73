import { coefficientsAt, type CoefficientSet } from '../../domain/coefficient.ts';
import type { TariffPrices, TimeOfUsePrices } from '../../domain/tariff.ts';
import { createWorkCalendar } from '../../domain/work-calendar.ts';
import { createZone } from '../../domain/zone.ts';
import { createCells, type CellStep } from '../../services/cost/cells.ts';
import { compileVersion, type CompiledVersion } from '../../services/cost/compile-version.ts';
import { priceCells, type CellPrices } from '../../services/cost/price-cells.ts';

/** How a range is priced in a test. */
export interface CostPlan {
  zone?: string;
  fromMs: number;
  toMs: number;
  step?: CellStep;
  /** Prices from days on, by rising day; the first holds before it too where its day is ''. */
  versions: readonly { validFrom: string; prices: TariffPrices }[];
  coefficientsOn?(date: string): CoefficientSet;
}

/** Cells and their prices by one tariff, `t`, whose versions are given; working days as published. */
export function costPlan({ zone: name = 'Asia/Shanghai', fromMs, toMs, step = '1h', ...plan }: CostPlan): CellPrices {
  const zone = createZone(name);
  const calendar = createWorkCalendar(zone);
  const compiled = plan.versions.map(({ validFrom, prices }) => compileVersion({ id: 't', validFrom }, prices));
  return priceCells(createCells(zone, fromMs, toMs, step), {
    versionOn: (date): CompiledVersion | undefined => compiled.findLast(({ ref }) => ref.validFrom <= date),
    isWorkday: (date) => calendar.isWorkday(date),
    coefficientsOn: plan.coefficientsOn ?? ((date) => coefficientsAt(date, [])),
  });
}

/** A day of valley to 08:00, flat to 18:00, peak to 22:00, then valley, at whole cents. */
export const FOUR_WINDOWS: TimeOfUsePrices = {
  kind: 'time-of-use',
  prices: { peak: '0.9', flat: '0.5', valley: '0.2' },
  schedules: [
    {
      days: 'all',
      windows: [
        { from: '00:00', to: '08:00', period: 'valley' },
        { from: '08:00', to: '18:00', period: 'flat' },
        { from: '18:00', to: '22:00', period: 'peak' },
        { from: '22:00', to: '24:00', period: 'valley' },
      ],
    },
  ],
};
