import {
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { coordinate } from '../base/coordinate.ts';
import { isRecord, type Json } from '../base/json.ts';
import {
  type Arguments,
  type Asked,
  isReference,
  type Reference,
  readReference,
  referred,
  unescaped,
} from '../base/reference.ts';
import { didYouMean } from '../base/suggestion.ts';
import { argumentProblem } from './argument-problem.ts';
import { CannedObject } from './canned-object.ts';
import { givenValue } from './given-value.ts';

/** What a field is answered with, as its type has it: what is known is a value, what a request says is read from it. */
export type CannedTemplate =
  | { readonly kind: 'constant'; readonly value: unknown }
  | {
      readonly kind: 'given';
      readonly reference: CannedReference;
      /** A leaf type, or a list of one. */
      readonly type: GraphQLOutputType;
    }
  | { readonly kind: 'list'; readonly items: readonly CannedTemplate[] }
  | { readonly kind: 'object'; readonly typeName: string; readonly fields: ReadonlyMap<string, CannedTemplate> };

type CannedReference = Extract<Reference, { readonly kind: 'args' | 'claims' | 'header' }>;

export interface CannedProblem {
  readonly message: string;
  readonly hint?: string;
}

/** The field that is answered, and what is around it; all in the client's names. */
export interface CannedPlace {
  readonly element: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly schema: GraphQLSchema;
  /** Fields that another source fills. */
  readonly links: ReadonlySet<string>;
}

/** Holds what is written against the field's type; with any problem, what comes is of no use. */
export function cannedTemplate(written: unknown, place: CannedPlace, problems: CannedProblem[]): CannedTemplate {
  return new Compiling(place, problems).value(written, place.field.type, place.element);
}

const none: CannedTemplate = { kind: 'constant', value: null };

class Compiling {
  readonly #place: CannedPlace;
  readonly #problems: CannedProblem[];

  constructor(place: CannedPlace, problems: CannedProblem[]) {
    this.#place = place;
    this.#problems = problems;
  }

  value(written: unknown, type: GraphQLOutputType, where: string): CannedTemplate {
    if (written === null || written === undefined)
      return isNonNullType(type) ? this.#wrong(`${where} is ${String(type)}, which allows no null.`) : none;
    if (isReference(written)) return this.#given(written, type, where);
    const inner = getNullableType(type);
    if (isLeafType(inner)) return this.#leaf(written, inner, where);
    if (!isListType(inner))
      return this.#object(written, isAbstractType(inner) ? this.#concrete(written, inner, where) : inner, where);
    if (!Array.isArray(written)) return this.#wrong(`${where} is ${String(type)}: a list.`);
    return list(written.map((item, index) => this.value(item, inner.ofType, `${where}[${index}]`)));
  }

  #leaf(written: unknown, type: GraphQLLeafType, where: string): CannedTemplate {
    const read = referenceIn(written);
    if (read !== undefined) {
      const message = `${where}: "${read}" stands within a value of ${type.name}, and only whole values are read.`;
      return this.#wrong(message, 'Write "$$" for a text that begins with a dollar.');
    }
    try {
      const value: unknown = type.parseValue(literalOf(written));
      type.serialize(value);
      return { kind: 'constant', value };
    } catch (error) {
      return this.#wrong(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #given(text: string, type: GraphQLOutputType, where: string): CannedTemplate {
    const named = getNamedType(type);
    if (!isLeafType(named))
      return this.#wrong(`${where}: "${text}" stands for a leaf or a list of leaves, and ${named.name} is neither.`);
    const reference = readReference(text);
    if (reference?.kind !== 'args' && reference?.kind !== 'claims' && reference?.kind !== 'header') {
      const hint =
        'Write $args.<argument>, $claims.<name> or $header.<name>, or "$$" for a text that begins with a dollar.';
      return this.#wrong(`${where}: "${text}" is nothing that a canned value can read.`, hint);
    }
    const problem = reference.kind === 'args' ? argumentProblem(reference.path, this.#place.field, type) : undefined;
    return problem ? this.#wrong(`${where}: ${problem}`) : { kind: 'given', reference, type };
  }

  /** Undefined where the value does not say which one it is; that is told. */
  #concrete(
    written: unknown,
    type: Parameters<GraphQLSchema['getPossibleTypes']>[0],
    where: string,
  ): GraphQLObjectType | undefined {
    const possible = this.#place.schema.getPossibleTypes(type);
    const name = isRecord(written) ? written['__typename'] : undefined;
    const found = possible.find(each => each.name === name);
    if (found) return found;
    const names = possible.map(each => each.name);
    const hint = typeof name === 'string' ? didYouMean(name, names).trim() : '';
    this.#wrong(`${where} is ${type.name}: "__typename" says which of ${names.join(', ')} it is.`, hint);
    return undefined;
  }

  #object(written: unknown, type: GraphQLObjectType | undefined, where: string): CannedTemplate {
    if (!type) return none;
    if (!isRecord(written)) return this.#wrong(`${where} is ${type.name}: an object.`);
    const known = type.getFields();
    const { __typename: typeName = type.name, ...said } = written;
    if (typeName !== type.name) this.#wrong(`${where} is ${type.name}, and says that it is ${String(typeName)}.`);
    for (const name of Object.keys(said)) {
      if (Object.hasOwn(known, name)) continue;
      this.#wrong(`${where}: ${type.name} has no field "${name}".${didYouMean(name, Object.keys(known))}`);
    }
    const fields = Object.values(known).map(field => [field.name, this.#field(field, said, type, where)] as const);
    return object(type.name, new Map(fields));
  }

  /** Nothing below the object is asked: what no source would have said, the value must. */
  #field(
    { name, type }: GraphQLField<unknown, unknown>,
    said: Readonly<Record<string, unknown>>,
    parent: GraphQLObjectType,
    where: string,
  ): CannedTemplate {
    if (Object.hasOwn(said, name)) return this.value(said[name], type, `${where}.${name}`);
    if (isNonNullType(type)) return this.#wrong(`${where} needs "${name}", which is ${String(type)}.`);
    if (!this.#place.links.has(coordinate(parent.name, name))) return none;
    const message = `${where} needs "${name}": it is a link, and nothing below a canned object is asked.`;
    return this.#wrong(message, `Write its value, or ${name}: null.`);
  }

  #wrong(message: string, hint?: string): CannedTemplate {
    this.#problems.push(hint ? { message, hint } : { message });
    return none;
  }
}

function list(items: readonly CannedTemplate[]): CannedTemplate {
  const values = items.flatMap(item => (item.kind === 'constant' ? [item.value] : []));
  return values.length === items.length ? { kind: 'constant', value: values } : { kind: 'list', items };
}

function object(typeName: string, fields: ReadonlyMap<string, CannedTemplate>): CannedTemplate {
  const made: CannedTemplate = { kind: 'object', typeName, fields };
  const isConstant = [...fields.values()].every(({ kind }) => kind === 'constant');
  return isConstant ? { kind: 'constant', value: filled(made, {}, {}) } : made;
}

/** The value, with what the request says in its places. */
export function filled(template: CannedTemplate, asked: Asked, args: Arguments): unknown {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'given':
      return givenValue(referred(template.reference, asked, args), template.type);
    case 'list':
      return template.items.map(item => filled(item, asked, args));
    case 'object': {
      const fields = [...template.fields].map(([name, field]) => [name, filled(field, asked, args)] as const);
      return new CannedObject(template.typeName, fields);
    }
  }
}

/** What the value reads of a request. */
export function referencesIn(template: CannedTemplate): readonly CannedReference[] {
  switch (template.kind) {
    case 'constant':
      return [];
    case 'given':
      return [template.reference];
    case 'list':
      return template.items.flatMap(referencesIn);
    case 'object':
      return [...template.fields.values()].flatMap(referencesIn);
  }
}

function referenceIn(written: unknown): string | undefined {
  if (isReference(written)) return written;
  const parts: readonly unknown[] = Array.isArray(written) ? written : isRecord(written) ? Object.values(written) : [];
  for (const part of parts) {
    const found = referenceIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value of what reads nothing. */
function literalOf(written: unknown): Json {
  if (typeof written === 'string') return unescaped(written);
  if (Array.isArray(written)) return written.map(literalOf);
  if (!isRecord(written)) return written as Json; // a directive's argument: a literal of the language, or YAML's
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, literalOf(value)]));
}
