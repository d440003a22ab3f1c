import type { PassThrough } from '../../source/source.ts';
import { needsCaller, type SignIn, unsigned } from './sign-in.ts';
import { tokenHeader } from './token-header.ts';

/** The caller's own verified token, under the header that is configured. */
export function passingThrough(source: string, { header, withoutToken }: PassThrough): SignIn {
  return {
    of({ principal }) {
      const token = principal?.token;
      if (token !== undefined) return { headers: tokenHeader(source, token, header) };
      if (withoutToken === 'refuse') throw needsCaller(source, 'a caller who has signed in with a token');
      return unsigned;
    },
    close: async () => undefined,
  };
}
