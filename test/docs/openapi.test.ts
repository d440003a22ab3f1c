import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';

it('docs/openapi/answers.md shows options that are read, and calls those values defaults that are', async () => {
  const text = await readFile(new URL('../../docs/openapi/answers.md', import.meta.url), 'utf8');
  const shown: Record<string, unknown> = {};
  for (const [, yaml = ''] of text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)) {
    const config = await readConfig(yaml, '/srv/shop/selvage.yaml', {});
    expect(config.diagnostics).toEqual([]);
    const options = config.ok ? config.value.sources[0]?.options : undefined;
    for (const [name, value] of Object.entries(options ?? {}))
      if (JSON.stringify(value) !== JSON.stringify({ ...defaultSourceOptions }[name])) shown[name] = value;
  }
  expect(shown).toMatchObject({
    exposeErrors: 'BODY',
    errors: 'UNION',
    responseHeaders: ['x-total-count', 'x-ratelimit-*'],
    envelope: ['list*'],
    cache: 'REVALIDATE',
  });
  const standard = { exposeErrors: 'NONE', errors: 'EXTENSIONS', cache: 'OFF', responseHeaders: [], envelope: [] };
  expect(defaultSourceOptions).toMatchObject(standard);
});
