/** Ends the keys under which the usage of housing is summed; ids of institutions hold no colon. */
const HOUSING = ':housing';

/**
 * The key under which usage of an institution is summed: its id for its own premises, another one for the housing beside
 * them, which is metered apart (Art. 12). Whoever asks for an id sees the institution's own premises alone.
 */
export function premisesKey(institutionId: string, isHousing: boolean): string {
  return isHousing ? institutionId + HOUSING : institutionId;
}

/** The institution whose premises a key of {@link premisesKey} stands for. */
export function institutionOfPremises(key: string): string {
  return key.endsWith(HOUSING) ? key.slice(0, -HOUSING.length) : key;
}
