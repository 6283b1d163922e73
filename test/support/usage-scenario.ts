import type { Finding } from '../../domain/finding.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import { createZone } from '../../domain/zone.ts';
import { createMaterialiser, type Materialiser } from '../../services/usage/materialise.ts';
import type { AppliedDecision, RegisterEvent, UsageMeter } from '../../services/usage/meter-config.ts';
import { createUsageReader } from '../../services/usage/read-usage.ts';
import type { UsageStep } from '../../services/usage/usage-reader.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../storage/series/port.ts';

const zone = createZone('Asia/Shanghai');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEP_MS: Record<string, number> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** Where a scenario does not hold: its line, and what was found instead. */
export interface UsageFailure {
  line: number;
  text: string;
  found: string;
}

interface Line {
  line: number;
  text: string;
}

/** Readings as they arrived, and the registry as it stands. */
interface Story {
  meters: Map<string, UsageMeter>;
  rows: ReadingRow[];
  /** The register that each meter shows, for `count`. */
  registers: Map<string, number>;
}

interface World {
  store: SeriesStore;
  materialiser: Materialiser;
  findings: Map<string, Finding[]>;
}

/**
 * Plays a scenario against the materialiser over a store, and says which expectations do not hold. A line is a step, `#`
 * a comment, times are Shanghai's, registers are units of the meter. Lines arrive in their order, whatever the times
 * that they speak of; what has arrived becomes usage at each `run` and `expect`. At the end all usage is made anew from
 * nothing, and the last expectations must hold again.
 *
 * ```
 * meter m electricity every 15m [modulus 10000] [rated 50] [multiplier 40]
 * share m school 0.6 A1                      a part of it is the institution's
 * read m 2026-03-02T08:00 every 15m 100 102 - 105          (-: no reading)
 * count m 2026-03-02T08:00 to 2026-03-09T08:00 every 1h by 2 [work 8]   goes on rising; on working hours by more
 * amount m 2026-03-02T08:15 every 15m 2 3 [from 2026-03-02T08:00]
 * rate m 2026-03-02T08:00 every 15m 4 4 8
 * manual m 2026-03-02T09:00 110              read by a person
 * replace m 2026-03-02T09:00 [closing 110] [opening 0]     install, remove likewise
 * multiplier m 60 from 2026-03-02
 * decide m d1 exclude 2026-03-02T08:15 [to 2026-03-02T08:30] [register 110] [closing 1] [opening 0] [multiplier 60]
 * reverse d1
 * run
 * expect m 15m 2026-03-02T08:00: 2 measured, 1.5 interpolated x2, missing
 * expect school A1 1d 2026-03-02: 40
 * expect findings m: outlier 2026-03-02T08:15, gap 2026-03-02T09:00 to 2026-03-02T10:00      (none)
 * ```
 */
export async function playUsageScenario(text: string): Promise<UsageFailure[]> {
  const story: Story = { meters: new Map(), rows: [], registers: new Map() };
  const lines = text
    .split('\n')
    .map((raw, index): Line => ({ line: index + 1, text: raw.replace(/#.*/, '').trim() }))
    .filter((step) => step.text !== '');
  const world = await openWorld();
  const failures: UsageFailure[] = [];
  let written = 0;
  for (const step of lines) {
    const isQuestion = step.text.startsWith('expect ');
    if (!isQuestion && step.text !== 'run') {
      tell(story, step.text);
      continue;
    }
    await world.store.writeReadings(story.rows.slice(written));
    written = story.rows.length;
    await settle(world, story);
    if (isQuestion) failures.push(...(await check(world, story, step)));
  }
  await world.store.close();
  return [...failures, ...(await checkAnew(story, lines))];
}

/** The last expectations, of usage that is made from nothing. */
async function checkAnew(story: Story, lines: readonly Line[]): Promise<UsageFailure[]> {
  const world = await openWorld();
  await world.store.writeReadings(story.rows);
  await settle(world, story);
  const failures: UsageFailure[] = [];
  const before = lines.findLastIndex((step) => !step.text.startsWith('expect '));
  for (const step of lines.slice(before + 1))
    for (const failure of await check(world, story, step))
      failures.push({ ...failure, text: `from nothing: ${failure.text}` });
  await world.store.close();
  return failures;
}

async function openWorld(): Promise<World> {
  const store = await openDuckdbStore({ file: ':memory:' });
  return { store, materialiser: createMaterialiser(store, zone, () => zone.at(2026, 7, 1)), findings: new Map() };
}

async function settle({ materialiser, findings }: World, { meters }: Story): Promise<void> {
  materialiser.useMeters([...meters.values()].map((meter) => structuredClone(meter)));
  const isMore = (): Promise<boolean> =>
    materialiser.run(async (change) => {
      for (const [meter, found] of change.findings ?? []) {
        const kept = (findings.get(meter) ?? []).filter(({ toMs }) => toMs < found.fromMs);
        findings.set(meter, [...kept, ...found.findings]);
      }
    });
  while (await isMore()) continue;
  const failure = materialiser.failure();
  if (failure !== '') throw new Error(failure);
}

function tell(story: Story, text: string): void {
  const [verb, id = '', ...words] = text.split(/\s+/);
  if (verb === 'meter') return addMeter(story, id, words);
  if (verb === 'reverse') {
    for (const meter of story.meters.values())
      if (meter.decisions !== undefined) meter.decisions = meter.decisions.filter((decision) => decision.id !== id);
    return;
  }
  const meter = story.meters.get(id);
  if (meter === undefined) throw new Error(`no meter: ${text}`);
  const after = (word: string): string | undefined => words[words.indexOf(word) + 1];
  const has = (word: string): boolean => words.includes(word);
  const numberAfter = (word: string): number | null => (has(word) ? Number(after(word)) : null);
  if (verb === 'read') readings(story, id, 'total', words);
  else if (verb === 'rate') readings(story, id, 'rate', words);
  else if (verb === 'amount') readings(story, id, 'delta', words);
  else if (verb === 'count') count(story, id, words);
  else if (verb === 'share') {
    const [institutionId, share, subItem] = words as [string, string, string?];
    meter.shares.push({
      institutionId,
      subItem: subItem ?? null,
      share: Number(share),
      validFrom: '1970-01-01',
      validTo: null,
    });
  } else if (verb === 'manual') {
    const point = { id: `m${words[0]}`, atMs: at(words[0]!), register: Number(words[1]) };
    meter.manual = [...(meter.manual ?? []), point].sort((a, b) => a.atMs - b.atMs);
  } else if (verb === 'multiplier') {
    meter.multipliers.at(-1)!.validTo = words[2]!;
    meter.multipliers.push({ multiplier: Number(words[0]), validFrom: words[2]!, validTo: null });
  } else if (verb === 'replace' || verb === 'install' || verb === 'remove') {
    const kind = ({ replace: 'replacement', install: 'installation', remove: 'removal' } as const)[verb];
    const registers = { closingRegister: numberAfter('closing'), openingRegister: numberAfter('opening') };
    const event: RegisterEvent = { kind, atMs: at(words[0]!), ...registers };
    meter.events = [...(meter.events ?? []), event].sort((a, b) => a.atMs - b.atMs);
  } else if (verb === 'decide') {
    const decision: AppliedDecision = {
      id: words[0]!,
      kind: words[1] as AppliedDecision['kind'],
      fromMs: at(words[2]!),
      toMs: has('to') ? at(after('to')!) : null,
      register: numberAfter('register'),
      closingRegister: numberAfter('closing'),
      openingRegister: numberAfter('opening'),
      multiplier: words.lastIndexOf('multiplier') > 1 ? Number(words.at(-1)) : null,
    };
    meter.decisions = [...(meter.decisions ?? []), decision].sort((a, b) => a.fromMs - b.fromMs);
  } else throw new Error(`not a step: ${text}`);
}

function addMeter({ meters }: Story, id: string, words: string[]): void {
  const numberAfter = (word: string): number | null =>
    words.includes(word) ? Number(words[words.indexOf(word) + 1]) : null;
  const medium = words[0] as UsageMedium;
  meters.set(id, {
    id,
    medium,
    registerUnit: { electricity: 'kWh', water: 'm3', heat: 'GJ', gas: 'm3', cooling: 'GJ' }[medium],
    registerModulus: numberAfter('modulus'),
    ratedMaximum: numberAfter('rated'),
    expectedIntervalS: duration(words[words.indexOf('every') + 1]!) / 1000,
    parentId: null,
    multipliers: [{ multiplier: numberAfter('multiplier') ?? 1, validFrom: '1970-01-01', validTo: null }],
    shares: [],
  });
}

function readings(story: Story, meter: string, metric: 'total' | 'rate' | 'delta', words: string[]): void {
  const [from, every, step, ...rest] = words;
  const said = rest.indexOf('from');
  const values = every === 'every' ? rest.slice(0, said < 0 ? undefined : said) : [every!];
  const stepMs = every === 'every' ? duration(step!) : 0;
  for (const [index, value] of values.entries()) {
    const ms = at(from!) + index * stepMs;
    if (value === '-') continue;
    add(story, meter, metric, ms, Number(value));
    if (said >= 0) add(story, meter, 'deltaFrom', ms, at(rest[said + 1]!) + index * stepMs);
  }
}

function count(story: Story, meter: string, words: string[]): void {
  const [from, , to, , step, , by] = words;
  const work = words.includes('work') ? Number(words[words.indexOf('work') + 1]) : Number(by);
  const stepMs = duration(step!);
  let register = story.registers.get(meter) ?? 0;
  for (let ms = at(from!); ms <= at(to!); ms += stepMs) {
    add(story, meter, 'total', ms, Math.round(register * 1000) / 1000);
    const { hour, weekday } = zone.local(ms);
    register += weekday <= 5 && hour >= 9 && hour < 17 ? work : Number(by);
  }
}

function add(story: Story, meter: string, metric: ReadingRow['metric'], observedAtMs: number, value: number): void {
  const position = story.rows.length + 1;
  story.rows.push({ meter, metric, observedAtMs, value, receivedAtMs: observedAtMs, flags: 0, position });
  if (metric === 'total') story.registers.set(meter, value);
}

async function check({ store, findings }: World, { meters }: Story, step: Line): Promise<UsageFailure[]> {
  const [question, answer = ''] = step.text.slice('expect '.length).split(/:\s+/) as [string, string?];
  const words = question.split(/\s+/);
  const want = answer.trim().replaceAll(/\s+/g, ' ');
  let found: string;
  if (words[0] === 'findings') found = findingsText(findings.get(words[1]!) ?? []);
  else {
    const reader = createUsageReader(store, zone, () => meters);
    const [name, ...others] = words as [string, ...string[]];
    const [stepName, from] = others.slice(-2) as [UsageStep, string];
    const bounds = [at(from)];
    const items = want.split(', ').flatMap((item) => {
      const times = / x(\d+)$/.exec(item)?.[1] ?? '1';
      return Array<string>(Number(times)).fill(item.replace(/ x\d+$/, ''));
    });
    for (let i = 0; i < items.length; i++) bounds.push(next(bounds.at(-1)!, stepName));
    const [fromMs, toMs] = [bounds[0]!, bounds.at(-1)!];
    if (meters.has(name)) {
      const intervals = await reader.meterUsage(name, fromMs, toMs, stepName);
      found = runs(intervals.map(({ micro, quality }) => (micro === null ? quality : `${units(micro)} ${quality}`)));
    } else {
      const subItem = others.length > 2 ? others[0]! : '';
      const intervals = await reader.institutionUsage([name], fromMs, toMs, stepName);
      const own = intervals.filter((one) => one.subItem === subItem);
      found = runs(own.map(({ micro }) => (micro === null ? 'missing' : String(units(micro)))));
    }
    if (found === runs(items)) return [];
  }
  return found === want ? [] : [{ ...step, found }];
}

function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'none';
  return findings
    .toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)
    .map(({ kind, fromMs, toMs }) => `${kind} ${time(fromMs)}${toMs === fromMs ? '' : ` to ${time(toMs)}`}`)
    .join(', ');
}

/** `2 measured, 2 measured, missing` → `2 measured x2, missing` */
function runs(items: readonly string[]): string {
  const told: { item: string; times: number }[] = [];
  for (const item of items) {
    const last = told.at(-1);
    if (last?.item === item) last.times++;
    else told.push({ item, times: 1 });
  }
  return told.map(({ item, times }) => (times === 1 ? item : `${item} x${times}`)).join(', ');
}

function next(ms: number, step: UsageStep): number {
  if (step === '1d') return zone.nextDay(ms);
  return step === '1mo' ? zone.nextMonth(ms) : ms + duration(step);
}

function units(micro: bigint): number {
  return Number(micro) / 1e6;
}

function at(text: string): number {
  const [date, clock = '00:00'] = text.split('T') as [string, string?];
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const [hour, minute, second = 0] = clock.split(':').map(Number) as [number, number, number?];
  return zone.at(year, month, day) + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
}

function time(ms: number): string {
  return zone.iso(ms).slice(0, 16);
}

function duration(text: string): number {
  return Number(text.slice(0, -1)) * STEP_MS[text.at(-1)!]!;
}
