/** The time a file of a year's report gives as its creation: that from which the draft exists, for the same content. */
export function fileDate(year: number): Date {
  return new Date(Date.UTC(year + 1, 0, 1));
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** docProps/core.xml of an Office Open XML file (ISO/IEC 29500-2) with fixed times. */
export function corePropertiesXml(title: string, creator: string, year: number): string {
  const date = fileDate(year).toISOString();
  const namespaces = [
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"',
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    'xmlns:dcterms="http://purl.org/dc/terms/"',
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<cp:coreProperties ${namespaces.join(' ')}>`,
    `<dc:title>${escapeXml(title)}</dc:title>`,
    `<dc:creator>${escapeXml(creator)}</dc:creator>`,
    `<cp:lastModifiedBy>${escapeXml(creator)}</cp:lastModifiedBy>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${date}</dcterms:created>`,
    `<dcterms:modified xsi:type="dcterms:W3CDTF">${date}</dcterms:modified>`,
    '</cp:coreProperties>',
  ].join('');
}
