import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createOwnership } from '../../../../gateway/subscribe/ownership.ts';

const GRACE = 100;

function gateway(name: string, takesUnassigned: boolean) {
  return createOwnership({ gateway: name, takesUnassigned, graceMs: GRACE });
}

describe('one of several gateways', () => {
  test('takes its own by name, the others are none of its business', () => {
    const east = gateway('east', false);
    east.useAssignments(
      new Map([
        ['c1', 'east'],
        ['c2', 'west'],
        ['c3', undefined],
      ]),
      0,
    );
    expect(east.wanted(0)).toEqual(['c1']);
    expect(east.unclaimed(0)).toEqual(['c1']);
    east.claiming('c1', 0);
    expect(east.unclaimed(GRACE - 1)).toEqual([]);
    east.sawClaim('c1', 'east', 1);
    expect(east.unclaimed(1000)).toEqual([]);
  });

  test('goes on taking what was assigned away until another has claimed it, and for a while after that', () => {
    const east = gateway('east', false);
    east.useAssignments(new Map([['c1', 'east']]), 0);
    east.sawClaim('c1', 'east', 0);
    east.useAssignments(new Map([['c1', 'west']]), 10);
    expect([east.takes('c1', 1e9), east.wanted(1e9)]).toEqual([true, ['c1']]);
    east.sawClaim('c1', 'west', 500);
    expect([east.takes('c1', 500 + GRACE - 1), east.unwanted(599)]).toEqual([true, []]);
    expect([east.takes('c1', 600), east.wanted(600), east.unwanted(600)]).toEqual([false, [], ['c1']]);
  });

  test('goes on taking what another has claimed until the registry says so too', () => {
    const east = gateway('east', false);
    east.useAssignments(new Map([['c1', 'east']]), 0);
    east.sawClaim('c1', 'west', 0);
    expect(east.takes('c1', 1e9)).toBe(true);
    east.useAssignments(new Map([['c1', 'west']]), 1e9);
    expect(east.takes('c1', 1e9 + GRACE - 1)).toBe(true);
    expect(east.takes('c1', 1e9 + GRACE)).toBe(false);
  });

  test('started anew it keeps what it had claimed, though it is not its own any more', () => {
    const east = gateway('east', false);
    east.useAssignments(new Map([['c1', 'west']]), 0);
    expect(east.takes('c1', 1e9)).toBe(true);
    east.sawClaim('c1', 'east', 0);
    expect([east.wanted(1e9), east.takes('c1', 1e9)]).toEqual([['c1'], true]);
  });

  test('lets nothing go while a claim of its own has not come back', () => {
    const east = gateway('east', false);
    east.useAssignments(new Map([['c1', 'east']]), 0);
    east.claiming('c1', 0);
    east.useAssignments(new Map([['c1', 'west']]), 1);
    east.sawClaim('c1', 'west', 2);
    expect(east.takes('c1', 1e9)).toBe(true);
    east.sawClaim('c1', 'east', 3);
    expect(east.takes('c1', 1e9)).toBe(true);
    east.sawClaim('c1', 'west', 4);
    expect(east.takes('c1', 1e9)).toBe(false);
  });
});

describe('the gateway that takes the unassigned', () => {
  test('takes whatever nobody claims, registered or not', () => {
    const hub = gateway('hub', true);
    hub.useAssignments(
      new Map([
        ['c1', undefined],
        ['c2', 'west'],
      ]),
      0,
    );
    expect(['c1', 'c2', 'unknown'].map((collector) => hub.takes(collector, 1e9))).toEqual([true, true, true]);
    expect([hub.wanted(0), hub.unclaimed(0)]).toEqual([[], []]);
    hub.sawClaim('c2', 'west', 0);
    expect(hub.takes('c2', GRACE)).toBe(false);
  });

  test('claims back what another had', () => {
    const hub = gateway('hub', true);
    hub.useAssignments(new Map([['c1', 'west']]), 0);
    hub.sawClaim('c1', 'west', 0);
    hub.useAssignments(new Map([['c1', undefined]]), 500);
    expect([hub.takes('c1', 500), hub.unclaimed(500)]).toEqual([true, ['c1']]);
  });
});

/**
 * The broker in small: it stamps each claim with its place in one order and gives it to everybody, later. Assignments
 * reach the gateways later too, each at its own pace. Whatever happens: somebody who is subscribed takes the collector.
 */
test('however late each learns of assignments and claims, somebody takes the collector', () => {
  const names = ['hub', 'east', 'west'] as const;
  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('assign' as const), to: fc.constantFrom('east', 'west', undefined) }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('learn' as const), who: fc.constantFrom(...names) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('hear' as const), who: fc.constantFrom(...names) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('follow' as const), who: fc.constantFrom(...names) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), who: fc.constantFrom(...names) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let nowMs = 0;
      const registry: (string | undefined)[] = [undefined];
      const claims: string[] = [];
      const gateways = Object.fromEntries(
        names.map((name) => [
          name,
          { ownership: gateway(name, name === 'hub'), learnt: 0, heard: 0, isSubscribed: name === 'hub' },
        ]),
      );
      for (const { ownership } of Object.values(gateways)) ownership.useAssignments(new Map([['c', undefined]]), 0);
      for (const one of steps) {
        if (one.do === 'assign') registry.push(one.to);
        if (one.do === 'wait') nowMs += GRACE / 2;
        if (one.do === 'learn') {
          const it = gateways[one.who]!;
          it.learnt = Math.min(it.learnt + 1, registry.length - 1);
          it.ownership.useAssignments(new Map([['c', registry[it.learnt]]]), nowMs);
        }
        if (one.do === 'restart') {
          // The session stays with the broker; the last claim is retained, and comes again.
          const it = gateways[one.who]!;
          it.ownership = gateway(one.who, one.who === 'hub');
          it.ownership.useAssignments(new Map([['c', registry[it.learnt]]]), nowMs);
          it.heard = Math.max(0, Math.min(it.heard, claims.length - 1));
        }
        if (one.do === 'hear') {
          const it = gateways[one.who]!;
          const claim = claims[it.heard];
          if (claim !== undefined) it.ownership.sawClaim('c', claim, nowMs);
          if (claim !== undefined) it.heard++;
        }
        if (one.do === 'follow') {
          const it = gateways[one.who]!;
          if (it.ownership.wanted(nowMs).includes('c')) it.isSubscribed = true;
          if (it.isSubscribed && it.ownership.unclaimed(nowMs).includes('c')) {
            it.ownership.claiming('c', nowMs);
            claims.push(one.who);
          }
          if (one.who !== 'hub' && it.ownership.unwanted(nowMs).includes('c')) it.isSubscribed = false;
        }
        const takers = names.filter(
          (name) => gateways[name]!.isSubscribed && gateways[name]!.ownership.takes('c', nowMs),
        );
        expect(takers).not.toEqual([]);
      }
    }),
    { numRuns: 3000 },
  );
});
