import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import type { NewLifeEntry } from '../../../services/api/schemas/meter-life.ts';
import { addEntry, changeEntry, dropEntry } from '../../../services/registry/meter-history-edits.ts';
import { withRow, type MeterHistory } from '../../../services/registry/meter-history.ts';
import { entriesOf } from '../../../services/registry/meter-time-line.ts';
import { rowOfNewMeter } from '../../../services/registry/meter-row.ts';

const zone = createZone('Asia/Shanghai');
const DAY_MS = 86_400_000;
const BEGIN = zone.at(2024, 1, 1);
const dateOf = (day: number): string => zone.date(BEGIN + day * DAY_MS);

const share = (institutionId: string) => [{ institutionId, zoneId: null, subItem: null, share: 1 }];
const FIRST: MeterHistory = {
  row: rowOfNewMeter(
    { id: 'm', collectorId: 'c', medium: 'electricity', institutionId: 'a', registerModulus: 1000, address: '1' },
    1,
  ),
  events: [],
  multipliers: [{ from: '1970-01-01', to: null, value: 1 }],
  shares: [{ from: '1970-01-01', to: null, value: share('a') }],
};

/** What an event is called before it is in its table is given here. */
function numbered(history: MeterHistory): MeterHistory {
  let next = Math.max(0, ...history.events.map(({ id }) => id ?? 0)) + 1;
  return {
    ...history,
    events: history.events.map((event) => (event.id === undefined ? { ...event, id: next++ } : event)),
  };
}
const add = (history: MeterHistory, entry: NewLifeEntry): MeterHistory =>
  numbered(addEntry(history, entry, 1, zone).history);
const ids = (history: MeterHistory): string[] => entriesOf(history, zone, new Map()).map(({ id }) => id);

const figures = { closingRegister: 5, openingRegister: 0 };
/** Each entry on a day of its own, so that none is in another's way. */
const entry = (day: number): fc.Arbitrary<NewLifeEntry> =>
  fc.oneof(
    fc.record(
      {
        kind: fc.constant('replacement' as const),
        at: fc.integer({ min: 1, max: DAY_MS - 1 }).map((ms) => BEGIN + day * DAY_MS + ms),
        closingRegister: fc.constant(5),
        openingRegister: fc.constant(0),
        registerModulus: fc.constantFrom(1000, 10_000, 100_000),
        address: fc.constantFrom('1', '2', '3'),
        multiplier: fc.constantFrom(1, 20, 40),
      },
      { requiredKeys: ['kind', 'at', 'closingRegister', 'openingRegister'] },
    ),
    fc.constantFrom(10, 30).map((multiplier) => ({ kind: 'multiplier' as const, date: dateOf(day), multiplier })),
    fc
      .constantFrom('a', 'b')
      .map((id) => ({ kind: 'move' as const, date: dateOf(day), shares: share(id).map(noNulls) })),
  );
function noNulls({ institutionId, share: part }: { institutionId: string; share: number }) {
  return { institutionId, share: part };
}
const someEntries = fc
  .uniqueArray(fc.nat(60), { minLength: 1, maxLength: 8 })
  .chain((days) => fc.tuple(...days.map((day) => entry(day))));

test('entries made in any order give the same life', () => {
  fc.assert(
    fc.property(someEntries, fc.func(fc.integer()), (entries, rank) => {
      const shuffled = entries.toSorted((a, b) => rank(a) - rank(b));
      const bare = (history: MeterHistory) => ({
        ...history,
        events: history.events.map(({ id: _id, ...event }) => event),
      });
      expect(bare(shuffled.reduce(add, FIRST))).toEqual(bare(entries.reduce(add, FIRST)));
    }),
  );
});

test('entries taken back in any order leave what was before them', () => {
  fc.assert(
    fc.property(someEntries, fc.func(fc.integer()), (entries, rank) => {
      const whole = entries.reduce(add, FIRST);
      const order = ids(whole).toSorted((a, b) => rank(a) - rank(b));
      expect(order.reduce((history, id) => dropEntry(history, id, zone), whole)).toEqual(FIRST);
    }),
  );
});

test('an entry corrected to another day is as if it had been entered there', () => {
  fc.assert(
    fc.property(someEntries, fc.integer({ min: 61, max: 90 }), fc.nat(), (entries, day, pick) => {
      const chosen = entries[pick % entries.length]!;
      const moved = 'at' in chosen ? { ...chosen, at: BEGIN + day * DAY_MS + 7 } : { ...chosen, date: dateOf(day) };
      const entered = entries.map((one) => (one === chosen ? moved : one)).reduce(add, FIRST);
      const whole = entries.reduce(add, FIRST);
      const position = entriesOf(whole, zone, new Map()).find(({ at, date }) =>
        'at' in chosen ? at === zone.iso(chosen.at) : at === null && date === chosen.date,
      );
      const change = 'at' in moved ? { at: moved.at } : { date: moved.date };
      const corrected = changeEntry(whole, position!.id, change, zone).history;
      const bare = (history: MeterHistory) => ({
        ...history,
        events: history.events.map(({ id: _id, ...event }) => event),
      });
      expect(bare(corrected)).toEqual(bare(entered));
    }),
  );
});

test('a figure of the device corrected on the meter stays corrected when earlier entries go', () => {
  const first = { kind: 'replacement' as const, at: BEGIN + 1, ...figures, registerModulus: 10_000, address: '2' };
  const second = { kind: 'replacement' as const, at: BEGIN + DAY_MS, ...figures, registerModulus: 100_000 };
  const history = [first, second].reduce<MeterHistory>(add, FIRST);
  const corrected = withRow(history, { ...history.row, register_modulus: 50_000, address: '9' });
  expect(corrected.events.map(({ after }) => after)).toEqual([
    { register_modulus: 10_000, address: '9' },
    { register_modulus: 50_000 },
  ]);
  const without = dropEntry(corrected, 'event-1', zone);
  expect(without.row).toMatchObject({ register_modulus: 50_000, address: '1' });
});

test('a meter is no more from the day after its removal on, whatever the hour', () => {
  for (const hour of [0, 12, 23]) {
    const at = zone.at(2025, 12, 31, hour);
    const removed = add(FIRST, { kind: 'removal', at, closingRegister: 7 });
    expect(removed.row.ended_on).toBe('2026-01-01');
    expect(dropEntry(removed, 'event-1', zone).row.ended_on).toBeNull();
  }
});
