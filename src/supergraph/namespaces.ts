import { getNamedType } from 'graphql';
import { type Coordinate, coordinate } from '../base/coordinate.ts';
import { camelName, upperFirst } from '../base/names.ts';
import { type Catalogue, isCalled, type OpenMember, prefixedField, prefixedType } from './catalogue.ts';
import { clientName, type OverlayDrafts } from './drafts.ts';
import type { Report } from './report.ts';

/** An object that is always there and asks nobody: clients find queries of one source in it. */
export interface Namespace {
  /** The source's name. */
  readonly source: string;
  /** The type that its field stands in: `Query`, or another namespace's. */
  readonly parent: string;
  readonly field: string;
  readonly description: string;
}

export interface Namespaces {
  /** By the name of the namespace's type; one stands after its parent. */
  readonly types: ReadonlyMap<string, Namespace>;
  /** The type that clients find a query in, by the overlay's coordinate of it. Absent: `Query`. */
  readonly homes: ReadonlyMap<string, string>;
}

/** What clients do not see stays where it is: a namespace of nothing else is none. */
export function namespacesOf(catalogue: Catalogue, drafts: OverlayDrafts, report: Report): Namespaces {
  const types = new Map<string, Namespace>();
  const homes = new Map<string, string>();
  for (const member of catalogue.members) {
    const { groups } = member.subschema.blueprint;
    const left = new Map(groups ? shownQueries(member, drafts).map(query => [query.own, query.at] as const) : []);
    if (!groups || left.size === 0) continue;
    const add = (name: string, namespace: Omit<Namespace, 'source'>) => {
      const rival = types.get(name);
      if (rival) taken(name, `the source "${rival.source}" has a namespace of that name`, member.name, report);
      else types.set(name, { source: member.name, ...namespace });
    };
    const field = camelName(member.name);
    const root = `${upperFirst(field)}Query`;
    add(root, { parent: 'Query', field, description: `Queries of ${member.name}.` });
    for (const { name, description = `Queries of ${member.name}: ${name}.`, queries } of groups) {
      const shown = queries.filter(query => left.has(query));
      if (shown.length === 0) continue;
      const type = `${upperFirst(field)}${upperFirst(name)}Query`;
      add(type, { parent: root, field: name, description });
      for (const query of shown) {
        homes.set(left.get(query) ?? '', type);
        left.delete(query);
      }
    }
    for (const at of left.values()) homes.set(at, root);
  }
  const namespaces = { types, homes };
  checkNames(catalogue, drafts, namespaces, report);
  return namespaces;
}

/** The fields of namespaces that a client goes through to what stands in the type, from the root. */
export function wayTo(types: Namespaces['types'], type: string): readonly Coordinate[] {
  const namespace = types.get(type);
  return namespace ? [...wayTo(types, namespace.parent), coordinate(namespace.parent, namespace.field)] : [];
}

function shownQueries(member: OpenMember, { hidden }: OverlayDrafts) {
  const queries = Object.values(member.schema.getQueryType()?.getFields() ?? {});
  return queries.flatMap(({ name: own, type }) => {
    const at = `Query.${prefixedField(member, 'Query', own)}`;
    const isHidden = hidden.has(at) || hidden.has(prefixedType(member, getNamedType(type).name));
    return isCalled(member, 'Query', own) && !isHidden ? [{ own, at }] : [];
  });
}

/** Against all else that clients see under these names. */
function checkNames(catalogue: Catalogue, drafts: OverlayDrafts, { types, homes }: Namespaces, report: Report): void {
  if (types.size === 0) return;
  const typeNames = new Map([...catalogue.types.keys()].map(name => [clientName(drafts, name, name), name] as const));
  const links = drafts.links.filter(({ typeName }) => typeName === 'Query').map(({ field }) => field.name.value);
  const fields = new Map<string, string>();
  for (const field of [...catalogue.fields('Query').keys(), ...links]) {
    const at = `Query.${field}`;
    fields.set(`${homes.get(at) ?? 'Query'}.${clientName(drafts, at, field)}`, at);
  }
  for (const [name, { source, parent, field }] of types) {
    const other = typeNames.get(name);
    if (other !== undefined) taken(name, `there is a type ${other}`, source, report);
    const at = `${parent}.${field}`;
    const rival = fields.get(at);
    if (rival === undefined) {
      fields.set(at, name);
      continue;
    }
    const message = `A namespace of the source "${source}" and ${rival} would both be ${at}.`;
    report.error(
      'FIELD_CONFLICT',
      message,
      [source, at],
      'Rename the field (@rename), or give the source another name.',
    );
  }
}

function taken(name: string, by: string, source: string, report: Report): void {
  const message = `A namespace of the source "${source}" would be of the type ${name}, and ${by}.`;
  report.error('TYPE_CONFLICT', message, [source, name], 'Rename the type (@rename), or give the source another name.');
}
