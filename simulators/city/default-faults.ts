import type { FaultSpec } from '../faults.ts';

/** What is wrong in the demonstration city; every institution not named here is well run. */
export const DEFAULT_FAULTS: readonly FaultSpec[] = [
  {
    kind: 'standby',
    institutionId: 'kundulun-office',
    level: 0.72,
    // Some weeks of every season; and from the autumn of 2026 on nobody switches off any more.
    windows: [
      { yearly: ['12-20', '01-10'] },
      { yearly: ['03-02', '03-14'] },
      { yearly: ['05-04', '05-20'] },
      { yearly: ['07-08', '07-24'] },
      { yearly: ['09-24', '10-14'] },
      { from: '2026-09-24' },
    ],
  },
  { kind: 'thermostat', institutionId: 'darhan-office' },
  { kind: 'quota-breach', institutionId: 'city-service-center', level: 1.35 },
  { kind: 'quota-breach', institutionId: 'jiuyuan-office', level: 1.5 },
  {
    kind: 'leak',
    institutionId: 'guyang-school',
    level: 0.35,
    windows: [{ yearly: ['03-20', '04-08'] }, { yearly: ['10-25', '11-30'] }],
  },
  { kind: 'rollover', meterId: 'kundulun-school-1-e-A1' },
  { kind: 'duplicates', institutionId: 'donghe-school' },
  { kind: 'out-of-order', institutionId: 'tumed-hospital' },
  {
    kind: 'silence',
    institutionId: 'shiguai-health',
    windows: [{ yearly: ['03-10', '03-12'] }, { yearly: ['10-02', '10-03'] }],
  },
  { kind: 'outage', meterId: 'kundulun-office-e-main', windows: [{ yearly: ['04-21', '04-22'] }] },
  { kind: 'glitch', meterId: 'kundulun-office-heat', windows: [{ yearly: ['03-05', '03-05'] }] },
  { kind: 'swap', meterId: 'kundulun-office-water', windows: [{ yearly: ['02-24', '02-24'] }] },
];
