import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes certificates in a folder, by Debian's openssl; `hasOpenssl` tells whether it is there. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is not installed: TLS is not tried.');

export interface Certificate {
  /** Paths. */
  readonly files: { readonly cert: string; readonly key: string };
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

const newRsaKey = ['-newkey', 'rsa:2048', '-nodes'];
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new TypeError(stderr);
}

function read(folder: string, name: string): Certificate {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  return { files, cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
}

/** A certificate that vouches for itself. Of RSA: what signs messages of WS-Security. */
export function makeAuthority(folder: string, name: string, ofRsa = false): Certificate {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  openssl(
    'req',
    '-x509',
    ...(ofRsa ? newRsaKey : newKey),
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  );
  return read(folder, name);
}

export function makeCertificate(folder: string, by: Certificate, name: string, alternativeNames: string): Certificate {
  const [cert, key, request] = [join(folder, `${name}.pem`), join(folder, `${name}.key`), join(folder, `${name}.csr`)];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternativeNames}`];
  openssl('req', ...newKey, '-keyout', key, '-out', request, ...names);
  const issuer = ['-CA', by.files.cert, '-CAkey', by.files.key, '-CAcreateserial'];
  openssl('x509', '-req', '-in', request, ...issuer, '-out', cert, '-days', '2', '-copy_extensions', 'copy');
  return read(folder, name);
}
