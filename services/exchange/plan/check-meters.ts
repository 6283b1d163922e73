import type { Medium } from '../../../domain/quantity.ts';
import { unitFactor, unitsOf } from '../../../domain/quantity.ts';
import type { WireFormat } from '../../../domain/wire-format.ts';
import { problemOfMeter } from '../../registry/meter-problem.ts';
import { DIRECTION_CHOICES, FORMAT_CHOICES, mediumWords, ZONE_KIND_CHOICES } from '../sheets/choices.ts';
import type { ProblemCode } from '../problems/problem-texts.ts';
import { addAt, valueOf } from '../tables/table.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkParents } from './check-parents.ts';
import type { Draft, ObjectDraft } from './draft.ts';
import { meterRowOf } from './meter-row-of.ts';
import { referredTo } from './references.ts';

/** Formats whose frames name their meter by nothing but an address. */
const FRAME_FORMATS: ReadonlySet<unknown> = new Set<WireFormat>([
  'dlt645-2007',
  'dlt645-1997',
  'cjt188',
  'mbus',
  'frames',
]);
const OF_REGISTERS = ['registerModulus', 'ratedMaximum', 'primaryRegister', 'parentId'] as const;

/** Checks the meters that are new or change, against the file and the registry. */
export function checkMeters(draft: Draft): void {
  for (const object of draft.objects.meters.values()) {
    if (object.changed.size === 0) continue;
    const before = draft.problems.count();
    const { table, row, id, stored } = object;
    if (stored === undefined && draft.state.virtualMeters.has(id))
      addAt(draft.problems, table, row, 'id', 'id-of-virtual', { id });
    checkReferences(draft, object);
    checkFacts(draft, object);
    // What the registry refuses beside all that is named here.
    if (draft.problems.count() === before) checkByRegistry(draft, object);
  }
  checkParents(draft);
  checkAddresses(draft);
}

function checkReferences(draft: Draft, object: ObjectDraft): void {
  const { table, row, facts, changed } = object;
  const { collectorId, buildingId, zoneId, endedOn } = facts;
  // What is no more may be where there is nothing any more.
  const hasEnded = typeof endedOn === 'string' && endedOn <= draft.today;
  if (changed.has('collectorId') && typeof collectorId === 'string') {
    const collector = referredTo(draft, object, { key: 'collectorId', sheet: 'collectors', id: collectorId });
    const end = collector?.['endedOn'];
    if (typeof end === 'string' && !hasEnded)
      addAt(draft.problems, table, row, 'collectorId', 'has-ended', { id: collectorId, date: end });
  }
  const isPlaced = changed.has('buildingId') || changed.has('zoneId') || changed.has('zoneKind');
  if (!isPlaced) return;
  const zone =
    typeof zoneId === 'string' ? referredTo(draft, object, { key: 'zoneId', sheet: 'zones', id: zoneId }) : undefined;
  const building =
    typeof buildingId === 'string'
      ? referredTo(draft, object, { key: 'buildingId', sheet: 'buildings', id: buildingId })
      : undefined;
  for (const [key, place, id] of [
    ['zoneId', zone, zoneId],
    ['buildingId', building, buildingId],
  ] as const) {
    const end = place?.['endedOn'];
    if (typeof end === 'string' && end <= draft.today && !hasEnded) {
      addAt(draft.problems, table, row, key, 'has-ended', { id: String(id), date: end });
    }
  }
  if (zone === undefined) return;
  const own = zone['buildingId'] ?? null;
  // A zone brings its building and its kind, where the row does not say them.
  const brings = (key: string): boolean =>
    facts[key] === null || (changed.has('zoneId') && valueOf(table, row, key) === undefined);
  if (brings('buildingId')) fill(object, 'buildingId', own);
  else if (building !== undefined && own !== buildingId) {
    const params = { id: String(zoneId), owner: String(own ?? '-'), building: String(buildingId) };
    addAt(draft.problems, table, row, 'zoneId', 'zone-of-building', params);
  }
  const { zoneKind } = facts;
  if (brings('zoneKind')) fill(object, 'zoneKind', zone['kind'] ?? null);
  else if (zone['kind'] !== zoneKind) {
    const kind = ZONE_KIND_CHOICES.find(({ code }) => code === zone['kind'])?.zh ?? String(zone['kind']);
    addAt(draft.problems, table, row, 'zoneKind', 'kind-of-zone', { zone: String(zoneId), kind });
  }
}

function fill({ facts, stored, changed }: ObjectDraft, key: string, value: string | number | null): void {
  facts[key] = value;
  if (stored !== undefined && stored[key] !== value) changed.add(key);
}

function checkFacts(draft: Draft, { table, row, id, stored, facts, changed }: ObjectDraft): void {
  const add = (key: string, code: ProblemCode, params: Record<string, string | number> = {}): void =>
    addAt(draft.problems, table, row, key, code, params);
  const medium = facts['medium'] as Medium | null;
  if (medium === null) return;
  if (stored !== undefined && changed.has('medium')) {
    const { zh, en } = mediumWords(stored['medium'] as Medium);
    add('medium', 'medium-fixed', { id, storedZh: zh, storedEn: en });
    return;
  }
  const unit = facts['registerUnit'];
  if (changed.has('registerUnit') && typeof unit === 'string' && unitFactor(medium, unit) === undefined) {
    const { zh, en } = mediumWords(medium);
    add('registerUnit', 'unit-of-medium', {
      mediumZh: zh,
      mediumEn: en,
      units: unitsOf(medium).join(', '),
      value: unit,
    });
  }
  if (medium === 'temperature') {
    for (const key of OF_REGISTERS) if (changed.has(key) && facts[key] !== null) add(key, 'temperature-has-no');
  } else if (changed.has('measures') && facts['measures'] !== null) {
    add('measures', 'only-temperature');
  }
  const { format, address, direction } = facts;
  if ((changed.has('format') || changed.has('address')) && FRAME_FORMATS.has(format) && address === null) {
    const name = FORMAT_CHOICES.find(({ code }) => code === format)?.zh ?? String(format);
    add('address', 'address-needed', { format: name });
  }
  const isOdd =
    (direction === 'pv' && medium !== 'electricity') || (direction === 'export' && medium === 'temperature');
  if (changed.has('direction') && isOdd) {
    add('direction', 'direction-of-medium', {
      direction: DIRECTION_CHOICES.find(({ code }) => code === direction)?.zh ?? '',
    });
  }
  const { registerModulus: modulus, ratedMaximum: rated, expectedIntervalS: seconds } = facts;
  const isCounted = ['registerModulus', 'ratedMaximum', 'expectedIntervalS'].some((key) => changed.has(key));
  if (isCounted && typeof modulus === 'number' && typeof rated === 'number' && typeof seconds === 'number') {
    if (modulus <= (rated * seconds) / 3600) add('registerModulus', 'modulus-too-small', { modulus, rated, seconds });
  }
}

function checkByRegistry(draft: Draft, object: ObjectDraft): void {
  const { table, row, facts, stored } = object;
  if (facts['medium'] === null || facts['collectorId'] === null) return;
  const problem = problemOfMeter(meterRowOf(facts));
  if (problem === undefined || (stored !== undefined && problemOfMeter(meterRowOf(stored)) !== undefined)) return;
  const [field = ''] = problem.split(/[:,]/, 1);
  addAt(draft.problems, table, row, field, 'not-allowed', { detail: problem });
}
