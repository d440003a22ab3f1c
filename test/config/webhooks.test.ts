// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';

const env = { HOOK: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

async function read(webhooks: string) {
  const config = await readConfig(`sources:\n  a: { document: a.yaml, webhooks: ${webhooks} }\n`, 'selvage.yaml', env);
  return config.ok
    ? { is: config.value.sources[0]?.options.webhooks, told: config.diagnostics.map(formatDiagnostic) }
    : { told: config.diagnostics.map(formatDiagnostic) };
}

describe('webhooks:', () => {
  it('has one proof, and defaults', async () => {
    expect(await read('{ standard: { secret: "${HOOK}" } }')).toEqual({
      is: { proof: { standard: { secret: env.HOOK } }, tolerance: 300_000 },
      told: [],
    });
    expect(
      await read('{ hmac: { secret: "${HOOK}", header: X-Sign }, publicUrl: "https://api.example.com/edge/" }'),
    ).toEqual({
      is: {
        proof: {
          hmac: {
            secret: env.HOOK,
            header: 'x-sign',
            prefix: '',
            algorithm: 'sha256',
            encoding: 'hex',
            signed: 'body',
          },
        },
        tolerance: 300_000,
        publicUrl: 'https://api.example.com/edge',
      },
      told: [],
    });
  });

  it.each([
    ['{}', 'a map with one of standard, stripe, hmac, sharedSecret'],
    [
      '{ stripe: { secret: "${HOOK}" }, standard: { secret: "${HOOK}" } }',
      'a map with one of standard, stripe, hmac, sharedSecret',
    ],
    ['{ standard: { secret: "${HOOK}!" } }', 'Standard Webhooks, "Signature scheme"'],
    ['{ stripe: { secret: short } }', 'at least 16 characters'],
    ['{ hmac: { secret: "${HOOK}", header: x, signed: timestamp.body } }', 'with the `timestampHeader`'],
    ['{ hmac: { secret: "${HOOK}", header: x, timestampHeader: y } }', 'with the `timestampHeader`'],
    ['{ hmac: { secret: "${HOOK}", header: x, algorithm: sha1 } }', 'sha256, sha384 or sha512'],
    ['{ stripe: { secret: "${HOOK}" }, publicUrl: "https://a.example/?x=1" }', 'without user name, query and fragment'],
  ])('%s is refused, and no secret is told', async (written, expected) => {
    const { is, told } = await read(written);
    expect(is).toBeUndefined();
    expect(told.join('\n')).toContain(expected);
    expect(told.join('\n')).not.toContain(env.HOOK);
  });

  it('warns of a secret that stands in the file', async () => {
    const { told } = await read('{ stripe: { secret: written-into-the-file } }');
    expect(told).toEqual([expect.stringContaining('CONFIG_LITERAL_SECRET')]);
    expect(told.join()).not.toContain('written-into');
  });
});
