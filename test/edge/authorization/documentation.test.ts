import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { readConfig } from '../../../src/config.ts';
import { defaultAuthorization, policyNamesOf } from '../../../src/edge/authorization/options.ts';

const page = await readFile(new URL('../../../docs/edge/authorization.md', import.meta.url), 'utf8');
const block = (tag: string) => new RegExp(`^\`\`\`${tag}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

async function read(text: string) {
  const outcome = await readConfig(`${text}sources: {}\n`, '/srv/selvage.yaml', {});
  return { outcome, told: outcome.diagnostics.map(formatDiagnostic) };
}

it('the page of authorization shows a configuration and an overlay that are right', async () => {
  expect(parse(block('graphql')).definitions.length).toBe(3);
  const { outcome, told } = await read(block('yaml'));
  expect(told).toEqual([]);
  const authorization = outcome.ok ? outcome.value.edge.authorization : defaultAuthorization;
  expect(authorization).toMatchObject({ default: 'allow', onForbidden: 'null', introspection: 'all' });
  expect(authorization.decisionPoint).toEqual({
    url: 'https://opa.example.com/v1/data/shop',
    timeout: 100,
    policies: ['night', 'region'],
  });
  expect([...policyNamesOf(authorization).policies]).toEqual([
    ['office', []],
    ['self', ['id']],
    ['night', []],
    ['region', []],
  ]);
});

const mistakes: readonly [text: string, told: string][] = [
  ['authorization: { default: open }', '"default" must be allow or deny'],
  ['authorization: { onForbidden: drop }', '"onForbidden" must be null or reject'],
  [
    'authorization: { rules: { a: { matches: [x, y] } } }',
    '"matches" is no operator: write all, any, not, equals, in, contains or present.',
  ],
  ['authorization: { rules: { a: { any: [{ equals: [$claim.x, 1] }] } } }', '"$claim.x" is no reference'],
  ['authorization: { decisionPoint: { url: "http://opa.example.com", policies: [a] } }', '"url" must be an https URL'],
  [
    'authorization: { decisionPoint: { url: "https://opa.example.com", policies: [] } }',
    'must be a list that is not empty',
  ],
  [
    'authorization: { rules: { a: { present: $subject } }, decisionPoint: { url: "https://x.example.com", policies: [a] } }',
    'The policy "a" is decided by a rule already.',
  ],
];
it.each(mistakes)('%s is a mistake', async (text, message) => {
  const { outcome, told } = await read(`${text}\n`);
  expect(outcome.ok).toBe(false);
  expect(told.join('\n')).toContain(message);
});
