import { expect, test } from 'vitest';

import { createZone } from '../../../../domain/zone.ts';
import { compileBinding, type DirectoryBinding } from '../../../../gateway/decode/compile-binding.ts';
import { decodeMessage } from '../../../../gateway/decode/decode-message.ts';
import { createSparkplugSessions } from '../../../../gateway/decode/sparkplug-b/sessions.ts';
import { createDirectory } from '../../../../gateway/directory.ts';
import { encodeDlt645 } from '../../../../simulators/encoders/dlt645-2007.ts';
import { spoolMessage } from '../../../support/spool-message.ts';

const binding = (given: Partial<DirectoryBinding>): DirectoryBinding => ({
  id: 'b1',
  collectorId: 'c1',
  topic: 'x/#',
  format: 'native-json',
  mapping: null,
  ...given,
});

const FRAME = encodeDlt645('161', '00010000', [1234.56]).toString('hex');
const MAPPING = JSON.stringify({
  rules: [{ address: '{device}', fields: [{ path: 'kwh', quantity: 'total', unit: 'kWh' }] }],
});

const directory = createDirectory();
directory.replace({
  bindings: [
    binding({ id: 'b1', topic: 'plant/{meter}/energy' }),
    binding({ id: 'b2', topic: 'line/{address}/energy' }),
    binding({ id: 'b3', topic: 'all/energy' }),
    binding({ id: 'b4', topic: 'dtu/{collector}/up', collectorId: null, format: 'frames' }),
    binding({ id: 'b5', topic: 'dtu/{collector}/{meter}/up', collectorId: null, format: 'frames' }),
    binding({ id: 'b6', topic: 'tele/{address}/SENSOR', collectorId: 'c2', format: 'tasmota' }),
    binding({ id: 'b7', topic: 'own/{device}', format: 'mapping', mapping: MAPPING }),
    binding({ id: 'b8', topic: 'spBv1.0/plant/+/edge 7/#', format: 'sparkplug-b' }),
    binding({ id: 'b9', topic: 'energy/v1/c1/raw/{address}', format: 'native-json' }),
    binding({ id: 'z1', topic: 'plant/+/energy', collectorId: 'c2' }),
  ],
});

const context = {
  baseTopic: 'energy/v1',
  zone: createZone('Asia/Shanghai'),
  sessions: createSparkplugSessions(),
  findBinding: directory.findBinding,
};
const decode = (topic: string, payload: string | Buffer, source = 'c1') =>
  decodeMessage({ ...spoolMessage('', { topic, source, payload: Buffer.from(payload) }), position: 16 }, context);

const rows: {
  name: string;
  topic: string;
  source?: string;
  payload?: string;
  collector: string;
  /** Ids, `@` addresses, or reasons. */
  want: string[];
}[] = [
  { name: 'the topic names the meter', topic: 'plant/m1/energy', collector: 'c1', want: ['m1'] },
  { name: 'the topic names the address', topic: 'line/000161/energy', collector: 'c1', want: ['@000161'] },
  {
    name: 'each reading names its meter',
    topic: 'all/energy',
    payload: '[{"meter":"m1","total":1},{"meter":"m2","total":2}]',
    collector: 'c1',
    want: ['m1', 'm2'],
  },
  { name: 'a level that is no id', topic: 'plant/m 1/energy', collector: 'c1', want: ['bad-shape'] },
  { name: 'an address of nothing', topic: 'line//energy', collector: 'c1', want: ['bad-shape'] },
  {
    name: 'the first that fits, of the sender',
    topic: 'plant/m1/energy',
    source: 'c2',
    collector: 'c2',
    want: ['bad-shape'],
  },
  {
    name: "another collector's topic",
    topic: 'line/000161/energy',
    source: 'c2',
    collector: 'c2',
    want: ['topic-not-allowed'],
  },
  { name: 'a frame, by its own address', topic: 'dtu/c1/up', payload: FRAME, collector: 'c1', want: ['@000000000161'] },
  { name: 'a topic that names its sender', topic: 'dtu/c1/up', payload: 'zz', collector: 'c1', want: ['not-a-frame'] },
  {
    name: 'a topic that names another',
    topic: 'dtu/c1/up',
    source: 'c2',
    payload: FRAME,
    collector: 'c2',
    want: ['topic-not-allowed'],
  },
  {
    name: 'nobody vouches for the sender: the topic says',
    topic: 'dtu/c9/up',
    source: '',
    payload: 'zz',
    collector: 'c9',
    want: ['not-a-frame'],
  },
  {
    name: 'nobody vouches for the sender: the binding says',
    topic: 'tele/plug/SENSOR',
    source: '',
    payload: '{"ENERGY":{"Total":5.25}}',
    collector: 'c2',
    want: ['@plug'],
  },
  { name: 'nobody says whose it is', topic: 'nobody/knows', source: '', collector: '', want: ['topic-not-allowed'] },
  {
    name: 'a name that no collector may have',
    topic: 'dtu/c 9/up',
    source: '',
    collector: '',
    want: ['topic-not-allowed'],
  },
  { name: 'a mapping of its own', topic: 'own/plug-7', payload: '{"kwh":"12.5"}', collector: 'c1', want: ['@plug-7'] },
  {
    name: 'Sparkplug of a node that is no collector',
    topic: 'spBv1.0/plant/NDATA/edge 7',
    payload: 'x',
    collector: 'c1',
    want: ['truncated'],
  },
  { name: 'the own Sparkplug node', topic: 'spBv1.0/g/NDATA/c1', payload: 'x', collector: 'c1', want: ['truncated'] },
  { name: "another's Sparkplug node", topic: 'spBv1.0/g/NDATA/c2', collector: 'c1', want: ['topic-not-allowed'] },
  {
    name: 'a Sparkplug node that nobody vouches for',
    topic: 'spBv1.0/g/DDATA/c5/m1',
    source: '',
    payload: 'x',
    collector: 'c5',
    want: ['truncated'],
  },
  { name: 'a binding below the own name', topic: 'energy/v1/c1/raw/161', collector: 'c1', want: ['@161'] },
  { name: 'the own name without a binding', topic: 'energy/v1/c1/other/161', collector: 'c1', want: ['unknown-topic'] },
];
for (const { name, topic, source = 'c1', payload = '{"total":1}', collector, want } of rows) {
  test(`binding: ${name} => ${want.join(' ')}`, () => {
    const { items, refused, collector: found } = decode(topic, payload, source);
    expect(found).toBe(collector);
    const names = items.map((item) => item.meter ?? `@${item.address}`);
    expect([...names, ...refused.map(({ reason }) => reason)]).toEqual(want);
  });
}

test('binding: a frame on a topic that names the meter is of that meter', () => {
  const { items } = decode('dtu/c1/m7/up', FRAME);
  expect(items).toMatchObject([{ meter: 'm7', address: '000000000161', fields: { total: 1234.56, unit: 'kWh' } }]);
});

test.each([
  ['a topic that is no pattern', { topic: 'a/{b' }],
  ['a format of another version', { format: 'homie' }],
  ['a mapping that is no JSON', { format: 'mapping', mapping: '{' }],
  ['a mapping of another version', { format: 'mapping', mapping: '{"steps":[]}' }],
  ['no mapping', { format: 'mapping', mapping: null }],
])('binding: %s is passed over and told', (_name, given) => {
  expect(compileBinding(binding(given))).toEqual({ ok: false, problem: expect.stringMatching(/\w/) });
  const other = createDirectory();
  other.replace({ bindings: [binding(given), binding({ id: 'b2', topic: 'y/{meter}' })] });
  expect(other.bindings().map(({ id }) => id)).toEqual(['b2']);
  expect(other.bindingProblems().map(({ binding: id }) => id)).toEqual(['b1']);
  expect(other.findBinding('y/m1', 'c1')?.binding.id).toBe('b2');
});

test('binding: what is remembered of topics goes with the bindings', () => {
  const other = createDirectory();
  other.replace({ bindings: [binding({ topic: 'y/{meter}' })] });
  expect(other.findBinding('y/m1', 'c1')?.named).toEqual({ meter: 'm1' });
  expect(other.findBinding('z/m1', 'c1')).toBeUndefined();
  other.replace({ bindings: [binding({ topic: 'z/{meter}' })] });
  expect(other.findBinding('y/m1', 'c1')).toBeUndefined();
  expect(other.findBinding('z/m1', 'c1')?.named).toEqual({ meter: 'm1' });
});
