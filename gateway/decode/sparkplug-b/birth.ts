import type { Metric as Quantity } from '../../../domain/quantity.ts';
import type { Metric } from './payload.ts';
import { quantityNamed } from './quantity-names.ts';
import type { BirthContent } from './session-rows.ts';
import { factorOfUnit, registerUnit, type UnitKind } from './unit-factors.ts';

/** What a metric is a reading of. */
export interface MetricMeaning {
  address: string;
  /** With the edge node before it, for devices that are called alike on two of them. */
  otherAddresses?: readonly string[];
  quantity: Quantity;
  unitKind: UnitKind;
  isRegister: boolean;
  /** As the metric tells it, by a property or by the end of its name. */
  unit?: string;
}

/** A metric as a birth certificate announces it. */
export interface AnnouncedMetric {
  name: string;
  /** 0: not told. */
  datatype: number;
  /** Left out where the platform has no place for it. */
  meaning?: MetricMeaning;
}

/** A birth certificate, ready to explain data. */
export interface Birth {
  byAlias: ReadonlyMap<string, AnnouncedMetric>;
  byName: ReadonlyMap<string, AnnouncedMetric>;
}

const MAX_NAME = 256;

/** What a birth certificate announces, to be kept. */
export function announcedBy(metrics: readonly Metric[]): BirthContent['metrics'] {
  const announced: BirthContent['metrics'] = [];
  for (const { name, alias, datatype, unit } of metrics) {
    if (name === undefined || name.length > MAX_NAME) continue;
    announced.push([name, alias ?? null, datatype, unit?.slice(0, 32) ?? null]);
  }
  return announced;
}

/** Makes what was announced ready to explain data. An alias that two metrics share explains nothing. */
export function compileBirth(announced: BirthContent['metrics'], edgeNode: string, device: string): Birth {
  const byAlias = new Map<string, AnnouncedMetric>();
  const byName = new Map<string, AnnouncedMetric>();
  const shared = new Set<string>();
  for (const [name, alias, datatype, unit] of announced) {
    const meaning = meaningOf(name, unit ?? undefined, edgeNode, device);
    const metric: AnnouncedMetric = { name, datatype, meaning };
    byName.set(name, metric);
    if (alias === null) continue;
    if (byAlias.has(alias) && byAlias.get(alias)!.name !== name) shared.add(alias);
    byAlias.set(alias, metric);
  }
  for (const alias of shared) byAlias.delete(alias);
  settleVolumes(byName.values());
  return { byAlias, byName };
}

/** What a metric of this name is a reading of: the last level says the quantity, those before it whose it is. */
export function meaningOf(
  name: string,
  unit: string | undefined,
  edgeNode: string,
  device: string,
): MetricMeaning | undefined {
  if (name.length > MAX_NAME) return undefined;
  const slash = name.lastIndexOf('/');
  const named = quantityNamed(name.slice(slash + 1));
  if (named === undefined) return undefined;
  const speaker = device === '' ? edgeNode : device;
  const address = slash <= 0 ? speaker : `${speaker}/${name.slice(0, slash)}`;
  return {
    address,
    otherAddresses: device === '' ? undefined : [`${edgeNode}/${address}`],
    quantity: named.quantity,
    unitKind: named.unitKind,
    isRegister: named.isRegister,
    unit: unit ?? named.unit,
  };
}

// Of a meter without an energy register the volume is the total, and its flow the rate: it meters water or gas.
function settleVolumes(metrics: Iterable<AnnouncedMetric>): void {
  const meters = new Map<string, MetricMeaning[]>();
  for (const { meaning } of metrics) {
    if (meaning === undefined) continue;
    const found = meters.get(meaning.address);
    if (found === undefined) meters.set(meaning.address, [meaning]);
    else found.push(meaning);
  }
  for (const meanings of meters.values()) {
    const has = (quantity: Quantity): boolean => meanings.some((meaning) => meaning.quantity === quantity);
    if (meanings.some(countsEnergy) || !(has('total') || has('volume'))) continue;
    const flow = has('rate') ? undefined : 'flow';
    const volume = has('total') ? undefined : 'volume';
    for (const meaning of meanings) {
      if (meaning.quantity === flow) meaning.quantity = 'rate';
      if (meaning.quantity === volume) {
        meaning.quantity = 'total';
        meaning.isRegister = false;
        meaning.unitKind = 'register';
        meaning.unit ??= 'm3';
      }
    }
  }
}

function countsEnergy({ quantity, unit }: MetricMeaning): boolean {
  if (quantity === 'rate') return unit !== undefined && factorOfUnit('power', unit) !== undefined;
  return quantity === 'total' && (unit === undefined || factorOfUnit('volume', registerUnit(unit)) === undefined);
}
