import { describe, expect, test } from 'vitest';

import { decodeSparkplug, type SparkplugMessage } from '../../../../../gateway/decode/sparkplug-b/decode.ts';
import { createSparkplugSessions } from '../../../../../gateway/decode/sparkplug-b/sessions.ts';
import { BEGINNING, byAlias, createTestNode, encoded, metric, type LibraryPayload } from './edge-node.ts';

const AT = BEGINNING;
const bdSeq = (value: number) => metric('bdSeq', value, { type: 'UInt64' });
const birth = (seq: number, session = 0): LibraryPayload => ({ timestamp: AT, seq, metrics: [bdSeq(session)] });
const data = (seq: number): LibraryPayload => ({ timestamp: AT, seq, metrics: [metric('total', seq)] });
const announces = (name: string, alias = 1): LibraryPayload => ({
  timestamp: AT,
  metrics: [metric(name, 0, { alias })],
});
const says = (alias = 1): LibraryPayload => ({ timestamp: AT, metrics: [byAlias(alias, 5)] });

describe('sequence numbers', () => {
  const rows: {
    name: string;
    messages: [kind: string, payload: LibraryPayload][];
    gaps: number;
    sequence: number | null;
  }[] = [
    {
      name: 'one after the other',
      messages: [
        ['NBIRTH', birth(0)],
        ['NDATA', data(1)],
        ['DDATA/m', data(2)],
      ],
      gaps: 0,
      sequence: 2,
    },
    {
      name: '255 is followed by 0',
      messages: [
        ['NDATA', data(255)],
        ['NDATA', data(0)],
      ],
      gaps: 0,
      sequence: 0,
    },
    {
      name: 'one is missing',
      messages: [
        ['NBIRTH', birth(0)],
        ['NDATA', data(2)],
        ['NDATA', data(3)],
      ],
      gaps: 1,
      sequence: 3,
    },
    {
      name: 'two gaps',
      messages: [
        ['NBIRTH', birth(0)],
        ['NDATA', data(2)],
        ['NDATA', data(9)],
      ],
      gaps: 2,
      sequence: 9,
    },
    {
      name: 'a new birth begins anew',
      messages: [
        ['NBIRTH', birth(0)],
        ['NDATA', data(1)],
        ['NBIRTH', birth(0, 1)],
      ],
      gaps: 0,
      sequence: 0,
    },
    {
      name: 'a death has no number',
      messages: [
        ['NBIRTH', birth(0)],
        ['NDEATH', { metrics: [bdSeq(0)] }],
        ['NBIRTH', birth(0, 1)],
        ['NDATA', data(1)],
      ],
      gaps: 0,
      sequence: 1,
    },
    {
      name: 'the first that is heard',
      messages: [
        ['NDATA', data(17)],
        ['NDATA', data(18)],
      ],
      gaps: 0,
      sequence: 18,
    },
  ];

  test.each(rows)('$name', ({ messages, gaps, sequence }) => {
    const node = createTestNode();
    for (const [kind, payload] of messages) node.send(kind, payload);
    expect(node.sessions.nodes()).toMatchObject([{ collector: 'edge-1', node: 'plant/edge-1', gaps, sequence }]);
  });

  test('a gap is told with its time, and the data is taken', () => {
    const node = createTestNode();
    node.send('NBIRTH', birth(0));
    expect(node.send('NDATA', data(3)).items).toHaveLength(1);
    expect(node.sessions.nodes()).toMatchObject([{ gaps: 1, last_gap_at: node.last().receivedAtMs }]);
  });

  test('messages drained again and replayed ones count no gap', () => {
    const node = createTestNode();
    node.send('NBIRTH', birth(0));
    const first = node.last();
    node.send('NDATA', data(1));
    const second = node.last();
    node.send('NDATA', data(2));
    const before = node.sessions.nodes();
    for (const message of [first, second]) decodeSparkplug(message, node.sessions);
    decodeSparkplug({ ...second, position: 10_000 }, node.sessions);
    expect(node.sessions.nodes()).toEqual(before);
  });
});

describe('births and deaths', () => {
  test('a death ends the session of its own bdSeq only', () => {
    const node = createTestNode();
    node.send('NBIRTH', birth(0, 7));
    node.send('NBIRTH', birth(0, 8));
    node.send('NDEATH', { metrics: [bdSeq(7)] });
    expect(node.sessions.nodes()).toMatchObject([{ online: 1 }]);
    node.send('NDEATH', { metrics: [bdSeq(8)] });
    expect(node.sessions.nodes()).toMatchObject([{ online: 0, sequence: null }]);
    node.send('NBIRTH', birth(0, 9));
    expect(node.sessions.nodes()).toMatchObject([{ online: 1 }]);
  });

  test('a device that died is told with its birth, until it is born again', () => {
    const node = createTestNode();
    const endedAt = (): unknown[] =>
      node.sessions.takeUnsaved().births.map(({ metrics }) => (JSON.parse(metrics) as { endedAt: unknown }).endedAt);
    node.send('DBIRTH/m', { ...announces('total'), seq: 1 });
    expect(endedAt()).toEqual([null]);
    node.send('DDEATH/m', { timestamp: AT, seq: 2 });
    expect(endedAt()).toEqual([node.last().receivedAtMs]);
    node.send('DBIRTH/m', { ...announces('total'), seq: 3 });
    expect(endedAt()).toEqual([null]);
  });

  test('an alias is what the newest birth before the message says', () => {
    const node = createTestNode();
    node.send('DBIRTH/m', announces('total'));
    node.send('DDATA/m', says());
    const early = node.last();
    node.send('DBIRTH/m', announces('power'));
    expect(node.send('DDATA/m', says()).items[0]!.fields).toEqual({ ts: AT, rate: 5 });
    // Replayed: at a new position, with its own receipt.
    expect(decodeSparkplug({ ...early, position: 10_000 }, node.sessions).items[0]!.fields).toEqual({
      ts: AT,
      total: 5,
    });
  });

  test('of births received at the same instant the one that stands before the message', () => {
    const node = createTestNode();
    const at = { receivedAtMs: AT };
    node.send('DBIRTH/m', announces('total'), { ...at, position: 100 });
    node.send('DDATA/m', says(), { ...at, position: 200 });
    const between = node.last();
    node.send('DBIRTH/m', announces('power'), { ...at, position: 300 });
    expect(decodeSparkplug(between, node.sessions).items[0]!.fields).toHaveProperty('total');
  });

  test('what came before the first birth is refused, and taken once a birth before it is replayed', () => {
    const node = createTestNode();
    const born: SparkplugMessage[] = [];
    const elsewhere = createTestNode();
    elsewhere.send('DBIRTH/m', announces('total'));
    born.push(elsewhere.last());
    elsewhere.send('DDATA/m', says());
    const refusedMessage = elsewhere.last();
    node.send('DBIRTH/m', announces('power'), { receivedAtMs: AT + 60_000, position: 5000 });
    expect(decodeSparkplug(refusedMessage, node.sessions).refused).toMatchObject([{ reason: 'unknown-alias' }]);
    decodeSparkplug({ ...born[0]!, position: 6000 }, node.sessions);
    const { items } = decodeSparkplug({ ...refusedMessage, position: 7000 }, node.sessions);
    expect(items[0]!.fields).toEqual({ ts: AT, total: 5 });
  });

  test('collectors, nodes and devices have aliases of their own', () => {
    const node = createTestNode();
    node.send('DBIRTH/m', announces('total'));
    expect(node.send('DDATA/m', says(), { source: 'another' }).refused).toMatchObject([{ reason: 'unknown-alias' }]);
    expect(node.send('DDATA/n', says()).refused).toMatchObject([{ reason: 'unknown-alias' }]);
    expect(node.send('NDATA', says()).refused).toMatchObject([{ reason: 'unknown-alias' }]);
  });
});

describe('keeping', () => {
  test('what is loaded explains data and goes on counting, in another process', () => {
    const node = createTestNode();
    node.send('NBIRTH', birth(0, 3));
    node.send('DBIRTH/m', { ...announces('total', 9), seq: 1 });
    const rows = node.sessions.takeUnsaved();
    expect(rows.births.map(({ device }) => device)).toEqual(['', 'm']);
    const sessions = createSparkplugSessions();
    sessions.load(JSON.parse(JSON.stringify(rows)) as typeof rows);
    expect(sessions.takeUnsaved()).toEqual({ births: [], nodes: [] });
    node.send('DDATA/m', { ...says(9), seq: 5 });
    const { items } = decodeSparkplug(node.last(), sessions);
    expect(items[0]!.fields).toEqual({ ts: AT, total: 5 });
    expect(sessions.nodes()).toMatchObject([{ gaps: 1, sequence: 5, online: 1 }]);
    expect(sessions.takeUnsaved()).toMatchObject({ births: [], nodes: [{ gaps: 1 }] });
  });

  test('births that announce the same are one row', () => {
    const node = createTestNode();
    for (let n = 0; n < 50; n++) node.send('DBIRTH/m', announces('total'));
    expect(node.sessions.takeUnsaved().births).toHaveLength(1);
    for (let n = 0; n < 50; n++) node.send('DBIRTH/m', announces('total'));
    expect(node.sessions.takeUnsaved().births).toEqual([]);
  });

  test('what could not be written is handed out again, as it is then', () => {
    const node = createTestNode();
    node.send('NBIRTH', birth(0));
    const rows = node.sessions.takeUnsaved();
    node.send('NDATA', data(1));
    node.sessions.putBack(rows);
    const again = node.sessions.takeUnsaved();
    expect(again.births).toEqual(rows.births);
    expect(again.nodes).toMatchObject([{ sequence: 1 }]);
  });

  test('a collector that announces without end is stopped, and others are not', () => {
    const node = createTestNode();
    const metrics = Array.from({ length: 20_000 }, (_, n) => metric(`${n}`, null, { alias: n }));
    const payload = encoded({ timestamp: AT, metrics });
    const outcomes = Array.from({ length: 12 }, (_, n) => node.send(`DBIRTH/d${n}`, {}, { payload }));
    expect(outcomes.at(0)).toEqual({ items: [], refused: [] });
    expect(outcomes.at(-1)).toMatchObject({ refused: [{ reason: 'too-many-items' }] });
    const other = node.send('DBIRTH/m', announces('total'), { source: 'another' });
    expect(other.items).toHaveLength(1);
  });
});
