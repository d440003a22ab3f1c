import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import { spreadOrder } from './spread-order.ts';

/**
 * What a document asks for at most: fragments are expanded, `@skip` and `@include` are taken to include. Of several operations the
 * greatest counts, whichever is chosen. Introspection (the fields below `__schema` and `__type`) is measured by itself: the queries of
 * tools are deep by nature, and cost no backend anything. Sums are exact up to `Number.MAX_SAFE_INTEGER`, and that number beyond.
 */
export interface OperationProfile {
  /** Operations that the document defines. */
  readonly operations: number;
  /** Levels of nested fields: `{ a { b } }` has two. */
  readonly depth: number;
  /** Fields of the root type, and in their stead those of its namespaces, each as often as it is expanded. */
  readonly rootFields: number;
  /** Fields with an alias, each as often as it is expanded; those of introspection too. */
  readonly aliases: number;
  /** Fields, each as often as it is expanded. */
  readonly expandedFields: number;
  /** Directives, each as often as it is expanded; those of a fragment that nobody spreads count once. */
  readonly directives: number;
  /** Most directives of one node, wherever in the document. */
  readonly directivesPerNode: number;
  readonly introspectionDepth: number;
  readonly introspectionFields: number;
}

/** By type: the field that it stands in, and the type that has this. */
type Namespaces = ReadonlyMap<string, { readonly parent: string; readonly field: string }>;

/**
 * Linear in the document: each selection is visited once, each fragment's own sum is kept and used by all who spread it. A fragment
 * that spreads itself adds nothing where the circle closes (validation refuses it: GraphQL October 2021, 5.5.2.2).
 */
export function profileOf(document: DocumentNode, namespaces: Namespaces = new Map()): OperationProfile {
  const fragments = new Map<string, Expansion>();
  const operations: Expansion[] = [];
  const within = new Map(
    [...namespaces].map(([type, { parent, field }]) => [coordinate(parent, field), type] as const),
  );
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, expansionOf(definition, within));
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(expansionOf(definition, within));
  }
  const totals = totalsOf(fragments);
  const profile: Sums = { ...nothing, operations: operations.length };
  for (const operation of operations) raise(profile, totalOf(operation, totals));
  for (const { directives, directivesPerNode } of totals.values()) {
    raise(profile, { ...nothing, directives, directivesPerNode }); // validation looks at them all
  }
  return profile;
}

type Sums = { -readonly [K in keyof OperationProfile]: number };

const nothing: OperationProfile = {
  operations: 0,
  depth: 0,
  rootFields: 0,
  aliases: 0,
  expandedFields: 0,
  directives: 0,
  directivesPerNode: 0,
  introspectionDepth: 0,
  introspectionFields: 0,
};

/** What one definition holds itself, and where it spreads which fragments. */
interface Expansion {
  readonly own: OperationProfile;
  readonly spreads: readonly Spread[];
}

interface Spread {
  readonly fragment: string;
  /** Fields above the spread that are no introspection, and those that are. */
  readonly depth: number;
  readonly introspectionDepth: number;
  /** Does it stand in the operation, in the fragment, or in a namespace itself? */
  readonly isRoot: boolean;
}

/** Recursion is bounded here: `nestingOf` was checked before parsing. */
function expansionOf(
  definition: OperationDefinitionNode | FragmentDefinitionNode,
  within: ReadonlyMap<Coordinate, string>,
): Expansion {
  const namespaces = new Set(within.values());
  const isRoot = (depth: number, type: string) => depth === 0 || namespaces.has(type);
  const own: Sums = { ...nothing };
  const spreads: Spread[] = [];
  const count = (directives: readonly DirectiveNode[] = []): void => {
    own.directives += directives.length;
    own.directivesPerNode = Math.max(own.directivesPerNode, directives.length);
  };
  const visit = (selectionSet: SelectionSetNode, depth: number, introspectionDepth: number, type: string): void => {
    for (const selection of selectionSet.selections) {
      if (selection.directives?.length) count(selection.directives);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        spreads.push({ fragment: selection.name.value, depth, isRoot: isRoot(depth, type), introspectionDepth });
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, depth, introspectionDepth, type);
        continue;
      }
      if (selection.alias) own.aliases += 1;
      if (introspectionDepth > 0) {
        own.introspectionFields += 1;
        own.introspectionDepth = Math.max(own.introspectionDepth, introspectionDepth);
        if (selection.selectionSet) visit(selection.selectionSet, depth, introspectionDepth + 1, '');
      } else {
        const below = within.get(coordinate(type, selection.name.value));
        if (below === undefined && isRoot(depth, type)) own.rootFields += 1;
        own.expandedFields += 1;
        own.depth = Math.max(own.depth, depth + 1);
        const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
        if (selection.selectionSet) visit(selection.selectionSet, depth + 1, isIntrospection ? 1 : 0, below ?? '');
      }
    }
  };
  count(definition.directives);
  for (const { directives } of definition.variableDefinitions ?? []) count(directives);
  visit(definition.selectionSet, 0, 0, typeOf(definition));
  return { own, spreads };
}

/** What it selects from; empty where no namespace can stand. */
function typeOf(definition: OperationDefinitionNode | FragmentDefinitionNode): string {
  if (definition.kind === Kind.FRAGMENT_DEFINITION) return definition.typeCondition.name.value;
  return definition.operation === 'query' ? 'Query' : '';
}

/** Every fragment's total, by name. */
function totalsOf(fragments: ReadonlyMap<string, Expansion>): ReadonlyMap<string, OperationProfile> {
  const totals = new Map<string, OperationProfile>();
  const spreads = new Map([...fragments].map(([name, { spreads }]) => [name, spreads.map(({ fragment }) => fragment)]));
  for (const name of spreadOrder(spreads)) {
    const fragment = fragments.get(name);
    if (fragment) totals.set(name, totalOf(fragment, totals));
  }
  return totals;
}

function totalOf({ own, spreads }: Expansion, totals: ReadonlyMap<string, OperationProfile>): OperationProfile {
  const total: Sums = { ...own };
  for (const spread of spreads) {
    const inner = placed(totals.get(spread.fragment) ?? nothing, spread);
    for (const key of levels) total[key] = Math.max(total[key], inner[key]);
    for (const key of counts) total[key] = sum(total[key], inner[key]);
  }
  return total;
}

const levels = ['depth', 'introspectionDepth', 'directivesPerNode'] as const;
const counts = ['rootFields', 'aliases', 'expandedFields', 'directives', 'introspectionFields'] as const;

/** A fragment's total at the place of a spread: below `__schema`, all of it is introspection. */
function placed(fragment: OperationProfile, spread: Spread): OperationProfile {
  if (spread.introspectionDepth === 0) {
    const rootFields = spread.isRoot ? fragment.rootFields : 0;
    return { ...fragment, rootFields, depth: fragment.depth && fragment.depth + spread.depth };
  }
  return {
    ...fragment,
    depth: 0,
    rootFields: 0,
    expandedFields: 0,
    introspectionDepth: spread.introspectionDepth - 1 + Math.max(fragment.depth, fragment.introspectionDepth),
    introspectionFields: sum(fragment.expandedFields, fragment.introspectionFields),
  };
}

function raise(profile: Sums, to: OperationProfile): void {
  for (const key of [...levels, ...counts]) profile[key] = Math.max(profile[key], to[key]);
}

function sum(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}
