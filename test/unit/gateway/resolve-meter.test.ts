import { expect, test } from 'vitest';

import { createDirectory, type DirectoryMeter } from '../../../gateway/directory.ts';
import { resolveMeter } from '../../../gateway/resolve-meter.ts';

const meter = (id: string, more: Partial<DirectoryMeter> = {}): DirectoryMeter => ({
  id,
  collectorId: 'c1',
  medium: 'electricity',
  registerUnit: 'kWh',
  ...more,
});
const directory = createDirectory();
directory.replace({
  meters: [
    meter('m1', { address: '0000 0000 0161' }),
    meter('m2', { collectorId: 'c2', address: '162' }),
    // The same number on the lines of two collectors.
    meter('m3', { address: '7' }),
    meter('m4', { collectorId: 'c2', address: '7' }),
    // One after another.
    meter('old', { address: '9', endedAtMs: 100 }),
    meter('older', { address: '9', endedAtMs: 50 }),
    meter('new', { address: '9' }),
    meter('gone', { address: '10', endedAtMs: 100 }),
    meter('gone-before', { address: '10', endedAtMs: 50 }),
    // One after another, registered in two notations.
    meter('gone-with-maker', { address: '7777 0000000042', endedAtMs: 100 }),
    meter('without-maker', { address: '42' }),
  ],
});

const rows: {
  name: string;
  item: { meter?: string; address?: string; otherAddresses?: string[] };
  from?: string;
  atMs?: number;
  want: string;
}[] = [
  { name: 'by its id', item: { meter: 'm1' }, want: 'm1' },
  { name: 'an id that nobody has', item: { meter: 'm9' }, want: 'unknown-meter' },
  { name: "another collector's id", item: { meter: 'm2' }, want: 'foreign-meter' },
  { name: 'the id counts before the address', item: { meter: 'm9', address: '161' }, want: 'unknown-meter' },
  { name: 'by its address, without leading zeros and spaces', item: { address: '00000161' }, want: 'm1' },
  { name: 'an address that nobody has', item: { address: '163' }, want: 'unknown-address' },
  { name: "another collector's address", item: { address: '000162' }, want: 'foreign-meter' },
  { name: 'the same address on two collectors: the one', item: { address: '7' }, want: 'm3' },
  { name: 'the same address on two collectors: the other', item: { address: '7' }, from: 'c2', want: 'm4' },
  { name: 'by another notation', item: { address: 'KAM-161', otherAddresses: ['161'] }, want: 'm1' },
  { name: 'by the notation that comes first', item: { address: '7', otherAddresses: ['161'] }, want: 'm3' },
  {
    name: "its own by another notation before another's by the first",
    item: { address: '162', otherAddresses: ['161'] },
    want: 'm1',
  },
  { name: "another's by another notation", item: { address: 'x', otherAddresses: ['162'] }, want: 'foreign-meter' },
  { name: 'no address at all', item: {}, want: 'unknown-address' },
  { name: 'one after another, at first', item: { address: '9' }, atMs: 10, want: 'older' },
  { name: 'one after another, between', item: { address: '9' }, atMs: 99, want: 'old' },
  { name: 'one after another, now', item: { address: '9' }, atMs: 100, want: 'new' },
  { name: 'after the end of all', item: { address: '10' }, atMs: 1000, want: 'gone' },
  {
    name: 'one after another in two notations, before',
    item: { address: '77770000000042', otherAddresses: ['42'] },
    atMs: 99,
    want: 'gone-with-maker',
  },
  {
    name: 'one after another in two notations, now',
    item: { address: '77770000000042', otherAddresses: ['42'] },
    atMs: 100,
    want: 'without-maker',
  },
  {
    name: 'ended in the one notation, unknown in the other',
    item: { address: '77770000000042', otherAddresses: ['43'] },
    atMs: 100,
    want: 'gone-with-maker',
  },
];
for (const { name, item, from = 'c1', atMs = 1000, want } of rows) {
  test(`resolve: ${name} => ${want}`, () => {
    const found = resolveMeter(item, from, atMs, directory);
    expect(found.ok ? found.meter.id : found.reason).toBe(want);
    if (!found.ok) expect(found.detail).not.toBe('');
  });
}

test.each<[string, string[], string | undefined]>([
  ['c1', ['KAM-161', '161'], '161'],
  ['c1', ['x', '162'], '162'],
  ['c1', ['77770000000042', '43'], '77770000000042'],
  ['c1', ['x', 'y'], undefined],
])('of %s, %j: what the registry calls it is %s', (from, [address, ...otherAddresses], want) => {
  expect(resolveMeter({ address: address!, otherAddresses }, from, 1000, directory).address).toBe(want);
});
