/** What a PUBLISH says beside its topic and payload. */
export interface PublishFlags {
  qos?: number;
  messageId?: number;
  retain?: boolean;
  dup?: boolean;
}

/** What a CONNECT says; the flags follow from what is given unless they are given too. */
export interface ConnectFields {
  clientId: string;
  username?: string;
  password?: string;
  clean?: boolean;
  keepAliveS?: number;
  will?: { topic: string; payload: string; qos?: number; retain?: boolean };
  protocol?: string;
  level?: number;
  flags?: number;
}

/** A control packet of MQTT 3.1.1: the first byte of its header, the length of its body, the body. */
export function mqttFrame(first: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([first]), remainingLength(body.length), body]);
}

/** A length as MQTT writes it: seven bits a byte, the low ones first. */
export function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push(left > 127 ? (left & 127) | 128 : left);
    left >>>= 7;
  } while (left > 0);
  return Buffer.from(bytes);
}

/** A string, or bytes, with the length before it. */
export function mqttText(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

/** A CONNECT; with a clean session and no keep-alive unless told otherwise. */
export function connectFrame(fields: ConnectFields): Buffer {
  const { clientId, username, password, will, clean = true, keepAliveS = 0 } = fields;
  const willFlags = will === undefined ? 0 : 4 | ((will.qos ?? 0) << 3) | (will.retain === true ? 32 : 0);
  const flags = (clean ? 2 : 0) | willFlags | (username === undefined ? 0 : 128) | (password === undefined ? 0 : 64);
  const texts = [clientId, will?.topic, will?.payload, username, password].filter((text) => text !== undefined);
  const head = [mqttText(fields.protocol ?? 'MQTT'), Buffer.from([fields.level ?? 4, fields.flags ?? flags])];
  return mqttFrame(0x10, Buffer.concat([...head, uint16(keepAliveS), ...texts.map(mqttText)]));
}

/** A PUBLISH; its message id stands right before the payload, and is left out at QoS 0. */
export function publishFrame(topic: string, payload: string | Buffer, flags: PublishFlags = {}): Buffer {
  const { qos = 0, messageId = 0, retain = false, dup = false } = flags;
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  const id = qos > 0 ? [uint16(messageId)] : [];
  return mqttFrame(first, Buffer.concat([mqttText(topic), ...id, Buffer.from(payload)]));
}

/** A packet of nothing but a message id: PUBACK and the like. */
export function idFrame(first: number, messageId: number): Buffer {
  return mqttFrame(first, uint16(messageId));
}

/** A SUBSCRIBE to one filter. */
export function subscribeFrame(messageId: number, filter: string, qos: number): Buffer {
  return mqttFrame(0x82, Buffer.concat([uint16(messageId), mqttText(filter), Buffer.from([qos])]));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}
