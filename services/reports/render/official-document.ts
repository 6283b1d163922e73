import { AlignmentType, Footer, LineRuleType, PageNumber, Paragraph, type ISectionOptions, TextRun } from 'docx';

/** Lengths in twentieths of a point (twips), as Word keeps them. */
const MM = 56.6929;
/** A character of size 三号 (16 pt). */
const CHARACTER = 320;
/** Width of the text block of GB/T 9704 on A4, upright and turned. */
export const TEXT_WIDTH = { portrait: Math.round(156 * MM), landscape: Math.round(225 * MM) };

/** Typefaces by what GB/T 9704 asks for; Latin letters and digits in a serif. Word falls back where one is missing. */
export function face(chinese: '仿宋' | '黑体' | '方正小标宋简体' | '宋体'): {
  ascii: string;
  hAnsi: string;
  eastAsia: string;
} {
  return { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: chinese };
}

/** Lines stand 28 points apart, 22 of them on a page. */
const LINES = { line: 560, lineRule: LineRuleType.EXACT };

/** 标题: 二号 小标宋, centred, with a line left free below. */
export function titleParagraph(lines: readonly string[]): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { line: 640, lineRule: LineRuleType.EXACT, after: 560 },
    children: lines.map(
      (text, at) => new TextRun({ text, size: 44, font: face('方正小标宋简体'), ...(at === 0 ? {} : { break: 1 }) }),
    ),
  });
}

/** Body text (正文): 三号 仿宋, first line set in by two characters; `flush` for the addressee (主送). */
export function bodyParagraph(text: string, options: { flush?: boolean } = {}): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.BOTH,
    spacing: LINES,
    ...(options.flush === true ? {} : { indent: { firstLine: 2 * CHARACTER } }),
    children: [new TextRun({ text, size: 32, font: face('仿宋') })],
  });
}

/** First-level heading (一、): 三号 黑体, never the last line of a page. */
export function headingParagraph(text: string): Paragraph {
  return new Paragraph({
    keepNext: true,
    spacing: { ...LINES, before: 120 },
    indent: { firstLine: 2 * CHARACTER },
    children: [new TextRun({ text, size: 32, font: face('黑体') })],
  });
}

/** 发文机关署名 and, below it, the place for 成文日期; they are never parted by a page. */
export function signatureParagraphs(signatory: string): Paragraph[] {
  const line = (text: string, right: number, before: number, keepNext: boolean): Paragraph =>
    new Paragraph({
      alignment: AlignmentType.RIGHT,
      keepNext,
      spacing: { ...LINES, before },
      indent: { right },
      children: [new TextRun({ text, size: 32, font: face('仿宋') })],
    });
  return [
    line(signatory, 2 * CHARACTER, 1120, true),
    line('\u3000\u3000年\u3000\u3000月\u3000\u3000日', 4 * CHARACTER, 0, false),
  ];
}

/** 附件: the list before the signature, and the mark at the head of an annex. */
export function annexParagraph(text: string): Paragraph {
  return new Paragraph({
    keepNext: true,
    spacing: LINES,
    children: [new TextRun({ text, size: 32, font: face('黑体') })],
  });
}

/** Page number as GB/T 9704 has it: 四号 between dashes, outside, one character in from the edge. */
function pageNumber(side: 'left' | 'right'): Footer {
  return new Footer({
    children: [
      new Paragraph({
        alignment: side === 'left' ? AlignmentType.LEFT : AlignmentType.RIGHT,
        indent: { [side]: 280 },
        children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], size: 28, font: face('宋体') })],
      }),
    ],
  });
}

/** A4 with the margins of GB/T 9704 (top 37, left 28 mm; text block 156 × 225 mm), page numbers outside. */
export function officialSection(
  orientation: 'portrait' | 'landscape',
  children: ISectionOptions['children'],
): ISectionOptions {
  const mm = (length: number): number => Math.round(length * MM);
  const upright = orientation === 'portrait';
  return {
    properties: {
      page: {
        // The library turns width and height itself for a landscape page.
        size: { width: mm(210), height: mm(297), orientation },
        margin: upright
          ? { top: mm(37), bottom: mm(35), left: mm(28), right: mm(26), header: mm(15), footer: mm(24) }
          : { top: mm(28), bottom: mm(26), left: mm(37), right: mm(35), header: mm(15), footer: mm(15) },
      },
    },
    footers: { default: pageNumber('right'), even: pageNumber('left') },
    children,
  };
}
