import { describe, expect, it } from 'vitest';
import { runCase } from './runner.ts';
import { parseSpec } from './spec-file.ts';

const page = (exchanges: string) => `# Page
\`\`\`graphql @source shop graphql
type Query { name(id: ID!): String }
\`\`\`
## Case
\`\`\`graphql @query
{ name(id: 1) }
\`\`\`
${exchanges}
\`\`\`json @result
{ "data": { "name": "Tent" } }
\`\`\`
`;

const exchange = (id: string) => `\`\`\`graphql @exchange shop
query ($_0a_id: ID!) { _0: name(id: $_0a_id) }
{ "_0a_id": "${id}" }
--- 200
{ "data": { "_0": "Tent" } }
\`\`\``;

const run = (exchanges: string) => runCase(parseSpec(page(exchanges)).cases[0]!);

describe('the runner', () => {
  it('is content where every exchange is listed and used', async () => {
    const { actual, expected } = await run(exchange('1'));
    expect(actual).toEqual(expected);
  });

  it('tells of an exchange that is not listed', async () => {
    const { actual } = await run('');
    expect(actual.unexpected).toHaveLength(1);
  });

  it('tells of an exchange that is not used', async () => {
    const { actual } = await run(`${exchange('1')}\n${exchange('2')}`);
    expect(actual.unused).toEqual([expect.stringContaining('shop was not asked')]);
  });

  it('answers a listed exchange once', async () => {
    const twice = page(exchange('1')).replace('{ name(id: 1) }', 'mutation { a: name(id: 1) b: name(id: 1) }');
    const mutation = twice
      .replace('type Query', 'type Query { x: Int } type Mutation')
      .replace('query (', 'mutation (');
    const { actual } = await runCase(parseSpec(mutation).cases[0]!);
    expect(actual.unexpected).toHaveLength(1);
  });

  const plan = (text: string) => `${exchange('1')}\n\`\`\`text @plan\n${text}\n\`\`\``;
  const right = `plan lane: query, 1 step, at most 1 call

stage 0: at once
  step 0: shop.name, one call
    fills: name (Query.name)
    arguments: {"id":"1"}`;

  it('compares the plan, and the lane that ran', async () => {
    const { actual, expected } = await run(plan(right));
    expect(actual).toEqual(expected);
    expect(actual).toMatchObject({ plan: right, lane: 'plan' });
  });

  it('tells of another plan, and of another lane than the plan says', async () => {
    const { actual, expected } = await run(plan('reference lane: introspection: The operation asks __type.'));
    expect(actual.plan).not.toEqual(expected.plan);
    expect([actual.lane, expected.lane]).toEqual(['plan', 'reference']);
  });

  it('refuses a block that it does not know', () => {
    expect(() => parseSpec('```json @resullt\n```')).toThrow('no block is called @resullt');
  });
});
