import { createWorkCalendar } from '../../domain/work-calendar.ts';
import { acknowledgeAlert } from '../../services/alerts/acknowledge.ts';
import { openRuleWorld, SHANGHAI, shanghai, type RuleWorld } from './rule-world.ts';

const HOUR_MS = 3_600_000;

/** Where a scenario does not hold: its line, and what was found instead. */
export interface ScenarioFailure {
  line: number;
  text: string;
  found: string[];
}

interface Run {
  world: RuleWorld;
  dirtyFromMs: Map<string, number>;
  institutionOf: Map<string, string>;
}

/**
 * Plays a scenario against a real registry and says which expectations do not hold. A line is a step, `#` a comment,
 * times are Shanghai's; hourly values may be given as `kW` in and outside working hours or as `value xN`:
 *
 * ```
 * institution office agency area 4000        [settings {json}]
 * point room of office [setpoint] [zone special]
 * quota office electricity 2026 month 1000
 * load office electricity A1 2026-03-02 to 2026-03-20 work 50 off 10
 * load office electricity A1 2026-03-10T19:00 40 x12        (missing x3: an hour without a value)
 * temperature room 2026-07-01T10:00 24 x5
 * advance 2026-03-12T09:00                   sets the clock and runs the rules
 * acknowledge office standby
 * expect office standby warning open since 2026-03-10T19:00 [cleared 2026-03-11T23:00 | active]
 * expect nothing
 * forget                                     deletes alerts and rule states
 * ```
 * `expect` lines between two other steps together name every alert there is.
 */
export async function playScenario(text: string): Promise<ScenarioFailure[]> {
  const run: Run = { world: await openRuleWorld(), dirtyFromMs: new Map(), institutionOf: new Map() };
  const failures: ScenarioFailure[] = [];
  const lines = text.split('\n').map((raw, index) => ({ line: index + 1, text: raw.replace(/#.*/, '').trim() }));
  let expected: { line: number; text: string }[] = [];
  for (const step of [...lines.filter((each) => each.text !== ''), { line: 0, text: 'end' }]) {
    if (step.text.startsWith('expect ')) {
      expected.push(step);
      continue;
    }
    if (expected.length > 0) failures.push(...(await mismatches(run.world, expected)));
    expected = [];
    if (step.text !== 'end') await play(run, step.text.split(/\s+/), step.text);
  }
  return failures;
}

async function play(run: Run, words: string[], text: string): Promise<void> {
  const { world } = run;
  const [verb, ...rest] = words;
  if (verb === 'institution') await addInstitution(world, rest, text);
  else if (verb === 'point') await addPoint(run, rest);
  else if (verb === 'quota') {
    const [institution, medium, year, , limit] = rest as [string, string, string, string, string];
    await world.addQuota(institution, medium, Number(year), Array<number>(12).fill(Number(limit)));
  } else if (verb === 'load') load(run, rest);
  else if (verb === 'temperature') temperature(run, rest);
  else if (verb === 'advance') {
    world.clock.nowMs = shanghai(rest[0]!);
    await world.run({ dirtyFromMs: run.dirtyFromMs });
    run.dirtyFromMs.clear();
  } else if (verb === 'acknowledge') {
    const alert = (await world.alerts()).find((each) => each.institution_id === rest[0] && each.subject === rest[1]);
    if (alert === undefined) throw new Error(`no alert: ${text}`);
    await acknowledgeAlert(world.db, { id: alert.id, username: 'manager', nowMs: world.clock.nowMs });
  } else if (verb === 'forget') {
    for (const table of ['alert', 'rule_state'] as const) await world.db.deleteFrom(table).execute();
  } else throw new Error(`not a step: ${text}`);
}

async function addInstitution(world: RuleWorld, [id, type]: string[], text: string): Promise<void> {
  const area = /\barea (\d+)/.exec(text)?.[1];
  const settings = /\bsettings (\{.*\})/.exec(text)?.[1];
  await world.addInstitution(id!, {
    type,
    areaM2: area === undefined ? undefined : Number(area),
    settings: settings === undefined ? undefined : JSON.parse(settings),
  });
}

async function addPoint({ world, institutionOf }: Run, [id, , institution, ...options]: string[]): Promise<void> {
  const zone = options.indexOf('zone');
  await world.addPoint(institution!, id!, {
    measures: options.includes('setpoint') ? 'setpoint' : 'room',
    zoneKind: zone < 0 ? 'office' : options[zone + 1]!,
  });
  institutionOf.set(id!, institution!);
}

function load(run: Run, [institution, medium, subItem, from, ...rest]: string[]): void {
  const set = (hour: number, amount: number | null): void =>
    run.world.setUsage(institution!, medium as 'electricity', subItem === '-' ? '' : subItem!, hour, amount);
  touch(run, institution!, shanghai(from!));
  if (rest[0] !== 'to') {
    for (const [hour, value] of hoursOf(from!, rest)) set(hour, value);
    return;
  }
  const [, to, , work, , off] = rest;
  const calendar = createWorkCalendar(SHANGHAI);
  for (let hour = shanghai(from!); hour < shanghai(to!); hour += HOUR_MS) {
    set(hour, Number(calendar.isWorkingHour(hour) ? work : off));
  }
}

function temperature(run: Run, [point, from, ...values]: string[]): void {
  touch(run, run.institutionOf.get(point!)!, shanghai(from!));
  for (const [hour, value] of hoursOf(from!, values)) run.world.setMean(point!, 'temperature', hour, value);
}

function touch({ dirtyFromMs }: Run, institution: string, ms: number): void {
  dirtyFromMs.set(institution, Math.min(ms, dirtyFromMs.get(institution) ?? ms));
}

/** `40 x3 missing x2 10`: values hour by hour. */
function hoursOf(from: string, words: string[]): [number, number | null][] {
  const values: (number | null)[] = [];
  for (const word of words) {
    const times = /^x(\d+)$/.exec(word)?.[1];
    const value = word === 'missing' ? null : Number(word);
    if (times !== undefined) values.push(...Array<number | null>(Number(times) - 1).fill(values.at(-1)!));
    else values.push(value);
  }
  return values.map((value, i) => [shanghai(from) + i * HOUR_MS, value]);
}

async function mismatches(world: RuleWorld, expected: { line: number; text: string }[]): Promise<ScenarioFailure[]> {
  const left = (await world.alerts()).map((alert) => {
    const time = (ms: number): string => SHANGHAI.iso(ms).slice(0, 16);
    const cleared = alert.cleared_at === null ? 'active' : `cleared ${time(alert.cleared_at)}`;
    const since = `since ${time(alert.active_since)}`;
    return [alert.institution_id, alert.subject, alert.severity, alert.state, since, cleared].join(' ');
  });
  const found = [...left];
  const failures: ScenarioFailure[] = [];
  for (const { line, text } of expected) {
    const want = text.slice('expect '.length).replaceAll(/\s+/g, ' ');
    if (want === 'nothing') continue;
    const index = left.indexOf(want);
    if (index < 0) failures.push({ line, text, found });
    else left.splice(index, 1);
  }
  if (left.length > 0) failures.push({ line: expected[0]!.line, text: 'nothing more', found: left });
  return failures;
}
