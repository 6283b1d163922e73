// Spreadsheets take text that begins so for a formula; `-` and 清空 alone mean that a value is taken away.
const GUARDED = /^'*(?:[=+\-@\t\r]|清空$)/;

/** Text as it may stand in a spreadsheet: with `'` before what would be taken for a formula or for a marker. */
export function guardText(text: string): string {
  return GUARDED.test(text) ? `'${text}` : text;
}

/** The text that `guardText` was given. */
export function unguardText(text: string): string {
  return text.startsWith("'") && GUARDED.test(text) ? text.slice(1) : text;
}
