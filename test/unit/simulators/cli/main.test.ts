import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { demoCity } from '../../../../simulators/city.ts';
import { openRecordingBroker, type RecordingBroker } from '../recording-broker.ts';

let folder: string;
let tokens: string;
let broker: RecordingBroker;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  tokens = join(folder, 'tokens.json');
  await writeFile(tokens, JSON.stringify(Object.fromEntries(demoCity().collectors.map(({ id }) => [id, 'good']))));
  broker = await openRecordingBroker((_, token) => token === 'good');
});
afterAll(async () => {
  await broker.close();
  await rm(folder, { recursive: true });
});

/** Runs the command; `onLine` may end it. */
async function simulate(
  args: readonly string[],
  onLine: (line: string, end: () => void) => void = () => {},
): Promise<{ code: number | null; lines: string[]; errors: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulators/main.ts', ...args]);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    onLine(line, () => child.kill('SIGTERM'));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines, errors };
}

const fleet = (...more: string[]): string[] => [
  'fleet',
  '--url',
  broker.url,
  '--tokens',
  tokens,
  '--clock-start',
  '2026-05-15T09:00:00+08:00',
  '--json',
  ...more,
];

test('fleet: history, then live, at another date; SIGTERM ends it with every collector offline', async () => {
  const { code, lines, errors } = await simulate(fleet('--from', '2026-05-14T00:00:00+08:00'), (line, end) => {
    if (line === '{"phase":"live"}') end();
  });
  expect(errors).toBe('');
  expect(code).toBe(0);
  const { meters, unregistered } = demoCity();
  const of = (meters.length - 1 + unregistered.length) * (33 * 4 + 1);
  expect(lines.slice(-3).map((line) => JSON.parse(line) as object)).toEqual([
    { phase: 'history', sent: of, of },
    { phase: 'history-done' },
    { phase: 'live' },
  ]);
  const status = broker.messages.filter(({ topic }) => topic.endsWith('/status')).map(({ payload }) => payload);
  expect(status.filter((payload) => payload === 'offline')).toHaveLength(12);
}, 60_000);

test('fleet: --since leaves out what was sent before, --no-live ends after the history', async () => {
  const before = broker.messages.length;
  const { code, lines } = await simulate(fleet('--since', '2026-05-15T08:30:00+08:00', '--no-live'));
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe('{"phase":"history-done"}');
  const arrays = broker.messages
    .slice(before)
    .filter(({ topic }) => topic.endsWith('/reading'))
    .map(({ payload }) => (JSON.parse(payload) as { ts: number }[]).map(({ ts }) => new Date(ts).toISOString()));
  expect(new Set(arrays.map((times) => times.toSorted().join(' ')))).toEqual(
    new Set(['2026-05-15T00:45:00.000Z 2026-05-15T01:00:00.000Z']),
  );
}, 60_000);

test('fleet: --format leaves only the meters that speak it', async () => {
  const before = broker.messages.length;
  const { code } = await simulate(
    fleet('--since', '2026-05-15T08:30:00+08:00', '--no-live', '--format', 'cjt188,mbus'),
  );
  expect(code).toBe(0);
  const { meters } = demoCity();
  const spoken = broker.messages.slice(before).filter(({ topic }) => !topic.endsWith('/status'));
  expect(spoken).toHaveLength(meters.filter(({ format }) => format === 'cjt188' || format === 'mbus').length);
  expect(spoken.every(({ topic }) => topic.endsWith('/frames'))).toBe(true);
}, 60_000);

test.each([
  { name: 'a format that is none', args: () => fleet('--format', 'morse'), want: 'there are native-json' },
  { name: 'no broker there', args: () => [...fleet(), '--url', 'mqtt://127.0.0.1:1'], want: 'cannot reach the broker' },
  { name: 'no tokens', args: () => [...fleet(), '--tokens', '/nowhere'], want: 'cannot read tokens from /nowhere' },
  { name: 'a fault that is none', args: () => fleet('--faults', 'noise'), want: 'there are standby, thermostat' },
  { name: 'a time without offset', args: () => fleet('--from', '2026-05-14'), want: 'RFC 3339 with an offset' },
  {
    name: 'a token left out',
    args: () => 'replay --url mqtt://127.0.0.1:1 --csv x --column 1 --meter m --collector c'.split(' '),
    want: "'--token <token>' not specified",
  },
])(
  'refused in a sentence: $name',
  async ({ args, want }) => {
    const { code, errors } = await simulate(args());
    expect(code).toBe(1);
    expect(errors).toContain(want);
    expect(errors).not.toMatch(/^\s+at /m);
  },
  60_000,
);
