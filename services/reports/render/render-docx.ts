import { Document, type FileChild, Packer } from 'docx';

import type { ReportFigures } from '../../api/schemas/report.ts';
import { reportTitle, titleLines } from '../report-title.ts';
import { signatoryOf } from '../signatory.ts';
import { energyTable, indicatorTable, mediaTable, monthTable, subItemTable } from './consumption-tables.ts';
import { corePropertiesXml } from './core-properties.ts';
import { captionParagraph, docxTable } from './docx-table.ts';
import {
  annexParagraph,
  bodyParagraph,
  face,
  headingParagraph,
  officialSection,
  signatureParagraphs,
  TEXT_WIDTH,
  titleParagraph,
} from './official-document.ts';
import type { ReportTable } from './report-table.ts';
import { alertText, basicsText, consumptionText, openingText, qualityTexts, quotaTexts } from './report-text.ts';
import { rowsTable, typeTable } from './roll-up-tables.ts';
import { alertTable, qualityTable } from './supervision-tables.ts';

/**
 * The annual report as a Word document in the layout of an official document (GB/T 9704-2012). Depends on the figures
 * alone: the same figures give the same parts of the file.
 */
export async function renderDocx(figures: ReportFigures): Promise<Uint8Array> {
  const title = reportTitle(figures);
  const annexes = figures.kind === 'institution' ? [] : [rowsTable(figures), typeTable(figures)];
  const document = new Document({
    creator: signatoryOf(figures),
    title,
    evenAndOddHeaderAndFooters: true,
    styles: { default: { document: { run: { size: 32, font: face('仿宋') } } } },
    sections: [
      officialSection('portrait', [
        titleParagraph(titleLines(figures)),
        bodyParagraph(`${figures.addressee}：`, { flush: true }),
        ...body(figures),
        ...annexList(annexes),
        ...signatureParagraphs(signatoryOf(figures)),
      ]),
      ...annexes.map((table, at) =>
        officialSection('landscape', [
          annexParagraph(`附件${at + 1}`),
          captionParagraph(table.title),
          docxTable(table, { width: TEXT_WIDTH.landscape, text: 17 }),
        ]),
      ),
    ],
  });
  // The library would state the present time as that of creation.
  const core = { path: 'docProps/core.xml', data: corePropertiesXml(title, signatoryOf(figures), figures.year) };
  return new Uint8Array(await Packer.toBuffer(document, undefined, [core]));
}

function body(figures: ReportFigures): FileChild[] {
  let number = 0;
  const numbered = (table: ReportTable): FileChild[] => {
    number += 1;
    const text = table.columns.length > 6 ? 19 : 21;
    return [captionParagraph(`表${number}　${table.title}`), docxTable(table, { width: TEXT_WIDTH.portrait, text })];
  };
  const subItems = subItemTable(figures);
  const noSubItems = '本年度用电没有分项计量数据。';
  const hasMedia = figures.media.length > 0;
  return [
    bodyParagraph(openingText(figures)),
    headingParagraph('一、基本情况'),
    bodyParagraph(basicsText(figures)),
    headingParagraph('二、能源资源消费情况'),
    bodyParagraph(consumptionText(figures)),
    ...(hasMedia ? [...numbered(mediaTable(figures, 'name')), ...numbered(energyTable(figures))] : []),
    ...numbered(indicatorTable(figures)),
    headingParagraph('三、分项用电情况'),
    ...(subItems === undefined ? [bodyParagraph(noSubItems)] : numbered(subItems)),
    headingParagraph('四、分月消费情况'),
    ...(hasMedia ? numbered(monthTable(figures, 'name')) : [bodyParagraph('本年度没有计量数据。')]),
    headingParagraph('五、定额执行与节能目标完成情况'),
    ...quotaTexts(figures).map((text) => bodyParagraph(text)),
    headingParagraph('六、节能监管情况'),
    bodyParagraph(alertText(figures)),
    ...(figures.alerts.length > 0 ? numbered(alertTable(figures)) : []),
    headingParagraph('七、数据质量说明'),
    ...(hasMedia ? numbered(qualityTable(figures)) : []),
    ...qualityTexts(figures).map((text) => bodyParagraph(text)),
  ];
}

function annexList(annexes: readonly ReportTable[]): FileChild[] {
  return annexes.map((table, at) => bodyParagraph(`${at === 0 ? '附件：' : '　　　'}${at + 1}．${table.title}`));
}
