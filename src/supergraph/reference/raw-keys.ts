import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  GraphQLScalarType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { append, type OpenMember } from '../catalogue.ts';
import { holes } from '../links/template.ts';
import { isReserved, reservedKey } from '../reserved-names.ts';
import type { Pieces } from '../source-view.ts';
import { Delivered } from './delivered.ts';

/** By a source's own types: the fields that links and entities read of a delegated parent. */
export type KeyFields = ReadonlyMap<string, readonly string[]>;

export function keyFieldsOf(member: OpenMember, { catalogue, links, entities }: Pieces): KeyFields {
  const read = [
    ...entities.map(({ typeName, key }) => ({ typeName, fields: [key] })),
    ...links.map(({ typeName, key, args }) => {
      const templates = [...(key ? [key] : []), ...args.values()];
      const paths = templates.flatMap(template => holes(template, 'parent'));
      return { typeName, fields: paths.flatMap(([first]) => first ?? []) };
    }),
  ];
  const keys = new Map<string, string[]>();
  for (const { typeName, fields } of read) {
    const own = (catalogue.types.get(typeName) ?? []).find(owner => owner.member === member);
    for (const field of own ? fields : []) append(keys, own?.type.name ?? '', field);
  }
  return keys;
}

/** Whatever the source answered, sealed. What is selected below it is not looked at. */
const raw = new GraphQLScalarType({ name: 'Raw', serialize: value => new Delivered(value) });

/**
 * A second field beside each key: it gives what the source answered, as it is read where nothing is delegated. A client that did not select
 * the key itself does not lose the object where the key is not as the source's schema has it.
 */
export function addRawKeys(schema: GraphQLSchema, keys: KeyFields): void {
  for (const [typeName, names] of keys) {
    const type = schema.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const holder of [type, ...type.getInterfaces()]) {
      const fields = holder.getFields();
      for (const name of names) {
        const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
        if (field) fields[reservedKey(name)] = rawField(field);
      }
    }
  }
}

function rawField(field: GraphQLField<unknown, unknown>): GraphQLField<unknown, unknown> {
  const { name, resolve } = field;
  return {
    ...field,
    name: reservedKey(name),
    type: raw,
    args: [],
    extensions: { standsFor: name },
    ...(resolve
      ? { resolve: (parent, args, context, info) => resolve(parent, args, context, { ...info, fieldName: name }) }
      : {}),
  };
}

/** The keys of a delegated operation by their second fields; what is below is in the source's own names, without aliases. */
export function readingRawKeys(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field(node): FieldNode | undefined {
      if (!node.alias || !isReserved(node.alias.value) || node.name.value === '__typename') return undefined;
      const name = { kind: Kind.NAME, value: reservedKey(node.name.value) } as const;
      return { ...node, name, ...(node.selectionSet ? { selectionSet: bare(node.selectionSet) } : {}) };
    },
  });
}

function bare(selectionSet: SelectionSetNode): SelectionSetNode {
  return visit(selectionSet, { Field: node => ({ ...node, alias: undefined }) });
}
