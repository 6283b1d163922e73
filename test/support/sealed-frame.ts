const START = 0x68;
const END = 0x16;
const BIAS = 0x33;

/** A DL/T 645 frame of what is told in hex: address as displayed, control, data before 33H is added. */
export function dlt645Hex(address: string, control: number, data: string): Uint8Array {
  const bytes = Buffer.from(data.replaceAll(' ', ''), 'hex').map((byte) => byte + BIAS);
  return sealed([START, ...Buffer.from(address, 'hex').reverse(), START, control, bytes.length, ...bytes]);
}

/** A CJ/T 188 frame of what is told in hex: type, address A6…A0, control, data as on the line. */
export function cjt188Hex(type: number, address: string, control: number, data: string): Uint8Array {
  const bytes = Buffer.from(data.replaceAll(' ', ''), 'hex');
  return sealed([START, type, ...Buffer.from(address, 'hex').reverse(), control, bytes.length, ...bytes]);
}

/** The bytes with the checksum over them and the end. */
function sealed(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 0xff, END]);
}
