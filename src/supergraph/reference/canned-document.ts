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
import { coordinate } from '../../base/coordinate.ts';
import { readsArguments } from '../../policy/canned.ts';
import { cannedName, introspectionName } from '../reserved-names.ts';
import type { CannedAt, Decided } from './canned-places.ts';

const known = new WeakMap<DocumentNode, DocumentNode>();

/**
 * The document as the reference lane runs it: what is canned is asked of fields of the gateway's own, which no source has, so that delegation
 * passes none of it on. Response keys and places stay. `schema` is the client's, in which the document is valid.
 */
export function withCannedFields(document: DocumentNode, schema: GraphQLSchema, decided: Decided): DocumentNode {
  if (decided.key !== '') return rewritten(document, schema, decided);
  const before = known.get(document) ?? rewritten(document, schema, decided);
  known.set(document, before);
  return before;
}

function rewritten(document: DocumentNode, schema: GraphQLSchema, { answerAt }: Decided): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet(node) {
        const parent = types.getParentType();
        if (!parent) return undefined; // below a field of our own
        const selections = node.selections.flatMap(selection =>
          selection.kind === Kind.FIELD ? asked(selection, possible(parent), answerAt) : [selection],
        );
        return { ...node, selections };
      },
    }),
  );

  function possible(parent: NonNullable<ReturnType<TypeInfo['getParentType']>>): readonly GraphQLObjectType[] {
    if (isAbstractType(parent)) return schema.getPossibleTypes(parent);
    return isObjectType(parent) ? [parent] : [];
  }
}

/** Of several types, of which some are canned, each is asked apart. */
function asked(
  node: FieldNode,
  types: readonly GraphQLObjectType[],
  answerAt: Decided['answerAt'],
): readonly SelectionNode[] {
  const { value } = node.name;
  if (value === '__schema' || value === '__type') return [under(introspectionName(value), node)];
  const answers = types.map(type => [type.name, answerAt(coordinate(type.name, value), node)] as const);
  if (answers.every(([, canned]) => !canned)) return [node];
  const own = (canned: CannedAt | undefined): FieldNode => {
    if (!canned) return node;
    const stands = under(cannedName(value, canned.index), node);
    return readsArguments(canned.answer) ? stands : { ...stands, arguments: [] };
  };
  const [only] = answers;
  if (only && answers.length === 1) return [own(only[1])];
  return answers.map(([name, canned]) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [own(canned)] },
  }));
}

function under(value: string, node: FieldNode): FieldNode {
  return { ...node, alias: node.alias ?? node.name, name: { ...node.name, value } };
}
