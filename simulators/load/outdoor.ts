import { QUARTERS } from './local-days.ts';
import { noiseAt } from './seeded.ts';

const MEAN_C = 6.8;
const SEASONAL_AMPLITUDE_C = 17.3;
const COLDEST_DAY = 16;
const WEATHER_DAYS = 4;

/** Share of the day's swing by quarter hour: lowest before sunrise, highest at three in the afternoon. */
const SWING = Float64Array.from({ length: QUARTERS }, (_, quarter) => {
  const hour = quarter / 4;
  // The morning rises in nine hours, the rest of the day falls in fifteen.
  const phase = hour >= 6 && hour < 15 ? (hour - 6) / 9 : 1 + ((hour + 24 - 15) % 24) / 15;
  return -Math.cos(Math.PI * phase);
});

/**
 * Baotou's outdoor temperature of a local day by quarter hour, °C: season, weather of some days (seeded) and the
 * day's swing; July afternoons near 30 °C, the coldest nights below the heating design of −16.6 °C.
 */
export function outdoorOf(dayIndex: number, seed: number): Float64Array {
  const from = dailyMean(dayIndex, seed);
  const to = dailyMean(dayIndex + 1, seed);
  const swing = 5.5 + 1.5 * noiseAt(seed + 2, dayIndex);
  const next = 5.5 + 1.5 * noiseAt(seed + 2, dayIndex + 1);
  return Float64Array.from(SWING, (share, quarter) => {
    const part = quarter / QUARTERS;
    return from + (to - from) * part + (swing + (next - swing) * part) * share;
  });
}

function dailyMean(dayIndex: number, seed: number): number {
  const season = Math.cos((2 * Math.PI * (dayIndex - COLDEST_DAY)) / 365.2425);
  const knot = Math.floor(dayIndex / WEATHER_DAYS);
  const part = dayIndex / WEATHER_DAYS - knot;
  const front = noiseAt(seed, knot) * (1 - part) + noiseAt(seed, knot + 1) * part;
  return MEAN_C - SEASONAL_AMPLITUDE_C * season + 4.5 * front + noiseAt(seed + 1, dayIndex);
}
