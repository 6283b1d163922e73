import { expect, test } from 'vitest';

import type { FieldMapping } from '../../../domain/field-mapping.ts';
import { READY_MAPPINGS } from '../../../domain/ready-mappings/ready-mappings.ts';
import { problemOfBinding } from '../../../services/registry/binding-problem.ts';

const BASE = 'energy/v1';
const rule = { address: '{device}', fields: [{ path: 'kwh', quantity: 'total' as const, unit: 'kWh' }] };
const mapping = (more: object = {}): FieldMapping => ({ rules: [{ ...rule, ...more }] });
const binding = { collectorId: 'c1', topic: 'plant/{device}/up', format: 'mapping', mapping: mapping(), enabled: true };

type Case = [name: string, more: Partial<Record<keyof typeof binding, unknown>>, want: string | undefined];
test.each<Case>([
  ['a mapping', {}, undefined],
  ['frames', { format: 'frames', mapping: null, topic: 'dtu/+/up' }, undefined],
  ['the topic names the collector', { collectorId: null, topic: '{collector}/tele/{device}' }, undefined],
  ['three levels that differ', { topic: '{device}/+/+' }, undefined],
  ['no pattern', { topic: 'plant/{device' }, 'topic: plant/{device is no pattern; give levels between slashes'],
  ['a name twice', { topic: '{device}/{device}' }, 'is no pattern'],
  ['a line break', { topic: 'plant/{device}\nx' }, 'topic: there is a control character in it'],
  ['a topic of the broker', { topic: '$SYS/{device}' }, 'topic: $SYS/{device} begins with $'],
  ['the own topics', { topic: 'energy/v1/{device}/up' }, "would take in the platform's own topics below energy/v1;"],
  ['the own topics by wildcards', { topic: '+/{device}/+/up' }, "the platform's own topics below energy/v1;"],
  ['the own topics below #', { topic: '{device}/#' }, "the platform's own topics below energy/v1;"],
  ['topics between gateways', { topic: '{device}/v1-gateways/x/y' }, 'below energy/v1-gateways;'],
  ['nobody named', { collectorId: null }, 'collectorId: whose messages are these?'],
  ['two ways of naming', { topic: '{collector}/up/{device}' }, 'leave one of the two out'],
  ['a mapping without rules', { mapping: null }, 'mapping: the format mapping needs to know'],
  ['rules for another format', { format: 'frames' }, 'mapping: the format frames has its own'],
  [
    'a name that nothing says',
    { mapping: mapping({ address: '{plug}/{device}' }) },
    'mapping.rules.0.address: nothing says what {plug} is; the names there are: {device}',
  ],
  ['a key without members', { mapping: mapping({ key: 'em:{n}' }) }, 'mapping.rules.0.key: members have keys only'],
  ['a key of members', { mapping: mapping({ each: 'em', key: 'em:{n}', address: '{device}/{n}/{key}' }) }, undefined],
  [
    'a unit that nothing counts in',
    { mapping: mapping({ fields: [{ path: 'a', quantity: 'total', unit: 'kg' }] }) },
    'mapping.rules.0.fields: kg, the unit of a, is none that a register counts in',
  ],
  ['a format of the platform', { format: 'tasmota', mapping: null, topic: 'tele/{address}/SENSOR' }, undefined],
  [
    'a format of the platform without the level it needs',
    { format: 'tasmota', mapping: null, topic: 'tele/+/SENSOR' },
    'topic: tele/+/SENSOR does not say which level names the device; mark it as tasmota expects it, such as ',
  ],
])('%s', (_name, more, want) => {
  const problem = problemOfBinding({ ...binding, ...more } as Parameters<typeof problemOfBinding>[0], BASE);
  if (want === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(want);
});

test('the usual topics of the mappings that ship with the platform can be bound as they are', () => {
  for (const [format, { topics }] of Object.entries(READY_MAPPINGS)) {
    for (const topic of topics) {
      const whole = {
        ...binding,
        format,
        topic,
        mapping: null,
        collectorId: topic.includes('{collector}') ? null : 'c1',
      };
      expect([topic, problemOfBinding(whole as Parameters<typeof problemOfBinding>[0], BASE)]).toEqual([
        topic,
        undefined,
      ]);
    }
  }
});
