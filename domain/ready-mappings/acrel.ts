import type { MappingRule } from '../field-mapping.ts';
import type { ReadyMapping } from './ready-mapping.ts';

const WATT = 0.001;
const PHASES = ['A', 'B', 'C'] as const;

/** Fields of the flat data message; `power` brings its powers to kW. */
function flatFields(power: number): MappingRule['fields'] {
  return [
    { path: 'wh', quantity: 'total', unit: 'kWh' },
    { path: 'EPI', quantity: 'total', unit: 'kWh' },
    { path: 'wl', quantity: 'reverse', unit: 'kWh' },
    { path: 'EPE', quantity: 'reverse', unit: 'kWh' },
    { path: 'p', quantity: 'rate', factor: power },
    { path: 'q', quantity: 'reactivePower', factor: power },
    { path: 'pf', quantity: 'powerFactor' },
    { path: 'hz', quantity: 'frequency' },
    ...PHASES.flatMap((phase): MappingRule['fields'] => {
      const letter = phase.toLowerCase();
      return [
        { path: `u${letter}`, quantity: `voltage${phase}` },
        { path: `i${letter}`, quantity: `current${phase}` },
        { path: `p${letter}`, quantity: `power${phase}`, factor: power },
        { path: `pf${letter}`, quantity: `powerFactor${phase}` },
      ];
    }),
  ];
}

const IS_PLAIN = [{ path: 'ch', is: ['', '0'] }];
const HAS_CHANNEL = [{ path: 'ch', isNot: ['', '0'] }];

/** Rules of the flat message: with and without channels, powers in kW (a meter with its ratio `ct`) and in W. */
const FLAT: MappingRule[] = [
  { when: IS_PLAIN, address: '{path:meterSN}' },
  { when: HAS_CHANNEL, address: '{path:meterSN}/{path:ch}' },
].flatMap(({ when, address }): MappingRule[] => {
  const time = { path: 'time', format: 'local' } as const;
  const present = { path: 'meterStatus', isNot: ['missing'] };
  return [
    {
      when: [...when, present, { path: 'ct', isNot: [''] }],
      address,
      time,
      fields: flatFields(1),
    },
    {
      when: [...when, present, { path: 'ct', is: [''] }],
      address,
      time,
      fields: flatFields(WATT),
    },
  ];
});

/** Points of the numbered message, by their ids. */
const POINTS: [id: number, quantity: MappingRule['fields'][number]['quantity'], unit?: string][] = [
  [42, 'total', 'kWh'],
  [13, 'rate'],
  [17, 'reactivePower'],
  [25, 'powerFactor'],
  [26, 'frequency'],
  [1, 'voltageA'],
  [2, 'voltageB'],
  [3, 'voltageC'],
  [7, 'currentA'],
  [8, 'currentB'],
  [9, 'currentC'],
  [10, 'powerA'],
  [11, 'powerB'],
  [12, 'powerC'],
  [22, 'powerFactorA'],
  [23, 'powerFactorB'],
  [24, 'powerFactorC'],
];

/** Acrel gateways and meters that speak JSON over MQTT: data now, and data kept while the line was down. */
export const acrel: ReadyMapping = {
  zh: '安科瑞网关与仪表（MQTT-JSON）',
  en: 'Acrel gateways and meters (MQTT JSON)',
  topics: ['/gw/acrelHW/{product}/data/{sn}', '/gw/acrelHW/{product}/hstdata/{sn}'],
  address: {
    zh: '仪表序列号 meterSN；多回路仪表加“/”与回路号',
    en: 'the meter’s serial number (meterSN); of a meter with several circuits with “/” and the circuit',
    example: '12109132830004',
  },
  note: {
    zh:
      '字段名取自公开的对接代码，未经厂家文档核实；wl 作反向电能、EPI/EPE 为推测。电量与功率为二次侧值，' +
      '请在仪表的倍率中计入 CT、PT。时间为本地时间。',
    en:
      'Field names are those of public integration code and not verified by the maker’s documents; that wl is reverse ' +
      'energy, and EPI and EPE, are assumptions. Energy and power are on the secondary side: put CT and PT into the ' +
      'meter’s multiplier. Times are local.',
  },
  mapping: {
    rules: [
      ...FLAT,
      {
        each: 'data',
        address: '{path:point.[id=0].val}',
        time: { path: '$.time', format: 'local' },
        fields: POINTS.map(([id, quantity, unit]) => ({ path: `point.[id=${id}].val`, quantity, unit })),
      },
    ],
    passOver: [{ when: [{ path: 'meterStatus', is: ['missing'] }] }],
  },
  examples: [
    {
      topic: '/gw/acrelHW/AWT100/data/12109132830001',
      payload: {
        type: 'data',
        time: '20260108143000',
        gwSN: '12109132830001',
        meterSN: '12109132830004',
        meterName: 'adl400',
        meterStatus: 'normal',
        ch: 0,
        ua: 221,
        ub: 220.9,
        uc: 220.9,
        ia: 4.1,
        ib: 3.8,
        ic: 4,
        pa: 0.88,
        pb: 0.82,
        pc: 0.86,
        p: 2.56,
        pf: 0.97,
        pt: 1,
        ct: 40,
        wh: 8.98,
        wl: 0.6,
      },
    },
  ],
};
