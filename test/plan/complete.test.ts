import fc from 'fast-check';
import { type ExecutionResult, execute, GraphQLError, isObjectType, parse } from 'graphql';
import { expect, it } from 'vitest';
import { GatewayError } from '../../src/base/error.ts';
import { isRecord, own } from '../../src/base/json.ts';
import { completerOf } from '../../src/plan/complete.ts';
import { rootParent } from '../../src/plan/plan.ts';
import { Dice } from '../supergraph/differential/dice.ts';
import { handPlan } from './hand-plan.ts';
import { makeRoots, schema } from './random-values.ts';

const numRuns = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 300);
const seed = Number(process.env['SELVAGE_FUZZ_SEED'] ?? 6_044);

const query = `query {
  one { ...on Node { id } name count price on tone tones grid __typename toString peer { id name owner { name } } owner { id things { name count } } }
  strict { id owner { name } }
  many { id count kind: __typename tones any { __typename ... on Thing { count } ... on Node { name } } }
  all { name on peer { count } }
  grid
  any { ... on Person { name things { id owner { id } } } ... on Thing { id grid } }
  nodes { id ... on Thing { peer { name } } ... on Person { things { tone } } }
  text
}`;
const plan = handPlan(schema, query);
const document = parse(query);

it(`completes any value as graphql-js does (${numRuns} values, seed ${seed})`, async () => {
  let whole = 0;
  let faults = 0;
  const property = fc.asyncProperty(fc.gen(), async draw => {
    const dice = new Dice(draw);
    const values = makeRoots(dice);
    const expected = await reference(values);
    const answers = plan.steps.map(step => new Map<unknown, unknown>([[rootParent, values.get(step.at.slice(6))]]));
    const actual = completerOf(plan)(answers);
    whole += actual.data === 'null' ? 0 : 1;
    faults += actual.faults.length;
    expect(actual.data).toBe(JSON.stringify(expected.data));
    expect(actual.faults.map(({ error, path }) => `${JSON.stringify(path)} ${sayingOf(error)}`).sort()).toEqual(
      (expected.errors ?? [])
        .map(error => `${JSON.stringify(error.path)} ${sayingOf(error.originalError ?? error)}`)
        .sort(),
    );
  });
  await fc.assert(property, { numRuns, seed });
  expect(whole).toBeGreaterThan(numRuns / 4);
  expect(faults).toBeGreaterThan(numRuns);
}, 600_000);

/** Non-null and GatewayErrors by their words; of what a leaf refuses, only that it does. */
function sayingOf(error: Error): string {
  return error instanceof GraphQLError || error.message.startsWith('Enum') ? 'unfit' : error.message;
}

/** graphql-js, with a resolver that reads own properties alone. */
async function reference(values: ReadonlyMap<string, unknown>): Promise<ExecutionResult> {
  return execute({
    schema,
    document,
    fieldResolver: (parent, _args, _context, { fieldName, parentType }) => {
      if (parentType.name === 'Query') return values.get(fieldName);
      return isRecord(parent) ? own(parent, fieldName) : undefined;
    },
    typeResolver: (value, _context, _info, type) => {
      const name = isRecord(value) ? own(value, '__typename') : undefined;
      const found = typeof name === 'string' ? schema.getType(name) : undefined;
      if (isObjectType(found) && schema.isSubType(type, found)) return found.name;
      throw new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with an object of an unknown kind.');
    },
  });
}
