import type { FieldDefinitionNode } from 'graphql';
import type { DeclaredLink } from '../../../adapter/adapter.ts';
import { field } from '../../../adapter/definitions.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { CallParameter, CarriedField } from '../call/call.ts';
import type { ObjectShape, Shape, TypeShape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import type { Operation, OperationSite } from '../document/operation.ts';
import { text } from '../document/operation-parts.ts';
import { child, children, type Resolver } from '../document/resolver.ts';
import { readExpression } from '../document/runtime-expression.ts';
import type { FieldNaming } from '../types/field-naming.ts';
import { hasProperty } from '../types/has-property.ts';
import { objectTypes } from '../types/object-types-of.ts';
import { nullable } from '../types/type-drafts.ts';
import { typeOf } from '../types/type-of.ts';
import type { Arguments } from './describe-arguments.ts';
import type { Result } from './describe-response.ts';
import { type Carried, type LinkSource, LinkSources } from './link-sources.ts';

/** An operation that is served, as links need it: those that lead from its answers, and those that lead to it. */
export interface ServedOperation {
  readonly site: OperationSite;
  readonly name: string;
  readonly root: 'Query' | 'Mutation';
  readonly operation: Operation;
  readonly args: Arguments;
  readonly result: Result;
}

interface DescribedLinks {
  readonly links: readonly DeclaredLink[];
  /** What the answers of an operation carry for its links, by the operation's name. */
  readonly carried: ReadonlyMap<string, readonly CarriedField[]>;
  /** Fields for what is carried, by type: no client sees them. */
  readonly hidden: ReadonlyMap<string, readonly FieldDefinitionNode[]>;
}

interface Surroundings {
  readonly operations: readonly ServedOperation[];
  readonly types: Readonly<Record<string, TypeShape>>;
  readonly resolver: Resolver;
  readonly naming: FieldNaming;
  /** The enum's own name of what the wire calls so. */
  readonly enumName: (type: string, wire: string) => string | undefined;
}

/** Why a link is no field. */
interface Unfit {
  readonly problem: string;
}

/**
 * The document's links as fields (OpenAPI 3.2, 4.20): each stands on the type of the answer that declares it, wherever objects of the type
 * are met, and asks the operation that it names. What cannot be a field is told.
 */
export function describeLinks(around: Surroundings): DescribedLinks {
  const found = new FoundLinks();
  for (const from of around.operations) {
    for (const [response, answered] of from.result.answered) {
      const types = objectTypes(answered, around.types, false);
      for (const written of children(response.links)) {
        if (written.key.startsWith('x-')) continue;
        const outcomes = types.map(type => {
          const link = linkOf(written, { from, type, shape: { kind: 'type', name: type } }, around);
          return 'problem' in link ? link : found.add(link, from.name);
        });
        if (outcomes.includes(undefined)) continue;
        const [unfit = { problem: 'the answer is no object of a type of its own.' }] = outcomes;
        around.resolver.report({
          severity: 'note',
          code: 'CONSTRUCT_NOT_SUPPORTED',
          message: `The link "${written.key}" is no field: ${unfit.problem}`,
          at: [written.address, written.pointer],
          hint: 'A link in the overlay can do the same.',
        });
      }
    }
  }
  return found;
}

/** A link, and what the answers of its operation must carry for it. */
interface LinkField extends DeclaredLink {
  readonly carries: readonly Carried[];
}

class FoundLinks implements DescribedLinks {
  readonly carried = new Map<string, CarriedField[]>();
  readonly hidden = new Map<string, FieldDefinitionNode[]>();
  readonly #links = new Map<string, DeclaredLink>();

  get links(): readonly DeclaredLink[] {
    return [...this.#links.values()];
  }

  /** Of several links of one name and type, the first is served; where they are alike, they are one. */
  add({ carries, ...link }: LinkField, operation: string): Unfit | undefined {
    const key = `${link.type}.${link.field.name.value}`;
    const before = this.#links.get(key);
    if (before && meaningOf(before) !== meaningOf(link))
      return { problem: `another link of ${link.type} has the name.` };
    if (!before) this.#links.set(key, link);
    for (const { from, definition } of carries) {
      addOnce(this.carried, operation, from, known => known.name === from.name);
      addOnce(this.hidden, link.type, definition, known => known.name.value === from.name);
    }
    return undefined;
  }
}

function addOnce<T>(lists: Map<string, T[]>, key: string, value: T, isSame: (known: T) => boolean): void {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  if (!list.some(isSame)) list.push(value);
}

function meaningOf({ field: { type, arguments: args }, call, args: given }: DeclaredLink): string {
  return JSON.stringify([type, args?.map(argument => [argument.name.value, argument.type]), call, given]);
}

/** Where a link stands. */
interface Origin {
  readonly from: ServedOperation;
  readonly type: string;
  readonly shape: Shape;
}

function linkOf(written: Located & { readonly key: string }, origin: Origin, around: Surroundings): LinkField | Unfit {
  const { types, resolver } = around;
  const link = resolver.deref(written);
  if (!link) return { problem: 'its reference leads to nothing.' };
  const { type } = origin;
  const name = around.naming(written.key);
  if (hasProperty(types[type], name)) return { problem: `${type} has a property of the name.` };
  if (child(link, 'server')) return { problem: 'it names a server, and only the configuration does that.' };
  const to = targetOf(link, around);
  if ('problem' in to) return to;
  const sources = new LinkSources(types, origin);
  const given = new Map<string, Extract<LinkSource, { template: unknown }>>();
  for (const { key, value } of children(child(link, 'parameters'))) {
    const parameter = parameterOf(key, to.args.parameters);
    if (!parameter) return { problem: `${to.name} has no parameter "${key}" that is an argument.` };
    const source = sourceOf(value, parameter.shape, sources, around);
    if ('problem' in source) return { problem: `the parameter "${key}": ${source.problem}` };
    given.set(parameter.argument, source);
  }
  const requestBody = child(link, 'requestBody');
  if (requestBody) {
    const { body } = to.args;
    if (!body) return { problem: `it gives a body, and ${to.name} takes none.` };
    const source = sourceOf(requestBody.value, body.shape, sources, around);
    if ('problem' in source) return { problem: `the body: ${source.problem}` };
    given.set(body.argument, source);
  }
  const left = to.args.definitions.filter(argument => !given.has(argument.name.value));
  const args = [
    ...[...given].map(([argument, { template }]) => [argument, template] as const),
    ...left.map(argument => [argument.name.value, `$args.${argument.name.value}`] as const),
  ];
  const description = text(link.value, 'description');
  return {
    type,
    field: field(name, typeOf(nullable(to.result.shape)), { description }, left),
    call: to.name,
    args: Object.fromEntries(args),
    at: [written.address, written.pointer],
    carries: [...given.values()].flatMap(({ carried }) => carried ?? []),
  };
}

/** A constant, or what an expression reads. */
function sourceOf(written: unknown, wanted: Shape, sources: LinkSources, around: Surroundings): LinkSource {
  const expression = readExpression(written);
  if (expression === 'malformed') return { problem: `${JSON.stringify(written)} is no runtime expression.` };
  if (expression) return 'from' in expression ? sources.find(expression, wanted) : sources.text(expression, wanted);
  const constant = constantOf(written, wanted, around);
  return constant === undefined ? { problem: 'the constant is no value of its type.' } : { template: constant };
}

/** What the wire calls so, as the argument takes it, and no template. */
function constantOf(written: unknown, shape: Shape, around: Surroundings): unknown {
  switch (shape.kind) {
    case 'scalar':
      if (isRecord(written) || Array.isArray(written)) return undefined;
      return typeof written === 'string' && written.startsWith('$') ? `$${written}` : written;
    case 'list': {
      const items = (Array.isArray(written) ? written : [written]).map(item => constantOf(item, shape.of, around));
      return items.includes(undefined) ? undefined : items;
    }
    case 'type': {
      const type = around.types[shape.name];
      if (type?.kind === 'object') return constantObject(written, type, around);
      return type?.kind === 'enum' ? around.enumName(shape.name, String(written)) : undefined;
    }
    case 'map':
      return undefined;
  }
}

/** Undefined where it lacks what the type requires, or has what the type does not know. */
function constantObject(written: unknown, { fields }: ObjectShape, around: Surroundings): unknown {
  if (!isRecord(written)) return undefined;
  const isKnown = Object.keys(written).every(key => fields.some(({ wire }) => wire === key));
  const given = fields.flatMap(({ name, wire, shape }) => {
    const value = own(written, wire);
    if (value === undefined) return shape.nonNull ? [[name, undefined] as const] : [];
    return [[name, value === null ? (shape.nonNull ? undefined : null) : constantOf(value, shape, around)] as const];
  });
  return isKnown && given.every(([, value]) => value !== undefined) ? Object.fromEntries(given) : undefined;
}

/** OpenAPI 3.2, 4.20.1: by its id, or by a reference within the document. */
function targetOf(link: Located, { operations, resolver }: Surroundings): ServedOperation | Unfit {
  const id = text(link.value, 'operationId');
  const reference = text(link.value, 'operationRef');
  const target = id === undefined && reference !== undefined ? resolver.follow(reference, link) : undefined;
  const isTarget = ({ site: { operation } }: ServedOperation) =>
    id === undefined ? operation.value === target?.value : text(operation.value, 'operationId') === id;
  const found = operations.find(isTarget);
  if (!found) return { problem: `it names no operation that is served (${id ?? reference ?? 'none at all'}).` };
  return found.root === 'Query' ? found : { problem: `${found.name} is a mutation, and links only read.` };
}

/** OpenAPI 3.2, 4.20.1: the name, or `in.name` where the name alone could be several. */
function parameterOf(key: string, parameters: readonly CallParameter[]): CallParameter | undefined {
  return (
    parameters.find(parameter => isCalled(parameter, key)) ??
    parameters.find(parameter => {
      const place = `${parameter.in}.`;
      return key.startsWith(place) && isCalled(parameter, key.slice(place.length));
    })
  );
}

function isCalled({ name, in: place }: CallParameter, key: string): boolean {
  return place === 'header' ? name.toLowerCase() === key.toLowerCase() : name === key;
}
