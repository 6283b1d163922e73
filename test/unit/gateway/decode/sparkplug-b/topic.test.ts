import { expect, test } from 'vitest';

import { parseSparkplugTopic } from '../../../../../gateway/decode/sparkplug-b/topic.ts';

test.each([
  ['spBv1.0/plant/NBIRTH/edge', { kind: 'NBIRTH', node: 'plant/edge', edgeNode: 'edge', device: '' }],
  ['spBv1.0/plant/DDATA/edge/meter-07', { kind: 'DDATA', node: 'plant/edge', edgeNode: 'edge', device: 'meter-07' }],
  ['spBv1.0/plant/NCMD/edge', { kind: 'other', node: 'plant/edge', edgeNode: 'edge', device: '' }],
  ['spBv1.0/plant/DCMD/edge/m', { kind: 'other', node: 'plant/edge', edgeNode: 'edge', device: 'm' }],
  ['spBv1.0/STATE/host', { kind: 'other', node: '', edgeNode: '', device: '' }],
])('%s', (topic, want) => expect(parseSparkplugTopic(topic)).toEqual(want));

test.each([
  'spAv1.0/plant/NDATA/edge',
  'spBv1.0/plant/NDATA',
  'spBv1.0/plant/NDATA/edge/device',
  'spBv1.0/plant/DDATA/edge',
  'spBv1.0/plant/DDATA/edge/',
  'spBv1.0/plant/DDATA/edge/device/more',
  'spBv1.0/plant/OTHER/edge',
  'spBv1.0//NDATA/edge',
  'spBv1.0/plant/NDATA/',
  'spBv1.0/plant/constructor/edge',
  'spBv1.0',
  '',
])('no topic of Sparkplug: %s', (topic) => expect(parseSparkplugTopic(topic)).toBeUndefined());
