/**
 * An address as meters are found by it: without spaces, digits (and the hex digits that some makers use) without
 * leading zeros, so that `0000 0000 0161` and `161` are one meter. What is no number (`plug-7/0`) stays as it is.
 */
export function normaliseAddress(address: string): string {
  const bare = address.trim();
  const compact = bare.replaceAll(/\s+/g, '');
  const isNumber = /^\d+$/.test(compact) || /^[0-9A-Fa-f]{10,}$/.test(compact);
  return isNumber ? compact.toUpperCase().replace(/^0+(?=.)/, '') : bare;
}
