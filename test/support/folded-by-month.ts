import type { Episode, Folded } from '../../services/rules/episode.ts';
import { SHANGHAI } from './rule-world.ts';

/** Folds month by month, the state through JSON, as run-rules does; episodes by (subject, activeSince), last one wins. */
export function foldedByMonth<State>(
  fromMs: number,
  toMs: number,
  start: State,
  evaluate: (fromMs: number, toMs: number, state: State) => Folded<State>,
): Folded<State> {
  const episodes = new Map<string, Episode>();
  let state = start;
  for (let monthMs = fromMs; monthMs < toMs; monthMs = SHANGHAI.nextMonth(monthMs)) {
    const folded = evaluate(monthMs, Math.min(SHANGHAI.nextMonth(monthMs), toMs), state);
    state = JSON.parse(JSON.stringify(folded.state)) as State;
    for (const episode of folded.episodes) episodes.set(`${episode.subject}@${episode.activeSinceMs}`, episode);
  }
  return { state, episodes: byTime([...episodes.values()]) };
}

/** By beginning and subject. */
export function byTime(episodes: readonly Episode[]): Episode[] {
  return episodes.toSorted((a, b) => a.activeSinceMs - b.activeSinceMs || a.subject.localeCompare(b.subject));
}
