import { SaxesParser } from 'saxes';

import { messageOf } from '../../../domain/errors.ts';
import { UnreadableFile } from './unreadable-file.ts';

/** What is told of an XML file; names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Reads XML as it comes. A document type is refused: what it could define is nothing that a workbook needs. Throws
 * UnreadableFile where it is not well formed.
 */
export async function parseXml(pieces: AsyncIterable<Buffer>, part: string, listener: XmlListener): Promise<void> {
  const refuse = (detail: string): never => {
    throw new UnreadableFile('broken-file', { detail: `${part}: ${detail}` });
  };
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (error) => refuse(messageOf(error)));
  parser.on('doctype', () => refuse('DOCTYPE'));
  parser.on('opentag', ({ name, attributes }) => listener.open(localName(name), attributes));
  parser.on('closetag', ({ name }) => listener.close?.(localName(name)));
  parser.on('text', (text) => listener.text?.(text));
  parser.on('cdata', (text) => listener.text?.(text));
  let decoder: import('node:util').TextDecoder | undefined;
  for await (const piece of pieces) {
    decoder ??= new TextDecoder(encodingOf(piece), { fatal: true });
    let text: string;
    try {
      text = decoder.decode(piece, { stream: true });
    } catch (error) {
      return refuse(messageOf(error));
    }
    parser.write(text);
  }
  parser.close();
}

function encodingOf(piece: Buffer): string {
  if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le';
  return piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
