import type { RawRow } from '../cells/raw-cell.ts';
import type { ImportLimits, ReadCounts } from './import-limits.ts';
import type { OpenZip } from './open-zip.ts';
import { parseXml } from './parse-xml.ts';
import { readSheet } from './read-sheet.ts';
import { readSharedStrings } from './read-shared-strings.ts';
import { UnreadableFile } from './unreadable-file.ts';

/** A workbook's sheets, in their order. */
export interface OpenWorkbook {
  since1904: boolean;
  sheets: { name: string; read(onRow: (row: RawRow) => void): Promise<{ merged: string[] }> }[];
}

/** Opens the workbook in an archive; its sheets are read one after the other, as they are asked for. */
export async function openWorkbook(zip: OpenZip, limits: ImportLimits): Promise<OpenWorkbook> {
  const counts: ReadCounts = { rows: 0, cells: 0 };
  const workbookPart = await mainPart(zip);
  const folder = workbookPart.slice(0, workbookPart.lastIndexOf('/') + 1);
  const targets = await relationsOf(zip, workbookPart);
  const found: { name: string; relation: string }[] = [];
  let since1904 = false;
  await parseXml(zip.read(workbookPart), workbookPart, {
    open: (name, attributes) => {
      if (name === 'workbookPr') since1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
      if (name === 'sheet') found.push({ name: attributes['name'] ?? '', relation: relationOf(attributes) });
    },
  });
  const stringsPart = [...targets.values()].find(({ type }) => type.endsWith('/sharedStrings'))?.target;
  const strings = stringsPart === undefined ? [] : await readSharedStrings(zip, inFolder(folder, stringsPart), limits);
  const sheets = found.flatMap(({ name, relation }) => {
    const target = targets.get(relation);
    // Charts and macros may be sheets too; they hold no table.
    if (target === undefined || !target.type.endsWith('/worksheet')) return [];
    const part = inFolder(folder, target.target);
    return [
      { name, read: (onRow: (row: RawRow) => void) => readSheet(zip, { part, name, strings, limits, counts }, onRow) },
    ];
  });
  return { since1904, sheets };
}

async function mainPart(zip: OpenZip): Promise<string> {
  const roots = await relationsOf(zip, '');
  const main = [...roots.values()].find(({ type }) => type.endsWith('/officeDocument'));
  if (main === undefined) throw new UnreadableFile('not-a-table');
  return inFolder('', main.target);
}

async function relationsOf(zip: OpenZip, part: string): Promise<Map<string, { type: string; target: string }>> {
  const at = part.lastIndexOf('/') + 1;
  const file = `${part.slice(0, at)}_rels/${part.slice(at)}.rels`;
  const relations = new Map<string, { type: string; target: string }>();
  if (!zip.names.includes(file)) return relations;
  await parseXml(zip.read(file), file, {
    open: (name, { Id, Type, Target }) => {
      if (name === 'Relationship') relations.set(Id ?? '', { type: Type ?? '', target: Target ?? '' });
    },
  });
  return relations;
}

function relationOf(attributes: Record<string, string>): string {
  const name = Object.keys(attributes).find((key) => key.endsWith(':id'));
  return name === undefined ? '' : (attributes[name] ?? '');
}

function inFolder(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const levels = folder.split('/').slice(0, -1);
  for (const level of target.split('/')) {
    if (level === '..') levels.pop();
    else if (level !== '.') levels.push(level);
  }
  return levels.join('/');
}
