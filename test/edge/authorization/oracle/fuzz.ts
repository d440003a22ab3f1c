import { setTimeout } from 'node:timers/promises';
import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql';
import pino from 'pino';
import { requestContext } from '../../../../src/adapter/request-context.ts';
import type { Principal } from '../../../../src/base/principal.ts';
import { defaultAuthorization, policyNamesOf } from '../../../../src/edge/authorization/options.ts';
import { createCore } from '../../../../src/edge/core.ts';
import type { Handler } from '../../../../src/edge/handler.ts';
import { defaultLimits, limitKeys } from '../../../../src/edge/limits/limits.ts';
import { openMember } from '../../../../src/supergraph/catalogue.ts';
import { compose } from '../../../../src/supergraph/compose.ts';
import type { Member } from '../../../../src/supergraph/supergraph.ts';
import { backend } from '../../../supergraph/differential/backend.ts';
import type { Dice } from '../../../supergraph/differential/dice.ts';
import { nullAbove } from '../../../supergraph/differential/lanes.ts';
import { makeOperation, type Operation } from '../../../supergraph/differential/operation.ts';
import { makeWorld, type World } from '../../../supergraph/differential/world.ts';
import { rules } from '../callers.ts';
import { type CannedWorld, cannedLines, makeCanned } from './canned.ts';
import { forbiddenIn, type SentCall } from './forbidden.ts';
import { guardedOracle } from './guarded-oracle.ts';
import { Judge } from './judge.ts';
import { callers, makePolicies, overlayWith, type Policies, written } from './policies.ts';
import { seededDice } from './seeded-dice.ts';

export interface FuzzResult {
  /** Operations of a caller, each in both lanes. */
  readonly compared: number;
  /** Answers that are not what the judge lets the caller see. */
  readonly leaks: number;
  /** Calls and selections of what the caller may not have. */
  readonly forbidden: number;
  /** Answers in which something was refused. */
  readonly refusing: number;
  readonly worlds: number;
  /** Fields that are canned, in all worlds. */
  readonly canned: number;
}

const operationsOfWorld = 30;
const unlimited = {
  ...defaultLimits,
  ...Object.fromEntries(limitKeys.map(key => [key, Number.MAX_SAFE_INTEGER])),
};

/** Compares until so many cases were; `start` is the world to begin with. */
export async function fuzz({
  cases,
  seed,
  start,
  tell,
}: {
  readonly cases: number;
  readonly seed: number;
  readonly start: number;
  readonly tell: (text: string) => void;
}): Promise<FuzzResult> {
  const total = { compared: 0, leaks: 0, forbidden: 0, refusing: 0, worlds: 0, canned: 0 };
  for (let index = start; total.compared < cases; index += 1) {
    const guarded = guardedWorld(seededDice(seed * 1_000_003 + index));
    total.worlds += 1;
    total.canned += guarded.overlay.split('@canned').length - 1;
    for (let n = 0; n < operationsOfWorld && total.compared < cases; n += 1) {
      const operation = makeOperation(guarded.dice, guarded.oracle);
      if (validate(guarded.oracle, parse(operation.query)).length > 0) continue;
      for (const caller of callers) {
        if (total.compared >= cases) break;
        const { differences, forbidden, refused } = await compare(guarded, operation, caller);
        total.compared += 1;
        total.leaks += differences.length > 0 ? 1 : 0;
        total.forbidden += forbidden.length;
        total.refusing += refused ? 1 : 0;
        if (differences.length + forbidden.length > 0) {
          tell(
            [
              `world ${index} (--seed ${seed} --start ${index}), caller ${JSON.stringify([caller.subject, [...caller.scopes], caller.claims])}`,
              operation.query,
              JSON.stringify(operation.variables),
              guarded.overlay,
              ...differences,
              ...forbidden,
            ].join('\n'),
          );
        }
      }
    }
  }
  return total;
}

interface GuardedWorld {
  readonly dice: Dice;
  readonly world: World;
  readonly policies: Policies;
  readonly overlay: string;
  readonly oracle: GraphQLSchema;
  readonly lanes: readonly (readonly [string, Handler])[];
  readonly schemas: readonly GraphQLSchema[];
  readonly sent: SentCall[];
  /** Who asks the oracle. */
  judge: Judge;
}

function guardedWorld(dice: Dice): GuardedWorld {
  const world = makeWorld(dice);
  const sent: SentCall[] = [];
  const members = world.sources.map((_, source) =>
    backend(world, source, (call, _args, selection = '') => sent.push({ source, call, selection })),
  );
  const canned = makeCanned(dice, world);
  const { policies, overlay, graph } = composedWith(dice, world, members, canned);
  const authorization = { ...defaultAuthorization, default: policies.fallback, rules: rules(written) };
  const lanes = (['plan', 'reference'] as const).map(lane => {
    const handler = createCore({
      supergraph: () => graph,
      lane,
      limits: unlimited,
      deadline: 60_000,
      log: pino({ level: 'silent' }),
      singleFlight: { mode: 'off', inflight: { operations: [], sources: [] } },
      recall: false,
      edge: { authorization, admission: { inFlight: 1e9, loopDelay: 1e9 } }, // a busy machine is not what is tested
    });
    return [lane, handler] as const;
  });
  const schemas = members.map(member => openMember(member).schema);
  const guarded: GuardedWorld = {
    ...{ dice, world, policies, overlay, lanes, schemas, sent },
    judge: new Judge(world, policies, callers[0]!),
    oracle: guardedOracle(world, canned, () => guarded.judge),
  };
  return guarded;
}

/** A policy that reads arguments where a link or an entity asks is refused: then there are none such. */
function composedWith(dice: Dice, world: World, members: readonly Member[], canned: CannedWorld) {
  for (const withArguments of [true, false]) {
    const policies = makePolicies(dice, world, members, withArguments);
    const overlay = [overlayWith(world, members, policies), ...cannedLines(canned)].join('\n');
    const names = policyNamesOf({ ...defaultAuthorization, default: policies.fallback, rules: rules(written) });
    const texts = [{ address: 'overlay.graphql', text: overlay }];
    const composed = compose({ members, overlay: texts, absent: [], policyNames: names });
    if (composed.ok) return { policies, overlay, graph: composed.value };
    const unforeseen = composed.diagnostics.filter(
      ({ severity, message }) => severity === 'error' && !message.includes('reads arguments'),
    );
    if (unforeseen.length > 0 || !withArguments)
      throw new Error(`${JSON.stringify(composed.diagnostics, null, 1)}\n${overlay}`);
  }
  throw new Error('Without arguments it composes.');
}

interface Compared {
  readonly differences: readonly string[];
  readonly forbidden: readonly string[];
  readonly refused: boolean;
}

async function compare(guarded: GuardedWorld, operation: Operation, caller: Principal): Promise<Compared> {
  const { world, policies, oracle, lanes, schemas, sent } = guarded;
  const judge = new Judge(world, policies, caller);
  guarded.judge = judge;
  const expected = shown(await onOracle(oracle, operation));
  const differences: string[] = [];
  const forbidden: string[] = [];
  const told: Shown[] = [];
  for (const [lane, handler] of lanes) {
    await setTimeout(0); // what went on below a null of the operation before is over
    sent.length = 0;
    const { query, variables } = operation;
    const signal = new AbortController().signal;
    const done = await handler({ id: 'r', query, variables, method: 'POST', headers: {}, signal, principal: caller });
    const actual = shown(JSON.parse(JSON.stringify(done.result)) as ExecutionResult);
    told.push(actual);
    if (done.lane !== lane) differences.push(`${lane}: ran as ${done.lane}: ${JSON.stringify(done.result)}`);
    for (const part of ['data', 'nulls', 'refused'] as const) {
      if (actual[part] === expected[part]) continue;
      differences.push(
        `${lane}: ${part}`,
        `  is        ${actual[part]}`,
        `  should be ${expected[part]}`,
        `  errors    ${JSON.stringify(done.result.errors)}`,
      );
    }
    for (const call of sent) {
      const which = schemas[call.source]!;
      forbidden.push(...forbiddenIn(call, world, which, judge).map(what => `${lane}: ${what}`));
    }
  }
  return { differences, forbidden, refused: expected.refused !== '[]' };
}

function onOracle(schema: GraphQLSchema, { query, variables }: Operation): Promise<ExecutionResult> | ExecutionResult {
  const call = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: '' };
  return execute({
    schema,
    document: parse(query),
    variableValues: variables,
    contextValue: requestContext(call, 1e6),
  });
}

interface Shown {
  readonly data: string;
  /** Where the nulls are that errors left. */
  readonly nulls: string;
  /** Those of them that a refusal left. */
  readonly refused: string;
}

function shown({ data, errors = [] }: ExecutionResult): Shown {
  const places = errors.map(({ path = [], extensions }) => {
    const at = nullAbove(data, path);
    return { at: JSON.stringify(at), isOwn: at.length === path.length, code: extensions?.['code'] };
  });
  const text = (found: typeof places) => JSON.stringify([...new Set(found.map(({ at }) => at))].sort());
  return {
    data: JSON.stringify(data),
    nulls: text(places),
    refused: text(places.filter(({ isOwn, code }) => isOwn && code === 'UNAUTHORIZED_FIELD_OR_TYPE')),
  };
}
