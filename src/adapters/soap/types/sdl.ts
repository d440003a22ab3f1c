import { type DefinitionNode, type DocumentNode, Kind, type TypeDefinitionNode, type TypeNode } from 'graphql';
import {
  enumType,
  enumValue,
  field,
  inputType,
  inputValue,
  interfaceType,
  named,
  objectType,
  oneOfInputType,
  scalarType,
} from '../../../adapter/definitions.ts';
import { scalarNames } from '../../../adapter/scalars.ts';
import { endlessInputs } from '../model/endless-inputs.ts';
import { type FieldView, fieldViews, type Types } from '../model/fields.ts';
import type { ComplexType, SimpleType, TypeKey } from '../model/model.ts';
import { fieldInput, fieldOutput, inputOf, outputName } from './type-references.ts';

/** A root field and what it refers to. */
export interface RootField {
  readonly kind: 'Query' | 'Mutation';
  readonly name: string;
  readonly description: string | undefined;
  readonly arguments: readonly RootArgument[];
  readonly result: TypeNode;
}

export interface RootArgument {
  readonly name: string;
  readonly type: TypeNode;
  readonly description: string | undefined;
}

/** What the objects of results have beside what their types say. */
interface ResultFields {
  /** New definitions, and those that stand in the place of the others'. */
  definitions(all: ReadonlyMap<string, TypeDefinitionNode>): readonly TypeDefinitionNode[];
}

/** The SDL of the root fields and of every type that they lead to. */
export function typeDefinitions(
  roots: readonly RootField[],
  types: Types,
  documentation: ReadonlyMap<string, string>,
  results: ResultFields,
): DocumentNode {
  const all = new Map<string, TypeDefinitionNode>();
  for (const definition of definitionsOf(types, documentation)) all.set(definition.name.value, definition);
  for (const definition of results.definitions(all)) all.set(definition.name.value, definition);
  const rootTypes = (['Query', 'Mutation'] as const).flatMap(kind => rootType(kind, roots));
  return { kind: Kind.DOCUMENT, definitions: [...rootTypes, ...usedFrom(rootTypes, all)] };
}

function rootType(kind: 'Query' | 'Mutation', roots: readonly RootField[]): TypeDefinitionNode[] {
  const fields = roots
    .filter(root => root.kind === kind)
    .map(root => {
      const args = root.arguments.map(one => inputValue(one.name, one.type, { description: one.description }));
      return field(root.name, root.result, { description: root.description }, args);
    });
  if (fields.length === 0 && kind === 'Mutation') return [];
  // GraphQL wants a query type, and a field in it (October 2021, 3.3.1).
  return [objectType(kind, fields.length > 0 ? fields : [placeholder])];
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
    if (type.kind === 'array') return [];
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
  const values = type.values.map(([name, lexical]) =>
    enumValue(name, { description: name === lexical ? undefined : `\`${lexical}\`` }),
  );
  return [enumType(type.graphql, values, { description: text })];
}

function outputDefinitions(
  types: Types,
  type: ComplexType,
  interfaces: readonly TypeKey[],
  description: string | undefined,
  describe: (view: FieldView) => string | undefined,
): TypeDefinitionNode[] {
  const fields = fieldViews(types, type).map(view =>
    field(view.name, fieldOutput(types, view), { description: describe(view) }),
  );
  const isEmpty = (of: TypeKey) => {
    const model = types[of];
    return model?.kind === 'complex' && fieldViews(types, model).length === 0;
  };
  // An interface without fields has the placeholder, and so have all that implement it.
  const content = fields.length === 0 || interfaces.some(isEmpty) ? [...fields, placeholder] : fields;
  const namesOf = (keys: readonly TypeKey[]) => keys.map(one => outputName(types, one));
  const definitions: TypeDefinitionNode[] = [];
  if (type.interface !== undefined) {
    const above = ancestorInterfaces(types, type);
    const shared = above.some(isEmpty) && fields.length > 0 ? [...fields, placeholder] : content;
    definitions.push(interfaceType(type.interface, shared, { description }, namesOf(above)));
  }
  if (type.graphql !== '') definitions.push(objectType(type.graphql, content, { description }, namesOf(interfaces)));
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
      .map(view => {
        const reference = fieldInput(types, view, view.required && !endless(view));
        return inputValue(view.name, reference, { description: describe(view) });
      });
    definitions.push(inputType(type.input, fields.length > 0 ? fields : [inputValue('_empty', named('Boolean'))]));
  }
  return definitions;
}

/** Exactly one of the variants, each under its own name; each by its own input, whatever may stand for it elsewhere. */
function oneOfDefinition(
  types: Types,
  name: string,
  variants: readonly { readonly type: TypeKey; readonly field: string }[],
): TypeDefinitionNode {
  return oneOfInputType(
    name,
    variants.map(variant => inputValue(variant.field, ownInput(types, variant.type))),
  );
}

function ownInput(types: Types, key: TypeKey): TypeNode {
  const type = types[key];
  return type?.kind === 'complex' && !type.abstract ? named(type.input) : inputOf(types, key);
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
  const custom = [...used].filter(name => scalarNames.has(name) && !all.has(name)).sort();
  return [...custom.map(scalarType), ...[...all.values()].filter(definition => used.has(definition.name.value))];
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

const placeholder = field('_empty', named('Boolean'));
