import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, print } from 'graphql';
import {
  append,
  type Catalogue,
  type FieldOwner,
  isRoot,
  isSharedScalar,
  prefixedReference,
  type TypeOwner,
} from '../catalogue.ts';
import { clientName, type Drafts } from '../drafts.ts';
import type { EntityPlan } from '../links/compile-entity.ts';
import type { LinkDraft } from '../links/link-draft.ts';
import { nullable } from '../links/shape.ts';
import { type Report, spot } from '../report.ts';
import { isReserved } from '../reserved-names.ts';
import { identicalTypes } from './identical-types.ts';

/**
 * What two sources both bring and neither is identical nor joined by the overlay, and what renames make equal. Never is
 * one of them dropped silently.
 */
export function checkConflicts(
  catalogue: Catalogue,
  drafts: Drafts,
  entities: readonly EntityPlan[],
  report: Report,
): void {
  const merged = new Set(drafts.entities.map(({ typeName }) => typeName));
  const identical = identicalTypes(catalogue, merged);
  for (const [typeName, owners] of catalogue.types) {
    checkReserved(typeName, owners, report);
    if (owners.length < 2) continue;
    if (isRoot(typeName)) checkRootFields(typeName, catalogue, report);
    else if (merged.has(typeName)) checkMerged(typeName, owners, catalogue, entities, report);
    else if (!identical.has(typeName)) typeConflict(typeName, owners, report);
  }
  checkClientNames(catalogue, drafts, report);
}

function typeConflict(typeName: string, owners: readonly TypeOwner[], report: Report): void {
  const message = `The sources ${names(owners)} each have a type ${typeName}, and nothing says that they are one.`;
  const hint = `Give one of them a prefix (prefix: "${owners[0]?.member.name.replace(/\W/g, '') ?? ''}"), or join them with @entity.`;
  report.error('TYPE_CONFLICT', message, [typeName], hint);
}

function checkRootFields(typeName: string, catalogue: Catalogue, report: Report): void {
  for (const [fieldName, owners] of catalogue.fields(typeName)) {
    if (owners.length < 2) continue;
    const message = `The sources ${names(owners)} each have the root field ${fieldName}.`;
    report.error('FIELD_CONFLICT', message, [`${typeName}.${fieldName}`], 'Give one of them a prefix: "…".');
  }
}

/** Sources without an entry of their own may only repeat fields that can be looked up elsewhere. */
function checkMerged(
  typeName: string,
  owners: readonly TypeOwner[],
  catalogue: Catalogue,
  entities: readonly EntityPlan[],
  report: Report,
): void {
  const entries = entities.filter(plan => plan.typeName === typeName).map(plan => plan.lookup.member);
  if (entries.length === 0) {
    typeConflict(typeName, owners, report);
    return;
  }
  for (const [fieldName, fieldOwners] of catalogue.fields(typeName)) {
    const types = new Set(
      fieldOwners.map(({ member, field }) => print(nullable(prefixedReference(member, field.type)))),
    );
    if (types.size > 1) {
      const each = fieldOwners.map(
        ({ member, field }) => `${print(prefixedReference(member, field.type))} in "${member.name}"`,
      );
      const message = `${typeName}.${fieldName} has different types: ${each.join(', ')}.`;
      report.error(
        'FIELD_CONFLICT',
        message,
        [`${typeName}.${fieldName}`],
        'Sources that share an entity agree on the types of its fields.',
      );
    }
    const [lonely] = fieldOwners;
    if (!lonely || fieldOwners.some(({ member }) => entries.includes(member))) continue;
    const message = `${typeName}.${fieldName} is known to "${lonely.member.name}" alone, and nothing says how to look ${typeName} up there.`;
    const hint = `Add @entity(key: "…", call: "${lonely.member.name}.…", into: "…"), or give the source a prefix.`;
    report.error('TYPE_CONFLICT', message, [`${typeName}.${fieldName}`], hint);
  }
}

function checkClientNames(catalogue: Catalogue, drafts: Drafts, report: Report): void {
  const types = new Map<string, string[]>();
  for (const typeName of catalogue.types.keys()) append(types, clientName(drafts, typeName, typeName), typeName);
  for (const [name, [first, ...more]] of types) {
    const taken = isSharedScalar(name) && first !== name ? name : more[0];
    if (taken === undefined) continue;
    report.error(
      'TYPE_CONFLICT',
      `${first} and ${taken} would both be called ${name}.`,
      [name],
      'Choose another name in @rename.',
    );
  }
  const links = new Map<string, LinkDraft[]>();
  for (const link of drafts.links) append(links, link.typeName, link);
  const renamedParents = [...drafts.renames.keys()].map(coordinate => coordinate.split('.')[0] ?? '');
  for (const typeName of new Set([...renamedParents, ...links.keys()])) {
    checkMembers(typeName, catalogue, drafts, links.get(typeName) ?? [], report);
  }
}

function checkMembers(
  typeName: string,
  catalogue: Catalogue,
  drafts: Drafts,
  links: readonly LinkDraft[],
  report: Report,
): void {
  const seen = new Map<string, string>();
  const claim = (own: string, coordinate: string, link?: LinkDraft) => {
    const name = clientName(drafts, coordinate, own);
    const rival = seen.get(name);
    seen.set(name, coordinate);
    if (rival === undefined) return;
    const at = link ? (link.declared ? link.at : spot(link.field, coordinate)) : [coordinate];
    report.error(
      'FIELD_CONFLICT',
      `${rival} and ${coordinate} would both be called ${name}.`,
      at,
      'Choose another name.',
    );
  };
  for (const [fieldName, [owner]] of catalogue.fields(typeName)) {
    claim(fieldName, `${typeName}.${fieldName}`);
    checkArguments(`${typeName}.${fieldName}`, owner, drafts, report);
  }
  const [owner] = catalogue.types.get(typeName) ?? []; // enums of several owners are identical, or already refused
  if (isEnumType(owner?.type)) for (const { name } of owner.type.getValues()) claim(name, `${typeName}.${name}`);
  for (const link of links) claim(link.field.name.value, `${typeName}.${link.field.name.value}`, link);
}

function checkArguments(coordinate: string, owner: FieldOwner | undefined, drafts: Drafts, report: Report): void {
  if (!owner || !('args' in owner.field)) return;
  const seen = new Set<string>();
  for (const { name: own } of owner.field.args) {
    const name = clientName(drafts, `${coordinate}.${own}`, own);
    if (seen.has(name))
      report.error('FIELD_CONFLICT', `Two arguments of ${coordinate} would be called ${name}.`, [coordinate]);
    seen.add(name);
  }
}

function checkReserved(typeName: string, owners: readonly TypeOwner[], report: Report): void {
  const say = (coordinate: string, source: string) =>
    report.error(
      'NAME_COLLISION',
      `"${source}" uses a name that is reserved for the gateway.`,
      [coordinate],
      'Rename it in the source.',
    );
  for (const { member, type } of owners) {
    if (isReserved(typeName)) say(typeName, member.name);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const fieldName of Object.keys(type.getFields())) {
      if (isReserved(fieldName)) say(`${typeName}.${fieldName}`, member.name);
    }
  }
}

function names(owners: readonly { readonly member: { readonly name: string } }[]): string {
  return owners.map(({ member }) => `"${member.name}"`).join(' and ');
}
