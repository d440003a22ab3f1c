import { isExternalObject } from '@graphql-tools/delegate';
import { stitchSchemas, ValidationLevel } from '@graphql-tools/stitch';
import type { IResolvers } from '@graphql-tools/utils';
import { GraphQLScalarType, type GraphQLSchema, isScalarType, isSpecifiedScalarType } from 'graphql';
import { isRecord, own } from '../../base/json.ts';
import type { CannedFields } from '../../policy/canned.ts';
import { CannedObject } from '../../policy/canned-object.ts';
import { type Catalogue, isRoot, prefixedType } from '../catalogue.ts';
import { clientName, type Drafts } from '../drafts.ts';
import type { EntityPlan } from '../links/compile-entity.ts';
import type { LinkPlan } from '../links/compile-link.ts';
import { inClientNames, linkDefinitions } from '../links/link-definitions.ts';
import { namedOf, shapeAt } from '../links/shape.ts';
import { holes } from '../links/template.ts';
import { originsOf } from '../origins.ts';
import { Report } from '../report.ts';
import { belowCanned, cannedDefinitions, cannedResolvers, ownIntrospection } from '../schema/canned-definitions.ts';
import { type ClientView, clientSchema, type Running } from '../schema/client-schema.ts';
import { clientType } from '../schema/name-table.ts';
import { nestedSchema } from '../schema/nested-schema.ts';
import type { Pieces, SourceView } from '../source-view.ts';
import { Delivered } from './delivered.ts';
import { keySelection, linkResolver } from './link-resolver.ts';
import { located } from './located.ts';
import { type Part, partOf } from './part.ts';
import { defaultMergedResolver } from './read-field.ts';
import { refusing } from './refusing.ts';

/**
 * The client's schema as graphql-js can run it, with a `RequestContext` as context value: all sources and links, stitched. What could be
 * wrong with it was found where the client's schema was made without stitch, by the same rules (`merged-schema.ts`).
 * `without`: see `Supergraph.executable`.
 */
export function stitch(
  pieces: Pieces,
  views: readonly SourceView[],
  view: ClientView,
  shown: {
    readonly schema: GraphQLSchema;
    readonly canned: CannedFields | undefined;
    readonly without: ReadonlySet<EntityPlan>;
  },
): GraphQLSchema {
  const { without } = shown;
  const canned: CannedFields = shown.canned ?? new Map();
  const { catalogue, drafts, links } = pieces;
  const parts = views.map(source => partOf(source, pieces, without));
  const stitched = stitchSchemas({
    subschemas: parts.map(({ config }) => config),
    typeDefs: [linkDefinitions(pieces), ...cannedDefinitions(shown.schema, canned, drafts.namespaces)],
    resolvers: [
      scalarResolvers(catalogue, drafts),
      ...links.flatMap(plan => linkResolvers(plan, pieces, parts)),
      ...cannedResolvers(shown.schema, canned, drafts.namespaces),
    ],
    typeMergingOptions: { validationSettings: { validationLevel: ValidationLevel.Off } }, // `conflicts.ts` did
    assumeValid: true, // the client's schema is validated
  });
  const resolver = without.size === 0 ? runningResolver : refusing(runningResolver, originsOf(pieces, views), without);
  const running = {
    resolver: canned.size === 0 ? resolver : belowCanned(resolver),
    typeNameOf: typeNames(parts),
    beside: ownIntrospection(shown.schema, canned),
  };
  return clientSchema(nestedSchema(stitched, drafts), { ...view, running }, new Report());
}

const runningResolver: Running['resolver'] = resolve =>
  !resolve || resolve.name === defaultMergedResolver.name ? defaultMergedResolver : located(resolve);

/** Stitch would put scalars in their place that take digits for numbers, and lose some. */
function scalarResolvers(catalogue: Catalogue, drafts: Drafts): IResolvers {
  const resolvers: Record<string, GraphQLScalarType> = {};
  for (const [typeName, [owner]] of catalogue.types) {
    if (!owner || !isScalarType(owner.type) || isSpecifiedScalarType(owner.type)) continue;
    const name = clientName(drafts, typeName, typeName);
    const { parseValue, ...config } = owner.type.toConfig();
    resolvers[name] = new GraphQLScalarType({
      ...config,
      name,
      parseValue: value => (value instanceof Delivered ? Delivered.open(value) : parseValue(value)),
    });
  }
  return resolvers;
}

function linkResolvers(plan: LinkPlan, { catalogue, drafts }: Pieces, parts: readonly Part[]): IResolvers[] {
  const { typeName, field, lookup } = plan;
  const part = parts.find(({ member }) => member === lookup.member);
  if (!part) return [];
  const types = new Map((field.arguments ?? []).map(({ name, type }) => [name.value, inClientNames(type, drafts)]));
  const resolve = linkResolver(plan, {
    subschema: part.config,
    direct: part.reach.value(lookup.outcome),
    ownArguments: args => {
      const values: Record<string, unknown> = Object.create(null);
      for (const [name, value] of Object.entries(args)) {
        const type = types.get(name);
        values[name] = type ? part.renaming.ownValueOf(type, value) : value;
      }
      return values;
    },
  });
  const paths = [...(plan.key ? [plan.key] : []), ...plan.args.values()].flatMap(template => holes(template, 'parent'));
  const keys = paths.map(path => keySelection(path, pathForClient(catalogue, drafts, typeName, path)));
  const name = clientName(drafts, `${typeName}.${field.name.value}`, field.name.value);
  // A delegated parent of which nothing else is wanted must still be asked whether it is there.
  const selectionSet = isRoot(typeName) ? {} : { selectionSet: `{ ${keys.join(' ') || '__typename'} }` };
  return [{ [clientName(drafts, typeName, typeName)]: { [name]: { ...selectionSet, resolve } } }];
}

function pathForClient(catalogue: Catalogue, drafts: Drafts, typeName: string, path: readonly string[]): string[] {
  let at = typeName;
  return path.map((step, index) => {
    const name = clientName(drafts, `${at}.${step}`, step);
    const shape = shapeAt(catalogue, typeName, path.slice(0, index + 1));
    if (!('missing' in shape)) at = namedOf(shape).name.value;
    return name;
  });
}

/** A plain value says its type in its source's own name, a delegated one in the client's. */
function typeNames(parts: readonly Part[]): Running['typeNameOf'] {
  const sources = new Map<string, Part>();
  for (const part of parts) {
    for (const name of Object.keys(part.member.schema.getTypeMap())) {
      sources.set(part.table.types[name] ?? prefixedType(part.member, name), part);
    }
  }
  return (abstractType, value) => {
    const name = isRecord(value) ? own(value, '__typename') : undefined;
    if (typeof name !== 'string') return undefined;
    if (value instanceof CannedObject) return name;
    const delegated = isExternalObject(value as Record<string, unknown>); // a record: `own` read from it
    const part = delegated ? undefined : sources.get(abstractType);
    return part ? clientType(part.table, name) : name;
  };
}
