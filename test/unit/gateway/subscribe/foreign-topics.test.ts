import { describe, expect, test } from 'vitest';

import { createDirectory, type Directory } from '../../../../gateway/directory.ts';
import { createForeignTopics } from '../../../../gateway/subscribe/foreign-topics.ts';
import { createOwnership, type Ownership } from '../../../../gateway/subscribe/ownership.ts';

const GRACE = 100;

interface World {
  directory: Directory;
  ownership: Ownership;
  assign(assignments: Record<string, string | null>): void;
}

function world(gateway: string, takesUnassigned: boolean): World {
  const directory = createDirectory();
  const ownership = createOwnership({ gateway, takesUnassigned, graceMs: GRACE });
  return {
    directory,
    ownership,
    assign: (assignments) => {
      directory.replace({
        collectors: Object.entries(assignments).map(([id, owner]) => ({ id, tokenHash: '', gateway: owner })),
        bindings: [
          { id: 'a', collectorId: 'c1', topic: 'tele/{address}/SENSOR', format: 'tasmota', mapping: null },
          { id: 'b', collectorId: 'c2', topic: 'shelly/{device}/events/rpc', format: 'shelly-gen2', mapping: null },
          { id: 'c', collectorId: null, topic: 'dtu/{collector}/up', format: 'frames', mapping: null },
        ],
      });
      ownership.useAssignments(directory.assignments(), 0);
    },
  };
}

describe('topics outside the base topic', () => {
  test('the gateway that takes the unassigned has all of Sparkplug and every binding that is not let go', () => {
    const { directory, ownership, assign } = world('hub', true);
    assign({ c1: null, c2: 'east' });
    const topics = createForeignTopics(directory, ownership, true);
    expect(topics.filters(0)).toEqual(['spBv1.0/#', 'tele/+/SENSOR', 'shelly/+/events/rpc', 'dtu/+/up']);
    expect(topics.filtersOf('c1')).toEqual(['spBv1.0/#', 'tele/+/SENSOR', 'dtu/+/up']);
    ownership.sawClaim('c2', 'east', 0);
    expect(topics.filters(GRACE)).toEqual(['spBv1.0/#', 'tele/+/SENSOR', 'dtu/+/up']);
  });

  test('another has its own alone, and what names its collector in the topic', () => {
    const { directory, ownership, assign } = world('east', false);
    assign({ c1: null, c2: 'east' });
    const topics = createForeignTopics(directory, ownership, false);
    expect(topics.filters(0)).toEqual(['spBv1.0/+/+/c2/#', 'shelly/+/events/rpc', 'dtu/+/up']);
    expect(topics.filtersOf('c2')).toEqual(['spBv1.0/+/+/c2/#', 'shelly/+/events/rpc', 'dtu/+/up']);
    expect([ownership.keeps('c2', 0), ownership.keeps('c1', 0), ownership.keeps('', 0)]).toEqual([true, false, false]);
    assign({ c1: null, c2: null });
    expect(topics.filters(1e9)).toContain('shelly/+/events/rpc');
    ownership.sawClaim('c2', 'hub', 0);
    expect(topics.filters(1e9)).toEqual(['dtu/+/up']);
  });

  test.each([
    ['tele/plug/SENSOR', 'c1'],
    ['dtu/c7/up', 'c7'],
    ['dtu/c 7/up', ''],
    ['spBv1.0/plant/NDATA/c3', 'c3'],
    ['spBv1.0/plant/DBIRTH/edge 7/m1', ''],
    ['spBv1.0/plant/NCMD/c3', undefined],
    ['spBv1.0/STATE/scada', undefined],
    ['nobody/asked/for', undefined],
  ])('%s is of %s', (topic, want) => {
    const { directory, ownership, assign } = world('hub', true);
    assign({});
    expect(createForeignTopics(directory, ownership, true).collectorOf(topic)).toBe(want);
  });
});
