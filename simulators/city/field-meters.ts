import type { WireFormat } from '../../domain/wire-format.ts';
import type { BindingSpec, MeterSpec } from './spec.ts';

/** How some of an institution's meters speak. */
interface FieldFormat {
  institutionId: string;
  medium: MeterSpec['medium'];
  format: WireFormat;
  /** What differs from an ordinary meter of that medium. */
  changes?: Partial<MeterSpec>;
  simulation?: MeterSpec['simulation'];
}

/** CJ/T 188 has two decimals. */
const TWO_DECIMALS = 0.01;

const FIELD_FORMATS: readonly FieldFormat[] = [
  { institutionId: 'kundulun-school-1', medium: 'electricity', format: 'dlt645-2007' },
  { institutionId: 'donghe-school', medium: 'electricity', format: 'dlt645-2007' },
  { institutionId: 'jiuyuan-office', medium: 'electricity', format: 'dlt645-2007' },
  { institutionId: 'guyang-school', medium: 'electricity', format: 'dlt645-1997' },
  { institutionId: 'darhan-office', medium: 'electricity', format: 'sparkplug-b' },
  { institutionId: 'qingshan-hospital', medium: 'heat', format: 'mbus' },
  {
    institutionId: 'qingshan-hospital',
    medium: 'water',
    format: 'cjt188',
    simulation: { resolution: TWO_DECIMALS, dialect: { identifier: '901F', unit: 'after' } },
  },
  {
    institutionId: 'tumed-hospital',
    medium: 'water',
    format: 'cjt188',
    simulation: { resolution: TWO_DECIMALS, dialect: { identifier: '1F90', unit: 'after' } },
  },
  {
    institutionId: 'shiguai-health',
    medium: 'water',
    format: 'cjt188',
    simulation: { resolution: TWO_DECIMALS, clockReversed: true },
  },
  {
    institutionId: 'kundulun-office',
    medium: 'heat',
    format: 'cjt188',
    simulation: { resolution: TWO_DECIMALS, dialect: { identifier: '901F', unit: 'after' } },
  },
  {
    institutionId: 'jiuyuan-office',
    medium: 'heat',
    format: 'cjt188',
    simulation: { resolution: TWO_DECIMALS, dialect: { identifier: '1F90', unit: 'before' } },
  },
];

/** The meters, some of them with the format, address and dialect that they speak in the field. */
export function withFieldFormats(meters: readonly MeterSpec[]): MeterSpec[] {
  return meters.map((meter, index) => {
    const found = FIELD_FORMATS.find(
      ({ institutionId, medium }) => institutionId === meter.institutionId && medium === meter.medium,
    );
    if (found === undefined) return meter;
    const { format, changes, simulation } = found;
    return {
      ...meter,
      format,
      address: addressOf(format, meter, index + 1),
      ...changes,
      simulation: { ...meter.simulation, ...simulation },
    };
  });
}

/** Devices on topics of their own, put in lately. */
export function plugMeters(): MeterSpec[] {
  return [
    {
      id: 'city-archive-vault-dehumidifier',
      name: '三层档案库房除湿机',
      institutionId: 'city-archive',
      collectorId: 'city-archive-dtu',
      medium: 'electricity',
      subItem: 'D6',
      parentId: 'city-archive-e-main',
      address: 'shellyproem50-archive/0',
      format: 'shelly-gen2',
      multiplier: 1,
      ratedMaximum: 20,
      expectedIntervalS: 900,
      simulation: {
        load: { use: 'server-room', building: 'office', profile: 'b8', annual: 6_200 },
        resolution: 0.01,
        historyDays: 30,
      },
    },
    {
      id: 'city-library-kettle',
      name: '四层开水器插座',
      institutionId: 'city-library',
      collectorId: 'city-library-dtu',
      medium: 'electricity',
      subItem: 'D6',
      parentId: 'city-library-e-main',
      address: 'kettle-4f',
      format: 'tasmota',
      multiplier: 1,
      ratedMaximum: 10,
      expectedIntervalS: 900,
      simulation: {
        load: { use: 'canteen', building: 'library', profile: 'b41', annual: 3_100 },
        resolution: 0.001,
        historyDays: 30,
      },
    },
  ];
}

/** The topics of those devices. */
export const PLUG_BINDINGS: readonly BindingSpec[] = [
  {
    id: 'city-archive-shelly',
    collectorId: 'city-archive-dtu',
    topic: '{address}/events/rpc',
    format: 'shelly-gen2',
  },
  {
    id: 'city-archive-shelly-state',
    collectorId: 'city-archive-dtu',
    topic: '{address}/status/+',
    format: 'shelly-gen2',
  },
  { id: 'city-library-tasmota', collectorId: 'city-library-dtu', topic: 'tele/{address}/SENSOR', format: 'tasmota' },
];

/** Two meters that somebody put in and nobody entered. */
export function unregisteredMeters(): MeterSpec[] {
  return [
    {
      id: 'kundulun-school-1-e-canteen-2',
      name: '二食堂电表',
      institutionId: 'kundulun-school-1',
      collectorId: 'kundulun-school-1-dtu',
      medium: 'electricity',
      address: '150203880017',
      format: 'dlt645-2007',
      multiplier: 1,
      expectedIntervalS: 3600,
      simulation: {
        load: { use: 'canteen', building: 'school', profile: 'b49', annual: 21_000 },
        resolution: 0.01,
        openingRegister: 118.4,
        historyDays: 2,
      },
    },
    {
      id: 'city-library-water-garden',
      name: '绿化用水表',
      institutionId: 'city-library',
      collectorId: 'city-library-dtu',
      medium: 'water',
      multiplier: 1,
      expectedIntervalS: 3600,
      simulation: {
        load: { use: 'water', building: 'library', profile: 'b41', annual: 900 },
        resolution: 0.001,
        openingRegister: 4.2,
        historyDays: 2,
      },
    },
  ];
}

/** Numbers as makers print them: those of DL/T 645 have twelve digits, CJ/T 188 fourteen with the maker's, M-Bus eight. */
function addressOf(format: WireFormat, meter: MeterSpec, index: number): string {
  const number = String(index);
  switch (format) {
    case 'cjt188':
      return `7833${number.padStart(10, '0')}`;
    case 'mbus':
      return `6${number.padStart(7, '0')}`;
    case 'sparkplug-b':
      return meter.id;
    default:
      return `1502${number.padStart(8, '0')}`;
  }
}
