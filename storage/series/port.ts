import type { Quality } from '../../domain/quality.ts';
import type { Metric, UsageMedium } from '../../domain/quantity.ts';
import type { ReadingRow } from '../../domain/reading.ts';

/** What a write did with its rows. */
export interface WriteOutcome {
  /** New keys stored. */
  stored: number;
  /** Rows whose key and value stood there already; nothing changed. */
  duplicates: number;
  /** Rows whose key stood there with another value; the higher position won. */
  conflicts: number;
}

/** A range of device time of one meter in which readings were written: [fromMs, toMs], both ends touched. */
export interface TouchedRange {
  meter: string;
  fromMs: number;
  toMs: number;
}

/** An instant of one meter, for questions about many meters at once; each meter stands in a question once. */
export interface MeterInstant {
  meter: string;
  atMs: number;
}

/** A page of the touch log. Ask again with `sequence` to go on; pages may overlap, never leave out. */
export interface TouchedPage {
  sequence: number;
  ranges: TouchedRange[];
}

/** One metric of one meter (its cumulative register where nothing else is asked for), by rising device time, in columns. */
export interface RegisterSeries {
  meter: string;
  /** Device times, epoch milliseconds. */
  times: Float64Array;
  /** A register in the canonical unit, before the multiplier; else the metric's value. */
  values: Float64Array;
}

/** A single reading of a metric, in its canonical unit. */
export interface RegisterReading {
  observedAtMs: number;
  value: number;
}

/** Steps in which the usage of a meter is kept. `base` is the meter's own step, at most an hour. */
export type MeterStep = 'base' | 'hour' | 'day' | 'month';
/** Steps in which the usage of an institution is kept. */
export type InstitutionStep = 'hour' | 'day' | 'month';

/** The base intervals of one meter over [fromMs, toMs), in columns; a write replaces all that stood in that range. */
export interface BaseUsage {
  meter: string;
  fromMs: number;
  toMs: number;
  /** Starts of the intervals, rising. */
  starts: Float64Array;
  /** Millionths of the canonical unit; 0 where missing. */
  values: BigInt64Array;
  /** QUALITY_CODE of each interval. */
  qualities: Uint8Array;
  /** The accounting state as it stood at each start, from which it can be resumed; see services/usage. */
  states: string[];
}

/** The sum of intervals of one meter over an hour, a day or a month. Milliseconds say how the period came about. */
export interface MeterUsage {
  meter: string;
  startMs: number;
  endMs: number;
  /** Millionths of the canonical unit. */
  micro: bigint;
  measuredMs: number;
  estimatedMs: number;
  manualMs: number;
  missingMs: number;
}

/** The sum over an institution's meters of one medium and sub-item ('' where none); meter-milliseconds as above. */
export interface InstitutionUsage extends Omit<MeterUsage, 'meter'> {
  institution: string;
  medium: UsageMedium;
  subItem: string;
}

/** What is known of institutions by period, sub-items together, in columns of one length and in no order. */
export interface KnownUsage {
  /** Places in the list of institutions that was asked for. */
  institutions: Uint32Array;
  /** Places in USAGE_MEDIA. */
  media: Uint8Array;
  /** Starts of the periods, epoch milliseconds. */
  starts: Float64Array;
  /** Millionths of the canonical unit; what 64 bits do not hold is the nearest that they do. */
  micro: BigInt64Array;
  /** Meter-time that is known, milliseconds; above 0. */
  knownMs: Float64Array;
}

/** A mean over [startMs, startMs + step) of what a sensor reported. */
export interface MeanRow {
  meter: string;
  startMs: number;
  mean: number;
  min: number;
  max: number;
  count: number;
}

/** A sealed day of a meter that changed: the late-data ledger. Amounts in millionths of the canonical unit. */
export interface DayChange {
  meter: string;
  /** Start of the local day. */
  dayMs: number;
  /** When it was made anew; not part of what tells two changes apart. */
  changedAtMs: number;
  /** Null where the whole day is missing. */
  microBefore: bigint | null;
  qualityBefore: Quality;
  microAfter: bigint | null;
  qualityAfter: Quality;
}

/** What health shows of a store. */
export interface StoreHealth {
  kind: 'duckdb' | 'influxdb';
  version: string;
  /** The product behind the port, as its maker calls it: `InfluxDB 1.6.7 (OSS)`. */
  product?: string;
  ok: boolean;
  detail?: string;
}

/**
 * Where readings and the usage made of them are kept. Every write is durable when its promise resolves and may be
 * repeated without effect. A store that cannot be reached throws PlatformError `store-unavailable` (retryable); one
 * that refuses a row for good throws `store-rejected`. Ranges are [fromMs, toMs).
 */
export interface SeriesStore {
  health(): Promise<StoreHealth>;

  /**
   * Stores readings, idempotent by (meter, metric, device time), and logs which ranges they touched. `through` is the
   * position of the spool before which everything is dealt with once these rows are stored: it is kept in the rows' own
   * transaction, by a store that keeps one.
   */
  writeReadings(rows: readonly ReadingRow[], through?: number): Promise<WriteOutcome>;
  /** The `through` of the last confirmed write, 0 before the first; undefined: this store keeps none. */
  storedThrough(): Promise<number | undefined>;
  /** The ranges touched since `sequence` (0: all that is known). */
  touchedSince(sequence: number): Promise<TouchedPage>;
  /** Logs ranges as touched without writing readings, for what could not be dealt with and is to come up again. */
  touch(ranges: readonly TouchedRange[]): Promise<void>;
  /** Forgets the touch log up to `sequence`, once services have dealt with it. */
  forgetTouched(sequence: number): Promise<void>;

  /** All metrics of a meter by rising (time, metric), at most `limit` rows. */
  readings(meter: string, fromMs: number, toMs: number, limit: number): Promise<ReadingRow[]>;
  /** The newest stored row of each metric of each meter; meters without readings are left out. */
  latest(meters: readonly string[]): Promise<ReadingRow[]>;
  /** One metric (`total`) of several meters at once; a meter without readings of it in the range is left out. */
  registers(meters: readonly string[], fromMs: number, toMs: number, metric?: Metric): Promise<RegisterSeries[]>;
  /** Per meter the last reading of a metric (`total`) before its instant; a meter without one is left out. */
  registerBeforeEach(instants: readonly MeterInstant[], metric?: Metric): Promise<Map<string, RegisterReading>>;
  /** Per meter the first reading of a metric (`total`) at or after its instant; a meter without one is left out. */
  registerFromEach(instants: readonly MeterInstant[], metric?: Metric): Promise<Map<string, RegisterReading>>;
  /** Means of one metric over steps aligned to the epoch, for rules on temperatures. */
  means(meters: readonly string[], metric: Metric, fromMs: number, toMs: number, stepMs: number): Promise<MeanRow[]>;

  /** Replaces the base intervals of the given meters within their ranges. */
  replaceBaseUsage(blocks: readonly BaseUsage[]): Promise<void>;
  /** The base intervals of a meter, starts within [fromMs, toMs). */
  baseUsage(meter: string, fromMs: number, toMs: number): Promise<BaseUsage>;
  /** The base intervals of several meters at once; a meter without any in the range is left out. */
  baseUsageOfEach(meters: readonly string[], fromMs: number, toMs: number): Promise<BaseUsage[]>;
  /** Per meter the last base interval that starts at or before its instant; a meter without one is left out. */
  baseUsageAtEach(instants: readonly MeterInstant[]): Promise<Map<string, { startMs: number; state: string }>>;

  /** Inserts or overwrites sums by (meter, startMs). */
  putMeterUsage(step: Exclude<MeterStep, 'base'>, rows: readonly MeterUsage[]): Promise<void>;
  /** Sums of several meters whose period starts within [fromMs, toMs), by (meter, start). */
  meterUsage(
    step: Exclude<MeterStep, 'base'>,
    meters: readonly string[],
    fromMs: number,
    toMs: number,
  ): Promise<MeterUsage[]>;
  /** Per meter the start of the first hour that it has a sum of; a meter without one is left out. */
  firstUsage(meters: readonly string[]): Promise<Map<string, number>>;
  /** Replaces all sums of the given institutions whose period starts within [fromMs, toMs). */
  replaceInstitutionUsage(
    step: InstitutionStep,
    institutions: readonly string[],
    fromMs: number,
    toMs: number,
    rows: readonly InstitutionUsage[],
  ): Promise<void>;
  /** Sums of several institutions, by (institution, medium, sub-item, start); one medium or all. */
  institutionUsage(
    step: InstitutionStep,
    institutions: readonly string[],
    fromMs: number,
    toMs: number,
    medium?: UsageMedium,
  ): Promise<InstitutionUsage[]>;
  /**
   * The same sums where many institutions are looked at together: what is known of each, medium and period, over the
   * sub-items of which anything is. Each institution stands in a question once.
   */
  knownUsage(step: InstitutionStep, institutions: readonly string[], fromMs: number, toMs: number): Promise<KnownUsage>;

  /**
   * Enters changes of sealed days into the late-data ledger. One that says the same before and after as the newest of
   * its meter and day changes nothing, so that a repeat after a crash leaves one.
   */
  logDayChanges(changes: readonly DayChange[]): Promise<void>;
  /** What the ledger has of meters for days that start within [fromMs, toMs), by (meter, day, order of entry). */
  dayChanges(meters: readonly string[], fromMs: number, toMs: number): Promise<DayChange[]>;

  /**
   * Drops everything derived from readings but the late-data ledger, which cannot be made anew, and marks all readings
   * as touched, so that it is.
   */
  dropUsage(): Promise<void>;
  close(): Promise<void>;
}
