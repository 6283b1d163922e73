import { normaliseAddress } from '../../../domain/meter-address.ts';
import { addAt } from '../tables/table.ts';
import { type Draft, objectOf } from './draft.ts';
import type { Facts } from './facts.ts';

/** Checks that no two meters in use have one address on one collector. Both rows are told where both are in the file. */
export function checkAddresses(draft: Draft): void {
  const asked = [...draft.objects.meters.values()].filter(
    ({ changed }) => changed.has('address') || changed.has('collectorId') || changed.has('endedOn'),
  );
  if (asked.every(({ facts }) => placeOf(draft, facts) === undefined)) return;
  const holders = new Map<string, string[]>();
  for (const id of new Set([...draft.state.objects.meters.keys(), ...draft.objects.meters.keys()])) {
    const place = placeOf(draft, objectOf(draft, 'meters', id)!);
    if (place === undefined) continue;
    const ids = holders.get(place);
    if (ids === undefined) holders.set(place, [id]);
    else ids.push(id);
  }
  for (const { id, facts, table, row } of asked) {
    const place = placeOf(draft, facts);
    const other = place === undefined ? undefined : holders.get(place)?.find((each) => each !== id);
    if (other === undefined) continue;
    const params = { collector: String(facts['collectorId']), other, address: String(facts['address']) };
    addAt(draft.problems, table, row, 'address', 'address-taken', params);
  }
}

function placeOf({ today }: Draft, { collectorId, address, endedOn }: Facts): string | undefined {
  if (typeof address !== 'string' || (typeof endedOn === 'string' && endedOn <= today)) return undefined;
  return `${collectorId} ${normaliseAddress(address)}`;
}
