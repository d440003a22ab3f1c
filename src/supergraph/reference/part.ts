import { delegateToSchema, type MergedTypeConfig, type SubschemaConfig } from '@graphql-tools/delegate';
import { type GraphQLFieldResolver, isObjectType, type OperationTypeNode } from 'graphql';
import { upperFirst } from '../../base/names.ts';
import type { OpenMember } from '../catalogue.ts';
import { clientName, type Drafts } from '../drafts.ts';
import type { EntityPlan } from '../links/compile-entity.ts';
import { reservedKey } from '../reserved-names.ts';
import type { DirectReach } from '../schema/direct.ts';
import { isShownRoot, type Pieces, type SourceView } from '../source-view.ts';
import { delegate } from './delegate.ts';
import { originOf } from './delegated-fault.ts';
import { entityWish, keySelection } from './link-resolver.ts';
import { memberSchema } from './member-schema.ts';
import { keyFieldsOf } from './raw-keys.ts';
import { Renaming } from './renaming.ts';

/** A source as it goes into the stitched schema. */
export interface Part extends SourceView {
  readonly renaming: Renaming;
  readonly config: SubschemaConfig;
}

/** `without`: entities that are not looked up. */
export function partOf(view: SourceView, pieces: Pieces, without: ReadonlySet<EntityPlan>): Part {
  const { drafts, links, entities } = pieces;
  const { member, table, reach, hiddenValues } = view;
  const renaming = new Renaming(table, coordinate => isShownRoot(member, coordinate));
  const lookups = [...links, ...entities].map(({ lookup }) => lookup).filter(lookup => lookup.member === member);
  const { shown, executor } = memberSchema(member, lookups, table, hiddenValues, keyFieldsOf(member, pieces));
  const merge: Record<string, MergedTypeConfig> = {};
  for (const plan of entities) {
    if (plan.lookup.member === member && !without.has(plan))
      merge[clientName(drafts, plan.typeName, plan.typeName)] = mergeConfig(plan, drafts);
  }
  const config: SubschemaConfig = {
    name: member.name,
    schema: shown,
    executor: executor as NonNullable<SubschemaConfig['executor']>, // its result type is chosen by who calls it
    transforms: [renaming],
    merge,
    createProxyingResolver: ({ subschemaConfig, operation, fieldName }) =>
      proxy(member, reach, subschemaConfig, operation, fieldName ?? ''),
  };
  return { ...view, renaming, config };
}

/** A root field calls its source directly where the answer can be read as it is, and delegates where it cannot. */
function proxy(
  member: OpenMember,
  reach: DirectReach,
  schema: SubschemaConfig,
  operation: OperationTypeNode | undefined,
  fieldName: string,
): GraphQLFieldResolver<unknown, Record<string, unknown>> {
  const rootType = upperFirst(operation ?? 'query');
  const root = member.schema.getType(rootType);
  const field = isObjectType(root) ? root.getFields()[fieldName] : undefined;
  if (field?.resolve && reach.rootField(rootType, fieldName)) return field.resolve;
  return (_parent, args, context, info) =>
    delegateToSchema({ schema, ...(operation ? { operation } : {}), args, context, info });
}

/** An entity is looked up like a link: by its key, aligned by the hidden root field. */
function mergeConfig({ typeName, key, lookup }: EntityPlan, drafts: Drafts): MergedTypeConfig {
  const clientKey = clientName(drafts, `${typeName}.${key}`, key);
  return {
    selectionSet: `{ ${keySelection([key], [clientKey])} }`,
    resolve(
      object: Readonly<Record<string, unknown>>,
      context,
      info,
      subschema,
      selectionSet,
      _key,
      type,
      skipTypeMerging = true,
    ) {
      const wish = entityWish(lookup, object[reservedKey(key)]);
      if (!wish) return null;
      // Each field of the part shows the error at its own place: how far below the part it arose leads nowhere there.
      const bare = (value: unknown): unknown => (value instanceof Error ? originOf(value) : value);
      return delegate(wish, {
        subschema,
        lookup,
        context: context as Parameters<typeof delegate>[1]['context'], // the one kind of context the schema runs with
        info,
        returnType: type,
        selectionSet,
        skipTypeMerging,
      }).then(bare, (error: unknown) => Promise.reject(bare(error)));
    },
  };
}
