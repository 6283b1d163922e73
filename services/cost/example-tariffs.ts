import type { NewTariff } from '../api/schemas/tariff.ts';

const EXAMPLE = '示例，不是现行价格：使用前按当地价格主管部门的文件改正时段和价格';

/**
 * Tariffs to begin with: time-of-use electricity in the form that Inner Mongolia's industrial and commercial tariff has
 * (wind seasons, 尖峰平谷 and 深谷), flat water, heat and gas. Windows and prices are invented; each says so in its source.
 */
export const exampleTariffs: readonly NewTariff[] = [
  {
    id: 'example-electricity-tou',
    name: '示例：工商业分时电价（蒙西形式）',
    medium: 'electricity',
    source: EXAMPLE,
    versions: [
      {
        validFrom: '2020-01-01',
        prices: {
          kind: 'time-of-use',
          prices: { sharp: '0.8560', peak: '0.7230', flat: '0.4860', valley: '0.2650', deep: '0.1880' },
          schedules: [
            {
              // 大风季
              months: [1, 2, 3, 4, 5, 9, 10, 11, 12],
              days: 'all',
              windows: [
                { from: '00:00', to: '05:00', period: 'flat' },
                { from: '05:00', to: '08:00', period: 'peak' },
                { from: '08:00', to: '10:00', period: 'flat' },
                { from: '10:00', to: '16:00', period: 'valley' },
                { from: '16:00', to: '21:00', period: 'peak' },
                { from: '21:00', to: '24:00', period: 'flat' },
              ],
            },
            {
              // 小风季
              months: [6, 7, 8],
              days: 'all',
              windows: [
                { from: '00:00', to: '06:00', period: 'flat' },
                { from: '06:00', to: '09:00', period: 'peak' },
                { from: '09:00', to: '12:00', period: 'valley' },
                { from: '12:00', to: '15:00', period: 'deep' },
                { from: '15:00', to: '18:00', period: 'flat' },
                { from: '18:00', to: '20:00', period: 'sharp' },
                { from: '20:00', to: '23:00', period: 'peak' },
                { from: '23:00', to: '24:00', period: 'flat' },
              ],
            },
          ],
        },
      },
    ],
  },
  flat('water', '示例：非居民用水', '5.45'),
  flat('heat', '示例：非居民供热（按热量）', '31.80'),
  flat('gas', '示例：非居民管道天然气', '3.16'),
];

function flat(medium: NewTariff['medium'], name: string, price: string): NewTariff {
  return {
    id: `example-${medium}`,
    name,
    medium,
    source: EXAMPLE,
    versions: [{ validFrom: '2020-01-01', prices: { kind: 'flat', price } }],
  };
}
