import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  printSchema,
  visit,
} from 'graphql';
import type { DeclaredAnnotation, Description } from '../../adapter/adapter.ts';
import { type Checked, unlessErrors } from '../../base/checked.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { Diagnostic, DiagnosticCode, Severity } from '../../base/diagnostic.ts';
import { matchesAny } from '../../base/glob.ts';
import { shortHash } from '../../base/names.ts';
import type { Source } from '../../source/source.ts';
import type { GraphqlDocument } from './load.ts';
import { type RootInterfaces, reachableFrom } from './reachable.ts';

/** One root field of the upstream. */
export interface GraphqlCall {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly field: string;
  /** The declared types of its arguments, as SDL, under our names. */
  readonly args: Readonly<Record<string, string>>;
}

export interface GraphqlModel {
  /** Types that the upstream calls otherwise, by our name: root types that are not called `Query` or `Mutation`. */
  readonly upstreamNames: Readonly<Record<string, string>>;
}

type RootName = 'Query' | 'Mutation' | 'Subscription';
type RootField = GraphQLField<unknown, unknown>;
/** The upstream's root types, each with those of its fields that are taken. */
type Roots = readonly (readonly [GraphQLObjectType | null | undefined, readonly RootField[]])[];
type Tell = (severity: Severity, code: DiagnosticCode, place: string, message: string, hint?: string) => void;

/**
 * The upstream's own schema, cut down to the root fields that are taken and the types that they lead to. Root types get the standard
 * names; descriptions and deprecations stay.
 */
export function describe(
  { schema, address, annotations }: GraphqlDocument,
  source: Source,
): Checked<Description<GraphqlCall, GraphqlModel>> {
  const diagnostics: Diagnostic[] = [];
  const tell: Tell = (severity, code, place, message, hint) =>
    diagnostics.push({ severity, code, message, at: [address, place], ...(hint === undefined ? {} : { hint }) });
  const query = takenFields(schema.getQueryType(), 'Query', source, tell);
  const mutation = takenFields(schema.getMutationType(), 'Mutation', source, tell);
  const subscription = takenFields(schema.getSubscriptionType(), 'Subscription', source, tell);
  const roots: Roots = [
    [schema.getQueryType(), query.taken],
    [schema.getMutationType(), mutation.taken],
    [schema.getSubscriptionType(), subscription.taken],
  ];
  const taken = roots.flatMap(([, fields]) => fields);
  const implemented = rootInterfaces(roots, source, tell);
  const kept = reachableFrom(taken, implemented, schema);
  const renames = renamesOf(schema, kept, tell);
  for (const [root, fields] of roots) checkEmptyRoot(root, fields, kept, tell);
  if (source.options.queries.length > 0) {
    tell(
      'warning',
      'CONFIG_INVALID_VALUE',
      'queries',
      'A GraphQL schema says itself what is a query: `queries` has no effect.',
    );
  }
  if (source.endpoint === undefined) {
    tell(
      'warning',
      'CONFIG_MISSING_KEY',
      'endpoint',
      'The SDL does not say where its server runs: nothing can be asked.',
      'set `endpoint:`',
    );
  }
  const typeDefs = cutDown(schema, roots, implemented, kept, renames);
  const calls: Record<Coordinate, GraphqlCall> = {
    ...callsOf('Query', 'query', query.taken, renames),
    ...callsOf('Mutation', 'mutation', mutation.taken, renames),
    ...callsOf('Subscription', 'subscription', subscription.taken, renames),
  };
  const upstreamNames = Object.fromEntries([...renames].map(([theirs, ours]) => [ours, theirs]));
  const total = query.total + mutation.total + subscription.total;
  const operations = { total, imported: taken.length };
  const said = keptAnnotations(annotations, typeDefs, renames);
  const blueprint = { typeDefs, calls, model: { upstreamNames }, ...(said.length > 0 ? { annotations: said } : {}) };
  return unlessErrors({ blueprint, operations }, diagnostics);
}

/** Apollo Federation's plumbing of a subgraph (Subgraph specification, 2.3): for routers, not for clients. */
const federationFields: ReadonlySet<string> = new Set(['_service', '_entities']);

function takenFields(
  root: GraphQLObjectType | null | undefined,
  name: RootName,
  source: Source,
  tell: Tell,
): { taken: readonly RootField[]; total: number } {
  const { include, exclude } = source.options.operations;
  const taken: RootField[] = [];
  let total = 0;
  for (const field of Object.values(root?.getFields() ?? {})) {
    const at = coordinate(name, field.name);
    if (name === 'Query' && federationFields.has(field.name)) {
      tell('note', 'CONSTRUCT_NOT_SUPPORTED', at, `"${field.name}" serves federation routers and is left out.`);
      continue;
    }
    total += 1;
    if (matchesAny(field.name, include) && !matchesAny(field.name, exclude)) taken.push(field);
    else tell('note', 'OPERATION_EXCLUDED', at, `"${field.name}" is left out by \`operations\`.`);
  }
  return { taken, total };
}

/** By the upstream's name: ours. What is no root type and has a root type's name makes way. */
function renamesOf(schema: GraphQLSchema, kept: ReadonlySet<string>, tell: Tell): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const roots = [
    ['Query', schema.getQueryType()],
    ['Mutation', schema.getMutationType()],
    ['Subscription', schema.getSubscriptionType()],
  ] as const;
  for (const [ours, root] of roots) {
    if (root && root.name !== ours) renames.set(root.name, ours);
  }
  for (const [name] of roots) {
    if (!kept.has(name) || roots.some(([, root]) => root?.name === name)) continue;
    const ours = `${name}_${shortHash(name)}`;
    renames.set(name, ours);
    tell('warning', 'NAME_CHANGED', name, `The type "${name}" is no root type and is called "${ours}" here.`);
  }
  return renames;
}

/** A root type implements what still finds its fields there: none is left out, and no prefix is put before their names. */
function rootInterfaces(roots: Roots, source: Source, tell: Tell): RootInterfaces {
  const kept = new Map<GraphQLNamedType, readonly GraphQLInterfaceType[]>();
  for (const [root, taken] of roots) {
    if (!root) continue;
    const names = new Set(taken.map(({ name }) => name));
    const holds = (type: GraphQLInterfaceType) => Object.keys(type.getFields()).every(name => names.has(name));
    const interfaces = root.getInterfaces().filter(type => source.options.prefix === '' && holds(type));
    kept.set(root, interfaces);
    for (const { name } of root.getInterfaces().filter(type => !interfaces.includes(type))) {
      const message = `That "${root.name}" implements "${name}" is left out: not all its fields are root fields here under their names.`;
      tell('note', 'CONSTRUCT_NOT_SUPPORTED', root.name, message);
    }
  }
  return kept;
}

/** A root type that other types lead to cannot vanish. */
function checkEmptyRoot(
  root: GraphQLObjectType | null | undefined,
  taken: readonly RootField[],
  kept: ReadonlySet<string>,
  tell: Tell,
): void {
  if (!root || taken.length > 0 || !kept.has(root.name)) return;
  const message = `Other types lead to "${root.name}", of which \`operations\` leaves no field.`;
  tell('error', 'SCHEMA_INVALID', root.name, message, 'include at least one of its fields');
}

function cutDown(
  schema: GraphQLSchema,
  roots: Roots,
  implemented: RootInterfaces,
  kept: ReadonlySet<string>,
  renames: ReadonlyMap<string, string>,
): DocumentNode {
  const names = (parts: readonly { readonly name: string }[] = []) => new Set(parts.map(({ name }) => name));
  const definitions: DefinitionNode[] = [];
  for (const node of parse(printSchema(schema), { noLocation: true }).definitions) {
    if (!isTypeDefinitionNode(node)) continue;
    const [root, taken] = roots.find(([type]) => type?.name === node.name.value) ?? [];
    if (root && node.kind === Kind.OBJECT_TYPE_DEFINITION)
      definitions.push(...withOnly(names(taken), names(implemented.get(root)), node));
    else if (kept.has(node.name.value)) definitions.push(node);
  }
  return renamed({ kind: Kind.DOCUMENT, definitions }, renames);
}

function withOnly(
  fieldNames: ReadonlySet<string>,
  interfaceNames: ReadonlySet<string>,
  node: ObjectTypeDefinitionNode,
): readonly DefinitionNode[] {
  const fields: FieldDefinitionNode[] = (node.fields ?? []).filter(field => fieldNames.has(field.name.value));
  const interfaces = (node.interfaces ?? []).filter(({ name }) => interfaceNames.has(name.value));
  return fields.length === 0 ? [] : [{ ...node, interfaces, fields }];
}

function renamed(document: DocumentNode, renames: ReadonlyMap<string, string>): DocumentNode {
  if (renames.size === 0) return document;
  const rename = <N extends { readonly name: { readonly kind: Kind.NAME; readonly value: string } }>(node: N): N => {
    const ours = renames.get(node.name.value);
    return ours === undefined ? node : { ...node, name: { ...node.name, value: ours } };
  };
  return visit(document, {
    NamedType: rename,
    ObjectTypeDefinition: rename,
    InterfaceTypeDefinition: rename,
    UnionTypeDefinition: rename,
    EnumTypeDefinition: rename,
    ScalarTypeDefinition: rename,
    InputObjectTypeDefinition: rename,
  });
}

/** Under our names of the types; without those whose element was left out. */
function keptAnnotations(
  annotations: readonly DeclaredAnnotation[],
  { definitions }: DocumentNode,
  renames: ReadonlyMap<string, string>,
): readonly DeclaredAnnotation[] {
  const kept = new Set<string>();
  for (const definition of definitions) {
    if (!isTypeDefinitionNode(definition)) continue;
    const { value } = definition.name;
    const members = 'fields' in definition ? definition.fields : 'values' in definition ? definition.values : [];
    for (const name of ['', ...(members ?? []).map(member => `.${member.name.value}`)]) kept.add(value + name);
  }
  return annotations.flatMap(annotation => {
    const [type = '', ...rest] = annotation.element.split('.');
    const steps = [renames.get(type) ?? type, ...rest];
    return kept.has(steps.slice(0, 2).join('.')) ? [{ ...annotation, element: steps.join('.') }] : [];
  });
}

function callsOf(
  root: RootName,
  kind: GraphqlCall['kind'],
  fields: readonly RootField[],
  renames: ReadonlyMap<string, string>,
): Record<Coordinate, GraphqlCall> {
  const calls: Record<Coordinate, GraphqlCall> = {};
  for (const { name, args } of fields) {
    const types = args.map(argument => [argument.name, withOurNames(String(argument.type), renames)] as const);
    calls[coordinate(root, name)] = { kind, field: name, args: Object.fromEntries(types) };
  }
  return calls;
}

function withOurNames(type: string, renames: ReadonlyMap<string, string>): string {
  return type.replace(/\w+/, name => renames.get(name) ?? name);
}
