import { buildASTSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { adapters } from '../../src/adapters/index.ts';
import { formatDiagnostic, isError } from '../../src/base/diagnostic.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { Catalogue } from '../../src/supergraph/catalogue.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { batchOffers, joinOffers } from '../../src/supergraph/links/batch-offers.ts';
import { bulkCalls } from '../../src/supergraph/links/bulk-calls.ts';
import { type CorpusDocument, corpus, fixturesExist } from './corpus.ts';

/** What one document suggests, and what an overlay with every suggested line comes to. */
async function offersOf({ source }: CorpusDocument) {
  const adapter = await adapters[source.protocol]!();
  const described = await adapter.describe(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
  if (!described.ok) return undefined;
  const { blueprint } = described.value;
  const subschema = adapter.connect(blueprint, source);
  const schema = buildASTSchema(blueprint.typeDefs, { assumeValidSDL: true });
  const member = { name: source.name, source, subschema, schema };
  const offers = [...batchOffers(new Catalogue([member])), ...joinOffers(member)];
  if (offers.length === 0) return undefined;
  const hints = [...new Set(offers.flatMap(({ hint }) => hint ?? []))];
  // Where nobody holds the key, the line to paste is not whole.
  const open = offers.flatMap(({ hint, message }) => (hint === undefined ? [message] : []));
  const lines = hints.filter(hint => !hint.startsWith('queries: '));
  const overlay = [{ address: 'overlay.graphql', text: lines.join('\n') }];
  const { diagnostics } = compose({ members: [{ source, subschema }], overlay, absent: [] });
  await subschema.close();
  const errors = diagnostics.filter(isError).map(formatDiagnostic);
  return { calls: bulkCalls(member).map(({ name, into, match }) => `${name} ${into} ${match}`), hints, open, errors };
}

describe.skipIf(!fixturesExist)('what real documents suggest', () => {
  it('composes, every line of it', async () => {
    const told: Record<string, readonly string[]> = {};
    const errors: Record<string, readonly string[]> = {};
    for (const document of await corpus()) {
      if (document.name.includes('conformance')) continue;
      const offers = await offersOf(document);
      if (!offers) continue;
      told[document.name] = [...offers.calls, ...offers.hints, ...offers.open];
      if (offers.errors.length > 0) errors[document.name] = offers.errors;
    }
    expect(errors).toEqual({});
    await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot('./offers.json');
  }, 600_000);
});
