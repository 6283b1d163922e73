import type { InstitutionType } from '../../domain/institution-type.ts';
import type { Medium, UsageMedium } from '../../domain/quantity.ts';
import type { SubItem } from '../../domain/sub-item.ts';
import type { BindingFormat, WireFormat } from '../../domain/wire-format.ts';
import type { Cjt188Dialect } from '../encoders/cjt188.ts';
import type { FaultSpec } from '../faults.ts';
import type { ProfileName } from '../load/measured-profiles.ts';

/** How a building is used over day, week and year. */
export type BuildingUse = 'office' | 'school' | 'hospital' | 'library';

/** What draws the load behind a meter. */
export type LoadUse =
  | 'general'
  | 'lighting'
  | 'air-conditioning'
  | 'plant'
  | 'lift'
  | 'server-room'
  | 'canteen'
  | 'pump'
  | 'water'
  | 'heat';

/** The load behind a register: its shape, and the amount of an ordinary year in canonical units. */
export interface LoadSpec {
  use: LoadUse;
  building: BuildingUse;
  profile: ProfileName;
  /** kWh, m³ or GJ a year; of a main meter only what no sub-meter sees. */
  annual: number;
}

/** How a meter is simulated; no part of the registry. */
interface SimulationSpec {
  /** Undefined for temperature points. */
  load?: LoadSpec;
  /** The register's last digit, in register units. */
  resolution?: number;
  /** The register at the origin of simulated time, in register units. */
  openingRegister?: number;
  /** Put in so many days before the history's end; undefined: it was always there. */
  historyDays?: number;
  /** How its maker reads CJ/T 188. */
  dialect?: Cjt188Dialect;
  /** Its own clock (CJ/T 188) is sent with the century first. */
  clockReversed?: boolean;
}

export interface RegionSpec {
  code: string;
  name: string;
  nameEn: string;
  kind: string;
  parentCode: string | null;
}

/** An institution with the field names of the API's `POST /api/institutions`. */
export interface InstitutionSpec {
  id: string;
  name: string;
  nameEn: string;
  type: InstitutionType;
  regionCode: string;
  reportsTo: string;
  department: string;
  areaM2: number;
  officeAreaM2: number;
  headcount: number;
  establishment: number;
}

interface CollectorSpec {
  id: string;
  name: string;
}

/** A meter with the field names of the API's `POST /api/meters`, and how it is simulated. */
export interface MeterSpec {
  id: string;
  name: string;
  institutionId: string;
  collectorId: string;
  medium: Medium;
  subItem?: SubItem;
  parentId?: string;
  /** On the wire, in the notation of its format. */
  address?: string;
  /** The platform's own JSON where left out. */
  format?: WireFormat;
  measures?: 'room' | 'setpoint';
  zoneKind?: 'office' | 'special';
  multiplier: number;
  registerUnit?: string;
  registerModulus?: number;
  /** Register units per hour. */
  ratedMaximum?: number;
  expectedIntervalS: number;
  /** Undefined for a meter that no fleet speaks for. */
  simulation?: SimulationSpec;
}

/** Topics of another system that a collector's devices publish on, with the field names of the API's bindings. */
export interface BindingSpec {
  id: string;
  collectorId: string;
  topic: string;
  format: BindingFormat;
}

/** A quota of an institution, medium and year in canonical units; the months sum to the year. */
export interface QuotaSpec {
  institutionId: string;
  medium: UsageMedium;
  year: number;
  annualLimit: number;
  monthLimits: number[];
}

/** A whole demonstration city as plain data. */
export interface CitySpec {
  regions: RegionSpec[];
  institutions: InstitutionSpec[];
  collectors: CollectorSpec[];
  meters: MeterSpec[];
  bindings: BindingSpec[];
  /** Meters that speak through the city's collectors although nobody has entered them. */
  unregistered: MeterSpec[];
  /** A user whom the broker does not know and who tries all the same, again and again. */
  strangers: string[];
  /** What is wrong in this city, unless switched off. */
  faults: FaultSpec[];
}
