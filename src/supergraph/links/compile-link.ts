import { type FieldDefinitionNode, GraphQLList, getNullableType, Kind, print } from 'graphql';
import { isRecord } from '../../base/json.ts';
import { didYouMean } from '../../base/suggestion.ts';
import { type Catalogue, prefixedReference } from '../catalogue.ts';
import type { Report } from '../report.ts';
import { reservedPrefix } from '../reserved-names.ts';
import { checkRequired, compileBatchLookup, type FoundCall, type Say, selected } from './compile-lookup.ts';
import type { LinkDraft } from './link-draft.ts';
import { findCall, type Lookup, queryCoordinate, splitPath } from './lookup.ts';
import { fits, itemOf, namedOf, nullable, satisfies } from './shape.ts';
import { compileTemplate, holes, type Template, type TemplateProblem } from './template.ts';
import { TemplateCheck } from './template-check.ts';
import { warnUnbatched } from './unbatched.ts';

/** A link that was checked: what is left to do for a parent is to fill the templates and to look up. */
export interface LinkPlan {
  readonly typeName: string;
  readonly field: FieldDefinitionNode;
  readonly call: string;
  readonly lookup: Lookup;
  readonly args: ReadonlyMap<string, Template>;
  readonly key?: Template;
  readonly written: Readonly<Record<string, unknown>>;
}

interface Surroundings {
  readonly catalogue: Catalogue;
  readonly absent: readonly string[];
  readonly report: Report;
}

/** What a link's directive says, beside its batch. */
interface Wanted {
  /** The name of the hidden root field. */
  readonly hidden: string;
  readonly call: FoundCall;
  readonly args: ReadonlyMap<string, Template>;
  readonly select: string | undefined;
  readonly missing: 'NULL' | 'ERROR';
}

type Asked = Pick<LinkPlan, 'lookup' | 'key'>;

/** Checks one link; tells everything that is wrong with it. */
export function compileLink(draft: LinkDraft, index: number, around: Surroundings): LinkPlan | undefined {
  const { catalogue, absent, report } = around;
  const { typeName, field, args, at, declared } = draft;
  const coordinate = `${typeName}.${field.name.value}`;
  let failed = false;
  const say: Say = (code, message, hint) => {
    failed = true;
    if (declared) report.warning(code, `${coordinate} of the document is left out: ${message}`, at);
    else report.error(code, message, at, hint);
  };
  const callName = String(args['call']);
  const call = findCall(callName, catalogue, absent);
  if ('absent' in call) {
    const message = `The link ${coordinate} is left out: its source "${call.absent}" is absent.`;
    report.warning('OVERLAY_SOURCE_ABSENT', message, at);
    return undefined;
  }
  if ('problem' in call) {
    say(call.code, call.problem);
    return undefined;
  }
  const check = new TemplateCheck(draft, call.member, catalogue, say);
  const wanted: Wanted = {
    hidden: `${reservedPrefix}_link_${index}`,
    call,
    args: compileArguments(args['args'], call, check, say),
    select: args['select'] === undefined ? undefined : String(args['select']),
    missing: args['missing'] === 'ERROR' ? 'ERROR' : 'NULL',
  };
  const batch = isRecord(args['batch']) ? args['batch'] : undefined;
  const asked = batch ? compileBatch(batch, wanted, field, check, catalogue, say) : compileSingle(wanted, say);
  if (asked && !failed) {
    checkDeclared(field, asked.lookup, catalogue, say);
    if (!batch && !failed) warnUnbatched({ draft, ...wanted, lookup: asked.lookup }, catalogue, report);
  }
  if (failed || !asked) return undefined;
  return { typeName, field, call: callName, args: wanted.args, ...asked, written: args };
}

/**
 * One call for all parents: the key is what `into` takes, and there is a list for a list of keys, or for one key if the
 * field is one.
 */
function compileBatch(
  written: Readonly<Record<string, unknown>>,
  { hidden, call, args, select, missing }: Wanted,
  field: FieldDefinitionNode,
  check: TemplateCheck,
  catalogue: Catalogue,
  say: Say,
): Asked | undefined {
  const key = readTemplate(written['key'], say);
  const parts = key && partsOf(key);
  if (key && !parts) say('LINK_INVALID', 'The parts of a key are values, not lists.');
  else if (key && [...holes(key, 'parent'), ...holes(key, 'args')].length === 0)
    say('LINK_INVALID', 'A key reads "$parent.<field>" or "$args.<argument>".');
  const keyShape = key?.kind === 'parent' || key?.kind === 'args' ? check.shape(key) : undefined;
  const keyItem = keyShape && itemOf(keyShape);
  const declaredList = itemOf(field.type) !== undefined;
  if (keyItem && !declaredList)
    say('LINK_INVALID', 'A list of keys gives a list of results: declare the field as a list.');
  const wish = {
    into: String(written['into']),
    match: written['match'],
    parts: parts ?? [[]],
    keyName: key?.kind === 'parent' ? key.path.at(-1) : undefined,
    max: Number(written['max']),
    grouped: declaredList && !keyItem,
  };
  const lookup = compileBatchLookup(hidden, call, wish, { select, missing, given: args.keys() }, say);
  if (!lookup?.batch || !key) return undefined;
  if (key.kind === 'object') check.value(key, lookup.batch.keyType, 'key');
  else if (keyShape) {
    const from = keyItem ?? keyShape;
    const to = prefixedReference(call.member, lookup.batch.keyType);
    if (!fits(from, to, catalogue))
      say('LINK_INVALID', `The key is ${print(from)}, and ${wish.into} takes ${print(to)}.`);
  } else return undefined;
  return { key, lookup: declaredList ? { ...lookup, outcome: new GraphQLList(lookup.outcome) } : lookup };
}

/** Steps into a key, of each of its values; undefined where one of them is a list. */
function partsOf(key: Template): readonly (readonly string[])[] | undefined {
  if (key.kind === 'list') return undefined;
  if (key.kind !== 'object') return [[]];
  const below = [...key.fields].map(([name, part]) => partsOf(part)?.map(path => [name, ...path]));
  return below.every(part => part !== undefined) ? below.flat() : undefined;
}

/** One call for each parent. */
function compileSingle({ hidden, call, args, select, missing }: Wanted, say: Say): Asked | undefined {
  checkRequired(call, [...args.keys()], say);
  const steps = splitPath(select ?? '');
  const reply = selected(call, steps, say);
  if (!reply) return undefined;
  const lookup: Lookup = {
    field: hidden,
    member: call.member,
    at: queryCoordinate(call.name),
    args: call.args,
    select: steps,
    missing,
    outcome: getNullableType(reply),
  };
  return { lookup };
}

function compileArguments(
  written: unknown,
  call: FoundCall,
  check: TemplateCheck,
  say: Say,
): ReadonlyMap<string, Template> {
  const args = new Map<string, Template>();
  if (written === undefined || written === null) return args;
  if (!isRecord(written)) {
    say('LINK_INVALID', 'args is an object: { <argument>: <value> }.');
    return args;
  }
  const known = call.args.map(({ name }) => name);
  for (const [name, value] of Object.entries(written)) {
    const template = readTemplate(value, say);
    args.set(name, template ?? { kind: 'literal', value: null }); // it is given, however wrong
    const argument = call.args.find(arg => arg.name === name);
    if (!argument) say('LINK_INVALID', `${call.name} has no argument "${name}".${didYouMean(name, known)}`);
    else if (template) check.value(template, argument.type, name);
  }
  return args;
}

/** Undefined where it is no template; that is told. */
function readTemplate(value: unknown, say: Say): Template | undefined {
  const problems: TemplateProblem[] = [];
  const template = compileTemplate(value, problems);
  for (const { code, message } of problems) say(code, message);
  return problems.length === 0 ? template : undefined;
}

/** The declared type promises no more than the lookup holds. */
function checkDeclared(field: FieldDefinitionNode, lookup: Lookup, catalogue: Catalogue, say: Say): void {
  const outcome = prefixedReference(lookup.member, lookup.outcome);
  const grouped = lookup.batch?.grouped === true;
  const never = grouped || lookup.missing === 'ERROR';
  if (field.type.kind === Kind.NON_NULL_TYPE && !never) {
    say(
      'LINK_INVALID',
      `A link may find nothing, and ${print(field.type)} allows no null.`,
      'Drop the "!", or say missing: ERROR.',
    );
    return;
  }
  const declared = nullable(field.type);
  const item = grouped && declared.kind === Kind.LIST_TYPE ? { ...declared, type: nullable(declared.type) } : declared;
  if (satisfies(outcome, item)) return;
  const hint = catalogue.types.has(namedOf(field.type).name.value) ? `Declare it as ${print(outcome)}.` : undefined;
  say('LINK_INVALID', `The call gives ${print(outcome)}, and the field is declared as ${print(field.type)}.`, hint);
}
