/**
 * One stretch of time in which a rule's condition held, as a pure function of the stored data. The condition is apart
 * from what people do about it (services/alerts/transition.ts).
 */
export interface Episode {
  /** What it is about: `electricity/2026`, `electricity/2026-05`, `standby`, or the id of a temperature point. */
  subject: string;
  /** Start of the first hour that counted towards it (quota: end of the hour in which the limit's share was reached). */
  activeSinceMs: number;
  /** End of the hour with which the condition was over; null while it holds. */
  clearedAtMs: number | null;
  severity: 'info' | 'warning' | 'critical';
  limit: number;
  /** Off-hours and thermostat: the worst hour mean. Quota: the use so far. */
  value: number;
  unit: string;
  /** What was used beyond the limit, and its standard coal (kgce). */
  waste: { amount: number; unit: string; kgce: number };
  /** The article that the rule enforces. */
  article: string;
  addressedTo: 'institution' | 'bureau';
  evidence: EpisodeEvidence;
}

/** What an episode rests on, in the language of no country: the reader makes the sentence from kind and facts. */
export interface EpisodeEvidence {
  kind: 'cumulative-use' | 'hourly-power' | 'hourly-temperature';
  /** [epoch ms, value in the episode's unit], rising. */
  series: [number, number][];
  facts: Record<string, string | number>;
}

/** What identifies an episode within one rule and institution. */
export type EpisodeKey = Pick<Episode, 'subject' | 'activeSinceMs'>;

/** What a rule's fold over a window gives: the state to go on from, and the episodes that ended in it or hold at its end. */
export interface Folded<State> {
  state: State;
  episodes: Episode[];
}
