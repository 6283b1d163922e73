import type { Share } from '../../../services/api/schemas/meter.ts';
import { filledIn } from '../../forms/form-values.ts';
import type { ShareDraft } from './shares-editor.tsx';

/** Shares as the API takes them: what was left blank is left out. */
export function writtenShares(shares: unknown): object[] {
  return Array.isArray(shares) ? (shares as ShareDraft[]).map((share) => filledIn({ ...share })) : [];
}

/** Shares as they stand, to be edited. */
export function draftOf(shares: readonly Share[]): ShareDraft[] {
  return shares.map((share) => ({ ...share }));
}
