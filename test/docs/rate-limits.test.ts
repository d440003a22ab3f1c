import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { defaultRateLimitOptions } from '../../src/edge/rate-limits/options.ts';
import { bucketParts } from '../../src/policy/rate-limit.ts';
import { left, limited, principal } from '../edge/rate-limits/limited.ts';
import { source, supergraph } from '../supergraph/harness.ts';

const page = await readFile(new URL('../../docs/edge/rate-limits.md', import.meta.url), 'utf8');

function snippet(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1];
  expect(found).toBeDefined();
  return found ?? '';
}

const shop = source(
  'shop',
  `type Query { search(text: String!): [Product!] } type Mutation { login(name: String!): Session }
  type Product { name: String } type Session { id: ID }`,
  { search: () => [{ name: 'a' }, { name: 'b' }], login: () => ({ id: '1' }) },
);

test('the overlay of docs/edge/rate-limits.md composes, and its limits hold', async () => {
  const overlay = snippet('graphql');
  expect(parse(overlay).definitions).toHaveLength(4);
  expect(supergraph([shop], overlay).annotations.size).toBe(4);
  const { ask } = limited([shop], overlay);
  const caller = { principal: principal('a', { client_id: 'web', tenant: 't' }) };
  const { headers } = await ask('{ search(text: "x") { name } }', caller);
  expect(left(headers)).toEqual({ 'Query.search': 19, schema: 999, Product: 9_999 });
  const again = left((await ask('{ search(text: "x") { name } }', caller)).headers);
  expect(again['Query.search']).toBe(18);
  expect(again['Product']).toBeLessThan(9_999); // it owed the second of the two that came
  const logins = Array.from({ length: 6 }, () => 'mutation { login(name: "bob") { id } }');
  const answers = [];
  for (const login of logins) answers.push(await ask(login));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(answers.at(-1)?.message).toBe('Too many attempts.');
});

test('the configuration of docs/edge/rate-limits.md is right', async () => {
  const sources = 'sources: { billing: { document: billing.wsdl } }\n';
  const config = await readConfig(`${snippet('yaml')}${sources}`, 'selvage.yaml', { REDIS_URL: 'redis://localhost' });
  expect(config.diagnostics.map(formatDiagnostic)).toEqual([]);
  const { rateLimits } = (config as { value: Config }).value.edge; // no diagnostics, so it was not refused
  expect(rateLimits.rules.map(({ name }) => name)).toEqual(['reports', 'partners', 'billing-system']);
  expect(rateLimits.redis?.url).toBe('redis://localhost');
});

test('docs/edge/rate-limits.md names all that "by" can have, and the defaults', () => {
  const parts = [...bucketParts.matchAll(/"([^"]+)"/g)].map(([, part]) => part);
  expect(
    [...page.matchAll(/^\| `([^`]+)`(?: \(default\))? \| (?!counts|refuses|units|what)/gm)].map(([, part]) => part),
  ).toEqual(expect.arrayContaining(parts));
  expect(page).toContain(`\`replicas\` (default ${defaultRateLimitOptions.replicas})`);
});

test('what is said to be refused is', () => {
  expect(() =>
    supergraph(
      [shop],
      'extend type Query { search(text: String!): [Product!] @rateLimit(max: 1, window: "1s", by: ["$header.x"]) }',
    ),
  ).toThrow('A bucket by a header alone');
});
