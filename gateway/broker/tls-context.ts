import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

import { messageOf, PlatformError } from '../../domain/errors.ts';

/** A certificate that is read again when it was renewed. */
export interface TlsContext {
  /** For the next handshake. */
  current(): SecureContext;
  /** Reads the files again where they have changed. What cannot be used is reported, and the old one stays. */
  refresh(): Promise<void>;
  close(): void;
}

/** What {@link openTlsContext} needs. */
export interface TlsContextOptions {
  certFile: string;
  keyFile: string;
  /** Told in a sentence when renewed files cannot be used. */
  onProblem(message: string): void;
}

const REFRESH_EVERY_MS = 60_000;

/** Reads the certificate chain and its key. Throws PlatformError `config-invalid` that names the setting. */
export async function openTlsContext(options: TlsContextOptions): Promise<TlsContext> {
  let seen = await stampOf(options);
  let context = await read(options);
  const refresh = async (): Promise<void> => {
    const stamp = await stampOf(options);
    if (stamp === seen) return;
    try {
      context = await read(options);
      seen = stamp;
    } catch (error) {
      // Perhaps only one of the two has been written yet: it is tried again the next time.
      options.onProblem(`The renewed certificate is not used, the one before stays: ${messageOf(error)}`);
    }
  };
  const timer = setInterval(() => void refresh(), REFRESH_EVERY_MS).unref();
  return { current: () => context, refresh, close: () => clearInterval(timer) };
}

async function read({ certFile, keyFile }: TlsContextOptions): Promise<SecureContext> {
  const cert = await readSetting('TLS_CERT_FILE', certFile);
  const key = await readSetting('TLS_KEY_FILE', keyFile);
  const certificate = attempt(
    'TLS_CERT_FILE',
    `${certFile} holds no certificate in PEM`,
    () => new X509Certificate(cert),
  );
  const privateKey = attempt('TLS_KEY_FILE', `${keyFile} holds no private key in PEM`, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw invalid('TLS_KEY_FILE', `${keyFile} is not the key of ${certFile}`);
  return attempt('TLS_CERT_FILE', `${certFile} cannot be used`, () =>
    createSecureContext({ cert, key, minVersion: 'TLSv1.2' }),
  );
}

async function readSetting(setting: string, file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw invalid(setting, `cannot be read: ${messageOf(error)}`, error);
  });
}

function attempt<T>(setting: string, problem: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw invalid(setting, `${problem}: ${messageOf(error)}`, error);
  }
}

function invalid(setting: string, problem: string, cause?: unknown): PlatformError {
  return new PlatformError('config-invalid', `${setting}: ${problem}`, { cause });
}

// A file that is not there has a stamp too: it may come back.
async function stampOf({ certFile, keyFile }: TlsContextOptions): Promise<string> {
  const stamps = await Promise.all(
    [certFile, keyFile].map((file) =>
      stat(file).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'none',
      ),
    ),
  );
  return stamps.join(', ');
}
