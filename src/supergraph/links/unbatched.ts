import {
  type GraphQLArgument,
  type GraphQLNamedInputType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
} from 'graphql';
import { words } from '../../base/names.ts';
import { type Catalogue, prefixedReference } from '../catalogue.ts';
import type { Report } from '../report.ts';
import { type BulkCall, bulkCalls, entityWords, listOf } from './bulk-calls.ts';
import type { FoundCall } from './compile-lookup.ts';
import { defaultMatch } from './compile-match.ts';
import type { LinkDraft } from './link-draft.ts';
import { batchedLine } from './link-line.ts';
import { inputItem, type Lookup, leafNames } from './lookup.ts';
import { fits, namedOf, shapeAt } from './shape.ts';
import { holes, type Template } from './template.ts';

/** A link that makes one call for each parent. */
interface Unbatched {
  readonly draft: LinkDraft;
  readonly call: FoundCall;
  readonly args: ReadonlyMap<string, Template>;
  readonly lookup: Lookup;
}

/** Tells of the calls that a link makes, one for each of its parents (N+1), and how one call would do. */
export function warnUnbatched(link: Unbatched, catalogue: Catalogue, report: Report): void {
  const { draft, call, args } = link;
  if (draft.typeName === 'Query' || ![...args.values()].some(template => holes(template, 'parent').length > 0)) return;
  const coordinate = `${draft.typeName}.${draft.field.name.value}`;
  const { at } = draft;
  const list = ownList(link, catalogue);
  if (list) {
    const message = `${coordinate} makes a call for each parent, and ${call.name} takes a list (${list.into}).`;
    report.warning('LINK_UNBATCHED', message, at, list.hint);
    return;
  }
  const bulk = bulkInstead(link, catalogue);
  if (bulk) {
    const message = `${coordinate} makes a call for each parent, and ${bulk.call.name} takes a list (${bulk.call.into}).`;
    report.warning('LINK_UNBATCHED', message, at, bulk.line);
    return;
  }
  if (draft.declared) return; // its operator did not write it, and can do nothing
  const message = `${coordinate} makes a call for each parent: "${call.member.name}" has no call that takes a list of such keys.`;
  report.note('LINK_UNBATCHED', message, at);
}

/** A list among the arguments of the link's own call, which is given one key. */
function ownList({ draft, call, args, lookup }: Unbatched, catalogue: Catalogue) {
  for (const [name, template] of args) {
    const path = onlyParent(template);
    if (!path) continue;
    const from = shapeAt(catalogue, draft.typeName, path);
    if ('missing' in from) continue;
    const bulk = call.args.find(argument => {
      const item = leafItem(argument);
      return item && (argument.name === name || item.name === namedOf(from).name.value);
    });
    if (!bulk) continue;
    const key = `$parent.${path.join('.')}`;
    const into = listOf(bulk)?.into ?? bulk.name;
    const match = defaultMatch({ into: bulk.name, keyName: path.at(-1) }, leafNames(lookup.outcome));
    if (match === undefined) return { into, hint: `batch: { key: "${key}", into: "${into}", match: "…" }` };
    const batch = { call: `${call.member.name}.${call.name}`, key, into, match };
    const { typeName, field, node } = draft;
    const whole = { ...batch, select: lookup.select.join('.') };
    return { into, hint: batchedLine(typeName, field, node, whole, [name, bulk.name]) };
  }
  return undefined;
}

/** The field of the parent that a template has one of and nothing else, in whatever lists and objects it stands. */
function onlyParent(template: Template | undefined): readonly string[] | undefined {
  if (template?.kind === 'parent') return template.path;
  const parts =
    template?.kind === 'list' ? template.items : template?.kind === 'object' ? [...template.fields.values()] : [];
  return parts.length === 1 ? onlyParent(parts[0]) : undefined;
}

/** What a list argument has items of, scalars or an enum. */
function leafItem(argument: GraphQLArgument): GraphQLNamedInputType | undefined {
  const item = inputItem(argument.type);
  const named = item ? getNamedType(item) : listOf(argument)?.type;
  return isLeafType(named) ? named : undefined;
}

/** Another call of the source, which gives the same for a list of what the link's call is given one of. */
function bulkInstead({ draft, call, args, lookup }: Unbatched, catalogue: Catalogue) {
  const [[name, template] = ['', undefined], ...others] = args;
  if (template?.kind !== 'parent' || others.length > 0 || isListType(getNullableType(lookup.outcome))) return undefined;
  const from = shapeAt(catalogue, draft.typeName, template.path);
  if ('missing' in from) return undefined;
  const found = bulkCalls(call.member).find(
    bulk =>
      bulk.item === getNamedType(lookup.outcome).name &&
      isKeyOf(bulk, name) &&
      fits(from, prefixedReference(bulk.member, bulk.keyType), catalogue),
  );
  if (!found) return undefined;
  const { into, match, select } = found;
  const key = `$parent.${template.path.join('.')}`;
  const batch = { call: `${call.member.name}.${found.name}`, key, into, match, select };
  return { call: found, line: batchedLine(draft.typeName, draft.field, draft.node, batch, [name]) };
}

/** Is the argument of this name given the key of what the bulk call gives? */
function isKeyOf({ match, item }: BulkCall, argument: string): boolean {
  const [given, key] = [argument, match].map(name => words(name).join('').toLowerCase());
  return given === key || given === `${entityWords(item).join('')}${key}`;
}
