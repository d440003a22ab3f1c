import { type GraphQLFieldConfigMap, GraphQLNonNull, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { clientName, type Drafts } from '../drafts.ts';
import { uncannedName } from '../reserved-names.ts';

/**
 * A schema of all sources whose queries stand where clients find them, with what resolves them. `schema` was made for this alone: its
 * query type is changed in place, since other types may refer to it.
 */
export function nestedSchema(schema: GraphQLSchema, drafts: Drafts): GraphQLSchema {
  const { types } = drafts.namespaces;
  const query = schema.getQueryType();
  if (types.size === 0 || !query) return schema;
  const homes = homesOf(drafts);
  const queries = query.getFields();
  const fields = new Map<string, GraphQLFieldConfigMap<unknown, unknown>>([...types.keys()].map(name => [name, {}]));
  for (const [name, field] of Object.entries(query.toConfig().fields)) {
    const within = fields.get(homes.get(uncannedName(name)) ?? '');
    if (!within) continue;
    within[name] = field;
    delete queries[name];
  }
  const made: GraphQLObjectType[] = [];
  for (const [name, { parent, field, description }] of types) {
    const type = new GraphQLObjectType({ name, description, fields: () => fields.get(name) ?? {} });
    made.push(type);
    const leading = { [field]: { type: new GraphQLNonNull(type), description, resolve: () => present } };
    const above = fields.get(parent);
    if (above) Object.assign(above, leading);
    else Object.assign(queries, new GraphQLObjectType({ name: parent, fields: leading }).getFields());
  }
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, types: [...config.types, ...made] });
}

const present = Object.freeze({});

/** By the clients' names of queries, of which no two sources have one. */
function homesOf(drafts: Drafts): ReadonlyMap<string, string> {
  const names = [...drafts.namespaces.homes].map(([at, home]) => {
    return [clientName(drafts, at, at.slice('Query.'.length)), home] as const;
  });
  return new Map(names);
}
