import * as z from 'zod';
import { pattern, textLeaf } from './leaves.ts';
import { Substituted } from './substitution.ts';

/** RFC 9110, 5.6.2. */
export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export const headerName = pattern('the name of a header', token);

/** The same, read in lower case. */
export const lowerHeaderName = textLeaf('the name of a header', name =>
  token.test(name) ? name.toLowerCase() : undefined,
);

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
