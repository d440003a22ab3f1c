import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql';
import { isError } from '../base/diagnostic.ts';
import { isTooLong, KnownDocuments } from '../edge/documents/known-documents.ts';
import { tooManyTokens } from '../edge/limits/document-excess.ts';
import type { Limits } from '../edge/limits/limits.ts';
import { conditionsOf } from '../plan/conditions.ts';
import { Plans } from '../plan/plan-cache.ts';
import { planData, planText } from '../plan/print.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { explainPipeline } from './explain-pipeline.ts';
import { loadAll } from './load-all.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

interface ExplainOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Of several in the document, which. */
  readonly operation?: string;
  /** The order of the gates instead. */
  readonly pipeline?: boolean;
}

/** `selvage explain`: how an operation runs, or what it passes before. Asks no backend for more than its description. */
export async function explain(
  query: string | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.pipeline) return explainPipeline(options, terminal);
  if (query === undefined) {
    terminal.err('Give an operation, or --pipeline for the order of the gates.\n');
    return exitCode.usage;
  }
  const { config, supergraph, diagnostics } = await loadAll(options.config, terminal);
  terminal.err(diagnosticLines(diagnostics.filter(isError)));
  if (!config.ok) return exitCode.configuration;
  if (!supergraph.ok) return exitCode.failed;
  const read = readDocument(query, supergraph.value, config.value.gateway.limits);
  if ('problems' in read) {
    terminal.err(read.problems.map(problem => `${problem}\n`).join(''));
    return exitCode.failed;
  }
  const { document } = read;
  const prepared = new Plans().prepare(supergraph.value, document, options.operation);
  const operation = getOperationAST(document, options.operation);
  if (!prepared || !operation) {
    terminal.err(`${whichOperation(document)}\n`);
    return exitCode.usage;
  }
  const values = conditionValues(conditionsOf(document, operation), operation, options.variables ?? {});
  for (const name of values.assumed) terminal.err(`$${name} is taken to be true: give it in --variables.\n`);
  if (prepared.canned?.areConditional) terminal.err('What is canned under a condition is taken to be canned.\n');
  const compiled = prepared.plan(values.given, prepared.canned?.always);
  terminal.out(options.json ? `${JSON.stringify(planData(compiled), null, 2)}\n` : planText(compiled));
  return diagnostics.some(isError) ? exitCode.failed : exitCode.ok;
}

type Served = Parameters<KnownDocuments['get']>[1];

function readDocument(
  query: string,
  served: Served,
  limits: Limits,
): { readonly document: DocumentNode } | { readonly problems: readonly string[] } {
  try {
    const known = new KnownDocuments({ limits, suggestions: true }).get(query, served);
    const violations = known.violations();
    return violations.length > 0 ? { problems: violations.map(located) } : { document: known.node };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { problems: [isTooLong(error) ? tooManyTokens(limits).message : located(error)] };
  }
}

function located({ message, locations }: GraphQLError): string {
  const [at] = locations ?? [];
  return at ? `${at.line}:${at.column}: ${message}` : message;
}

function whichOperation({ definitions }: DocumentNode): string {
  const names = definitions.flatMap(node =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value ?? '(without a name)'] : [],
  );
  return names.length === 0
    ? 'There is no operation in it.'
    : `Say which operation with --operation: ${names.join(', ')}.`;
}

/** Nothing else of a variable is in a plan than what it makes of `@skip` and `@include`. */
function conditionValues(
  conditions: readonly string[],
  { variableDefinitions = [] }: NonNullable<ReturnType<typeof getOperationAST>>,
  variables: Readonly<Record<string, unknown>>,
) {
  const given: Record<string, unknown> = Object.create(null);
  const assumed: string[] = [];
  for (const name of conditions) {
    const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
    const preset = definition?.defaultValue?.kind === Kind.BOOLEAN ? definition.defaultValue.value : undefined;
    const value = Object.hasOwn(variables, name) ? variables[name] : preset;
    if (value === undefined) assumed.push(name);
    given[name] = value ?? (value === null ? null : true);
  }
  return { given, assumed };
}
