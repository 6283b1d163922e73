/** The alphabet of GB 32100-2015: digits and capital letters without I, O, S, V, Z. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const LENGTH = 18;

/**
 * What is wrong with a unified social credit code (统一社会信用代码, GB 32100-2015), as the end of a sentence; undefined
 * where it is one. The last character is checked against the seventeen before it.
 */
export function problemOfCreditCode(code: string): string | undefined {
  const given = Array.from(code);
  if (given.length !== LENGTH) return `has ${given.length} characters; a credit code (统一社会信用代码) has ${LENGTH}`;
  const stranger = given.find((character) => !ALPHABET.includes(character));
  if (stranger !== undefined) {
    return `has the character ${stranger}; a credit code has digits and capital letters without I, O, S, V and Z`;
  }
  const check = checkCharacter(given);
  if (given[LENGTH - 1] === check) return undefined;
  return `ends in ${given[LENGTH - 1]}, by the seventeen characters before it that must be ${check}: one of them is mistyped (GB 32100-2015)`;
}

function checkCharacter(given: readonly string[]): string {
  let weight = 1;
  let sum = 0;
  for (const character of given.slice(0, LENGTH - 1)) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % ALPHABET.length;
  }
  return ALPHABET[(ALPHABET.length - (sum % ALPHABET.length)) % ALPHABET.length]!;
}
