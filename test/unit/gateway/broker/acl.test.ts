import { expect, test } from 'vitest';

import { mayReceive, maySubscribe, type Principal } from '../../../../gateway/broker/acl.ts';

const BASE = 'energy/v1';
const collector: Principal = { kind: 'collector', id: 'c1' };
const everything: Principal = { kind: 'reader', id: 'r', institutions: 'all' };
const one: Principal = { kind: 'reader', id: 'r', institutions: new Set(['i1']) };

for (const { filter, wants } of [
  { filter: 'energy/v1/c1/command', wants: [true, false, false] },
  { filter: 'energy/v1/c2/command', wants: [false, false, false] },
  { filter: 'energy/v1/+/command', wants: [false, false, false] },
  { filter: 'energy/v1/c1/#', wants: [false, false, false] },
  { filter: 'energy/v1/c1/status', wants: [false, false, false] },
  { filter: 'spBv1.0/+/NCMD/c1', wants: [true, false, false] },
  { filter: 'spBv1.0/plant/NCMD/c1/#', wants: [true, false, false] },
  { filter: 'spBv1.0/plant/DCMD/c1/+', wants: [true, false, false] },
  { filter: 'spBv1.0/plant/DCMD/c1/#', wants: [true, false, false] },
  { filter: 'spBv1.0/plant/DCMD/c1/meter-1', wants: [true, false, false] },
  { filter: 'spBv1.0/plant/DCMD/c1', wants: [false, false, false] },
  { filter: 'spBv1.0/plant/NCMD/c2', wants: [false, false, false] },
  { filter: 'spBv1.0/plant/NCMD/+', wants: [false, false, false] },
  { filter: 'spBv1.0/plant/+/c1', wants: [false, false, false] },
  { filter: 'spBv1.0/plant/NDATA/c1', wants: [false, false, false] },
  { filter: 'spBv1.0/plant/#', wants: [false, false, false] },
  { filter: 'spBv1.0/#', wants: [false, false, false] },
  { filter: '#', wants: [false, false, false] },
  { filter: '+/+/+/+', wants: [false, false, false] },
  { filter: '$SYS/#', wants: [false, false, false] },
  { filter: '$jieneng/nowhere', wants: [false, false, false] },
  { filter: '$share/g/energy/v1/c1/command', wants: [false, false, false] },
  { filter: 'energy/v1/alerts', wants: [false, false, false] },
  { filter: 'energy/v1/alerts/#', wants: [false, true, true] },
  { filter: 'energy/v1/alerts/i1/+', wants: [false, true, true] },
  { filter: 'energy/v1/alertsx/#', wants: [false, false, false] },
  { filter: 'energy/v1/+/i1/a1', wants: [false, false, false] },
]) {
  test(`acl: ${filter} as a subscription`, () => {
    expect([collector, everything, one].map((principal) => maySubscribe(principal, filter, BASE))).toEqual(wants);
  });
}

for (const { topic, wants } of [
  { topic: 'energy/v1/c1/command', wants: [true, false, false] },
  { topic: 'energy/v1/c2/command', wants: [false, false, false] },
  { topic: 'energy/v1/alerts/i1/a1', wants: [false, true, true] },
  { topic: 'energy/v1/alerts/i2/a1', wants: [false, true, false] },
  { topic: 'energy/v1/alerts/i10/a1', wants: [false, true, false] },
  { topic: 'energy/v1/alerts/', wants: [false, true, false] },
  { topic: 'energy/v1/c1/m1/reading', wants: [false, false, false] },
  { topic: 'energy/v1/c1/status', wants: [false, false, false] },
  { topic: 'spBv1.0/plant/NCMD/c1', wants: [true, false, false] },
  { topic: 'spBv1.0/plant/DCMD/c1/meter-1', wants: [true, false, false] },
  { topic: 'spBv1.0/plant/DCMD/c2/c1', wants: [false, false, false] },
  { topic: 'spBv1.0/plant/NDATA/c1', wants: [false, false, false] },
]) {
  test(`acl: ${topic} as a message`, () => {
    expect([collector, everything, one].map((principal) => mayReceive(principal, topic, BASE))).toEqual(wants);
  });
}
