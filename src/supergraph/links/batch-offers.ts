import { type GraphQLObjectType, isObjectType } from 'graphql';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { lowerFirst, upperFirst, words } from '../../base/names.ts';
import { optionOwners } from '../../source/option-owners.ts';
import { type Catalogue, isRoot, type OpenMember, prefixedReference, prefixedType } from '../catalogue.ts';
import type { Link } from '../supergraph.ts';
import { type BulkCall, bulkCalls, entityWords, readingMutations, singularsOf, speakingKeys } from './bulk-calls.ts';
import { keyedCallNotes, keyOffers } from './key-offers.ts';
import { linkLine } from './link-line.ts';
import { fits, isLeaf, itemOf, namedOf, type Shape } from './shape.ts';

/**
 * Links that could be made: a field that holds the key of another type (`userId`, `user_ids`), and a call that takes a list of such keys.
 * Each is a note with the line for an overlay.
 */
export function batchOffers(catalogue: Catalogue, links: readonly Link[] = []): Diagnostic[] {
  const calls = catalogue.members.flatMap(bulkCalls).map(targetOf);
  const mutations = catalogue.members.flatMap(unsaid).map(targetOf);
  const offers: Diagnostic[] = keyOffers(catalogue, links);
  if (calls.length + mutations.length === 0) return offers;
  for (const [typeName, owners] of catalogue.types) {
    const [owner] = owners;
    if (!owner || !isObjectType(owner.type) || isRoot(typeName)) continue;
    const inOrder = [...calls].sort(
      (a, b) => Number(b.call.member === owner.member) - Number(a.call.member === owner.member),
    );
    offers.push(...offersOf(typeName, owner.type, [...inOrder, ...mutations], catalogue, links));
  }
  return [...new Map(offers.map(offer => [offer.hint, offer])).values()];
}

/** A bulk call, and how its key is called elsewhere. */
interface Target {
  readonly call: BulkCall;
  readonly reference: readonly string[];
}

function targetOf(call: BulkCall): Target {
  return { call, reference: wordsOfReference(call) };
}

/** The same for the calls of one source alone: what they give could be joined with what other sources know of it. */
export function joinOffers(member: OpenMember): Diagnostic[] {
  const told = new Set<string>();
  const mutations = unsaid(member).map(call =>
    onlyReads(call, `It takes a list of keys (${call.into}) and gives what has them`),
  );
  const joins = bulkCalls(member).flatMap(({ name, into, match, select, item }): Diagnostic[] => {
    if (told.has(item) || !isObjectType(member.schema.getType(item))) return []; // a source contributes to a type once
    told.add(item);
    const call = `${member.name}.${name}`;
    const where = select === '' ? '' : `, select: "${select}"`;
    const message = `${call} takes a list of keys (${into}) and gives each ${item} that has one of them: links to it need one call for all.`;
    const entity = `@entity(key: "${match}", call: "${call}", into: "${into}", match: "${match}"${where})`;
    const hint = `extend type ${prefixedType(member, item)} ${entity}`;
    return [{ severity: 'note', code: 'BATCH_OFFERED', message, at: [member.name, `Query.${name}`], hint }];
  });
  return [...joins, ...keyedCallNotes(member), ...mutations];
}

/** Calls that links could use if the configuration said that they only read; a GraphQL server says it itself. */
function unsaid(member: OpenMember): readonly BulkCall[] {
  return optionOwners.queries.includes(member.source.protocol) ? readingMutations(member) : [];
}

/** Links only read: this is to be said of the call first, and then the link is offered. */
function onlyReads({ member, name }: BulkCall, why: string): Diagnostic {
  const queries = [...member.source.options.queries, name].map(each => JSON.stringify(each)).join(', ');
  const message = `${why}; links could use it if it only reads, which the document does not say.`;
  const at = [member.name, `Mutation.${name}`];
  return { severity: 'note', code: 'BATCH_OFFERED', message, at, hint: `queries: [${queries}]` };
}

function offersOf(
  typeName: string,
  type: GraphQLObjectType,
  calls: readonly Target[],
  catalogue: Catalogue,
  links: readonly Link[],
): Diagnostic[] {
  const taken = new Set([...catalogue.fields(typeName).keys(), ...links.map(({ at }) => at.split('.')[1])]);
  return [...catalogue.fields(typeName)].flatMap(([fieldName, [owner]]) => {
    if (!owner || ('args' in owner.field && owner.field.args.length > 0)) return [];
    const shape = prefixedReference(owner.member, owner.field.type);
    if (!isLeaf(shape, catalogue) || isLinked(typeName, fieldName, links)) return [];
    const call = referredBy(fieldName, shape, calls, catalogue);
    if (!call || (call.member === owner.member && call.item === type.name)) return [];
    const field = linkName(fieldName, call, itemOf(shape) !== undefined);
    if (taken.has(field)) return [];
    taken.add(field);
    if (!bulkCalls(call.member).includes(call))
      return [onlyReads(call, `${typeName}.${fieldName} names what it gives for a list`)];
    return [offer(typeName, fieldName, field, itemOf(shape) !== undefined, call)];
  });
}

function offer(typeName: string, key: string, field: string, isList: boolean, call: BulkCall): Diagnostic {
  const { member, name, into, match, select, item } = call;
  const found = prefixedType(member, item);
  const batch = { call: `${member.name}.${name}`, key: `$parent.${key}`, into, match, select };
  const line = linkLine(typeName, field, isList ? `[${found}]` : found, batch);
  const message = `${typeName}.${key} names a ${found}, and ${member.name}.${name} gives all that are named (${into}) in one call.`;
  return { severity: 'note', code: 'BATCH_OFFERED', message, at: [`${typeName}.${key}`], hint: line };
}

/** The call whose key the field holds, by its name and its type. */
function referredBy(field: string, shape: Shape, calls: readonly Target[], catalogue: Catalogue): BulkCall | undefined {
  const held = itemOf(shape) ?? shape;
  if (itemOf(held) || namedOf(held).name.value === 'JSON') return undefined;
  const written = lowerWords(field);
  const last = written.at(-1) ?? '';
  const names = (itemOf(shape) ? singularsOf(last).slice(1) : [last]).map(one => [...written.slice(0, -1), one]);
  return calls.find(
    ({ call, reference }) =>
      names.some(name => endsWith(name, reference)) &&
      fits(held, prefixedReference(call.member, call.keyType), catalogue),
  )?.call;
}

/** A User's `id` is `userId` elsewhere; its `userId`, and a `sku`, are called the same everywhere. */
function wordsOfReference({ item, match }: BulkCall): readonly string[] {
  const key = lowerWords(match);
  return key.length > 1 || speakingKeys.has(key[0] ?? '') ? key : [...entityWords(item), ...key];
}

/** `ownerUserId` leads to `ownerUser`, `userIds` to `users`; a key that is called the same everywhere, to what it is the key of. */
function linkName(field: string, { item, match }: BulkCall, isList: boolean): string {
  const rest = words(field).slice(0, -words(match).length);
  const [first = '', ...more] = rest.length > 0 ? rest : entityWords(item);
  const name = lowerFirst(first) + more.map(upperFirst).join('');
  return isList ? name.replace(/y$/, 'ie').replace(/$/, 's') : name;
}

function lowerWords(name: string): readonly string[] {
  return words(name).map(word => word.toLowerCase());
}

function endsWith(all: readonly string[], end: readonly string[]): boolean {
  return all.length >= end.length && end.every((word, index) => all[all.length - end.length + index] === word);
}

/** Does a link read the field already? */
function isLinked(typeName: string, field: string, links: readonly Link[]): boolean {
  return links.some(({ at, args, batch }) => {
    const read = JSON.stringify([args, batch?.key ?? null]);
    return at.startsWith(`${typeName}.`) && read.includes(`"$parent.${field}"`);
  });
}
