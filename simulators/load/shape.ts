import type { LoadSpec } from '../city/spec.ts';
import type { Day } from './days.ts';
import { QUARTERS } from './local-days.ts';
import { isOpen, occupancyOf } from './occupancy.ts';

/** Writes the relative load of a day by quarter hour; `asWorkday` asks for a working day's shape on any day. */
export type Shape = (day: Day, out: Float64Array, asWorkday?: boolean) => void;

/** What the shapes of a building share at one quarter hour. */
interface Moment {
  /** Load of the whole building over its core hours. */
  occupancy: number;
  /** 0 while nobody is there, 1 in core hours. */
  presence: number;
  outdoorC: number;
  open: boolean;
  hour: number;
}

type At = (moment: Moment, day: Day) => number;

/** The shape of a load (kW or m³/h up to a factor): pure, without noise and faults. */
export function shapeOf(load: LoadSpec): Shape {
  const occupancy = occupancyOf(load.building, load.profile);
  const at = load.building === 'hospital' && load.use === 'water' ? hospitalWater : SHAPES[load.use];
  const moment: Moment = { occupancy: 0, presence: 0, outdoorC: 0, open: false, hour: 0 };
  return (day, out, asWorkday = false) => {
    moment.open = asWorkday || isOpen(load.building, day);
    const curve = moment.open ? occupancy.open : day.schoolTerm ? occupancy.closed : occupancy.away;
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      moment.occupancy = curve[quarter]!;
      moment.presence = clamp((moment.occupancy - 0.3) / 0.7, 0, 1);
      moment.outdoorC = day.outdoorC[quarter]!;
      moment.hour = quarter / 4;
      out[quarter] = at(moment, day);
    }
  };
}

const SHAPES: Record<LoadSpec['use'], At> = {
  general: ({ occupancy }) => occupancy,
  lighting: ({ occupancy }, day) => occupancy * (1 + 0.12 * day.darkness),
  'air-conditioning': (moment, day) =>
    0.02 + moment.presence * (coolingDemand(moment, day) + (day.heating ? 0.14 : 0.03)),
  // In winter the plant is its circulation pumps, which never stop.
  plant: (moment, day) =>
    0.02 + moment.presence * coolingDemand(moment, day) + (day.heating ? 0.07 + 0.08 * moment.presence : 0),
  lift: ({ presence }) => 0.07 + 0.93 * presence,
  'server-room': ({ presence, outdoorC }) => 0.86 + 0.003 * Math.max(0, outdoorC) + 0.04 * presence,
  canteen: ({ open, presence, hour }) => 0.08 + (open ? 1 : 0.4 * presence) * meals(hour),
  pump: ({ presence, open }) => 0.04 + (open ? 0.96 : 0.2) * presence,
  water: ({ presence, open, hour }) => 0.004 + (open ? 1 : 0.4) * presence * (0.75 + 0.5 * meals(hour)),
  heat: ({ outdoorC, presence, open }, day) =>
    day.heating ? Math.max(0.05, (18 - outdoorC) / 34.6) * (open ? 0.92 + 0.08 * presence : 0.88) : 0,
};

const hospitalWater: At = ({ occupancy, hour }) => Math.max(0.12, 2 * occupancy - 1) + 0.2 * meals(hour);

/** Air conditioning runs whenever people are there in its season, and harder the hotter it is. */
function coolingDemand({ outdoorC }: Moment, day: Day): number {
  return day.cooling ? clamp((outdoorC - 19) / 11, 0.15, 1.1) : 0;
}

/** Breakfast, lunch and supper. */
function meals(hour: number): number {
  return 0.45 * bump(hour, 7) + bump(hour, 11.5) + 0.55 * bump(hour, 17.5);
}

function bump(hour: number, centre: number): number {
  const away = Math.abs(hour - centre) / 2;
  return away >= 1 ? 0 : (1 - away * away) ** 2;
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
