import { SHEETS } from '../../services/exchange/sheets/all-sheets.ts';
import type { SheetId } from '../../services/exchange/sheets/column-spec.ts';

/** A row of a sheet by column keys. */
export type SyntheticRow = Record<string, string | number | null>;
/** Rows of every sheet. */
export type SyntheticRegistry = Record<SheetId, SyntheticRow[]>;

const TYPES = ['agency', 'school', 'research', 'library', 'hospital', 'sports', 'other', 'association'];
const REGIONS = ['150202', '150203', '150204', '150205', '150206', '150207', '150221', '150222', '150223', '150271'];
const SUB_ITEMS = ['A', 'A1', 'B1', 'C1', 'D1', null];

/**
 * A city's registry that was made up: institutions with figures of three years, a building and two zones each, a
 * collector for each fifty meters, meters of all media below main meters, some shared by two institutions or with a
 * multiplier that changed, quotas. The same for the same numbers.
 */
export function syntheticRegistry(institutions: number, meters: number): SyntheticRegistry {
  const rows: SyntheticRegistry = {
    institutions: [],
    attributes: [],
    buildings: [],
    zones: [],
    collectors: [],
    meters: [],
    shares: [],
    multipliers: [],
    quotas: [],
  };
  for (let n = 0; n < institutions; n += 1) addInstitution(rows, n);
  const collectors = Math.max(institutions, Math.ceil(meters / 50));
  for (let n = 0; n < collectors; n += 1) rows.collectors.push({ id: `cj-${pad(n)}`, name: `采集器${n}` });
  for (let n = 0; n < meters; n += 1) addMeter(rows, n, { institutions, collectors });
  return rows;
}

/** The rows of a sheet as arrays in the order of its columns, a row of headings first. */
export function sheetMatrix(rows: SyntheticRegistry, sheet: SheetId): (string | number | null)[][] {
  const { columns } = SHEETS.find(({ id }) => id === sheet)!;
  return [
    columns.map(({ heading }) => heading.zh),
    ...rows[sheet].map((row) => columns.map(({ key }) => row[key] ?? null)),
  ];
}

function addInstitution(rows: SyntheticRegistry, n: number): void {
  const institutionId = `jg-${pad(n)}`;
  const buildingId = `jz-${pad(n)}`;
  rows.institutions.push({
    id: institutionId,
    name: `第${n}公共机构`,
    type: TYPES[n % TYPES.length]!,
    regionCode: REGIONS[n % REGIONS.length]!,
    department: n % 3 === 0 ? '教育' : '卫生健康',
    liaison: `联络员${n}`,
  });
  for (const year of [2024, 2025, 2026]) {
    rows.attributes.push({
      institutionId,
      year,
      areaM2: 5000 + n + year,
      officeAreaM2: 3000 + n,
      headcount: 100 + (n % 50) + (year - 2024),
      establishment: 90 + (n % 50),
    });
  }
  rows.buildings.push({
    id: buildingId,
    institutionId,
    name: '主楼',
    buildingClass: 'A',
    builtYear: 1990 + (n % 30),
    heatingMode: '集中供热',
    areaM2: 5000 + n,
  });
  for (const [at, kind] of ['office', 'server-room'].entries()) {
    rows.zones.push({ id: `qy-${pad(n)}-${at}`, institutionId, buildingId, name: `区域${at}`, kind, areaM2: 400 });
  }
  rows.quotas.push({ institutionId, year: 2026, medium: 'electricity', annualLimit: 120_000 + n });
}

function addMeter(rows: SyntheticRegistry, n: number, sizes: { institutions: number; collectors: number }): void {
  const owner = n % sizes.institutions;
  const round = Math.floor(n / sizes.institutions);
  const id = `bj-${pad(n)}`;
  const institutionId = `jg-${pad(owner)}`;
  // The first round are main meters; what comes behind stands below them.
  const medium = round === 0 || round % 4 !== 3 ? 'electricity' : 'water';
  const isShared = n % 20 === 7 && medium === 'electricity' && sizes.institutions > 1;
  const isRescaled = n % 10 === 3;
  const subItem = medium === 'electricity' ? SUB_ITEMS[n % SUB_ITEMS.length]! : null;
  rows.meters.push({
    id,
    name: `表计${n}`,
    collectorId: `cj-${pad(n % sizes.collectors)}`,
    medium,
    institutionId: isShared ? null : institutionId,
    subItem: isShared ? null : subItem,
    multiplier: isRescaled ? null : [1, 20, 40, 60][n % 4]!,
    buildingId: `jz-${pad(owner)}`,
    zoneId: round === 0 ? null : `qy-${pad(owner)}-${round % 2}`,
    direction: 'import',
    parentId: round === 0 || medium === 'water' || isShared ? null : `bj-${pad(owner)}`,
    address: String(100_000_000_000 + n),
    format: medium === 'electricity' ? 'DL/T 645-2007' : 'CJ/T 188',
    registerUnit: medium === 'electricity' ? 'kWh' : 'm3',
    registerModulus: 1_000_000,
    ratedMaximum: 100,
    expectedIntervalS: 900,
    certificate: `JD-${n}`,
    certificateExpires: '2031-06-30',
  });
  if (isShared) {
    const other = `jg-${pad((owner + 1) % sizes.institutions)}`;
    rows.shares.push(
      { meterId: id, institutionId, subItem, share: 0.6, validFrom: null },
      { meterId: id, institutionId: other, subItem, share: 0.4, validFrom: null },
    );
  }
  if (isRescaled) {
    rows.multipliers.push(
      { meterId: id, multiplier: 20, validFrom: null },
      { meterId: id, multiplier: 40, validFrom: '2025-07-01' },
    );
  }
}

function pad(n: number): string {
  return String(n).padStart(6, '0');
}
