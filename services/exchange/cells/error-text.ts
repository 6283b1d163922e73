const ERRORS = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/i;

/** Whether a text is what a spreadsheet writes for a formula that failed: CSV has nothing else for it. */
export function isErrorText(text: string): boolean {
  return ERRORS.test(text);
}
