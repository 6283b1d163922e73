const MODBUS_POLYNOMIAL = 0xa001;
const MODBUS_SHORTEST = 5;
const MODBUS_LONGEST = 256;
const MODBUS_ERROR = 0x80;
/** Reading coils, inputs and registers, writing them. */
const MODBUS_FUNCTIONS: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0f, 0x10]);

const START = 0x68;
const END = 0x16;
const PREAMBLE = 0xfe;
/** The length field of DL/T 698.45: two bytes, of which two bits tell its unit. */
const LENGTH_OF_698 = 0x3fff;
const SHORTEST_698 = 12;

/** The protocol that bytes without a known frame seem to be of, for the person who looks. */
export function otherProtocolOf(bytes: Uint8Array): string | undefined {
  if (isModbusRtu(bytes)) return 'Modbus RTU, by its CRC';
  return is69845(bytes) ? 'DL/T 698.45, by its form' : undefined;
}

function isModbusRtu(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (length < MODBUS_SHORTEST || length > MODBUS_LONGEST || !MODBUS_FUNCTIONS.has(bytes[1]! & ~MODBUS_ERROR)) {
    return false;
  }
  let crc = 0xffff;
  for (let i = 0; i < length - 2; i++) {
    crc ^= bytes[i]!;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ MODBUS_POLYNOMIAL;
  }
  return bytes[length - 2] === (crc & 0xff) && bytes[length - 1] === crc >> 8;
}

function is69845(bytes: Uint8Array): boolean {
  let at = 0;
  while (bytes[at] === PREAMBLE) at++;
  if (bytes[at] !== START || bytes.length - at < SHORTEST_698) return false;
  const size = ((bytes[at + 1]! | (bytes[at + 2]! << 8)) & LENGTH_OF_698) + 2;
  return size >= SHORTEST_698 && bytes[at + size - 1] === END;
}
