import { getNamedType, print } from 'graphql';
import { didYouMean } from '../../base/suggestion.ts';
import { append, type Catalogue, prefixedReference, prefixedType } from '../catalogue.ts';
import type { EntityDraft } from '../drafts.ts';
import { type Report, spot } from '../report.ts';
import { reservedPrefix } from '../reserved-names.ts';
import { compileBatchLookup, type Say } from './compile-lookup.ts';
import { findCall, type Lookup } from './lookup.ts';
import { fits, isLeaf, itemOf } from './shape.ts';

/** One source's contribution to a merged type, checked. */
export interface EntityPlan {
  readonly typeName: string;
  /** The key field, in the overlay's names. */
  readonly key: string;
  readonly call: string;
  readonly lookup: Lookup;
  readonly written: Readonly<Record<string, unknown>>;
}

interface Surroundings {
  readonly catalogue: Catalogue;
  readonly absent: readonly string[];
  readonly report: Report;
}

/** Most keys of one call: `@entity` has no argument for it, so the default of a link's batch holds. */
const maxKeys = 100;

export function compileEntity(draft: EntityDraft, index: number, around: Surroundings): EntityPlan | undefined {
  const { catalogue, absent, report } = around;
  const { typeName, use } = draft;
  const at = spot(use.node, typeName);
  let failed = false;
  const say: Say = (code, message, hint) => {
    failed = true;
    report.error(code, message, at, hint);
  };
  const [key, callName] = [String(use.args['key']), String(use.args['call'])];
  const call = findCall(callName, catalogue, absent);
  if ('absent' in call) {
    const message = `${typeName} is served without what "${call.absent}" contributes: that source is absent.`;
    report.warning('OVERLAY_SOURCE_ABSENT', message, at);
    return undefined;
  }
  if ('problem' in call) {
    say(call.code, call.problem);
    return undefined;
  }
  const keyOwners = ownersOfKey(key, typeName, catalogue, say);
  if (!keyOwners) return undefined;
  const optional = (name: string) => (use.args[name] === undefined ? undefined : String(use.args[name] ?? ''));
  const wish = {
    into: String(use.args['into']),
    match: optional('match') ?? key,
    parts: [[]],
    keyName: key,
    max: maxKeys,
    grouped: false,
  };
  const lookup = compileBatchLookup(
    `${reservedPrefix}_entity_${index}`,
    call,
    wish,
    { select: optional('select'), missing: 'NULL', given: [] },
    say,
  );
  if (!lookup?.batch) return undefined;
  const found = prefixedType(call.member, getNamedType(lookup.outcome).name);
  if (found !== typeName) say('LINK_INVALID', `${callName} gives ${found}, not ${typeName}.`);
  const to = prefixedReference(call.member, lookup.batch.keyType);
  for (const { member, field } of keyOwners) {
    const from = prefixedReference(member, field.type);
    if (isLeaf(from, catalogue) && !itemOf(from) && fits(from, to, catalogue)) continue;
    say(
      'LINK_INVALID',
      `The key ${typeName}.${key} of "${member.name}" is ${print(from)}, and ${wish.into} takes ${print(to)}.`,
    );
  }
  return failed ? undefined : { typeName, key, call: callName, lookup, written: use.args };
}

/** Who has the key of a type: all that have the type must. Undefined: it is no key at all. */
function ownersOfKey(key: string, typeName: string, catalogue: Surroundings['catalogue'], say: Say) {
  if (!/^\w+$/.test(key)) {
    say('DIRECTIVE_NOT_IMPLEMENTED', `"${key}": a key of several parts is not implemented yet.`, 'Give one field.');
    return undefined;
  }
  const fields = catalogue.fields(typeName);
  const owners = fields.get(key);
  if (!owners || owners.length === 0) {
    say('OVERLAY_UNKNOWN_FIELD', `${typeName} has no field "${key}".${didYouMean(key, fields.keys())}`);
    return undefined;
  }
  for (const { member } of catalogue.types.get(typeName) ?? []) {
    if (owners.some(owner => owner.member === member)) continue;
    say('OVERLAY_UNKNOWN_FIELD', `${typeName} of "${member.name}" has no field "${key}" to join by.`);
  }
  return owners;
}

/** Two entries of one source for one type would be two ways to the same thing. */
export function checkEntities(plans: readonly EntityPlan[], drafts: readonly EntityDraft[], report: Report): void {
  const seen = new Map<string, EntityPlan[]>();
  for (const plan of plans) append(seen, `${plan.typeName} ${plan.lookup.member.name}`, plan);
  for (const [first, ...more] of seen.values()) {
    if (!first || more.length === 0) continue;
    const draft = drafts.find(({ use }) => use.args === more[0]?.written);
    const message = `"${first.lookup.member.name}" contributes to ${first.typeName} twice.`;
    report.error(
      'DIRECTIVE_INVALID',
      message,
      draft ? spot(draft.use.node, first.typeName) : [first.typeName],
      'Keep one @entity for each source.',
    );
  }
}
