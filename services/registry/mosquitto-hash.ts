import { pbkdf2Sync, randomBytes } from 'node:crypto';

// mosquitto_passwd's own numbers. A token is 256 random bits: there is nothing to be gained by guessing more slowly,
// and Mosquitto computes this in its only thread at every CONNECT.
const ITERATIONS = 101;
const SALT_BYTES = 12;
const KEY_BYTES = 64;

/** A password as Mosquitto 2 keeps it: `$7$iterations$salt$key`, PBKDF2 with SHA-512, salt and key in base64. */
export function mosquittoHash(password: string, salt: Uint8Array = randomBytes(SALT_BYTES)): string {
  const key = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha512');
  return `$7$${ITERATIONS}$${Buffer.from(salt).toString('base64')}$${key.toString('base64')}`;
}
