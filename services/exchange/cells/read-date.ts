const DAY_MS = 86_400_000;
/** 1 January 1900 and the end of 2200 as Excel counts days; a year typed as a number lies before. */
const FIRST_SERIAL = 3000;
const LAST_SERIAL = 109_940;
const DATE_1904_OFFSET = 1462;

const FORMS = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$/,
];

/** `YYYY-MM-DD` of a date in text: YYYY-MM-DD, YYYY/M/D, YYYY.M.D, YYYY年M月D日, a time of midnight behind it. */
export function readDateText(text: string): string | undefined {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/[ T]0{1,2}:00(?::00(?:\.0+)?)?$/, '')
    .replaceAll(/\s/g, '');
  for (const form of FORMS) {
    const found = form.exec(plain);
    if (found !== null) return dateOf(Number(found[1]), Number(found[2]), Number(found[3]));
  }
  return undefined;
}

/** `YYYY-MM-DD` of a day as Excel counts them; undefined for parts of days and for what nobody means as a date. */
export function readDateSerial(serial: number, since1904: boolean): string | undefined {
  const day = since1904 ? serial + DATE_1904_OFFSET : serial;
  if (!Number.isInteger(day) || day < FIRST_SERIAL || day > LAST_SERIAL) return undefined;
  return new Date(Date.UTC(1899, 11, 30) + day * DAY_MS).toISOString().slice(0, 10);
}

function dateOf(year: number, month: number, day: number): string | undefined {
  if (year < 1900 || year > 2200) return undefined;
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}
