import { delegateToSchema, type SubschemaConfig } from '@graphql-tools/delegate';
import {
  GraphQLList,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNullableType,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { CallItem } from '../../adapter/adapter.ts';
import { loaderOf, type RequestContext } from '../../adapter/request-context.ts';
import type { Lookup } from '../links/lookup.ts';
import { wishesArgument } from './member-schema.ts';
import type { Wish } from './wish.ts';

interface Delegation {
  readonly subschema: SubschemaConfig;
  readonly lookup: Lookup;
  readonly context: RequestContext;
  readonly info: GraphQLResolveInfo;
  /** What one wish comes to, in the gateway's schema. */
  readonly returnType: GraphQLOutputType;
  /** Absent: what the field that is being resolved selects. */
  readonly selectionSet?: SelectionSetNode;
  readonly skipTypeMerging?: boolean;
}

/** A lookup and a place in the document, as one object: the loaders of a request are found by it. */
const places = new WeakMap<Lookup, WeakMap<object, object>>();

/**
 * Delegates a wish to a lookup's hidden root field: one delegated operation for all parents at one place in the
 * client's document.
 */
export function delegate(wish: Wish, delegation: Delegation): Promise<unknown> {
  const { lookup, context, info, selectionSet } = delegation;
  const place = placeOf(lookup, selectionSet ?? info.fieldNodes);
  const loader = loaderOf(
    context,
    place,
    items => delegateAll(items, delegation),
    item => JSON.stringify(item.args),
  );
  return loader.load({ args: { ...wish } });
}

async function delegateAll(items: readonly CallItem[], delegation: Delegation): Promise<unknown[]> {
  const { subschema, lookup, returnType, ...rest } = delegation;
  const results: unknown = await delegateToSchema({
    ...rest,
    schema: subschema,
    operation: OperationTypeNode.QUERY,
    fieldName: lookup.field,
    args: { [wishesArgument]: items.map(item => item.args) },
    returnType: new GraphQLList(getNullableType(returnType)),
  });
  if (Array.isArray(results)) return items.map((_, index) => results[index] ?? null);
  return items.map(() => results ?? null);
}

function placeOf(lookup: Lookup, node: object): object {
  let nodes = places.get(lookup);
  if (!nodes) {
    nodes = new WeakMap();
    places.set(lookup, nodes);
  }
  let place = nodes.get(node);
  if (!place) {
    place = { lookup: lookup.field };
    nodes.set(node, place);
  }
  return place;
}
