/** How the tests' events are signed: over the body, in hex. */
export function hmacBy(secret: string) {
  return {
    secret,
    header: 'x-signature',
    prefix: '',
    algorithm: 'sha256',
    encoding: 'hex',
    signed: 'body',
  } as const;
}
