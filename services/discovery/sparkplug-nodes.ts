import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** How a Sparkplug edge node gets on. */
export interface SparkplugNode {
  collector: string;
  /** `group/edge node`. */
  node: string;
  online: boolean;
  /** Times that a sequence number was not the one after the last: messages were lost before they came here. */
  gaps: number;
  lastGapMs: number | null;
  lastMs: number;
}

/** A place in the list. */
export type SparkplugNodeKey = readonly [collector: string, node: string];

/** Sparkplug edge nodes by collector and name, behind `after`, at most `limit`. */
export async function listSparkplugNodes(
  db: Kysely<Database>,
  { after, limit }: { after: SparkplugNodeKey | undefined; limit: number },
): Promise<SparkplugNode[]> {
  let query = db
    .selectFrom('sparkplug_node')
    .select(['collector', 'node', 'online', 'gaps', 'last_gap_at as lastGapMs', 'last_at as lastMs'])
    .orderBy('collector')
    .orderBy('node')
    .limit(limit);
  if (after !== undefined) {
    const [collector, node] = after;
    query = query.where((eb) =>
      eb.or([eb('collector', '>', collector), eb.and([eb('collector', '=', collector), eb('node', '>', node)])]),
    );
  }
  return (await query.execute()).map((row) => ({ ...row, online: row.online === 1 }));
}
