import fc from 'fast-check';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { costs, shop } from './shop.ts';

const assumed = 3;
type Sum = { near: number; far: number };

/**
 * What fields weigh and how long lists are in `shop.ts`, written down once more; everything else follows the defaults. Types are not
 * weighed here.
 */
const weights: Readonly<Record<string, number>> = { 'User.age': 2, 'Robot.owner': 3, 'Node.owner': 3 };
const sliced: Readonly<Record<string, string>> = { 'Query.users': 'max', 'Query.page': 'first' };

test('agrees with expanding every fragment by hand, for any document without circles', () => {
  fc.assert(
    fc.property(documents, text => {
      const document = parse(text);
      const fragments = new Map<string, FragmentDefinitionNode>();
      for (const node of document.definitions) {
        if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
      }
      const [query] = document.definitions;
      const { near, far } = byHand(
        (query as FragmentDefinitionNode).selectionSet,
        typeOf('Query'),
        undefined,
        fragments,
      ); // both have one
      expect(costs(text, assumed).of(undefined)?.field).toBe(near + far);
    }),
    { numRuns: 500 },
  );
});

function typeOf(name: string): GraphQLCompositeType {
  return shop.schema.getType(name) as GraphQLCompositeType; // the names are those of `shop.ts`
}

/** The greatest of what it costs each of the types that an object may be of. */
function byHand(
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  itemsSize: number | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Sum {
  const possible = isAbstractType(type) ? shop.schema.getPossibleTypes(type) : [type as GraphQLObjectType];
  const sums = possible.map(concrete => {
    const sum = { near: 0, far: 0 };
    for (const [node, parent] of fieldsOf(set, type, concrete, fragments)) {
      const { near, far } = fieldByHand(node, parent, itemsSize, fragments);
      sum.near += near;
      sum.far += far;
    }
    return sum;
  });
  const far = Math.max(0, ...sums.map(sum => sum.far));
  return { near: Math.max(0, ...sums.map(sum => sum.near + sum.far)) - far, far };
}

/** All selections that an object of the type `concrete` answers, and the types that they are written for. */
function fieldsOf(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  concrete: GraphQLObjectType,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): [FieldNode, GraphQLCompositeType][] {
  return set.selections.flatMap(selection => {
    if (selection.kind === Kind.FIELD) return [[selection, parent]];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const condition = fragment.typeCondition ? typeOf(fragment.typeCondition.name.value) : parent;
    const applies = condition === concrete || (isAbstractType(condition) && shop.schema.isSubType(condition, concrete));
    return applies ? fieldsOf(fragment.selectionSet, condition, concrete, fragments) : [];
  });
}

function fieldByHand(
  node: FieldNode,
  parent: GraphQLCompositeType,
  itemsSize: number | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Sum {
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  if (!field || !('args' in field)) return { near: 0, far: 0 };
  const at = `${parent.name}.${field.name}`;
  const returned = getNamedType(field.type);
  const isList = isListType(field.type);
  const weight = weights[at];
  const composite = isCompositeType(returned) ? 1 : 0;
  const own = { near: weight === undefined && !isList ? composite : 0, far: weight ?? (isList ? composite : 0) };
  const slice = sliced[at];
  const argument = node.arguments?.find(each => each.name.value === slice)?.value;
  const given = argument?.kind === Kind.INT ? Number(argument.value) : undefined;
  const sizeBelow = at === 'Query.page' ? (given ?? 50) : undefined;
  const inner =
    node.selectionSet && isCompositeType(returned)
      ? byHand(node.selectionSet, returned, sizeBelow, fragments)
      : { near: 0, far: 0 };
  if (!isList) return { near: own.near + inner.near, far: own.far + inner.far };
  const size = at === 'Page.items' ? itemsSize : at === 'Query.users' ? given : undefined;
  return size === undefined
    ? { near: own.near + inner.near, far: own.far + inner.far * assumed }
    : { near: own.near + inner.near * size, far: own.far + inner.far * size };
}

/** Fragment n spreads only fragments above n; its type is n's. Spreads that a type cannot have cost nothing and are written too. */
const types = ['Query', 'User', 'Robot', 'Node', 'Page', 'User', 'Node', 'Part'] as const;

const fields: Readonly<Record<string, readonly [field: string, of: string | undefined][]>> = {
  Query: [
    ['users(max: 3)', 'User'],
    ['users', 'User'],
    ['page(first: 4)', 'Page'],
    ['page', 'Page'],
    ['node(id: 1)', 'Node'],
    ['nodes', 'Node'],
    ['names', undefined],
  ],
  User: [
    ['id', undefined],
    ['age', undefined],
    ['best', 'User'],
    ['friends', 'User'],
    ['owner', 'User'],
    ['peers', 'Node'],
  ],
  Robot: [
    ['id', undefined],
    ['owner', 'User'],
    ['parts', 'Part'],
    ['peers', 'Node'],
  ],
  Node: [
    ['id', undefined],
    ['owner', 'User'],
    ['peers', 'Node'],
  ],
  Page: [
    ['total', undefined],
    ['items', 'User'],
  ],
  Part: [
    ['name', undefined],
    ['parts', 'Part'],
  ],
};

const documents = fc
  .tuple(...types.map((type, n) => selections(type, n, 0)))
  .map(sets => sets.map((set, n) => (n === 0 ? `query ${set}` : `fragment F${n} on ${types[n]} ${set}`)).join('\n'));

function selections(type: string, definition: number, level: number): fc.Arbitrary<string> {
  const own = (fields[type] ?? []).filter(([, of]) => of === undefined || level < 3);
  const plain = own.map(([name, of]) =>
    of === undefined ? fc.constant(name) : selections(of, definition, level + 1).map(set => `${name} ${set}`),
  );
  const spreads = types.flatMap((of, n) => (n > definition && overlap(type, of) ? [fc.constant(`...F${n}`)] : []));
  const inline =
    level < 3
      ? ['User', 'Robot', 'Node']
          .filter(of => overlap(type, of))
          .map(of => selections(of, definition, level + 1).map(set => `... on ${of} ${set}`))
      : [];
  return fc
    .array(fc.oneof(...plain, ...spreads, ...inline, fc.constant('__typename')), { minLength: 1, maxLength: 4 })
    .map(items => `{ ${items.join(' ')} }`);
}

function overlap(one: string, other: string): boolean {
  const nodes = ['User', 'Robot', 'Node'];
  return one === other || (nodes.includes(one) && nodes.includes(other) && (one === 'Node' || other === 'Node'));
}
