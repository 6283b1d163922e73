import type { Birth } from './birth.ts';
import { createBirths, type Speaker } from './births.ts';
import type { Metric } from './payload.ts';
import type { SparkplugNodeRow, SparkplugRows } from './session-rows.ts';
import type { MessageKind } from './topic.ts';

/** A message of a node or device, as far as its session goes. */
export interface SessionMessage extends Speaker {
  kind: MessageKind;
  receivedAtMs: number;
  position: number;
  sequence?: number;
  /** bdSeq of NBIRTH and NDEATH. */
  session?: string;
}

/**
 * What the platform knows of Sparkplug sessions: births, which explain aliases, and how each edge node gets on. Plain
 * state in memory; what changes is handed out to be kept before the drain's cursor moves, and loaded at the start.
 * Messages drained once more, and replayed ones, change nothing but that a birth not known yet is taken.
 */
export interface SparkplugSessions {
  load(rows: SparkplugRows): void;
  /** What has changed since this was last asked. */
  takeUnsaved(): SparkplugRows;
  /** What could not be written will be handed out again, as it is then. */
  putBack(rows: SparkplugRows): void;
  nodes(): SparkplugNodeRow[];
  /** Takes a birth certificate in; false: there are too many of this collector. */
  bear(message: SessionMessage, metrics: readonly Metric[]): boolean;
  /** Takes sequence number and death into account. */
  observe(message: SessionMessage): void;
  /** The birth that explains the message's aliases. */
  birthOf(message: SessionMessage): Birth | undefined;
}

/** Edge nodes of one collector whose sequence is followed. */
const MAX_NODES_OF_COLLECTOR = 1000;

/** No session yet. */
export function createSparkplugSessions(): SparkplugSessions {
  const births = createBirths();
  const nodes = new Map<string, SparkplugNodeRow>();
  const nodesOf = new Map<string, number>();
  const unsaved = new Set<SparkplugNodeRow>();

  const keep = (row: SparkplugNodeRow): boolean => {
    const count = nodesOf.get(row.collector) ?? 0;
    if (count >= MAX_NODES_OF_COLLECTOR) return false;
    nodesOf.set(row.collector, count + 1);
    nodes.set(keyOf(row), row);
    return true;
  };

  function observe(message: SessionMessage): void {
    const known = nodes.get(keyOf(message));
    if (!isNews(message, known)) return;
    if (message.kind === 'NDEATH' && !endsSession(message)) return;
    const node = known ?? newNode(message);
    if (known === undefined && !keep(node)) return;
    node.position = message.position;
    node.last_at = message.receivedAtMs;
    unsaved.add(node);
    if (message.kind === 'NDEATH') {
      node.online = 0;
      node.sequence = null;
      births.end({ ...message, device: '' }, message.receivedAtMs);
      return;
    }
    if (message.kind === 'NBIRTH') node.online = 1;
    else follow(node, message);
    if (message.kind === 'DDEATH') births.end(message, message.receivedAtMs);
    if (message.sequence !== undefined) node.sequence = message.sequence;
  }

  // The last will of a connection that has been replaced since comes late: it ends nothing.
  function endsSession({ session, ...speaker }: SessionMessage): boolean {
    const current = births.sessionOf({ ...speaker, device: '' });
    return session === undefined || current === undefined || current === null || current === session;
  }

  return {
    load: (rows) => {
      for (const row of rows.births) births.load(row);
      for (const row of rows.nodes) if (!nodes.has(keyOf(row))) keep({ ...row });
    },
    takeUnsaved: () => {
      const rows = { births: births.takeUnsaved(), nodes: [...unsaved].map((row) => ({ ...row })) };
      unsaved.clear();
      return rows;
    },
    putBack: (rows) => {
      births.putBack(rows.births);
      for (const row of rows.nodes) {
        const node = nodes.get(keyOf(row));
        if (node !== undefined) unsaved.add(node);
      }
    },
    nodes: () => [...nodes.values()].map((row) => ({ ...row })),
    bear: (message, metrics) => {
      const { collector, node, edgeNode, device, receivedAtMs, position, session = null } = message;
      return births.add({
        speaker: { collector, node, edgeNode, device },
        when: { receivedAtMs, position },
        metrics,
        session,
        isNews: isNews(message, nodes.get(keyOf(message))),
      });
    },
    observe,
    birthOf: (message) => births.at(message, message),
  };
}

// What was drained or received before says nothing of how the node gets on now.
function isNews(message: SessionMessage, known: SparkplugNodeRow | undefined): boolean {
  return known === undefined || (message.position > known.position && message.receivedAtMs >= known.last_at);
}

function follow(node: SparkplugNodeRow, { sequence, receivedAtMs }: SessionMessage): void {
  if (sequence === undefined || node.sequence === null || sequence === (node.sequence + 1) % 256) return;
  node.gaps++;
  node.last_gap_at = receivedAtMs;
}

function newNode({ collector, node, position, receivedAtMs, kind }: SessionMessage): SparkplugNodeRow {
  return {
    collector,
    node,
    online: kind === 'NDEATH' ? 0 : 1,
    position,
    sequence: null,
    gaps: 0,
    last_gap_at: null,
    last_at: receivedAtMs,
  };
}

function keyOf({ collector, node }: { collector: string; node: string }): string {
  return `${collector}\0${node}`;
}
