import { type GraphQLNamedType, parse, print, printType, visit } from 'graphql';
import { type Diagnostic, formatDiagnostic } from '../../src/base/diagnostic.ts';
import type { Lane } from '../../src/edge/handler.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';
import { message } from './exchange.ts';
import type { Ledger } from './ledger.ts';
import { type Asked, planOf } from './plan-text.ts';
import type { Block, SpecCase } from './spec-file.ts';

/** What a case says, and what happened, in one shape: they must be equal. */
export interface Outcome {
  readonly diagnostics: readonly string[];
  readonly schema?: string;
  /** As text, and the lane that the operation then ran in: always the plan's, where the gateway may plan. */
  readonly plan?: string;
  readonly lane?: Lane;
  readonly status?: number;
  readonly result?: unknown;
  readonly unexpected: readonly string[];
  readonly unused: readonly string[];
}

export interface CaseRun {
  readonly expected: Outcome;
  readonly actual: Outcome;
}

/** The blocks of a case, by kind. */
export class Reading {
  readonly #blocks: readonly Block[];

  constructor({ blocks }: SpecCase) {
    this.#blocks = blocks;
  }

  all(kind: string): readonly Block[] {
    return this.#blocks.filter(block => block.kind === kind);
  }

  one(kind: string): Block | undefined {
    return this.all(kind).at(-1);
  }

  /** What of the registration the spec tells: errors and warnings, or (in full) the errors that nobody expected. Files by their names. */
  told(diagnostics: readonly Diagnostic[], folder: string): string[] {
    const expected = this.one('diagnostics') !== undefined;
    return diagnostics
      .filter(({ severity }) => severity === 'error' || (expected && severity === 'warning'))
      .map(each => (expected ? `${each.severity} ${each.code} ${each.at.join(' ')}` : formatDiagnostic(each)))
      .map(line => line.replaceAll(`${folder}/`, ''))
      .sort();
  }

  schemaOf({ schema }: Supergraph): Pick<Outcome, 'schema'> {
    const wanted = this.one('schema');
    if (!wanted) return {};
    const types = typeNames(wanted.text)
      .map(name => schema.getType(name))
      .filter(type => type !== undefined);
    return { schema: canonicalSdl((types as GraphQLNamedType[]).map(printType).join('\n')) };
  }

  /** The operation of the case: its `@query`, or the JSON of its `@request`. */
  asked(): Asked | undefined {
    const query = this.one('query');
    if (query) {
      const [operationName] = query.words;
      const variables = JSON.parse(this.one('variables')?.text ?? '{}');
      return { query: query.text, variables, ...(operationName === undefined ? {} : { operationName }) };
    }
    const request = this.one('request');
    return request ? { variables: {}, ...JSON.parse(message(request.text.split(/^--- /m)[0]!).body) } : undefined;
  }

  planOf(supergraph: Supergraph): Pick<Outcome, 'plan'> {
    const asked = this.one('plan') && this.asked();
    return asked ? { plan: planOf(supergraph, asked) } : {};
  }

  comparison(actual: Omit<Outcome, 'unexpected' | 'unused'>, { unexpected, unused }: Ledger): CaseRun {
    return { expected: this.#expectedBeside(actual), actual: { ...actual, unexpected, unused } };
  }

  #expectedBeside({ result: actual, lane }: Pick<Outcome, 'result' | 'lane'>): Outcome {
    const schema = this.one('schema');
    const request = this.one('request');
    const [status, ...body] = (request?.text.split(/^--- /m)[1] ?? '').split('\n');
    const plan = this.one('plan')?.text;
    const result = this.one('result')?.text ?? (request ? body.join('\n') : undefined);
    return {
      diagnostics: (this.one('diagnostics')?.text ?? '')
        .split('\n')
        .filter(line => line !== '')
        .sort(),
      ...(schema ? { schema: canonicalSdl(schema.text) } : {}),
      ...(plan === undefined ? {} : { plan }),
      ...(plan === undefined || lane === undefined ? {} : { lane: laneOf(plan) }),
      ...(request ? { status: Number(status) } : {}),
      ...(result === undefined ? {} : { result: resultOf(JSON.parse(result), actual) }),
      unexpected: [],
      unused: [],
    };
  }
}

function laneOf(plan: string): Lane {
  return plan.startsWith('reference lane: ') ? 'reference' : 'plan';
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message?: string | undefined; readonly path?: unknown }[];
}

/** Of a subscription, its answers one after the other. */
function resultOf(expected: Answer | readonly Answer[], actual: unknown): unknown {
  if (!isList(expected)) return withActualMessages(expected, actual);
  const { answers = [] } = (actual ?? {}) as { readonly answers?: readonly unknown[] };
  return { answers: expected.map((answer, index) => withActualMessages(answer, answers[index])) };
}

function isList(expected: Answer | readonly Answer[]): expected is readonly Answer[] {
  return Array.isArray(expected);
}

/** Errors in the order of the actual ones; a message that is not told is the actual one. */
function withActualMessages(expected: Answer, actual: unknown): Answer {
  const { errors: actualErrors = [] } = (actual ?? {}) as Answer;
  const place = (path: unknown) => JSON.stringify(path ?? null);
  const order = actualErrors.map(({ path }) => place(path));
  const errors = [...(expected.errors ?? [])]
    .sort((a, b) => order.indexOf(place(a.path)) - order.indexOf(place(b.path)))
    .map((error, index) => ({ message: actualErrors[index]?.message, ...error }));
  return { ...expected, errors };
}

function typeNames(sdl: string): string[] {
  return parse(sdl).definitions.flatMap(node => ('name' in node && node.name ? [node.name.value] : []));
}

/** SDL without descriptions. */
function canonicalSdl(sdl: string): string {
  return print(visit(parse(sdl), { StringValue: (_, key) => (key === 'description' ? null : undefined) }));
}
