import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { type CaseAnswers, FieldFailure, type Reply, Row } from '../answers.ts';
import type { HttpDeed, HttpQuestion, HttpReply } from '../backends.ts';
import type { SourceModel } from '../model.ts';

const statuses = [400, 401, 403, 429, 500] as const;
const documents = new Map<string, DocumentNode>();

type Variables = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

export function graphqlAnswer(source: SourceModel, { body }: HttpQuestion, answers: CaseAnswers): HttpDeed {
  const { query, variables } = JSON.parse(body) as { query: string; variables: Variables };
  const operation = parsed(query).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new GraphQLError('There is no operation.');
  const data: Record<string, unknown> = {};
  const errors: object[] = [];
  let delay = 0;
  for (const node of operation.selectionSet.selections) {
    const call = source.calls.find(({ name }) => node.kind === Kind.FIELD && node.name.value === name);
    if (node.kind !== Kind.FIELD || !call) throw new GraphQLError('There is no such field.');
    const args = argumentsOf(node, variables);
    const reply = answers.reply(source, call, askedBy(args));
    delay = Math.max(delay, reply.delay);
    // How the whole answer fails is told by the call alone: what else is asked with it differs.
    const whole = call.kind === 'one' || call.kind === 'make' ? undefined : failure(reply);
    if (whole) return { delay, reply: whole };
    const key = node.alias?.value ?? node.name.value;
    const value = reply.manner === 'fine' ? reply.value : new FieldFailure('ODD');
    data[key] = new Projection(source, variables, errors).value(value, node.selectionSet, [key]);
  }
  return { delay, reply: json(200, errors.length > 0 ? { data, errors } : { data }) };
}

function parsed(query: string): DocumentNode {
  const known = documents.get(query);
  if (known) return known;
  if (documents.size > 500) documents.clear();
  const document = parse(query, { noLocation: true });
  documents.set(query, document);
  return document;
}

function failure({ manner, nth }: Reply): HttpDeed['reply'] | undefined {
  switch (manner) {
    case 'fine':
      return undefined;
    case 'reset':
    case 'hang':
      return manner;
    case 'status':
      return json(statuses[nth % statuses.length]!, { errors: [{ message: 'it failed' }] });
    case 'garbage':
      return { status: 200, type: nth % 2 === 0 ? 'application/json' : 'text/html', body: '{"data":' };
    case 'empty':
      return json(200, nth % 2 === 0 ? { data: null, errors: [{ message: 'it failed' }] } : {});
  }
}

function json(status: number, value: unknown): HttpReply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function argumentsOf({ arguments: args = [] }: FieldNode, variables: Variables): Record<string, unknown> {
  const value = (node: ValueNode): unknown => valueFromASTUntyped(node, variables);
  return Object.fromEntries(args.map(argument => [argument.name.value, value(argument.value)]));
}

function askedBy(args: Readonly<Record<string, unknown>>): string[] {
  const { id, ids, keys, wish } = args as { id?: unknown; ids?: unknown; keys?: unknown; wish?: { id?: unknown } };
  if (Array.isArray(keys)) return keys.map(key => String((key as { id: unknown }).id)); // as the document says
  if (Array.isArray(ids)) return ids.map(String);
  return [String(id ?? wish?.id)];
}

/** What a server answers that does not look twice at what it has. */
class Projection {
  readonly #source: SourceModel;
  readonly #variables: Variables;
  readonly #errors: object[];

  constructor(source: SourceModel, variables: Variables, errors: object[]) {
    this.#source = source;
    this.#variables = variables;
    this.#errors = errors;
  }

  value(value: unknown, selectionSet: SelectionSetNode | undefined, path: Path): unknown {
    if (value instanceof FieldFailure) {
      const told = value.code === '' ? {} : { extensions: { code: value.code } };
      this.#errors.push({ message: 'it failed', path, ...told });
      return null;
    }
    if (Array.isArray(value)) return value.map((item, index) => this.value(item, selectionSet, [...path, index]));
    if (!(value instanceof Row)) return value;
    const answer: Record<string, unknown> = {};
    if (selectionSet) this.#collect(value, selectionSet.selections, path, answer);
    return answer;
  }

  #collect(row: Row, selections: readonly SelectionNode[], path: Path, answer: Record<string, unknown>): void {
    const seen = new Map<string, SelectionNode[]>();
    this.#group(row, selections, seen);
    for (const [key, nodes] of seen) {
      const [node] = nodes;
      if (node?.kind !== Kind.FIELD) continue;
      const inner = nodes.flatMap(each => (each.kind === Kind.FIELD ? (each.selectionSet?.selections ?? []) : []));
      const set = node.selectionSet && { ...node.selectionSet, selections: inner };
      const read = node.name.value === '__typename' ? row.type : row.fields.get(node.name.value);
      const value = this.value(read, set, [...path, key]);
      if (value !== undefined) answer[key] = typeof value === 'number' ? this.#rounded(value, node) : value;
    }
  }

  #group(row: Row, selections: readonly SelectionNode[], seen: Map<string, SelectionNode[]>): void {
    const { abstract } = this.#source;
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        seen.set(key, [...(seen.get(key) ?? []), node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value ?? row.type;
        if (condition === row.type || condition === abstract.name) this.#group(row, node.selectionSet.selections, seen);
      }
    }
  }

  #rounded(value: number, node: FieldNode): number {
    const { digits } = argumentsOf(node, this.#variables);
    return typeof digits === 'number' ? Number(value.toFixed(Math.min(Math.abs(digits), 9))) : value;
  }
}
