import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import type { NewDecision } from '../../../services/api/schemas/decision.ts';
import { appliedProposal, problemOfDecision } from '../../../services/decisions/decision-rules.ts';
import type { AppliedDecision, UsageMeter } from '../../../services/usage/meter-config.ts';

const ZONE = createZone('Asia/Shanghai');
const at = (text: string): number => Date.parse(`${text}+08:00`);
const NOW = at('2026-05-15T10:30:00');

const METER: UsageMeter = {
  id: 'm1',
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: 100_000,
  ratedMaximum: 50,
  expectedIntervalS: 900,
  parentId: null,
  multipliers: [
    { multiplier: 1, validFrom: '1970-01-01', validTo: '2026-04-01' },
    { multiplier: 40, validFrom: '2026-04-01', validTo: null },
  ],
  shares: [],
  events: [
    { kind: 'installation', atMs: at('2024-03-01T00:00:00'), closingRegister: null, openingRegister: 0 },
    {
      kind: 'replacement',
      atMs: at('2025-06-10T14:20:00'),
      closingRegister: 900,
      openingRegister: 0,
      registerModulusBefore: 1000,
    },
  ],
};

const MAY = { from: at('2026-05-01T00:00:00'), to: at('2026-05-02T00:00:00') };
const approved = (of: Partial<AppliedDecision>): AppliedDecision => ({
  ...appliedProposal('d1', { meterId: 'm1', kind: 'exclude', ...MAY, reason: 'why' }),
  ...of,
});

const cases: {
  name: string;
  input: Partial<NewDecision>;
  meter?: Partial<UsageMeter>;
  endedOn?: string;
  want: string | undefined;
}[] = [
  { name: 'readings left out', input: { kind: 'exclude', ...MAY }, want: undefined },
  { name: 'readings believed', input: { kind: 'accept', ...MAY }, want: undefined },
  { name: 'a register at an instant', input: { kind: 'value', from: MAY.from, register: 5 }, want: undefined },
  { name: 'a register in place of a range', input: { kind: 'value', ...MAY, register: 99_999.9 }, want: undefined },
  {
    name: 'a replacement whose closing register nobody read',
    input: { kind: 'replacement', from: MAY.from, openingRegister: 0, closingRegister: null },
    want: undefined,
  },
  { name: 'a reset that begins at nothing', input: { kind: 'reset', from: MAY.from }, want: undefined },
  { name: 'a multiplier', input: { kind: 'multiplier', from: MAY.from, multiplier: 60 }, want: undefined },

  {
    name: 'left out without an end',
    input: { kind: 'exclude', from: MAY.from },
    want: 'bad-request to: is missing; give the end of what is left out; readings of [from, to) are',
  },
  {
    name: 'believed without an end',
    input: { kind: 'accept', from: MAY.from },
    want: 'bad-request to: is missing; give the end of what is believed; readings of [from, to) are',
  },
  {
    name: 'a value without a register',
    input: { kind: 'value', from: MAY.from },
    want: 'bad-request register: is missing; give what the register showed at from',
  },
  {
    name: 'a replacement without its opening register',
    input: { kind: 'replacement', from: MAY.from, closingRegister: 5 },
    want: 'bad-request openingRegister: is missing; give what the new meter showed first',
  },
  {
    name: 'a multiplier without one',
    input: { kind: 'multiplier', from: MAY.from },
    want: 'bad-request multiplier: is missing; give the multiplier that holds from then on',
  },
  {
    name: 'a figure that the kind has not',
    input: { kind: 'exclude', ...MAY, register: 5 },
    want: 'bad-request register: a decision of the kind exclude has no such figure, it has to; leave it out',
  },
  {
    name: 'a multiplier with an end',
    input: { kind: 'multiplier', ...MAY, multiplier: 2 },
    want: 'bad-request to: a decision of the kind multiplier has no such figure, it has multiplier; leave it out',
  },
  {
    name: 'an end that is no later',
    input: { kind: 'exclude', from: MAY.from, to: MAY.from },
    want: 'bad-request to: must be after from; the range is [from, to)',
  },
  {
    name: 'the future',
    input: { kind: 'value', from: NOW + 1000, register: 5 },
    want: 'bad-request from: 2026-05-15T10:30:01+08:00 lies in the future; only what has been can be decided',
  },
  {
    name: 'an end in the future',
    input: { kind: 'exclude', from: MAY.from, to: NOW + 3_600_000 },
    want: 'bad-request to: 2026-05-15T11:30:00+08:00 lies in the future; readings that have not come cannot be judged',
  },
  {
    name: 'before 1970',
    input: { kind: 'value', from: -1, register: 5 },
    want: 'bad-request from: lies before 1970; correct the time',
  },
  {
    name: 'a meter that has ended before',
    input: { kind: 'value', from: MAY.from, register: 5 },
    endedOn: '2026-05-01',
    want: 'bad-request from: m1 ended on 2026-05-01; there is nothing to decide from then on',
  },
  {
    name: 'a meter that ends the day after',
    input: { kind: 'value', from: MAY.from, register: 5 },
    endedOn: '2026-05-02',
    want: undefined,
  },
  {
    name: 'a meter that was not there yet',
    input: { kind: 'exclude', from: at('2024-02-01T00:00:00'), to: at('2024-03-01T00:00:00') },
    want: 'bad-request from: m1 was installed at 2024-03-01T00:00:00+08:00; what was before counts nothing anyway',
  },
  {
    name: 'a range that reaches into its life',
    input: { kind: 'exclude', from: at('2024-02-01T00:00:00'), to: at('2024-03-02T00:00:00') },
    want: undefined,
  },
  {
    name: 'a register above the modulus',
    input: { kind: 'value', from: MAY.from, register: 100_000 },
    want: 'bad-request register: 100000 kWh is more than a register with the modulus 100000 can show; check both',
  },
  {
    name: 'a register above the modulus of the device of that time',
    input: { kind: 'reset', from: at('2025-01-01T00:00:00'), closingRegister: 1000 },
    want: 'bad-request closingRegister: 1000 kWh is more than a register with the modulus 1000 can show; check both',
  },
  {
    name: 'the instant of a replacement in its life',
    input: { kind: 'replacement', from: at('2025-06-10T14:20:00'), openingRegister: 5 },
    want: 'conflict from: the life of m1 has its replacement at 2025-06-10T14:20:00+08:00 with its registers; correct it there (PATCH /api/meters/m1/life/{entry})',
  },
  {
    name: 'the day of a multiplier in its life',
    input: { kind: 'multiplier', from: at('2026-04-01T00:00:00'), multiplier: 60 },
    want: 'conflict from: the life of m1 has the multiplier 40 from 2026-04-01 on; correct it there (PATCH /api/meters/m1/life/{entry})',
  },
  {
    name: 'believing what is left out',
    input: { kind: 'accept', from: MAY.to - 1, to: MAY.to + 1 },
    meter: { decisions: [approved({})] },
    want: 'conflict from: the approved decision d1 (exclude, 2026-05-01T00:00:00+08:00 to 2026-05-02T00:00:00+08:00) says something else of the same readings; reverse it first',
  },
  {
    name: 'believing what follows what is left out',
    input: { kind: 'accept', from: MAY.to, to: MAY.to + 1 },
    meter: { decisions: [approved({})] },
    want: undefined,
  },
  {
    name: 'leaving out more of what is left out',
    input: { kind: 'exclude', ...MAY },
    meter: { decisions: [approved({})] },
    want: undefined,
  },
  {
    name: 'two registers at an instant',
    input: { kind: 'reset', from: MAY.from },
    meter: { decisions: [approved({ kind: 'value', toMs: null, register: 3 })] },
    want: 'conflict from: the approved decision d1 (value, 2026-05-01T00:00:00+08:00) says something else of the same readings; reverse it first',
  },
  {
    name: 'two multipliers at an instant',
    input: { kind: 'multiplier', from: MAY.from, multiplier: 2 },
    meter: { decisions: [approved({ kind: 'multiplier', toMs: null, multiplier: 3 })] },
    want: 'conflict from: the approved decision d1 (multiplier, 2026-05-01T00:00:00+08:00) says something else of the same readings; reverse it first',
  },
  {
    name: 'a multiplier at the instant of a reset',
    input: { kind: 'multiplier', from: MAY.from, multiplier: 2 },
    meter: { decisions: [approved({ kind: 'reset', toMs: null })] },
    want: undefined,
  },
];

test.each(cases)('$name', ({ input, meter, endedOn, want }) => {
  const proposal: NewDecision = { meterId: 'm1', kind: 'exclude', from: MAY.from, reason: 'why', ...input };
  const problem = problemOfDecision(
    appliedProposal('new', proposal),
    { ...METER, ...meter },
    { endedOn: endedOn ?? null, zone: ZONE, nowMs: NOW },
  );
  expect(problem && `${problem.code} ${problem.message}`).toBe(want);
});

test('a decision does not contradict itself', () => {
  const own = approved({ kind: 'accept' });
  const meter = { ...METER, decisions: [own] };
  expect(problemOfDecision(own, meter, { endedOn: null, zone: ZONE, nowMs: NOW })).toBeUndefined();
});
