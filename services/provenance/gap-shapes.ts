import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { UsageStep } from '../usage/account-register.ts';
import { createGapShape, type GapShape } from '../usage/gap-shape.ts';
import { gapLimits } from '../usage/interval-code.ts';
import { createDayHistory, likeDaysOf, type DayHistory } from '../usage/like-days.ts';
import { baseStepMs, type UsageMeter } from '../usage/meter-config.ts';
import { gridFloor } from '../usage/periods.ts';
import type { BaseRun } from '../usage/sum-periods.ts';
import type { UsageSettings } from '../usage/usage-settings.ts';
import type { MeterAccount } from './account.ts';

/** The shapes that long gaps of a meter have in its stored usage. */
export interface GapShapes {
  /** Reads what the shape of a gap is made of, so that it can be asked for. */
  learn(step: UsageStep): Promise<void>;
  /** The shape of a gap that was learnt; undefined where it is flat. */
  of(step: UsageStep): GapShape | undefined;
  /** Adds to the long gaps of an account whether they are shaped, and by which days. */
  tell(account: MeterAccount): Promise<MeterAccount>;
}

/** Days told of a gap; a longer one goes on alike. */
const DAYS_OF_A_GAP = 62;
/** Gaps whose days are told. */
const GAPS_TOLD = 20;
const DAY_MS = 86_400_000;

/** Reads the base intervals before gaps from the store, as the making of intervals took them. */
export function createGapShapes(
  store: Pick<SeriesStore, 'baseUsage'>,
  zone: Zone,
  meter: UsageMeter,
  settings: UsageSettings | undefined,
): GapShapes {
  const stepMs = baseStepMs(meter);
  const longMs = gapLimits(stepMs, meter.expectedIntervalS * 1000).interpolatedMs;
  const shapes = new Map<number, GapShape | undefined>();

  /** The intervals of the weeks before a gap. */
  function historyBefore(fromMs: number, { days, likeDayWeeks }: UsageSettings): Promise<BaseRun> {
    const firstMs = days.dayAt(fromMs - likeDayWeeks * 7 * DAY_MS).startMs;
    return store.baseUsage(meter.id, firstMs, days.dayAt(fromMs).startMs);
  }

  return {
    learn: async (step) => {
      if (settings === undefined || step.micro === 0n || step.toMs - step.fromMs <= longMs) return;
      const run = await historyBefore(step.fromMs, settings);
      const complete = historyOf(run, stepMs, settings).completeBefore(step.fromMs);
      const grid = { originMs: gridFloor(zone, step.fromMs, stepMs), stepMs, days: settings.days };
      shapes.set(step.fromMs, createGapShape(step, complete, grid));
    },
    of: (step) => shapes.get(step.fromMs),
    tell: async (account) => {
      if (settings === undefined) return account;
      const long = account.gaps.filter(({ shape }) => shape === 'flat').slice(0, GAPS_TOLD);
      for (const gap of long) {
        const run = await historyBefore(gap.fromMs, settings);
        const toMs = Math.min(gap.toMs, gap.fromMs + DAYS_OF_A_GAP * DAY_MS);
        const { days, likeDayWeeks: weeks } = settings;
        const estimated = likeDaysOf({ fromMs: gap.fromMs, toMs }, run, { stepMs, days, weeks });
        if (!estimated.some(({ likeDays }) => likeDays.length > 0)) continue;
        gap.shape = 'like-days';
        gap.days = estimated.map(({ day, likeDays }) => ({
          dayMs: day.startMs,
          likeDaysMs: likeDays.map((like) => like.day.startMs),
        }));
      }
      return account;
    },
  };
}

function historyOf({ starts, values, qualities }: BaseRun, stepMs: number, settings: UsageSettings): DayHistory {
  const index = new Map(Array.from(starts, (start, at) => [start, at]));
  return createDayHistory({
    codeAt: (start) => qualities[index.get(start) ?? -1],
    valueAt: (start) => values[index.get(start)!]!,
    stepMs,
    days: settings.days,
    weeks: settings.likeDayWeeks,
  });
}
