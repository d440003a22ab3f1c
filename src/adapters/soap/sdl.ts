import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  parseType,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { scalarNames } from '../../adapter/scalars.ts';
import { type FieldView, fieldViews, type Types } from './fields.ts';
import type { ComplexType, SimpleType, TypeKey } from './model.ts';

/** A root field and what it refers to. */
export interface RootField {
  readonly kind: 'Query' | 'Mutation';
  readonly name: string;
  readonly description: string | undefined;
  readonly arguments: readonly RootArgument[];
  /** As SDL. */
  readonly result: string;
}

export interface RootArgument {
  readonly name: string;
  /** As SDL. */
  readonly type: string;
  readonly description: string | undefined;
}

/** The SDL of the root fields and of every type that they lead to. */
export function typeDefinitions(
  roots: readonly RootField[],
  types: Types,
  documentation: ReadonlyMap<string, string>,
): DocumentNode {
  const all = new Map<string, TypeDefinitionNode>();
  for (const definition of definitionsOf(types, documentation)) all.set(definition.name.value, definition);
  const rootTypes = (['Query', 'Mutation'] as const).flatMap(kind => rootType(kind, roots));
  return { kind: Kind.DOCUMENT, definitions: [...rootTypes, ...usedFrom(rootTypes, all)] };
}

/** A type in a result, as SDL: an interface where derived types may stand for it. */
export function outputName(types: Types, key: TypeKey): string {
  const type = types[key];
  if (type?.kind === 'simple') return simpleName(type);
  if (type?.kind === 'substitution') return outputName(types, type.head);
  return type ? (type.interface ?? type.graphql) : 'XML';
}

export function inputName(types: Types, key: TypeKey): string {
  const type = types[key];
  if (type?.kind === 'simple') return simpleName(type);
  if (type?.kind === 'substitution') return type.oneOf;
  return type ? (type.oneOf ?? type.input) : 'XML';
}

function simpleName(type: SimpleType): string {
  const name = type.values && type.graphql ? type.graphql : type.primitive === 'QName' ? 'String' : type.primitive;
  return type.list ? `[${name}!]` : name;
}

export function outputType(types: Types, view: FieldView): string {
  const name = outputName(types, view.type);
  return `${view.list ? `[${name}${view.nullableItems ? '' : '!'}]` : name}${view.nonNull ? '!' : ''}`;
}

export function inputType(types: Types, view: FieldView, required = view.required): string {
  const name = inputName(types, view.type);
  return `${view.list ? `[${name}${view.nullableItems ? '' : '!'}]` : name}${required ? '!' : ''}`;
}

function rootType(kind: 'Query' | 'Mutation', roots: readonly RootField[]): TypeDefinitionNode[] {
  const fields = roots
    .filter(root => root.kind === kind)
    .map(root => ({
      ...field(root.name, root.result, root.description),
      arguments: root.arguments.map(one => inputValue(one.name, one.type, one.description)),
    }));
  if (fields.length === 0 && kind === 'Mutation') return [];
  // GraphQL wants a query type, and a field in it (October 2021, 3.3.1).
  return [{ kind: Kind.OBJECT_TYPE_DEFINITION, name: named(kind), fields: fields.length > 0 ? fields : [placeholder] }];
}

function definitionsOf(types: Types, documentation: ReadonlyMap<string, string>): TypeDefinitionNode[] {
  const interfaces = new Map<TypeKey, TypeKey[]>();
  for (const [key, type] of Object.entries(types)) {
    if (type.kind !== 'complex') continue;
    for (const { type: variant } of type.variants ?? [])
      interfaces.set(variant, [...(interfaces.get(variant) ?? []), key]);
  }
  const recursive = endlessInputs(types);
  return Object.entries(types).flatMap(([key, type]): TypeDefinitionNode[] => {
    if (type.kind === 'simple') return enumDefinition(type, documentation.get(key));
    if (type.kind === 'substitution') return [oneOfDefinition(types, type.oneOf, type.members)];
    const describe = (view: FieldView) => documentation.get(`${key} ${view.name}`);
    return [
      ...outputDefinitions(types, type, interfaces.get(key) ?? [], documentation.get(key), describe),
      ...inputDefinitions(types, type, describe, view => recursive.has(`${key} ${view.name}`)),
    ];
  });
}

function enumDefinition(type: SimpleType, text: string | undefined): TypeDefinitionNode[] {
  if (!type.values || !type.graphql) return [];
  const values = type.values.map(([name, lexical]) => ({
    kind: Kind.ENUM_VALUE_DEFINITION as const,
    name: named(name),
    ...description(name === lexical ? undefined : `\`${lexical}\``),
  }));
  return [{ kind: Kind.ENUM_TYPE_DEFINITION, name: named(type.graphql), values, ...description(text) }];
}

function outputDefinitions(
  types: Types,
  type: ComplexType,
  interfaces: readonly TypeKey[],
  text: string | undefined,
  describe: (view: FieldView) => string | undefined,
): TypeDefinitionNode[] {
  const fields = fieldViews(types, type).map(view => field(view.name, outputType(types, view), describe(view)));
  const isEmpty = (of: TypeKey) => {
    const model = types[of];
    return model?.kind === 'complex' && fieldViews(types, model).length === 0;
  };
  // An interface without fields has the placeholder, and so have all that implement it.
  const content = fields.length === 0 || interfaces.some(isEmpty) ? [...fields, placeholder] : fields;
  const definitions: TypeDefinitionNode[] = [];
  if (type.interface !== undefined) {
    const name = named(type.interface);
    const above = ancestorInterfaces(types, type);
    definitions.push({
      kind: Kind.INTERFACE_TYPE_DEFINITION,
      name,
      fields: above.some(isEmpty) && fields.length > 0 ? [...fields, placeholder] : content,
      interfaces: above.map(one => reference(outputName(types, one))),
      ...description(text),
    });
  }
  if (type.graphql !== '') {
    definitions.push({
      kind: Kind.OBJECT_TYPE_DEFINITION,
      name: named(type.graphql),
      fields: content,
      interfaces: interfaces.map(one => reference(outputName(types, one))),
      ...description(text),
    });
  }
  return definitions;
}

function ancestorInterfaces(types: Types, type: ComplexType): TypeKey[] {
  const found: TypeKey[] = [];
  for (let key = type.base; key !== undefined; ) {
    const base = types[key];
    if (base?.kind !== 'complex') break;
    if (base.interface !== undefined) found.push(key);
    key = base.base;
  }
  return found;
}

function inputDefinitions(
  types: Types,
  type: ComplexType,
  describe: (view: FieldView) => string | undefined,
  endless: (view: FieldView) => boolean,
): TypeDefinitionNode[] {
  const definitions: TypeDefinitionNode[] = [];
  if (type.oneOf !== undefined) definitions.push(oneOfDefinition(types, type.oneOf, type.variants ?? []));
  if (type.input !== '') {
    const absent = new Set(type.absent.map(leaf => leaf.field));
    const fields = fieldViews(types, type)
      .filter(view => !absent.has(view.name))
      .map(view => inputValue(view.name, inputType(types, view, view.required && !endless(view)), describe(view)));
    definitions.push({
      kind: Kind.INPUT_OBJECT_TYPE_DEFINITION,
      name: named(type.input),
      fields: fields.length > 0 ? fields : [inputValue('_empty', 'Boolean', undefined)],
    });
  }
  return definitions;
}

/** Exactly one of the variants, each under its own name; each by its own input, whatever may stand for it elsewhere. */
function oneOfDefinition(
  types: Types,
  name: string,
  variants: readonly { readonly type: TypeKey; readonly field: string }[],
): TypeDefinitionNode {
  return {
    kind: Kind.INPUT_OBJECT_TYPE_DEFINITION,
    name: named(name),
    directives: [{ kind: Kind.DIRECTIVE, name: named('oneOf') }],
    fields: variants.map(variant => inputValue(variant.field, ownInput(types, variant.type), undefined)),
  };
}

function ownInput(types: Types, key: TypeKey): string {
  const type = types[key];
  return type?.kind === 'complex' && !type.abstract ? type.input : inputName(types, key);
}

/** Fields that would make an input type demand itself for ever (October 2021, 3.10, circular references): they are not demanded. */
function endlessInputs(types: Types): ReadonlySet<string> {
  const endless = new Set<string>();
  const state = new Map<TypeKey, 'open' | 'done'>();
  const demands = (key: TypeKey): FieldView[] => {
    const type = types[key];
    if (type?.kind !== 'complex') return [];
    return fieldViews(types, type).filter(view => {
      const target = types[view.type];
      return view.required && !view.list && target?.kind === 'complex' && target.oneOf === undefined;
    });
  };
  for (const start of Object.keys(types)) {
    if (state.has(start)) continue;
    const path: { key: TypeKey; left: FieldView[] }[] = [{ key: start, left: demands(start) }];
    state.set(start, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const view = top.left.pop();
      if (!view) {
        state.set(top.key, 'done');
        path.pop();
      } else if (state.get(view.type) === 'open') {
        endless.add(`${top.key} ${view.name}`);
      } else if (!state.has(view.type)) {
        state.set(view.type, 'open');
        path.push({ key: view.type, left: demands(view.type) });
      }
    }
  }
  return endless;
}

/** The definitions that the root types lead to; an interface leads to what implements it. */
function usedFrom(
  roots: readonly TypeDefinitionNode[],
  all: ReadonlyMap<string, TypeDefinitionNode>,
): DefinitionNode[] {
  const implementors = new Map<string, string[]>();
  for (const definition of all.values()) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { name } of definition.interfaces ?? []) {
      implementors.set(name.value, [...(implementors.get(name.value) ?? []), definition.name.value]);
    }
  }
  const used = new Set<string>();
  const pending = roots.flatMap(namesIn);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    const definition = all.get(name);
    if (definition) pending.push(...namesIn(definition), ...(implementors.get(name) ?? []));
  }
  const custom = [...used].filter(name => scalarNames.has(name)).sort();
  return [
    ...custom.map((name): DefinitionNode => ({ kind: Kind.SCALAR_TYPE_DEFINITION, name: named(name) })),
    ...[...all.values()].filter(definition => used.has(definition.name.value)),
  ];
}

function namesIn(definition: TypeDefinitionNode): string[] {
  const names: string[] = [];
  const add = (type: TypeNode): void => {
    if (type.kind === Kind.NAMED_TYPE) names.push(type.name.value);
    else add(type.type);
  };
  if ('interfaces' in definition) for (const one of definition.interfaces ?? []) add(one);
  if ('fields' in definition) {
    for (const one of definition.fields ?? []) {
      add(one.type);
      if (one.kind === Kind.FIELD_DEFINITION) for (const argument of one.arguments ?? []) add(argument.type);
    }
  }
  return names;
}

function typeNode(sdl: string): TypeNode {
  return parseType(sdl, { noLocation: true });
}

function field(name: string, type: string, text: string | undefined): FieldDefinitionNode {
  return { kind: Kind.FIELD_DEFINITION, name: named(name), type: typeNode(type), ...description(text) };
}

function inputValue(name: string, type: string, text: string | undefined): InputValueDefinitionNode {
  return { kind: Kind.INPUT_VALUE_DEFINITION, name: named(name), type: typeNode(type), ...description(text) };
}

function named(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function reference(name: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: named(name) };
}

function description(text: string | undefined): { description?: StringValueNode } {
  return text === undefined ? {} : { description: { kind: Kind.STRING, value: text, block: true } };
}

const placeholder: FieldDefinitionNode = field('_empty', 'Boolean', undefined);
