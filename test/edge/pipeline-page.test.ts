import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';
import { defaultAdmission } from '../../src/edge/admission/admission-options.ts';
import { composed, source } from '../supergraph/harness.ts';

const page = await readFile(new URL('../../docs/edge/pipeline.md', import.meta.url), 'utf8');
const snippets = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

it.each(snippets)('docs/edge/pipeline.md shows what can be written:\n%s', async text => {
  const { diagnostics, ok } = await readConfig(text, 'selvage.yaml', {});
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  expect(ok).toBe(true);
});

it('docs/edge/pipeline.md tells the limits of admission that hold where nothing is configured', async () => {
  const config = await readConfig(snippets.find(text => text.includes('admission'))!, 'selvage.yaml', {});
  expect(config.ok && config.value.edge.admission).toEqual(defaultAdmission);
});

it('docs/edge/pipeline.md shows fields that can be canned', () => {
  const [, overlay = ''] = /^```graphql\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const sdl = `type Query { product: Product featured: Product greeting(name: String!): String }
    type Product { id: ID! name: String rating: Float delivery: String maker: Maker } type Maker { name: String }`;
  const handlers = { product: () => null, featured: () => null, greeting: () => null };
  const { diagnostics } = composed([source('shop', sdl, handlers)], overlay);
  expect(overlay).toContain('@canned');
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
});
