import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCase } from './runner.ts';
import { parseSpec } from './spec-file.ts';

const folder = new URL('.', import.meta.url);
const pages = readdirSync(folder).filter(name => name.endsWith('.md') && name !== 'README.md');

describe.each(pages)('%s', page => {
  const { cases } = parseSpec(readFileSync(new URL(page, folder), 'utf8'));
  const named = cases.map(specCase => [specCase.title, specCase] as const);
  it.each(named)('%s', async (_title, specCase) => {
    const { expected, actual } = await runCase(specCase, { lane: 'plan', door: 'both' });
    expect(actual).toEqual(expected);
  });
  it.each(named)('%s (reference lane, yoga)', async (_title, specCase) => {
    const { expected, actual } = await runCase(specCase, { lane: 'reference', door: 'yoga' });
    expect(actual).toEqual(expected);
  });
});
