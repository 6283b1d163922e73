import { plainWord } from './read-choice.ts';

/** A region as cells name it. */
export interface RegionName {
  code: string;
  zh: string;
  en: string;
}

/** Finds regions by what a cell says. */
export interface RegionNames {
  list: readonly RegionName[];
  /** The codes that fit: one where it is clear, several where regions share the name. */
  find(text: string): string[];
  /** How a cell writes it: `150203 昆都仑区`. */
  write(code: string, language: 'zh' | 'en'): string;
}

/** Regions by code, by name in either language, or by code with a name behind it. */
export function regionNames(list: readonly RegionName[]): RegionNames {
  const byCode = new Map(list.map((region) => [region.code, region]));
  const byName = new Map<string, string[]>();
  for (const { code, zh, en } of list) {
    for (const name of new Set([plainWord(zh), plainWord(en)])) byName.set(name, [...(byName.get(name) ?? []), code]);
  }
  return {
    list,
    find: (text) => {
      const plain = text.normalize('NFKC').trim();
      if (byCode.has(plain)) return [plain];
      const named = byName.get(plainWord(plain));
      if (named !== undefined) return named;
      // A name behind a code is for people; one that is another region's is a mistake.
      const [, code = '', name = ''] = /^(\d{6,12})\s*(\D.*)$/.exec(plain) ?? [];
      if (!byCode.has(code)) return [];
      const others = byName.get(plainWord(name)) ?? [code];
      return others.includes(code) ? [code] : [];
    },
    write: (code, language) => {
      const region = byCode.get(code);
      return region === undefined ? code : `${code} ${region[language]}`;
    },
  };
}
