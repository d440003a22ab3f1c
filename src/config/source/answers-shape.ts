import * as z from 'zod';
import { token } from '../../base/token.ts';
import { defaultSourceOptions } from '../../source/source.ts';
import { oneOf, pattern, textLeaf } from '../leaves.ts';

const all = defaultSourceOptions;

/** RFC 9110, 5.6.2, with `*` for any characters (which is a character of tokens, too, that no header's name has). */
const headerGlob = textLeaf('the name of a header, in which * stands for any characters', text =>
  token.test(text) ? text.toLowerCase() : undefined,
);

const fieldGlob = pattern('the name of a field, in which * stands for any characters', /^[_0-9A-Za-z*]+$/);

/** Of one source: how what its backend answers is given to clients. */
export const answersShape = {
  exposeErrors: oneOf(['NONE', 'PROBLEM', 'BODY']).default(all.exposeErrors),
  errors: oneOf(['EXTENSIONS', 'UNION']).default(all.errors),
  responseHeaders: z.array(headerGlob, 'a list of header names').default([...all.responseHeaders]),
  envelope: z.array(fieldGlob, 'a list of field names').default([...all.envelope]),
  cache: oneOf(['OFF', 'REVALIDATE']).default(all.cache),
};
