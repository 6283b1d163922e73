import type { ImportLimits } from './import-limits.ts';
import type { OpenZip } from './open-zip.ts';
import { parseXml } from './parse-xml.ts';
import { UnreadableFile } from './unreadable-file.ts';

/** The texts that a workbook's cells refer to. Of rich text the text counts, of phonetic hints nothing. */
export async function readSharedStrings(zip: OpenZip, part: string, limits: ImportLimits): Promise<string[]> {
  const strings: string[] = [];
  let text = '';
  let isText = false;
  let hints = 0;
  await parseXml(zip.read(part), part, {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') hints += 1;
      else if (name === 't') isText = hints === 0;
    },
    close: (name) => {
      if (name === 't') isText = false;
      else if (name === 'rPh') hints -= 1;
      else if (name === 'si') {
        if (strings.length >= limits.strings) {
          throw new UnreadableFile('too-much-text', {
            limit: limits.strings,
            limitMb: Math.floor(limits.bytes / 1024 / 1024),
          });
        }
        strings.push(unescapeText(text));
      }
    },
    text: (piece) => {
      if (isText) text += piece;
    },
  });
  return strings;
}

/** Workbooks write characters that XML cannot hold as `_x000D_`. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
