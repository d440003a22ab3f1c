import { createSecureContext } from 'node:tls';
import type { z } from 'zod';
import type { ListenerTls } from '../../server/listener/listener-tls.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import { map, oneOf, pattern } from '../leaves.ts';
import { readTextFile } from '../read-text-file.ts';

const file = pattern('the path of a file', /\S/);

/** `gateway.tls` as it is written. */
export const listenerTlsShape = map({
  cert: file,
  key: file,
  clientCa: file.exactOptional(),
  clientCertificates: oneOf(['optional', 'required']).exactOptional(),
});

/** The texts of the files that `gateway.tls` names; paths are relative to `folder`. */
export async function readListenerTls(
  { cert, key, clientCa, clientCertificates }: z.output<typeof listenerTlsShape>,
  folder: string,
  tree: ConfigTree,
): Promise<ListenerTls> {
  const path: KeyPath = ['gateway', 'tls'];
  if (clientCertificates !== undefined && clientCa === undefined) {
    const hint = 'set clientCa to the authorities whose certificates are believed';
    tree.wrong([...path, 'clientCertificates'], 'No client is asked for a certificate.', hint);
  }
  const read = async (name: string, part: string) =>
    (await readTextFile(name, folder, tree, [...path, part]))?.text ?? '';
  const ca = clientCa === undefined ? undefined : await read(clientCa, 'clientCa');
  const tls: ListenerTls = {
    cert: await read(cert, 'cert'),
    key: await read(key, 'key'),
    ...(ca === undefined ? {} : { clientCa: ca }),
    clientCertificates: clientCertificates ?? 'optional',
  };
  try {
    createSecureContext({ cert: tls.cert, key: tls.key, ...(ca === undefined ? {} : { ca }) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    tree.wrong(
      path,
      `Certificate and key cannot be used together (${code}).`,
      'both are PEM, and belong to each other',
    );
  }
  return tls;
}
