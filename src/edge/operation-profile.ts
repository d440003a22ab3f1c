import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * What a document asks for at most: fragments are expanded, `@skip` and `@include` are taken to include. Of several operations the
 * greatest counts, whichever is chosen. Introspection (the fields below `__schema` and `__type`) is measured by itself: the queries of
 * tools are deep by nature, and cost no backend anything.
 */
export interface OperationProfile {
  /** Levels of nested fields: `{ a { b } }` has two. */
  readonly depth: number;
  /** Fields, each as often as it is expanded. Exact up to `Number.MAX_SAFE_INTEGER`, and that number beyond. */
  readonly expandedFields: number;
  readonly introspectionDepth: number;
  readonly introspectionFields: number;
}

/**
 * Linear in the document: each selection is visited once, each fragment's own sum is kept and used by all who spread it. A fragment
 * that spreads itself adds nothing where the circle closes (validation refuses it: GraphQL October 2021, 5.5.2.2).
 */
export function profileOf(document: DocumentNode): OperationProfile {
  const fragments = new Map<string, Expansion>();
  const operations: Expansion[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, expansionOf(definition));
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(expansionOf(definition));
  }
  const totals = totalsOf(fragments);
  let profile = nothing;
  for (const operation of operations) profile = greater(profile, totalOf(operation, totals));
  return profile;
}

type Sums = { -readonly [K in keyof OperationProfile]: number };

const nothing: OperationProfile = { depth: 0, expandedFields: 0, introspectionDepth: 0, introspectionFields: 0 };

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
}

/** Recursion is bounded here: `nestingOf` was checked before parsing. */
function expansionOf(definition: OperationDefinitionNode | FragmentDefinitionNode): Expansion {
  const own: Sums = { ...nothing };
  const spreads: Spread[] = [];
  const visit = (selectionSet: SelectionSetNode, depth: number, introspectionDepth: number): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        spreads.push({ fragment: selection.name.value, depth, introspectionDepth });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, depth, introspectionDepth);
      } else if (introspectionDepth > 0) {
        own.introspectionFields += 1;
        own.introspectionDepth = Math.max(own.introspectionDepth, introspectionDepth);
        if (selection.selectionSet) visit(selection.selectionSet, depth, introspectionDepth + 1);
      } else {
        own.expandedFields += 1;
        own.depth = Math.max(own.depth, depth + 1);
        const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
        if (selection.selectionSet) visit(selection.selectionSet, depth + 1, isIntrospection ? 1 : 0);
      }
    }
  };
  visit(definition.selectionSet, 0, 0);
  return { own, spreads };
}

/** Every fragment's total, those first that others spread. Without recursion: fragments may be chained by the thousand. */
function totalsOf(fragments: ReadonlyMap<string, Expansion>): ReadonlyMap<string, OperationProfile> {
  const totals = new Map<string, OperationProfile>();
  const entered = new Set<string>();
  for (const start of fragments.keys()) {
    const stack = [start];
    while (stack.length > 0) {
      const name = stack[stack.length - 1]!;
      const fragment = fragments.get(name);
      if (!fragment || totals.has(name)) {
        stack.pop();
      } else if (entered.has(name)) {
        totals.set(name, totalOf(fragment, totals));
        stack.pop();
      } else {
        entered.add(name);
        for (const spread of fragment.spreads) if (!entered.has(spread.fragment)) stack.push(spread.fragment);
      }
    }
  }
  return totals;
}

function totalOf({ own, spreads }: Expansion, totals: ReadonlyMap<string, OperationProfile>): OperationProfile {
  const total: Sums = { ...own };
  for (const spread of spreads) {
    const inner = placed(totals.get(spread.fragment) ?? nothing, spread);
    total.depth = Math.max(total.depth, inner.depth);
    total.introspectionDepth = Math.max(total.introspectionDepth, inner.introspectionDepth);
    total.expandedFields = sum(total.expandedFields, inner.expandedFields);
    total.introspectionFields = sum(total.introspectionFields, inner.introspectionFields);
  }
  return total;
}

/** A fragment's total at the place of a spread: below `__schema`, all of it is introspection. */
function placed(fragment: OperationProfile, spread: Spread): OperationProfile {
  if (spread.introspectionDepth === 0) return { ...fragment, depth: fragment.depth && fragment.depth + spread.depth };
  return {
    depth: 0,
    expandedFields: 0,
    introspectionDepth: spread.introspectionDepth - 1 + Math.max(fragment.depth, fragment.introspectionDepth),
    introspectionFields: sum(fragment.expandedFields, fragment.introspectionFields),
  };
}

function greater(one: OperationProfile, other: OperationProfile): OperationProfile {
  return {
    depth: Math.max(one.depth, other.depth),
    expandedFields: Math.max(one.expandedFields, other.expandedFields),
    introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
    introspectionFields: Math.max(one.introspectionFields, other.introspectionFields),
  };
}

function sum(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}
