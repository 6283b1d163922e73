/** A birth certificate as it is kept: a row of the table `sparkplug_birth`; its key is all but `received_at`, `metrics`. */
export interface SparkplugBirthRow {
  collector: string;
  /** `group/edge node`. */
  node: string;
  /** '' for the node's own metrics. */
  device: string;
  received_at: number;
  position: number;
  /** JSON: {@link BirthContent}. */
  metrics: string;
}

/** How an edge node gets on: a row of the table `sparkplug_node`; its key is collector and node. */
export interface SparkplugNodeRow {
  collector: string;
  node: string;
  /** 0 or 1. */
  online: number;
  /** Of the newest message that counts, by position. */
  position: number;
  /** Its sequence number, 0 to 255; null behind a death. */
  sequence: number | null;
  gaps: number;
  last_gap_at: number | null;
  last_at: number;
}

/** Rows to write: a birth or a node whose key is there already is replaced. */
export interface SparkplugRows {
  births: SparkplugBirthRow[];
  nodes: SparkplugNodeRow[];
}

/** What is kept of a birth certificate. */
export interface BirthContent {
  /** Name, alias (decimal), datatype (0: not told), unit of each metric. */
  metrics: [name: string, alias: string | null, datatype: number, unit: string | null][];
  /** bdSeq of the node's session. */
  session: string | null;
  /** When the device, or the node, was reported dead; epoch milliseconds. */
  endedAt: number | null;
}
