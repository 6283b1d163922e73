import type { Dice } from './dice.ts';

/** What a number may look like to somebody who writes JSON by hand, and what only looks like one. */
const NUMBERS = [
  ['0', '-0', '0.0', '-0.0', '1e0', '1E5', '1e+5', '1e-5', '0e0', '1.5e3', '123456789.123456789'],
  ['1e309', '-1e309', '1e308', '1e-320', '5e-324', '1e-400', `1${'0'.repeat(308)}`, `1${'0'.repeat(400)}`],
  ['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9'.repeat(5000)],
  [
    '9e12',
    '-9e12',
    '1e9',
    '-1e9',
    '1000000001',
    '999999999.999999',
    '9.3e15',
    `0.${'3'.repeat(3000)}`,
    `${'0'.repeat(50)}1`,
  ],
  ['007', '01.5', '+1', '.5', '1.', '-', '--1', '0x10', '1_000', '1,5', '１', '1e', '1e+', 'NaN', '-NaN', 'Infinity'],
  [
    'null',
    'true',
    '"12.5"',
    '""',
    '"NaN"',
    '[]',
    '[1]',
    '{}',
    '{"value":1}',
    '"\\ud800"',
    '"\\u0000"',
    '[[[[[[1]]]]]]',
  ],
].flat();
const FIELDS = [
  'total',
  'total',
  'total',
  'rate',
  'delta',
  'temperature',
  'voltage',
  'current',
  'powerFactor',
  'setpoint',
];
const OTHER_FIELDS = [
  [
    '"seq":7',
    '"seq":-1',
    '"seq":"x"',
    '"from":0',
    '"comment":"千瓦时"',
    '"x":"\\ud83d\\ude00"',
    '"x":"\\udc00\\ud800"',
  ],
  ['"__proto__":{"total":5}', '"constructor":1', '"toString":{}', '"hasOwnProperty":null', '"":1', '"total\\u0000":2'],
  ['"__proto__":null', '"ts":null', '"ts":[]', '"meter":7', '"meter":"../x"', '"registers":{"t1":1,"t2":2.5}'],
  ['"registers":null', '"registers":[]', '"registers":{"t1":"1"}', '"registers":{"__proto__":{"t1":3}}'],
  ['"registers":{"volume":3,"reverse":-1}', '"unit":"kWh"', '"unit":"MWh"', '"unit":"Wh"', '"unit":"kW"', '"unit":7'],
  ['"unit":"__proto__"', '"unit":"toString"', '"unit":"KWH"', '"unit":null', '"unit":"\\ud83d"'],
].flat();
const DAY_MS = 86_400_000;

/** The text of an object that is a reading, or nearly one, of a meter whose clock is about right at `nowMs`. */
export function readingText(dice: Dice, nowMs: number, meters: readonly string[] = []): string {
  const fields: string[] = [];
  if (meters.length > 0 && !dice.chance(0.03)) fields.push(`"meter":"${dice.pick(meters)}"`);
  if (!dice.chance(0.05)) fields.push(`"ts":${timeText(dice, nowMs)}`);
  for (let count = dice.chance(0.75) ? 1 : dice.below(5); count > 0; count--) {
    fields.push(`"${dice.pick(FIELDS)}":${dice.chance(0.15) ? dice.pick(NUMBERS) : plainNumber(dice)}`);
  }
  if (dice.chance(0.2)) fields.push(dice.pick(OTHER_FIELDS));
  if (dice.chance(0.02)) fields.push(dice.pick(fields.length === 0 ? ['"total":1'] : fields));
  return `{${fields.join(dice.chance(0.05) ? ' ,\r\n\t' : ',')}}`;
}

function plainNumber(dice: Dice): string {
  return (dice.below(1_000_000_000) / 1000).toFixed(dice.below(6));
}

// Most lie within two days, each at a millisecond of its own; a reading years back costs usage a year of intervals.
function timeText(dice: Dice, nowMs: number): string {
  if (!dice.chance(0.12)) {
    const ms = nowMs - dice.below(2 * DAY_MS);
    return dice.chance(0.7) ? String(ms) : `"${dice.chance(0.5) ? new Date(ms).toISOString() : atBeijing(ms)}"`;
  }
  const day = new Date(nowMs - DAY_MS).toISOString().slice(0, 10);
  return dice.pick(
    [
      ['0', '-1', '-0', '1e3', '1.5', '1e13', '1e309', '8640000000000000', '8640000000000001', '9007199254740993'],
      [String(Math.floor(nowMs / 1000)), String(-nowMs), `${nowMs - 5000}.5`, `"${nowMs}"`, '4102444800000', 'null'],
      [String(nowMs + 300_000), String(nowMs + 900_000), String(nowMs - 3600 * DAY_MS * 3), 'NaN', '""', '[]', '{}'],
      ['"2026-02-30T08:00:00Z"', '"2026-02-29T08:00:00Z"', '"2026-13-01T08:00:00Z"', '"2026-00-01T08:00:00Z"'],
      [
        `"${day}T23:59:60Z"`,
        `"${day}T24:00:00Z"`,
        `"${day}T08:00:00"`,
        `"${day} 08:00:00"`,
        `"${day}"`,
        `"${day}T08:00Z"`,
      ],
      [`"${day}t08:00:00z"`, `"${day} 08:00:01Z"`, `"${day}T08:00:02-00:00"`, `"${day}T08:00:03+14:00"`],
      [`"${day}T08:00:04+24:00"`, `"${day}T08:00:05+08:60"`, `"${day}T08:00:06+0800"`, `"${day}T08:00:07+08"`],
      [
        `"${day}T08:00:08.${'1'.repeat(30)}Z"`,
        `"${day}T08:00:09.Z"`,
        `"+00${day}T08:00:10Z"`,
        '"0000-01-01T00:00:00Z"',
      ],
      [`"${day}T08:00:11Z\\u0000"`, `" ${day}T08:00:12Z"`, `"${day}T08:00:13ZZ"`, `"${'2'.repeat(10_000)}"`, '"昨天"'],
    ].flat(),
  );
}

function atBeijing(ms: number): string {
  return `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
}
