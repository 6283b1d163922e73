import { publishFrame } from '../../support/mqtt-frames.ts';

/** Device times of a meter's readings. */
export interface ReadingShape {
  /** Epoch milliseconds of the first. */
  startMs: number;
  stepMs: number;
  /** Readings in one message: 1 is an object, more an array. */
  perMessage: number;
}

/** The PUBLISH frames of one meter at QoS 1: each carries the next readings, its register rising. */
export interface ReadingFrames {
  /** Bytes of a frame; the same for all. */
  readonly bytes: number;
  /** Writes the next frame at `offset` of `target`, and returns the device time of its last reading. */
  writeNext(target: Buffer, offset: number, messageId: number): number;
}

const ITEM = '{"ts":0000000000000,"total":0000000.000}';
const TS_AT = ITEM.indexOf('0');
const TOTAL_AT = ITEM.lastIndexOf(':') + 1;
const FIRST_KWH = 1_000_000;
/** 1.5 kW at a reading a minute. */
const STEP_WH = 25;

/**
 * Frames that cost a copy and some digits each, so that what makes the load takes little of the machine from what is
 * measured.
 */
export function createReadingFrames(topic: string, shape: ReadingShape): ReadingFrames {
  const items = Array.from({ length: shape.perMessage }, () => ITEM).join(',');
  const payload = shape.perMessage === 1 ? items : `[${items}]`;
  const template = publishFrame(topic, payload, { qos: 1 });
  const payloadAt = template.length - payload.length;
  const firstItemAt = payloadAt + payload.indexOf(ITEM);
  let readings = 0;
  return {
    bytes: template.length,
    writeNext: (target, offset, messageId) => {
      template.copy(target, offset);
      target.writeUInt16BE(messageId, offset + payloadAt - 2);
      let ts = 0;
      for (let item = 0; item < shape.perMessage; item++, readings++) {
        const at = offset + firstItemAt + item * (ITEM.length + 1);
        const wh = readings * STEP_WH;
        ts = shape.startMs + readings * shape.stepMs;
        putDigits(target, at + TS_AT, 13, ts);
        putDigits(target, at + TOTAL_AT, 7, FIRST_KWH + Math.floor(wh / 1000));
        putDigits(target, at + TOTAL_AT + 8, 3, wh % 1000);
      }
      return ts;
    },
  };
}

function putDigits(target: Buffer, offset: number, digits: number, value: number): void {
  let rest = value;
  for (let at = offset + digits - 1; at >= offset; at--) {
    target[at] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
