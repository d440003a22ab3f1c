import * as z from 'zod';
import type { WebhookOptions } from '../../source/webhooks.ts';
import { lowerHeaderName } from '../header-leaves.ts';
import { duration, map, oneOf, pattern, textLeaf } from '../leaves.ts';

const secret = pattern('a text of at least 16 characters without control characters', /^[^\p{Cc}]{16,}$/u);
const standardSecret = pattern(
  'base64 of at least 16 bytes, with or without "whsec_" before it (Standard Webhooks, "Signature scheme")',
  /^(whsec_)?(?=[A-Za-z0-9+/]{22})[A-Za-z0-9+/]+={0,2}$/,
);

const publicUrl = textLeaf('an http or https URL without user name, query and fragment', written => {
  if (!URL.canParse(written)) return undefined;
  const { protocol, username, password, origin, pathname, search, hash } = new URL(written);
  const isPlain = /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
  return isPlain ? origin + pathname.replace(/\/+$/, '') : undefined;
});

const kinds = ['standard', 'stripe', 'hmac', 'sharedSecret'] as const;

export const webhooksShape = map({
  standard: map({ secret: standardSecret }).exactOptional(),
  stripe: map({ secret }).exactOptional(),
  hmac: map({
    secret,
    header: lowerHeaderName,
    prefix: pattern('the text before the signature', /^[\x21-\x7e]*$/).default(''),
    algorithm: oneOf(['sha256', 'sha384', 'sha512']).default('sha256'),
    encoding: oneOf(['hex', 'base64']).default('hex'),
    timestampHeader: lowerHeaderName.exactOptional(),
    signed: oneOf(['body', 'timestamp.body', 'v0:timestamp:body']).default('body'),
  })
    .refine(({ timestampHeader, signed }) => (timestampHeader === undefined) === (signed === 'body'), {
      error: 'either `signed: body`, or another form with the `timestampHeader` that it takes the time from',
    })
    .exactOptional(),
  sharedSecret: map({ header: lowerHeaderName, value: secret }).exactOptional(),
  tolerance: duration.default(5 * 60_000),
  publicUrl: publicUrl.exactOptional(),
}).transform((written, context): WebhookOptions => {
  const { tolerance, publicUrl: address, ...proofs } = written;
  const [proof, ...others] = kinds.flatMap(kind => (proofs[kind] === undefined ? [] : [{ [kind]: proofs[kind] }]));
  if (proof !== undefined && others.length === 0) {
    const options = { tolerance, proof: proof as unknown as WebhookOptions['proof'] }; // a computed key widens to string
    return address === undefined ? options : { ...options, publicUrl: address };
  }
  context.issues.push({ code: 'custom', message: `a map with one of ${kinds.join(', ')}`, input: written });
  return z.NEVER;
});
