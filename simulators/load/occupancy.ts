import type { BuildingUse } from '../city/spec.ts';
import type { Day } from './days.ts';
import { QUARTERS } from './local-days.ts';
import { HOSPITAL_PROFILE, MEASURED_PROFILES, type ProfileName } from './measured-profiles.ts';

/** The load of a building by quarter hour, over the mean of a workday's core hours, for the three kinds of day. */
export interface Occupancy {
  open: Float64Array;
  closed: Float64Array;
  /** School holidays. */
  away: Float64Array;
}

/** Occupancy of a use and profile. */
export function occupancyOf(building: BuildingUse, profile: ProfileName): Occupancy {
  const measured = MEASURED_PROFILES[profile];
  if (building === 'hospital') {
    const open = quarterly(HOSPITAL_PROFILE);
    // On days off the wards go on, the outpatients' clinics do not.
    const closed = open.map((value) => 0.53 + 0.33 * (value - 0.53));
    return { open, closed, away: closed };
  }
  // Offices here rest from 12:00 to 14:30, which the measured ones do not.
  const noon = (hour: number): number => (building === 'office' && (hour === 12 || hour === 13) ? 0.88 : 1);
  // Nobody keeps machines running in a school at night, as the measured buildings do.
  const rest = (value: number): number => (building === 'school' ? Math.max(0.1, (value - 0.1) / 0.9) : value);
  const open = quarterly(measured.workday.map((value, hour) => rest(value) * noon(hour)));
  const closed = quarterly(measured.dayOff.map(rest));
  return { open, closed, away: closed };
}

/** True where a building of this use is in full work on the day; on the others its closed curve holds. */
export function isOpen(building: BuildingUse, day: Day): boolean {
  return day.workday && (building !== 'school' || day.schoolTerm);
}

// Hourly values stand for the middle of their hour.
function quarterly(hourly: readonly number[]): Float64Array {
  return Float64Array.from({ length: QUARTERS }, (_, quarter) => {
    const at = (quarter + 0.5) / 4 - 0.5;
    const hour = Math.floor(at);
    const part = at - hour;
    return hourly[(hour + 24) % 24]! * (1 - part) + hourly[(hour + 1) % 24]! * part;
  });
}
