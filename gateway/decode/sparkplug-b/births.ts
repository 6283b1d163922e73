import { announcedBy, compileBirth, type Birth } from './birth.ts';
import type { Metric } from './payload.ts';
import type { BirthContent, SparkplugBirthRow } from './session-rows.ts';

/** Whose birth certificate. */
export interface Speaker {
  collector: string;
  node: string;
  edgeNode: string;
  device: string;
}

/** The birth certificates of all nodes and devices, in memory. */
export interface Births {
  load(row: SparkplugBirthRow): void;
  /** False: the collector has announced as many metrics as are kept of one. */
  add(born: Born): boolean;
  /** The newest one received at or before that; of two received together the one that stands later in the spool. */
  at(speaker: Speaker, when: When): Birth | undefined;
  /** bdSeq of the newest one; null where it told none. */
  sessionOf(speaker: Speaker): string | null | undefined;
  /** Notes in the newest one that the speaker was reported dead. */
  end(speaker: Speaker, atMs: number): void;
  takeUnsaved(): SparkplugBirthRow[];
  putBack(rows: readonly SparkplugBirthRow[]): void;
}

/** When a message was received, and where it stands in the spool. */
export interface When {
  receivedAtMs: number;
  position: number;
}

/** A birth certificate that came in. */
export interface Born {
  speaker: Speaker;
  when: When;
  metrics: readonly Metric[];
  session: string | null;
  /** It is no repetition of what was drained before, nor a replay. */
  isNews: boolean;
}

/** Metrics that births of one collector may announce, over all that are kept. */
const MAX_METRICS_OF_COLLECTOR = 200_000;
/** Births of one speaker that differ: what is older has nothing left to explain but replays. */
const MAX_VERSIONS = 16;

interface Version extends When {
  speaker: Speaker;
  content: BirthContent;
  /** What was announced, as text: births that announce the same are one. */
  definition: string;
  /** Made when data asks for it: most births of a long past never are. */
  birth?: Birth;
}

/** No births yet. */
export function createBirths(): Births {
  const versions = new Map<string, Version[]>();
  const metricsOf = new Map<string, number>();
  const unsaved = new Map<string, Version>();

  const insert = (version: Version): boolean => {
    const { collector } = version.speaker;
    const count = (metricsOf.get(collector) ?? 0) + version.content.metrics.length + 1;
    if (count > MAX_METRICS_OF_COLLECTOR) return false;
    metricsOf.set(collector, count);
    const key = keyOf(version.speaker);
    const list = versions.get(key);
    if (list === undefined) {
      versions.set(key, [version]);
      return true;
    }
    list.splice(indexAfter(list, version), 0, version);
    if (list.length > MAX_VERSIONS) metricsOf.set(collector, count - list.shift()!.content.metrics.length - 1);
    return true;
  };

  return {
    load: (row) => {
      const version = versionOf(row);
      const known = versions.get(keyOf(version.speaker))?.some(({ position }) => position === row.position);
      if (known !== true) insert(version);
    },

    add: ({ speaker, when, metrics, session, isNews }) => {
      const announced = announcedBy(metrics);
      const definition = JSON.stringify(announced);
      const list = versions.get(keyOf(speaker)) ?? [];
      const before = list[indexAfter(list, when) - 1];
      if (before?.definition === definition) {
        // The same again: what was valid since then goes on. Only the newest session is of interest.
        if (isNews && (before.content.session !== session || before.content.endedAt !== null)) {
          before.content = { ...before.content, session, endedAt: null };
          unsaved.set(versionKey(before), before);
        }
        return true;
      }
      const content = { metrics: announced, session, endedAt: null };
      const version: Version = { ...when, speaker, content, definition };
      if (!insert(version)) return false;
      unsaved.set(versionKey(version), version);
      return true;
    },

    at: (speaker, when) => {
      const list = versions.get(keyOf(speaker));
      if (list === undefined) return undefined;
      const version = list[indexAfter(list, when) - 1];
      if (version === undefined) return undefined;
      version.birth ??= compileBirth(version.content.metrics, speaker.edgeNode, speaker.device);
      return version.birth;
    },

    sessionOf: (speaker) => versions.get(keyOf(speaker))?.at(-1)?.content.session,

    end: (speaker, atMs) => {
      const version = versions.get(keyOf(speaker))?.at(-1);
      if (version === undefined || version.content.endedAt !== null || version.receivedAtMs > atMs) return;
      version.content = { ...version.content, endedAt: atMs };
      unsaved.set(versionKey(version), version);
    },

    takeUnsaved: () => {
      const rows = [...unsaved.values()].map(rowOf);
      unsaved.clear();
      return rows;
    },

    putBack: (rows) => {
      for (const row of rows) {
        const version = versions.get(keyOf(speakerOf(row)))?.find(({ position }) => position === row.position);
        if (version !== undefined) unsaved.set(versionKey(version), version);
      }
    },
  };
}

// Where a version received then would stand: behind all that are not newer.
function indexAfter(list: readonly Version[], { receivedAtMs, position }: When): number {
  let index = list.length;
  while (index > 0) {
    const version = list[index - 1]!;
    if (version.receivedAtMs < receivedAtMs) break;
    if (version.receivedAtMs === receivedAtMs && version.position <= position) break;
    index--;
  }
  return index;
}

// Topics hold no NUL, so that no two speakers have the same key.
function keyOf({ collector, node, device }: { collector: string; node: string; device: string }): string {
  return `${collector}\0${node}\0${device}`;
}

function versionKey({ speaker, position }: Version): string {
  return `${keyOf(speaker)}\0${position}`;
}

function rowOf({ speaker, receivedAtMs, position, content }: Version): SparkplugBirthRow {
  const { collector, node, device } = speaker;
  return { collector, node, device, received_at: receivedAtMs, position, metrics: JSON.stringify(content) };
}

function versionOf(row: SparkplugBirthRow): Version {
  const content = JSON.parse(row.metrics) as BirthContent;
  return {
    receivedAtMs: row.received_at,
    position: row.position,
    speaker: speakerOf(row),
    content,
    definition: JSON.stringify(content.metrics),
  };
}

function speakerOf({ collector, node, device }: { collector: string; node: string; device: string }): Speaker {
  return { collector, node, edgeNode: node.slice(node.indexOf('/') + 1), device };
}
