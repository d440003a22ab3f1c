import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Source } from '../../../source/source.ts';
import { localOf, namespaceOf, type QName } from '../qname.ts';

/** WS-SecurityPolicy 1.1 to 1.3. */
const policyNamespace =
  /^http:\/\/(schemas\.xmlsoap\.org\/ws\/2005\/07\/securitypolicy|docs\.oasis-open\.org\/ws-sx\/ws-securitypolicy\/\d+)$/;

/** What an assertion asks for, where the gateway can give it. */
const token: ReadonlySet<string> = new Set(['UsernameToken']);
const signature: ReadonlySet<string> = new Set([
  'X509Token',
  'AsymmetricBinding',
  'SignedParts',
  'SignedElements',
  'EndorsingSupportingTokens',
]);
/** What nobody here can do. */
const beyond: ReadonlySet<string> = new Set([
  ...['SymmetricBinding', 'EncryptedParts', 'EncryptedElements', 'EncryptSignature', 'EncryptedSupportingTokens'],
  ...['SamlToken', 'IssuedToken', 'KerberosToken', 'SpnegoContextToken', 'SecureConversationToken'],
]);

/** What the policies of a source's bindings ask for that it is not configured to give: policies are read for these warnings alone. */
export function requiredSecurity(
  assertions: ReadonlySet<QName>,
  source: Source,
  at: readonly string[],
): readonly Diagnostic[] {
  const asked = [...assertions].filter(name => policyNamespace.test(namespaceOf(name))).map(localOf);
  const { credential } = source.options;
  const wsse = credential && 'wsse' in credential ? credential.wsse : undefined;
  const warn = (names: readonly string[], hint: string): Diagnostic[] =>
    names.length === 0
      ? []
      : [
          {
            severity: 'warning',
            code: 'CONSTRUCT_NOT_SUPPORTED',
            message: `A policy of the binding asks for ${names.join(', ')}, which messages do not have.`,
            at,
            hint,
          },
        ];
  const isPlain = source.endpoint !== undefined && /^http:/i.test(source.endpoint);
  return [
    ...warn(
      wsse?.username === undefined ? asked.filter(name => token.has(name)) : [],
      'credential: { wsse: { username: …, password: … } } gives it.',
    ),
    ...warn(
      wsse?.cert === undefined ? asked.filter(name => signature.has(name)) : [],
      'credential: { wsse: { cert: …, key: … } } signs the body, the timestamp and the addresses.',
    ),
    ...warn(isPlain ? asked.filter(name => name === 'HttpsToken') : [], 'The endpoint must be an https URL.'),
    ...warn(
      asked.filter(name => beyond.has(name)),
      'Encryption and tokens of other kinds are not implemented: the backend may refuse every call.',
    ),
  ];
}
