import * as z from 'zod';
import { map, mapOf, oneOf, pattern, textLeaf } from '../leaves.ts';

const path = pattern('a file or a folder', /\S/);
const paths = z.union([path, z.array(path, 'a list of files and folders')]);

/** RFC 9110, 5.6.2. */
const header = /^header:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

/** `trustedDocuments`: see `docs/edge/trusted-documents.md`. */
export const trustedDocumentsShape = map({
  mode: oneOf(['off', 'allow', 'only']).default('off'),
  documents: paths.default([]),
  clients: mapOf(pattern('the name of a client', /\S/), paths).prefault({}),
  client: textLeaf('"subject", or "header:" and the name of a header', text => {
    const [, name] = header.exec(text) ?? [];
    if (text === 'subject') return { by: 'subject' } as const;
    return name === undefined ? undefined : ({ by: 'header', name: name.toLowerCase() } as const);
  }).exactOptional(),
}).prefault({});
