import type { RegionSpec } from './spec.ts';

/** The code of the city itself: institutions that report to it are 市直, wherever they stand. */
export const CITY_CODE = '150200';

const area = (code: string, name: string, nameEn: string, kind: string): RegionSpec => ({
  code,
  name,
  nameEn,
  kind,
  parentCode: CITY_CODE,
});

/** Baotou and its ten 旗县区 (the hi-tech zone by its statistical code; it is not in GB/T 2260). */
export const REGIONS: readonly RegionSpec[] = [
  { code: CITY_CODE, name: '包头市', nameEn: 'Baotou City', kind: 'city', parentCode: null },
  area('150202', '东河区', 'Donghe District', 'district'),
  area('150203', '昆都仑区', 'Kundulun District', 'district'),
  area('150204', '青山区', 'Qingshan District', 'district'),
  area('150205', '石拐区', 'Shiguai District', 'district'),
  area('150206', '白云鄂博矿区', 'Bayan Obo Mining District', 'district'),
  area('150207', '九原区', 'Jiuyuan District', 'district'),
  area('150221', '土默特右旗', 'Tumed Right Banner', 'banner'),
  area('150222', '固阳县', 'Guyang County', 'county'),
  area('150223', '达尔罕茂明安联合旗', 'Darhan Muminggan United Banner', 'banner'),
  area('150271', '包头稀土高新技术产业开发区', 'Baotou Rare Earth Hi-tech Industrial Development Zone', 'zone'),
];
