const LONG_INTEGER = /[[,:]-?\d{16}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const PLAIN_INTEGER = /^-?\d{16,}$/;

/** Parses JSON, leaving integers of 16 digits and more as strings, so that no 64-bit integer is rounded. */
export function parseExactJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text.replace(TOKEN, (token) => (PLAIN_INTEGER.test(token) ? `"${token}"` : token)));
}
