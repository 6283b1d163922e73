import type { QuarantineReason } from '../../../domain/reading.ts';
import type { DecodeContext, FrameResult } from '../frame-result.ts';
import { instantAt } from './date-time.ts';
import { createFieldCollector } from './fields.ts';
import { decodeFixedData } from './fixed-data.ts';
import { hexAt, readLongHeader, readShortHeader, type Header } from './header.ts';
import { parseLinkFrame, type LinkFrame } from './link-frame.ts';
import { readRecord, type DataRecord } from './record.ts';

/** Bit of the CI field: multi-byte values come most significant byte first (mode 2). */
const MODE_2 = 0x04;

/**
 * Decodes one M-Bus frame (EN 13757-2 and -3): variable data with long, short or no header, and fixed data. The meter's
 * reading is what stands in storage 0, tariff 0, subunit 0. Never throws, whatever the bytes.
 */
export function decodeMbus(frame: Uint8Array, context: DecodeContext): FrameResult {
  const link = parseLinkFrame(frame);
  if (!link.ok) return link;
  switch (link.information) {
    case 0x72:
    case 0x76: {
      const isReversed = (link.information & MODE_2) !== 0;
      return decodeVariable(frame, link, readLongHeader(frame, link.from, link.to, isReversed), isReversed, context);
    }
    case 0x7a:
      return decodeVariable(frame, link, readShortHeader(frame, link.from, link.to), false, context);
    case 0x78:
      return decodeVariable(frame, link, { encryption: 0, next: link.from }, false, context);
    case 0x73:
    case 0x77:
      return decodeFixedData(frame, link.from, link.to, (link.information & MODE_2) !== 0);
    case 0x6e:
    case 0x6f:
    case 0x70:
    case 0x71:
    case 0x74:
    case 0x75:
      return errorAnswer(frame, link);
    default:
      return refuse(
        'not-an-answer',
        `CI field ${link.information.toString(16).toUpperCase().padStart(2, '0')} carries no meter data`,
        `p${link.primaryAddress}`,
      );
  }
}

function decodeVariable(
  bytes: Uint8Array,
  link: LinkFrame,
  header: Header | undefined,
  isReversed: boolean,
  context: DecodeContext,
): FrameResult {
  const address = header?.identification ?? `p${link.primaryAddress}`;
  if (header === undefined) return refuse('truncated', 'The frame ends within its header', address);
  if (header.encryption !== 0) {
    return refuse('unknown-identifier', `The data are encrypted (mode ${header.encryption})`, address);
  }
  const collector = createFieldCollector(header.medium);
  let clockMs: number | undefined;
  let fabrication: string | undefined;
  let count = 0;
  let hasMore = false;
  for (let at = header.next; ;) {
    const step = readRecord(bytes, at, link.to, isReversed);
    if (step.kind === 'end') {
      hasMore = step.hasMore;
      break;
    }
    if (step.kind === 'broken') {
      return refuse('truncated', `Data record ${count + 1} runs past the end of the data`, address);
    }
    const { record } = step;
    at = step.next;
    count++;
    const measured = record.meaning?.measured;
    if (measured === undefined) continue;
    if (measured === 'clock') clockMs ??= isPresent(record) ? clockOf(bytes, record, isReversed, context) : undefined;
    else if (measured === 'fabrication') fabrication ??= fabricationOf(bytes, record, isReversed);
    else collector.add(record);
  }
  const outcome = collector.finish(hasMore);
  if (!outcome.ok) {
    return outcome.isBroken
      ? refuse('bad-value', 'The register of the total holds no number', address)
      : refuse('unknown-identifier', `None of the ${count} data records is one that is known`, address);
  }
  const { fields } = outcome;
  const otherAddresses = otherAddressesOf(header, fabrication, address);
  if (clockMs === undefined) return { ok: true, address, otherAddresses, fields };
  fields['ts'] = clockMs;
  return { ok: true, address, otherAddresses, fields, hasMeterClock: true };
}

function isPresent(record: DataRecord): boolean {
  const { storage, tariff, subunit } = record;
  return storage === 0 && tariff === 0 && subunit === 0 && record.function === 'instantaneous';
}

function clockOf(
  bytes: Uint8Array,
  { dataAt, dataLength }: DataRecord,
  isReversed: boolean,
  { zone }: DecodeContext,
): number | undefined {
  if (!isReversed) return instantAt(bytes, dataAt, dataLength, zone);
  return instantAt(bytes.slice(dataAt, dataAt + dataLength).toReversed(), 0, dataLength, zone);
}

function fabricationOf(bytes: Uint8Array, { dataAt, dataLength }: DataRecord, isReversed: boolean): string | undefined {
  const digits = hexAt(bytes, dataAt, dataLength, !isReversed);
  return dataLength >= 4 && /^\d+$/.test(digits) ? digits : undefined;
}

// The next best first: with the maker, as masters write secondary addresses, by the number printed on the meter.
function otherAddressesOf(header: Header, fabrication: string | undefined, address: string): string[] {
  const others: string[] = [];
  if (header.manufacturer !== undefined) others.push(`${address}.${header.manufacturer}`);
  if (header.secondaryAddress !== undefined) others.push(header.secondaryAddress);
  if (fabrication !== undefined && fabrication !== address) others.push(fabrication);
  return others;
}

/** Application errors of EN 13757-3 by their code. */
const APPLICATION_ERRORS: Record<number, string> = {
  0: 'unspecified error',
  1: 'CI field not implemented',
  2: 'buffer too long',
  3: 'too many records',
  4: 'premature end of record',
  5: 'more than 10 DIFE',
  6: 'more than 10 VIFE',
  8: 'too busy',
  9: 'too many readouts',
};

// An application error or an alarm, with the short, the long or no header before its code.
function errorAnswer(bytes: Uint8Array, { information, primaryAddress, from, to }: LinkFrame): FrameResult {
  const isLong = information === 0x6f || information === 0x75;
  const isShort = information === 0x6e || information === 0x74;
  const header = isLong
    ? readLongHeader(bytes, from, to, false)
    : isShort
      ? readShortHeader(bytes, from, to)
      : undefined;
  const address = header?.identification ?? `p${primaryAddress}`;
  if (information === 0x71 || information >= 0x74) {
    return refuse('error-answer', 'The meter reports its alarm status instead of a reading', address);
  }
  const at = header?.next ?? from;
  if (at >= to) return refuse('error-answer', 'The meter reports an error', address);
  const code = bytes[at]!;
  return refuse('error-answer', `The meter reports an error: ${APPLICATION_ERRORS[code] ?? `code ${code}`}`, address);
}

function refuse(reason: QuarantineReason, detail: string, address?: string): FrameResult {
  return { ok: false, reason, detail, address };
}
