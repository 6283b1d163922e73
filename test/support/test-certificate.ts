import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files in PEM: a certificate of its own authority, and its key. */
export interface TestCertificate {
  certFile: string;
  keyFile: string;
}

/** Makes a certificate for localhost and 127.0.0.1 with openssl, valid for two days. */
export function makeTestCertificate(folder: string, name = 'broker'): TestCertificate {
  const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  execFileSync(
    'openssl',
    [
      ['req', '-x509', '-nodes', '-days', '2', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ['-keyout', files.keyFile, '-out', files.certFile, '-subj', `/CN=${name}`],
      ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ].flat(),
    { stdio: 'pipe' },
  );
  return files;
}
