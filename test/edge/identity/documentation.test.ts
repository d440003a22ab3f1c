// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { readConfig } from '../../../src/config.ts';
import { defaultAlgorithms, defaultIdentityOptions } from '../../../src/edge/identity/identity-options.ts';
import { isPassword, parseHash } from '../../../src/edge/identity/password.ts';
import { hasOpenssl, makeAuthority, makeCertificate } from '../../support/certificates.ts';

const page = await readFile(new URL('../../../docs/edge/authentication.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(([, tag, file, text = '']) => ({
  tag,
  file,
  text,
}));
const configurations = blocks.filter(({ tag, file }) => tag === 'yaml' && file === '').map(({ text }) => text);
const command = blocks.find(({ tag }) => tag === 'sh')?.text ?? '';

let folder: string;

function hashOf(password: string): string {
  return execFileSync('sh', ['-c', command.replace("'the password'", `'${password}'`)], { encoding: 'utf8' }).trim();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-authentication-'));
  await writeFile(join(folder, 'keys.yaml'), blocks.find(({ file }) => file === 'keys.yaml')?.text ?? '');
  await writeFile(join(folder, 'users'), `ada:${hashOf('sesame')}:read write\n`);
  if (!hasOpenssl) return;
  makeCertificate(folder, makeAuthority(folder, 'clients'), 'server', 'DNS:localhost');
});
afterAll(() => rm(folder, { recursive: true }));

describe('docs/edge/authentication.md', () => {
  it('shows configurations for every kind of provider', () => {
    expect(configurations.length).toBe(7);
  });

  it.each(configurations.filter(text => hasOpenssl || !text.includes('tls:')))(
    'shows a configuration that is right: %s',
    async text => {
      const env = { BATCH_SECRET: 's'.repeat(32), INTROSPECTION_SECRET: 's' };
      const { ok, diagnostics } = await readConfig(`${text}sources: {}\n`, join(folder, 'selvage.yaml'), env);
      expect(diagnostics.map(formatDiagnostic)).toEqual([]);
      expect(ok).toBe(true);
    },
  );

  it('tells the defaults', () => {
    const { burst, perMinute } = defaultIdentityOptions.failures;
    expect(page).toContain(`failures: { burst: ${burst}, perMinute: ${perMinute} }    # the defaults`);
    expect(page).toContain(`default ${defaultAlgorithms.join(', ')}`);
  });

  it('makes hashes that are understood', async () => {
    const hash = parseHash(hashOf('correct horse'));
    expect(hash && (await isPassword('correct horse', hash))).toBe(true);
    expect(hash && (await isPassword('correct', hash))).toBe(false);
  });
});
