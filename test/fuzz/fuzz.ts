import { randomUUID } from 'node:crypto';
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
import { InStep } from './in-step.ts';
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
  /** Differences of answers that a second run did not show. */
  unsteady: number;
  /** The plan sent more calls only because answers came in another order than in the reference lane: in step it did not. */
  reordered: number;
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
    reordered: 0,
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
        served = await serveWorld(makeWorld(world), backends, {
          sent: (run, ...call) => ledgers.get(run)?.add(...call),
          answered: (run, answer) => ledgers.get(run)?.step?.hold(answer) ?? answer,
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
  /** Absent: answers are handed on as they come. */
  readonly step: InStep | undefined;

  constructor(step: InStep | undefined) {
    this.step = step;
  }

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
  const first = await compared.run('as they come');
  result.calls += compared.sent;
  if (compared.hadErrors) result.withErrors += 1;
  if (isAlike(first)) return;
  const second = await compared.run('in step');
  if (!isAlike(second)) {
    result.differences += 1;
    around.tell([`DIFFERENCE seed ${caseSeed.replace('.', ' case ')}`, compared.told(), ...linesOf(second)].join('\n'));
    return;
  }
  const what = first.answers.length > 0 ? 'unsteady' : 'reordered';
  result[what] += 1;
  around.tell([`${what} ${caseSeed}`, compared.told(), ...linesOf(first)].join('\n'));
}

function validOperation({ supergraph }: ServedWorld, caseSeed: string): Operation | undefined {
  const random = new Random('operation', caseSeed);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const operation = makeOperation(random, supergraph.schema);
    if (validate(supergraph.schema, parse(operation.query)).length === 0) return operation;
  }
  return undefined;
}

/** How answers are handed on: see `InStep`. */
type Pace = 'as they come' | 'in step';

type Variables = Readonly<Record<string, unknown>>;

/** What differs, told. */
interface Found {
  readonly answers: readonly string[];
  /** Where the plan sends more: with all that both lanes sent. */
  readonly calls: readonly string[];
}

function isAlike({ answers, calls }: Found): boolean {
  return answers.length === 0 && calls.length === 0;
}

function linesOf({ answers, calls }: Found): readonly string[] {
  return [...answers, ...calls];
}

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

  async run(pace: Pace): Promise<Found> {
    const schema = await this.#served.supergraph.executable();
    const { query, variables } = this.#operation;
    const [reference, referenceSent] = await this.#lane(pace, false, async contextValue =>
      ofReference(await execute({ schema, document: parse(query), variableValues: variables, contextValue })),
    );
    this.hadErrors = reference.errors.length > 0;
    this.#answered = `reference ${reference.data}\n  ${JSON.stringify(reference.errors)}`;
    const plan = this.#plan;
    let closures: Shown = reference;
    const [written, sent] = await this.#lane(pace, plan.operation === 'query', async context => {
      const answers = await gather(plan, this.#variables, context);
      const completed = completerOf(plan)(answers);
      closures = ofPlan(completed);
      const data = writerOf(plan)?.(answers);
      return data === undefined ? closures : ofPlan({ data, faults: [] });
    });
    const answers = [
      ...differencesOf('plan', written, reference),
      ...differencesOf('closures', closures, reference),
      ...(sent.mutations.join() === referenceSent.mutations.join() ? [] : ['other mutations, or in another order']),
    ];
    // What goes on below a null of the reference lane is late.
    if (pace === 'in step') await referenceSent.step?.end();
    else if (sent.ledger.beyond(referenceSent.ledger).length > 0) await setTimeout(30);
    const beyond = sent.ledger.beyond(referenceSent.ledger);
    if (answers.length === 0 && beyond.length === 0) return { answers, calls: [] };
    const all = [`reference sent\n  ${referenceSent.all.join('\n  ')}`, `plan sent\n  ${sent.all.join('\n  ')}`];
    if (beyond.length === 0) return { answers: [...answers, ...all], calls: [] };
    return { answers, calls: [`plan sends more: ${beyond.join(', ')}`, ...all] };
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
    pace: Pace,
    onlyReads: boolean,
    run: (context: RequestContext) => Promise<Shown>,
  ): Promise<readonly [Shown, Sent]> {
    const id = randomUUID(); // what comes late of another case is not noted here
    const sent = new Sent(pace === 'in step' ? new InStep() : undefined);
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
