import { type GraphQLSchema, validateSchema } from 'graphql';
import { type Checked, refused, unlessErrors } from '../base/checked.ts';
import { coordinate } from '../base/coordinate.ts';
import { isLegalName } from '../base/names.ts';
import { type CannedFields, cannedFields } from '../policy/canned.ts';
import { noPolicies, type PolicyNames } from '../policy/policy-names.ts';
import type { SourceText } from '../source/reader.ts';
import { compileAccess } from './access/access-table.ts';
import { Catalogue, openMember } from './catalogue.ts';
import { clientCoordinate } from './drafts.ts';
import { interpret } from './interpret.ts';
import { keyWritten, matchWritten } from './links/batch-text.ts';
import { checkEntities, compileEntity, type EntityPlan } from './links/compile-entity.ts';
import { compileLink, type LinkPlan } from './links/compile-link.ts';
import { namespacesOf } from './namespaces.ts';
import { placeOperations } from './operation-kinds.ts';
import { originsOf } from './origins.ts';
import { readOverlay } from './read-overlay.ts';
import { Report } from './report.ts';
import { revisionOf } from './revision.ts';
import { annotate, type CoordinatePolicy, checkAnnotations } from './schema/annotate.ts';
import { type ClientView, clientSchema } from './schema/client-schema.ts';
import { checkConflicts } from './schema/conflicts.ts';
import { mergedSchema } from './schema/merged-schema.ts';
import { type Pieces, type SourceView, viewOf } from './source-view.ts';
import type { Link, Member, Supergraph } from './supergraph.ts';

interface Composition {
  readonly members: readonly Member[];
  readonly overlay: readonly SourceText[];
  /** Configured sources that could not be loaded: what stands on them is left out with a warning. */
  readonly absent: readonly string[];
  /** What the configuration says of elements. Default: nothing. */
  readonly policies?: readonly CoordinatePolicy[];
  /** What there is to name in directives. Default: no policies, and all that is not spoken of is open. */
  readonly policyNames?: PolicyNames;
}

/**
 * Joins the sources and the overlay into one supergraph, or tells everything that stands against it. Names in the
 * overlay have their source's prefix and are not yet renamed; `call`, `into`, `match` and `select` speak the source's
 * own names.
 */
export function compose({
  members,
  overlay,
  absent,
  policies = [],
  policyNames = noPolicies,
}: Composition): Checked<Supergraph> {
  const report = new Report();
  checkPrefixes(members, report);
  if (report.failed) return refused(...report.diagnostics);
  const catalogue = new Catalogue(members.map(member => openMember(member, members.length === 1)));
  const written = placeOperations(readOverlay(overlay, report), catalogue, report);
  const said = interpret(written, catalogue, absent, report);
  const drafts = { ...said, namespaces: namespacesOf(catalogue, said, report) };
  const compiling = { catalogue, absent, report };
  const links = drafts.links.flatMap((draft, index) => compileLink(draft, index, compiling) ?? []);
  const entities = drafts.entities.flatMap((draft, index) => compileEntity(draft, index, compiling) ?? []);
  checkEntities(entities, drafts.entities, report);
  checkConflicts(catalogue, drafts, entities, report);
  if (report.failed) return refused(...report.diagnostics);
  const pieces = { catalogue, drafts, links, entities };
  const views = catalogue.members.map(member => viewOf(member, pieces));
  const view = { hidden: hiddenFromClients(pieces), optional: optionalFields(pieces) };
  const schemas = schemasOf(pieces, views, view, report);
  if (!schemas) return refused(...report.diagnostics);
  const { merged, schema } = schemas;
  const annotations = annotate(pieces, views, policies, absent, report);
  const around = { schema, links: linkedFields(pieces), names: policyNames };
  checkAnnotations(annotations, around, report);
  const canned = report.failed ? undefined : cannedFields(annotations, around);
  const access = compileAccess({ pieces, views, merged, annotations, names: policyNames }, report);
  const supergraph: Supergraph = Object.freeze({
    revision: revisionOf(members, overlay, absent, policies, policyNames),
    schema,
    executable: stitchedOnDemand(pieces, views, view, { schema, canned }),
    subschemas: new Map(members.map(({ source, subschema }) => [source.name, subschema])),
    links: Object.freeze(linkData(pieces)),
    annotations,
    ...(canned ? { canned } : {}),
    access,
    origins: originsOf(pieces, views),
  });
  return unlessErrors(supergraph, report.diagnostics);
}

/** All that the sources and links bring, and what of it clients see. */
function schemasOf(
  pieces: Pieces,
  views: readonly SourceView[],
  view: ClientView,
  report: Report,
): { readonly merged: GraphQLSchema; readonly schema: GraphQLSchema } | undefined {
  try {
    const merged = mergedSchema(pieces, views);
    const schema = clientSchema(merged, view, report);
    for (const error of report.failed ? [] : validateSchema(schema)) report.error('SCHEMA_INVALID', error.message, []);
    return report.failed ? undefined : { merged, schema };
  } catch (error) {
    // graphql-js throws on what no check of ours foresaw; a registration never does.
    const message = error instanceof Error ? error.message : String(error);
    report.error('SCHEMA_INVALID', `The sources do not make one schema: ${message}`, []);
    return undefined;
  }
}

/** Schemas that leave out some entities: for callers who may not look them up. What was made first goes first. */
const maxStitched = 8;

function stitchedOnDemand(
  pieces: Pieces,
  views: readonly SourceView[],
  view: ClientView,
  shown: { readonly schema: GraphQLSchema; readonly canned: CannedFields | undefined },
): Supergraph['executable'] {
  const known = new Map<string, Promise<GraphQLSchema>>();
  return (without = noEntities) => {
    const key = pieces.entities.map(plan => (without.has(plan) ? '0' : '1')).join('');
    const before = known.get(key);
    if (before) return before;
    const stitched = import('./reference/stitch.ts').then(({ stitch }) =>
      stitch(pieces, views, view, { ...shown, without }),
    );
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= maxStitched) known.delete(oldest);
    known.set(key, stitched);
    return stitched;
  };
}

const noEntities: ReadonlySet<EntityPlan> = new Set();

function checkPrefixes(members: readonly Member[], report: Report): void {
  for (const { source } of members) {
    const { prefix } = source.options;
    if (prefix === '' || isLegalName(prefix)) continue;
    const hint = 'Use letters, digits and _, beginning with a letter.';
    report.error('CONFIG_INVALID_VALUE', `The prefix "${prefix}" cannot begin a name.`, [source.name], hint);
  }
}

/** Fields that another source fills, in the client's names. */
function linkedFields({ drafts, links }: Pieces): ReadonlySet<string> {
  return new Set(links.map(({ typeName, field }) => clientCoordinate(drafts, `${typeName}.${field.name.value}`)));
}

/** From the overlay's coordinates to the client's. */
function hiddenFromClients({ drafts }: Pieces): ReadonlySet<string> {
  return new Set([...drafts.hidden].map(hidden => clientCoordinate(drafts, hidden)));
}

/** A source that does not know an object, or does not promise a value, leaves null: so the merged field allows it. */
function optionalFields({ catalogue, drafts, entities }: Pieces): ReadonlySet<string> {
  const optional = new Set<string>();
  for (const typeName of new Set(entities.map(plan => plan.typeName))) {
    const sources = (catalogue.types.get(typeName) ?? []).length;
    for (const [fieldName, owners] of catalogue.fields(typeName)) {
      const promised = owners.length === sources && owners.every(({ field }) => String(field.type).endsWith('!'));
      if (!promised) optional.add(clientCoordinate(drafts, `${typeName}.${fieldName}`));
    }
  }
  return optional;
}

function linkData({ drafts, links, entities }: Pieces): Link[] {
  const dataOf = ({ typeName, call, lookup }: LinkPlan | EntityPlan, own: string, key: string) => {
    const [clientType = '', clientField = ''] = clientCoordinate(drafts, `${typeName}.${own}`).split('.');
    const { batch, select, missing } = lookup;
    return {
      at: coordinate(clientType, clientField),
      call,
      ...(batch ? { batch: { key, into: batch.into.join('.'), match: matchWritten(batch), max: batch.max } } : {}),
      ...(select.length > 0 ? { select: select.join('.') } : {}),
      missing,
    };
  };
  const resolved = links.map((plan): Link => {
    const { args, batch } = plan.written;
    return { ...dataOf(plan, plan.field.name.value, keyWritten(batch)), directive: 'resolve', args: args ?? {} };
  });
  const joined = entities.map((plan): Link => {
    return { ...dataOf(plan, plan.key, `$parent.${plan.key}`), directive: 'entity', args: {} };
  });
  return [...resolved, ...joined];
}
