import { type FieldNode, type GraphQLResolveInfo, getNamedType, isLeafType } from 'graphql';
import { selectionOf } from '../../adapter/selection.ts';

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** By graphql-js's own array of the field's nodes: there is one for each place of one execution. */
const known = new WeakMap<readonly FieldNode[], Asked>();

/**
 * What is asked of a field, with its fragments dissolved and `@skip` and `@include` decided. Stitch rewrites selections
 * before it delegates them, and loses what stands in a fragment with nothing but `__typename`, or a field that is
 * selected twice under two conditions.
 */
export function decidedInfo(info: GraphQLResolveInfo): GraphQLResolveInfo {
  if (isLeafType(getNamedType(info.returnType))) return info;
  let asked = known.get(info.fieldNodes);
  if (!asked) {
    asked = decide(info);
    known.set(info.fieldNodes, asked);
  }
  return { ...info, ...asked };
}

function decide(info: GraphQLResolveInfo): Asked {
  const [first] = info.fieldNodes;
  const selection = selectionOf(info);
  if (!first || !selection) return { fieldNodes: info.fieldNodes, fragments: info.fragments };
  return { fieldNodes: [{ ...first, directives: [], selectionSet: selection.selectionSet }], fragments: {} };
}
