/** Names of headers, arguments, fields, elements and parameters that hold secrets, in lower case without `-` and `_`. */
const whole: ReadonlySet<string> = new Set([
  'nonce',
  'session',
  'sessionid',
  'sid',
  'jwt',
  'assertion',
  'pin',
  'cvv',
  'cvc',
  'otp',
]);
const endings = [
  'authorization',
  'cookie',
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'credential',
  'credentials',
  'signature',
  'assertion',
];

export type SecretName = (name: string) => boolean;

/** Does what bears the name hold a secret? `accessToken`, `x-api-key` and `client_secret` do. `more`: the configuration's own. */
export function secretNames(more: readonly string[]): SecretName {
  const ours = new Set([...whole, ...more.map(bare)]);
  return name => {
    const plain = bare(name);
    return ours.has(plain) || endings.some(ending => plain.endsWith(ending));
  };
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
