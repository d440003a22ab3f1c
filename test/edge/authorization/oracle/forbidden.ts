import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { rootName } from '../../../supergraph/differential/overlay.ts';
import type { World } from '../../../supergraph/differential/world.ts';
import type { Judge } from './judge.ts';

/** A call as a source saw it. */
export interface SentCall {
  readonly source: number;
  readonly call: string;
  /** As a selective source is told it, and its variables; else empty. */
  readonly selection: string;
}

/** What of a call the caller may not have: the call itself, or fields that it selects. */
export function forbiddenIn(
  { source, call, selection }: SentCall,
  world: World,
  schema: GraphQLSchema,
  judge: Judge,
): string[] {
  const found = judge.mayRoot(source, call, 'any') ? [] : [`${call} (${rootName(world, source, call)})`];
  if (selection === '') return found;
  const { prefix } = world.sources[source]!;
  const overlay = (name: string) => (prefix === '' || name === 'Int64' ? name : prefix + name);
  const type = getNamedType(schema.getQueryType()!.getFields()[call]!.type);
  if (!isCompositeType(type)) return found;
  const set = selection.slice(0, selection.lastIndexOf(' {') < 0 ? undefined : selection.lastIndexOf('} {') + 1);
  const info = new TypeInfo(schema);
  const document = parse(`fragment F on ${type.name} ${set}`);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const parent = info.getParentType();
        const name = node.name.value;
        if (!parent || name.startsWith('__')) return;
        const types: readonly GraphQLObjectType[] = isAbstractType(parent)
          ? schema.getPossibleTypes(parent)
          : isObjectType(parent)
            ? [parent]
            : [];
        for (const each of types) {
          const field = each.getFields()[name];
          if (!field) continue;
          const result = getNamedType(field.type).name;
          if (
            !judge.mayField(
              overlay(each.name),
              name,
              /^(Q|Inner|Wrap|Node|Any|Colour)\d/.test(result) ? overlay(result) : result,
            )
          ) {
            found.push(`${call} selects ${overlay(each.name)}.${name}`);
          }
        }
      },
    }),
  );
  return found;
}
