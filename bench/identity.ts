import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuer = 'https://issuer.example';
const audience = 'bench';
const scope = 'blog:read';

/** One identity provider for all processes of a run: its keys as a file would have them, and a caller's token. */
const provider = (async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
  const token = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('load')
    .setIssuedAt()
    .setExpirationTime('8h')
    .sign(privateKey);
  return { keys: JSON.stringify(keys), token };
})();

/** What a caller sends. */
export async function callersHeaders(): Promise<Readonly<Record<string, string>>> {
  return { authorization: `Bearer ${(await provider).token}` };
}

/** The sections of `selvage.yaml` that ask for a token with a scope, and count what its owner asks: a limit that the load does not reach. */
export async function securedSections(folder: string): Promise<object> {
  await writeFile(join(folder, 'keys.json'), (await provider).keys);
  return {
    identity: { providers: [{ name: 'bench', jwt: { issuer, audience, jwks: 'keys.json', algorithms: ['RS256'] } }] },
    policies: {
      'Query.posts': { requiresScopes: [[scope]], rateLimit: { max: 100_000, window: '1s', by: ['subject'] } },
      'User.email': { requiresScopes: [[scope]] },
    },
  };
}
