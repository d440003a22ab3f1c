import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { execute, getVariableValues, parse, validate } from 'graphql';
import { type RequestContext, requestContext } from '../../src/adapter/request-context.ts';
import { isPlan } from '../../src/plan/compile.ts';
import { completerOf } from '../../src/plan/complete.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { gather } from '../../src/plan/run.ts';
import { writerOf } from '../../src/plan/writer/writer.ts';
import { essence, ofPlan, ofReference, type Shown } from '../supergraph/differential/lanes.ts';
import { Ledger } from '../supergraph/differential/ledger.ts';
import { CaseAnswers } from './answers.ts';
import { Backends } from './backends.ts';
import { makeWorld } from './model.ts';
import { makeOperation, type Operation } from './operation.ts';
import { Random } from './random.ts';
import { type ServedWorld, serveWorld } from './served-world.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  /** The first case. */
  readonly start: number;
  readonly tell: (text: string) => void;
}

export interface FuzzResult {
  /** Operations that all three lanes ran. */
  compared: number;
  /** By plan or not: what stays in the reference lane is run there alone. */
  unplanned: number;
  withErrors: number;
  calls: number;
  differences: number;
  /** Differences that a second run did not show: two answers crossed on the wire. */
  unsteady: number;
}

/** Cases of one world: composing it takes as long as some of them. */
const casesPerWorld = 100;

/** Each case is told by the seed and its number alone. */
export async function fuzz({ seed, cases, start, tell }: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = {
    compared: 0,
    unplanned: 0,
    withErrors: 0,
    calls: 0,
    differences: 0,
    unsteady: 0,
  };
  const backends = new Backends();
  await backends.start();
  let served: ServedWorld | undefined;
  const ledgers = new Map<string, Sent>();
  try {
    for (let index = start; index < start + cases; index += 1) {
      const world = `${seed}.${Math.floor(index / casesPerWorld)}`;
      if (served?.world.seed !== world) {
        await served?.close();
        served = await serveWorld(makeWorld(world), backends, (run, ...call) => {
          ledgers.get(run)?.add(...call);
        });
      }
      ledgers.clear();
      await runCase(served, `${seed}.${index}`, { backends, ledgers, result, tell });
    }
  } finally {
    await served?.close();
    await backends.close();
  }
  return result;
}

/** What one run of an operation sent. */
class Sent {
  readonly ledger = new Ledger();
  /** In their order. */
  readonly all: string[] = [];
  readonly mutations: string[] = [];

  add(call: string, args: Readonly<Record<string, unknown>>, selection: string): void {
    this.all.push(`${call} ${JSON.stringify(args)} ${selection.replace(/\s+/g, ' ')}`.trim());
    this.ledger.add(call, args, selection);
    if (call.includes(' Mutation.')) this.mutations.push(`${call} ${JSON.stringify(args)}`);
  }
}

interface Around {
  readonly backends: Backends;
  readonly ledgers: Map<string, Sent>;
  readonly result: FuzzResult;
  readonly tell: (text: string) => void;
}

async function runCase(served: ServedWorld, caseSeed: string, around: Around): Promise<void> {
  const { supergraph, plans } = served;
  const { backends, result } = around;
  const operation = validOperation(served, caseSeed);
  if (!operation) return;
  const document = parse(operation.query);
  const prepared = plans.prepare(supergraph, document);
  const { coerced } = getVariableValues(supergraph.schema, prepared?.variableDefinitions ?? [], operation.variables);
  if (!prepared || !coerced) return;
  const plan = prepared.plan(coerced);
  if (!isPlan(plan)) {
    if (plan.reason === 'compiler-error') {
      result.differences += 1;
      around.tell(`${caseSeed}: ${plan.detail}\n${operation.query}`);
    }
    result.unplanned += 1;
    return;
  }
  backends.answer(new CaseAnswers(caseSeed));
  const compared = new Comparison(served, operation, plan, coerced, around.ledgers);
  result.compared += 1;
  const found = await compared.run('1');
  result.calls += compared.sent;
  if (compared.hadErrors) result.withErrors += 1;
  if (found.length === 0) return;
  for (const again of ['2', '3', '4']) {
    if ((await compared.run(again)).length > 0) continue;
    result.unsteady += 1;
    around.tell(`unsteady ${caseSeed}\n${found.join('\n')}`);
    return;
  }
  result.differences += 1;
  around.tell([`DIFFERENCE seed ${caseSeed.replace('.', ' case ')}`, compared.told(), ...found].join('\n'));
}

function validOperation({ supergraph }: ServedWorld, caseSeed: string): Operation | undefined {
  const random = new Random('operation', caseSeed);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const operation = makeOperation(random, supergraph.schema);
    if (validate(supergraph.schema, parse(operation.query)).length === 0) return operation;
  }
  return undefined;
}

type Variables = Readonly<Record<string, unknown>>;

class Comparison {
  readonly #served: ServedWorld;
  readonly #operation: Operation;
  readonly #plan: Plan;
  readonly #variables: Variables;
  readonly #ledgers: Map<string, Sent>;
  sent = 0;
  #answered = '';
  hadErrors = false;

  constructor(served: ServedWorld, operation: Operation, plan: Plan, variables: Variables, ledgers: Map<string, Sent>) {
    this.#served = served;
    this.#operation = operation;
    this.#plan = plan;
    this.#variables = variables;
    this.#ledgers = ledgers;
  }

  /** What differs, told. */
  async run(round: string): Promise<string[]> {
    const schema = await this.#served.supergraph.executable();
    const { query, variables } = this.#operation;
    const [reference, referenceSent] = await this.#lane(`reference${round}`, false, async contextValue =>
      ofReference(await execute({ schema, document: parse(query), variableValues: variables, contextValue })),
    );
    this.hadErrors = reference.errors.length > 0;
    this.#answered = `reference ${reference.data}\n  ${JSON.stringify(reference.errors)}`;
    const plan = this.#plan;
    let closures: Shown = reference;
    const [written, sent] = await this.#lane(`plan${round}`, plan.operation === 'query', async context => {
      const answers = await gather(plan, this.#variables, context);
      const completed = completerOf(plan)(answers);
      closures = ofPlan(completed);
      const data = writerOf(plan)?.(answers);
      return data === undefined ? closures : ofPlan({ data, faults: [] });
    });
    const found = [
      ...differencesOf('plan', written, reference),
      ...differencesOf('closures', closures, reference),
      ...(sent.mutations.join() === referenceSent.mutations.join() ? [] : ['other mutations, or in another order']),
    ];
    if (sent.ledger.beyond(referenceSent.ledger).length > 0) await setTimeout(30); // what goes on below a null of the reference lane is late
    const beyond = sent.ledger.beyond(referenceSent.ledger);
    if (beyond.length > 0) found.push(`plan sends more: ${beyond.join(', ')}`);
    if (found.length > 0)
      found.push(`reference sent\n  ${referenceSent.all.join('\n  ')}`, `plan sent\n  ${sent.all.join('\n  ')}`);
    return found;
  }

  told(): string {
    const { world, overlay } = this.#served;
    const { query, variables } = this.#operation;
    return [
      JSON.stringify(world.sources.map(({ name, protocol, prefix }) => ({ name, protocol, prefix }))),
      overlay,
      query,
      JSON.stringify(variables),
      this.#answered,
    ].join('\n');
  }

  /** `onlyReads`: as the executor has it. */
  async #lane(
    id: string,
    onlyReads: boolean,
    run: (context: RequestContext) => Promise<Shown>,
  ): Promise<readonly [Shown, Sent]> {
    const sent = new Sent();
    this.#ledgers.set(id, sent);
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const call = { signal, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: id, onlyReads };
    const answer = await run(requestContext(call, 100_000));
    this.sent += sent.all.length;
    return [answer, sent];
  }
}

function differencesOf(name: string, answer: Shown, reference: Shown): string[] {
  const found: string[] = [];
  if (answer.data !== reference.data) found.push(`${name} data\n  ${answer.data}`);
  const [own, expected] = [essence(answer), essence(reference)];
  if (own.join() === expected.join()) return found;
  const less = expected.filter(text => !own.includes(text));
  const more = own.filter(text => !expected.includes(text));
  return [
    ...found,
    `${name} errors ${JSON.stringify(answer.errors)}\n  less ${less.join(' ')}\n  more ${more.join(' ')}`,
  ];
}
