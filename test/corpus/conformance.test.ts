import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from '../../src/adapters/openapi/load.ts';
import { describe as describeDocument } from '../../src/adapters/openapi/schema.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../../src/source/source.ts';
import { fixture, fixturesExist } from './corpus.ts';

/** What the OpenAPI Initiative says of its own documents, and what we say. */
interface Verdicts {
  readonly agreed: number;
  readonly missed: readonly string[];
}

async function verdictsOf(version: string): Promise<Verdicts> {
  const missed: string[] = [];
  let agreed = 0;
  for (const expected of ['pass', 'fail'] as const) {
    const folder = fixture(`openapi/oai-conformance/${version}/${expected}`);
    for (const file of (await readdir(folder)).sort()) {
      if ((await verdictOf(join(folder, file))) === expected) agreed += 1;
      else missed.push(`${expected}/${file}`);
    }
  }
  return { agreed, missed };
}

/** Every document is loaded and described, whatever lint finds. */
async function verdictOf(document: string): Promise<'pass' | 'fail'> {
  const source: Source = { name: 'oai', protocol: 'openapi', document, options: defaultSourceOptions };
  const loaded = await load(source, { reader: openReader(source), signal: new AbortController().signal, lint: true });
  if (!loaded.ok) return 'fail';
  expect(describeDocument(loaded.value, source).ok).toBe(true);
  const findings = loaded.diagnostics.filter(({ code }) => code === 'DOCUMENT_LINT');
  for (const { at } of findings) expect(at[0]).toBe(document);
  return findings.length > 0 ? 'fail' : 'pass';
}

describe.skipIf(!fixturesExist)("the OpenAPI Initiative's own documents", () => {
  it('of 3.1 are judged as it judges them', async () => {
    expect(await verdictsOf('v3.1-dev')).toEqual({ agreed: 46, missed: [] });
  });

  it('of 3.2 are judged as it judges them, but for what its schema leaves to that of the dialect', async () => {
    expect(await verdictsOf('v3.2-dev')).toEqual({
      agreed: 64,
      missed: ['fail/xml-attr-exclusion.yaml', 'fail/xml-wrapped-exclusion.yaml'],
    });
  });
});
