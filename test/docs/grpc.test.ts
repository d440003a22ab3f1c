import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';

it('docs/grpc.md shows options that are read, and calls those values defaults that are', async () => {
  const text = await readFile(new URL('../../docs/grpc.md', import.meta.url), 'utf8');
  const shown: Record<string, unknown> = {};
  for (const [, yaml = ''] of text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)) {
    const config = await readConfig(
      yaml.replace('document:', 'protocol: grpc\n    document:'),
      '/srv/selvage.yaml',
      {},
    );
    expect(config.diagnostics).toEqual([]);
    Object.assign(shown, config.ok ? config.value.sources[0]?.options : {});
  }
  expect(shown).toMatchObject({ compression: 'gzip', keepalive: 300_000, timeout: 800, forward: expect.any(Array) });
  expect(defaultSourceOptions).toMatchObject({
    exposeErrors: 'NONE',
    streamsPerConnection: 100,
    collect: { operations: [], max: 1_000 },
  });
});
