/** The unit in which the usage of each medium is kept and priced. */
export const UNIT_OF_MEDIUM: Record<string, string> = {
  electricity: 'kWh',
  water: 'm3',
  heat: 'GJ',
  gas: 'm3',
  cooling: 'GJ',
};
