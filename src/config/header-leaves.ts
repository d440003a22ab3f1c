import * as z from 'zod';
import { token } from '../base/token.ts';
import { pattern, textLeaf } from './leaves.ts';
import { Substituted } from './substitution.ts';

export const headerName = pattern('the name of a header', token);

/** The same, read in lower case. */
export const lowerHeaderName = textLeaf('the name of a header', name =>
  token.test(name) ? name.toLowerCase() : undefined,
);

export const lowerHeaderNames = z.array(lowerHeaderName, 'a list of header names');

/** RFC 9110, 5.5. */
export const headerValue = pattern(
  'a text without line breaks and control characters (quote it if it is a number)',
  /^[\t\x20-\x7e\x80-\xff]*$/,
);

/** A header's value, or a reference to what a request says. What comes from the environment is a literal. */
export const headerSource = z.preprocess(
  value => (value instanceof Substituted && value.text.startsWith('$') ? `$${value.text}` : value),
  headerValue,
);
