import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';

const page = await readFile(new URL('../../docs/soap.md', import.meta.url), 'utf8');

describe('docs/soap.md', () => {
  it('shows configurations that are read, without a warning', async () => {
    const snippets = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => yaml);
    for (const yaml of snippets) {
      const { ok, diagnostics } = await readConfig(yaml, 'selvage.yaml', { CRM_TOKEN: 't', CRM_PASSWORD: 'p' });
      expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
    }
    expect(snippets).toHaveLength(4);
  });

  it('names the options that only SOAP has', async () => {
    const { optionOwners } = await import('../../src/source/option-owners.ts');
    const own = Object.entries(optionOwners).flatMap(([option, owners]) => (owners.join() === 'soap' ? [option] : []));
    expect(own.filter(option => !page.includes(option))).toEqual([]);
  });
});
