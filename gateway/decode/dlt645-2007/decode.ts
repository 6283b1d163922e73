import { DLT645_BIAS, DLT645_DATA_AT, openDlt645 } from '../dlt645-frame.ts';
import { noDlt645Answer, type Dlt645Functions } from '../dlt645-no-answer.ts';
import { addSinglePhase, readDlt645Values } from '../dlt645-values.ts';
import type { DecodeContext, FrameResult } from '../frame-result.ts';
import { IDENTIFIERS_2007, unknownOf2007 } from './identifiers.ts';

/** Answer to reading data; with 20H more, further frames follow. */
const ANSWER = 0x91;
const ANSWER_WITH_MORE = 0xb1;
const IDENTIFIER_BYTES = 4;

/** Functions and the error word, beside read answers (DL/T 645-2007, 7). */
const FUNCTIONS: Dlt645Functions = {
  functions: {
    0x03: 'security authentication',
    0x08: 'broadcast of the time',
    0x11: 'reading data',
    0x12: 'reading the rest of an answer',
    0x13: 'reading the address',
    0x14: 'writing data',
    0x15: 'writing the address',
    0x16: 'freezing',
    0x17: 'changing the baud rate',
    0x18: 'changing the password',
    0x19: 'clearing the demand',
    0x1a: 'clearing the meter',
    0x1b: 'clearing events',
    0x1c: 'switching, alarm, keeping the power on',
    0x1d: 'multi-function output',
  },
  errors: [
    '其他错误 (other error)',
    '无请求数据 (no such data)',
    '密码错/未授权 (wrong password or no authority)',
    '通信速率不能更改 (the baud rate cannot be changed)',
    '年时区数超 (too many year zones)',
    '日时段数超 (too many day periods)',
    '费率数超 (too many tariffs)',
  ],
};

/** Decodes one answer of a DL/T 645-2007 meter, from 68 to 16. Never throws. */
export function decodeDlt6452007(frame: Uint8Array, _context: DecodeContext): FrameResult {
  const opened = openDlt645(frame);
  if (!opened.ok) return opened;
  const { address, control, dataLength } = opened;
  if (control !== ANSWER && control !== ANSWER_WITH_MORE) {
    return noDlt645Answer(frame, opened, FUNCTIONS);
  }
  if (dataLength < IDENTIFIER_BYTES) {
    const detail = `An answer begins with 4 bytes of identifier, found ${dataLength}`;
    return { ok: false, reason: 'bad-value', detail, address };
  }
  const di = identifierAt(frame);
  const what = IDENTIFIERS_2007.get(di);
  if (what === undefined) {
    const detail = `Identifier ${di.toString(16).toUpperCase().padStart(8, '0')} ${unknownOf2007(di)}`;
    return { ok: false, reason: 'unknown-identifier', detail, address };
  }
  const values = readDlt645Values(frame, DLT645_DATA_AT + IDENTIFIER_BYTES, dataLength - IDENTIFIER_BYTES, what);
  if (!values.ok) return { ...values, address };
  addSinglePhase(values.fields);
  return { ok: true, address, otherAddresses: opened.otherAddresses, fields: values.fields };
}

function identifierAt(frame: Uint8Array): number {
  let di = 0;
  for (let i = DLT645_DATA_AT + 3; i >= DLT645_DATA_AT; i--) di = di * 256 + ((frame[i]! - DLT645_BIAS) & 0xff);
  return di;
}
