import { DLT645_BIAS, DLT645_DATA_AT, openDlt645 } from '../dlt645-frame.ts';
import { noDlt645Answer, type Dlt645Functions } from '../dlt645-no-answer.ts';
import { addSinglePhase, readDlt645Values } from '../dlt645-values.ts';
import type { DecodeContext, FrameResult } from '../frame-result.ts';
import { IDENTIFIERS_1997, unknownOf1997 } from './identifiers.ts';

/** Answer to reading data; with 20H more, further frames follow. */
const ANSWER = 0x81;
const ANSWER_WITH_MORE = 0xa1;
const IDENTIFIER_BYTES = 2;
/** Ends a block (数据块结束标志), as it stands on the line. */
const BLOCK_END = 0xaa + DLT645_BIAS;

/** Functions and the error word, beside read answers (DL/T 645-1997, 6). */
const FUNCTIONS: Dlt645Functions = {
  functions: {
    0x01: 'reading data',
    0x02: 'reading the rest of an answer',
    0x03: 'reading data again',
    0x04: 'writing data',
    0x08: 'broadcast of the time',
    0x0a: 'writing the address',
    0x0c: 'changing the baud rate',
    0x0f: 'changing the password',
    0x10: 'clearing the demand',
  },
  errors: [
    '非法数据 (illegal data)',
    '数据标识错 (wrong identifier)',
    '密码错 (wrong password)',
    'reserved',
    '年时区数超 (too many year zones)',
    '日时段数超 (too many day periods)',
    '费率数超 (too many tariffs)',
  ],
};

/** Decodes one answer of a DL/T 645-1997 meter, from 68 to 16. Never throws. */
export function decodeDlt6451997(frame: Uint8Array, _context: DecodeContext): FrameResult {
  const opened = openDlt645(frame);
  if (!opened.ok) return opened;
  const { address, control, dataLength } = opened;
  if (control !== ANSWER && control !== ANSWER_WITH_MORE) {
    return noDlt645Answer(frame, opened, FUNCTIONS);
  }
  if (dataLength < IDENTIFIER_BYTES) {
    const detail = `An answer begins with 2 bytes of identifier, found ${dataLength}`;
    return { ok: false, reason: 'bad-value', detail, address };
  }
  const low = (frame[DLT645_DATA_AT]! - DLT645_BIAS) & 0xff;
  const di = (((frame[DLT645_DATA_AT + 1]! - DLT645_BIAS) & 0xff) << 8) | low;
  const what = IDENTIFIERS_1997.get(di);
  if (what === undefined) {
    const detail = `Identifier ${di.toString(16).toUpperCase().padStart(4, '0')} ${unknownOf1997(di)}`;
    return { ok: false, reason: 'unknown-identifier', detail, address };
  }
  let length = dataLength - IDENTIFIER_BYTES;
  const isEnded = length % what.bytes === 1 && frame[DLT645_DATA_AT + dataLength - 1] === BLOCK_END;
  if (what.isBlock && isEnded) length--;
  const values = readDlt645Values(frame, DLT645_DATA_AT + IDENTIFIER_BYTES, length, what);
  if (!values.ok) return { ...values, address };
  addSinglePhase(values.fields);
  return { ok: true, address, otherAddresses: opened.otherAddresses, fields: values.fields };
}
