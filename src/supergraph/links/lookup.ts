import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import { didYouMean } from '../../base/suggestion.ts';
import { type Catalogue, isCalled, type OpenMember } from '../catalogue.ts';

/**
 * How a link or an entity is looked up in a source: one hidden root field of the source's schema, in the source's own
 * names.
 */
export interface Lookup {
  /** The hidden root field. */
  readonly field: string;
  readonly member: OpenMember;
  /** What is asked. */
  readonly at: Coordinate;
  readonly args: readonly GraphQLArgument[];
  /** Steps into the reply. */
  readonly select: readonly string[];
  readonly missing: 'NULL' | 'ERROR';
  /** What one wish comes to, without an outer `!`. */
  readonly outcome: GraphQLOutputType;
  readonly batch?: Batching;
}

export interface Batching {
  /** The argument that takes the keys, and steps into it. */
  readonly into: readonly string[];
  /** What tells keys apart; at least one. */
  readonly parts: readonly KeyPart[];
  /** Most keys of one call. */
  readonly max: number;
  /** Do several items belong to one key? */
  readonly grouped: boolean;
  readonly keyType: GraphQLInputType;
}

/** One value of a key, and where an item of the reply has the same. */
export interface KeyPart {
  /** Steps into the key; none where the key is one value. */
  readonly key: readonly string[];
  /** Steps into an item of the reply. */
  readonly item: readonly string[];
}

/** A call that was found, or why not. */
export type CallReference =
  | {
      readonly member: OpenMember;
      readonly name: string;
      readonly type: GraphQLOutputType;
      readonly args: readonly GraphQLArgument[];
    }
  | { readonly absent: string }
  | { readonly problem: string; readonly code: 'LINK_UNKNOWN_CALL' | 'LINK_INVALID' };

/** Finds `<source>.<field>`: a field of the source's Query, under the source's own name. */
export function findCall(call: string, catalogue: Catalogue, absent: readonly string[]): CallReference {
  const dot = call.indexOf('.');
  const [source, name] = dot < 0 ? [call, ''] : [call.slice(0, dot), call.slice(dot + 1)];
  if (name === '') return { code: 'LINK_UNKNOWN_CALL', problem: `"${call}" names no call: write <source>.<field>.` };
  if (absent.includes(source)) return { absent: source };
  const member = catalogue.member(source);
  if (!member) {
    const known = catalogue.members.map(member => member.name);
    return { code: 'LINK_UNKNOWN_CALL', problem: `There is no source "${source}".${didYouMean(source, known)}` };
  }
  const queries = member.schema.getQueryType()?.getFields() ?? {};
  const field = Object.hasOwn(queries, name) && isCalled(member, 'Query', name) ? queries[name] : undefined;
  if (field) return { member, name, type: field.type, args: field.args };
  if (Object.hasOwn(member.schema.getMutationType()?.getFields() ?? {}, name)) {
    return { code: 'LINK_INVALID', problem: `"${call}" is a mutation: links only read.` };
  }
  const suggestion = didYouMean(
    name,
    Object.keys(queries).filter(query => isCalled(member, 'Query', query)),
  );
  return { code: 'LINK_UNKNOWN_CALL', problem: `The source "${source}" has no query "${name}".${suggestion}` };
}

export function queryCoordinate(name: string): Coordinate {
  return coordinate('Query', name);
}

/** Steps from a reply's type into it: through objects, never through lists. The step that leads nowhere is told. */
export function stepInto(
  type: GraphQLOutputType,
  path: readonly string[],
): { readonly type: GraphQLOutputType } | { readonly missing: string; readonly known: readonly string[] } {
  let at = type;
  for (const step of path) {
    const object = getNullableType(at);
    const fields = isObjectType(object) || isInterfaceType(object) ? object.getFields() : {};
    const field = Object.hasOwn(fields, step) ? fields[step] : undefined;
    if (!field) return { missing: step, known: Object.keys(fields) };
    at = field.type;
  }
  return { type: at };
}

/** The type that `input.ids` has among a call's arguments. */
export function stepIntoArguments(
  args: readonly GraphQLArgument[],
  path: readonly string[],
): { readonly type: GraphQLInputType } | { readonly missing: string; readonly known: readonly string[] } {
  const [first = '', ...rest] = path;
  const argument = args.find(({ name }) => name === first);
  if (!argument) return { missing: first, known: args.map(({ name }) => name) };
  let type: GraphQLInputType = argument.type;
  for (const step of rest) {
    const object = getNullableType(type);
    const fields = isInputObjectType(object) ? object.getFields() : {};
    const field = Object.hasOwn(fields, step) ? fields[step] : undefined;
    if (!field) return { missing: step, known: Object.keys(fields) };
    type = field.type;
  }
  return { type };
}

/** The item of a list argument; undefined where it is none. */
export function inputItem(type: GraphQLInputType): GraphQLInputType | undefined {
  const inner = getNullableType(type);
  return isListType(inner) ? inner.ofType : undefined;
}

/** The item of a list in a reply; undefined where it is none. */
export function outputItem(type: GraphQLOutputType): GraphQLOutputType | undefined {
  const inner = getNullableType(type);
  return isListType(inner) ? inner.ofType : undefined;
}

export function splitPath(text: string): readonly string[] {
  return text === '' ? [] : text.split('.');
}

/** Names that an item can be matched by. */
export function leafNames(type: GraphQLOutputType): string[] {
  const named = getNamedType(type);
  return isObjectType(named) || isInterfaceType(named) ? Object.keys(named.getFields()) : [];
}
