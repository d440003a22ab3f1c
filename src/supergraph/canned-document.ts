import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { coordinate } from '../base/coordinate.ts';
import type { CannedFields } from '../policy/canned.ts';
import { cannedName } from './reserved-names.ts';

const known = new WeakMap<DocumentNode, DocumentNode>();

/**
 * The document as the reference lane runs it: what is canned is asked of fields of the gateway's own, which no source has, so that delegation
 * passes none of it on. Response keys and places stay. `schema` is the client's, in which the document is valid.
 */
export function withCannedFields(document: DocumentNode, schema: GraphQLSchema, canned: CannedFields): DocumentNode {
  const before = known.get(document);
  if (before) return before;
  const types = new TypeInfo(schema);
  const made = visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet(node) {
        const parent = types.getParentType();
        if (!parent) return undefined; // below a field of our own
        const selections = node.selections.flatMap(selection =>
          selection.kind === Kind.FIELD ? asked(selection, possible(parent), canned) : [selection],
        );
        return { ...node, selections };
      },
    }),
  );
  known.set(document, made);
  return made;

  function possible(parent: NonNullable<ReturnType<TypeInfo['getParentType']>>): readonly GraphQLObjectType[] {
    if (isAbstractType(parent)) return schema.getPossibleTypes(parent);
    return isObjectType(parent) ? [parent] : [];
  }
}

/** Of several types, of which some are canned, each is asked apart. */
function asked(node: FieldNode, types: readonly GraphQLObjectType[], canned: CannedFields): readonly SelectionNode[] {
  if (node.name.value === '__schema' || node.name.value === '__type') return [underOwnName(node)];
  const ours = types.filter(type => canned.has(coordinate(type.name, node.name.value)));
  if (ours.length === 0) return [node];
  const own: FieldNode = { ...underOwnName(node), arguments: [] }; // nobody looks at them
  if (types.length === 1) return [own];
  return types.map(({ name }) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [ours.some(type => type.name === name) ? own : node] },
  }));
}

function underOwnName(node: FieldNode): FieldNode {
  return { ...node, alias: node.alias ?? node.name, name: { ...node.name, value: cannedName(node.name.value) } };
}
