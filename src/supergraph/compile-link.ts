import {
  coerceInputValue,
  type FieldDefinitionNode,
  type GraphQLInputType,
  GraphQLList,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  Kind,
  print,
} from 'graphql';
import { isRecord } from '../base/json.ts';
import { didYouMean } from '../base/suggestion.ts';
import { type Catalogue, type OpenMember, prefixedReference } from './catalogue.ts';
import { isRequired } from './coerce.ts';
import {
  checkRequired,
  compileBatchLookup,
  defaultMatch,
  type FoundCall,
  type Say,
  selected,
} from './compile-lookup.ts';
import type { LinkDraft } from './interpret.ts';
import { findCall, inputItem, type Lookup, leafNames, queryCoordinate, splitPath } from './lookup.ts';
import { type Report, spot } from './report.ts';
import { reservedPrefix } from './reserved-names.ts';
import { fits, isLeaf, itemOf, namedOf, nullable, type Shape, satisfies, shapeAt } from './shape.ts';
import { compileTemplate, type Template, type TemplateProblem } from './template.ts';

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

/** Checks one link; tells everything that is wrong with it. */
export function compileLink(draft: LinkDraft, index: number, around: Surroundings): LinkPlan | undefined {
  const { catalogue, absent, report } = around;
  const { typeName, field, use } = draft;
  const coordinate = `${typeName}.${field.name.value}`;
  let failed = false;
  const say: Say = (code, message, hint) => {
    failed = true;
    report.error(code, message, spot(use.node, coordinate), hint);
  };
  const callName = String(use.args['call']);
  const call = findCall(callName, catalogue, absent);
  if ('absent' in call) {
    const message = `The link ${coordinate} is left out: its source "${call.absent}" is absent.`;
    report.warning('OVERLAY_SOURCE_ABSENT', message, spot(use.node, coordinate));
    return undefined;
  }
  if ('problem' in call) {
    say(call.code, call.problem);
    return undefined;
  }
  const problems: TemplateProblem[] = [];
  const check = new TemplateCheck(draft, call.member, catalogue, say);
  const args = compileArguments(use.args['args'], call, check, problems, say);
  const batch = isRecord(use.args['batch']) ? use.args['batch'] : undefined;
  const key = batch ? compileTemplate(batch['key'], problems) : undefined;
  for (const { code, message } of problems) say(code, message);
  const hidden = `${reservedPrefix}_link_${index}`;
  const select = use.args['select'] === undefined ? undefined : String(use.args['select']);
  const missing = use.args['missing'] === 'ERROR' ? 'ERROR' : 'NULL';
  let lookup: Lookup | undefined;
  if (batch && key) {
    if (key.kind === 'object' || key.kind === 'list') {
      say('DIRECTIVE_NOT_IMPLEMENTED', 'A key of several parts is not implemented yet.', 'Give one "$parent.<field>".');
    } else if (key.kind === 'literal' && problems.length === 0)
      say('LINK_INVALID', 'A key reads "$parent.<field>" or "$args.<argument>".');
    const keyShape = key.kind === 'parent' || key.kind === 'args' ? check.shape(key) : undefined;
    const keys = keyShape !== undefined && itemOf(keyShape) !== undefined;
    const declaredList = itemOf(field.type) !== undefined;
    if (keys && !declaredList)
      say('LINK_INVALID', 'A list of keys gives a list of results: declare the field as a list.');
    const wish = {
      into: String(batch['into']),
      match: batch['match'] === undefined || batch['match'] === null ? undefined : String(batch['match']),
      keyName: key.kind === 'parent' ? key.path.at(-1) : undefined,
      max: Number(batch['max']),
      grouped: declaredList && !keys,
    };
    lookup = compileBatchLookup(hidden, call, wish, { select, missing, given: args.keys() }, say);
    if (lookup?.batch && keyShape) {
      const to = prefixedReference(call.member, lookup.batch.keyType);
      const from = itemOf(keyShape) ?? keyShape;
      if (!fits(from, to, catalogue))
        say('LINK_INVALID', `The key is ${print(from)}, and ${wish.into} takes ${print(to)}.`);
      if (keys || wish.grouped) lookup = { ...lookup, outcome: new GraphQLList(lookup.outcome) };
    }
  } else lookup = compileSingleLookup(hidden, call, select, missing, args, say);
  if (lookup && !failed) {
    checkDeclared(field, lookup, catalogue, say);
    if (!batch) warnUnbatched(draft, call, lookup, args, around);
  }
  if (failed || !lookup) return undefined;
  return { typeName, field, call: callName, lookup, args, ...(key ? { key } : {}), written: use.args };
}

function compileSingleLookup(
  hidden: string,
  call: FoundCall,
  select: string | undefined,
  missing: 'NULL' | 'ERROR',
  args: ReadonlyMap<string, Template>,
  say: Say,
): Lookup | undefined {
  checkRequired(call, [...args.keys()], say);
  const steps = splitPath(select ?? '');
  const reply = selected(call, steps, say);
  if (!reply) return undefined;
  const { member, args: declared } = call;
  return {
    field: hidden,
    member,
    at: queryCoordinate(call.name),
    args: declared,
    select: steps,
    missing,
    outcome: getNullableType(reply),
  };
}

function compileArguments(
  written: unknown,
  call: FoundCall,
  check: TemplateCheck,
  problems: TemplateProblem[],
  say: Say,
): ReadonlyMap<string, Template> {
  const args = new Map<string, Template>();
  if (written === undefined || written === null) return args;
  if (!isRecord(written)) {
    say('LINK_INVALID', 'args is an object: { <argument>: <value> }.');
    return args;
  }
  for (const [name, value] of Object.entries(written)) {
    const before = problems.length;
    const template = compileTemplate(value, problems);
    args.set(name, template);
    const argument = call.args.find(arg => arg.name === name);
    if (!argument) {
      say(
        'LINK_INVALID',
        `${call.name} has no argument "${name}".${didYouMean(
          name,
          call.args.map(arg => arg.name),
        )}`,
      );
    } else if (problems.length === before) check.value(template, argument.type, name);
  }
  return args;
}

/** Holds templates against the types of what they read and of what they are given to. */
class TemplateCheck {
  readonly #draft: LinkDraft;
  readonly #target: OpenMember;
  readonly #catalogue: Catalogue;
  readonly #say: Say;

  constructor(draft: LinkDraft, target: OpenMember, catalogue: Catalogue, say: Say) {
    this.#draft = draft;
    this.#target = target;
    this.#catalogue = catalogue;
    this.#say = say;
  }

  value(template: Template, type: GraphQLInputType, where: string): void {
    const inner = getNullableType(type);
    if (template.kind === 'literal') {
      this.#literal(template.value, type, where);
    } else if (template.kind === 'list') {
      const item = inputItem(type);
      if (item) for (const part of template.items) this.value(part, item, where);
      else if (String(inner) !== 'JSON') this.#say('LINK_INVALID', `"${where}" takes ${String(type)}, not a list.`);
    } else if (template.kind === 'object') {
      if (isInputObjectType(inner)) this.#object(template.fields, inner.getFields(), where);
      else if (String(inner) !== 'JSON') this.#say('LINK_INVALID', `"${where}" takes ${String(type)}, not an object.`);
    } else {
      const from = this.shape(template);
      const to = prefixedReference(this.#target, type);
      if (!from || fits(from, to, this.#catalogue)) return;
      const hole = `$${template.kind}.${template.path.join('.')}`;
      this.#say('LINK_INVALID', `"${where}" takes ${print(to)}, and ${hole} is ${print(from)}.`);
    }
  }

  /** What a hole reads; told and undefined where there is no such thing. */
  shape(hole: Extract<Template, { kind: 'parent' | 'args' }>): Shape | undefined {
    const { typeName, field } = this.#draft;
    const text = `$${hole.kind}.${hole.path.join('.')}`;
    if (hole.kind === 'parent') {
      if (typeName === 'Query') {
        this.#say('LINK_INVALID', `${text}: a field of Query has no parent.`);
        return undefined;
      }
      const shape = shapeAt(this.#catalogue, typeName, hole.path);
      if ('missing' in shape) return this.#nothing(text, shape.missing, shape.of);
      if (isLeaf(shape, this.#catalogue)) return shape;
      this.#say('LINK_INVALID', `${text} is ${print(shape)}: a link reads values, not objects.`);
      return undefined;
    }
    const [name = '', ...rest] = hole.path;
    const argument = field.arguments?.find(arg => arg.name.value === name);
    if (!argument) {
      const known = (field.arguments ?? []).map(arg => arg.name.value);
      this.#say('LINK_INVALID', `${text}: the field has no argument "${name}".${didYouMean(name, known)}`);
      return undefined;
    }
    if (rest.length === 0) return argument.type;
    const shape = shapeAt(this.#catalogue, namedOf(argument.type).name.value, rest);
    return 'missing' in shape ? this.#nothing(text, shape.missing, shape.of) : shape;
  }

  #nothing(text: string, step: string, typeName: string): undefined {
    const known = this.#catalogue.fields(typeName).keys();
    this.#say('LINK_INVALID', `${text}: ${typeName} has no "${step}" of its source.${didYouMean(step, known)}`);
    return undefined;
  }

  #literal(value: unknown, type: GraphQLInputType, where: string): void {
    coerceInputValue(value, type, (path, _invalid, error) => {
      this.#say('LINK_INVALID', `"${[where, ...path].join('.')}": ${error.message}`);
    });
  }

  #object(
    given: ReadonlyMap<string, Template>,
    fields: Readonly<Record<string, { type: GraphQLInputType; defaultValue?: unknown }>>,
    where: string,
  ): void {
    for (const [name, part] of given) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field) this.value(part, field.type, `${where}.${name}`);
      else this.#say('LINK_INVALID', `"${where}" has no field "${name}".${didYouMean(name, Object.keys(fields))}`);
    }
    for (const [name, field] of Object.entries(fields)) {
      if (isRequired(field) && !given.has(name)) this.#say('LINK_INVALID', `"${where}" needs "${name}".`);
    }
  }
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

/** One call for each parent, where a call for all of them may be at hand: tells how. */
function warnUnbatched(
  draft: LinkDraft,
  call: FoundCall,
  lookup: Lookup,
  args: ReadonlyMap<string, Template>,
  around: Surroundings,
): void {
  const values = leafNames(lookup.outcome);
  for (const [name, template] of args) {
    const one = template.kind === 'list' && template.items.length === 1 ? template.items[0] : template;
    const path = one?.kind === 'parent' ? one.path : undefined;
    if (!path) continue;
    const from = shapeAt(around.catalogue, draft.typeName, path);
    if ('missing' in from) continue;
    const bulk = call.args.find(argument => {
      const item = inputItem(argument.type);
      if (!item || !isLeafType(getNamedType(item))) return false;
      return argument.name === name || getNamedType(item).name === namedOf(from).name.value;
    });
    if (!bulk) continue;
    const coordinate = `${draft.typeName}.${draft.field.name.value}`;
    const known = defaultMatch({ into: bulk.name, keyName: path.at(-1) }, values);
    const match = known === undefined ? ', match: "…"' : '';
    const hint = `batch: { key: "$parent.${path.join('.')}", into: "${bulk.name}"${match} }`;
    const message = `${coordinate} makes a call for each parent, and ${call.name} takes a list (${bulk.name}).`;
    around.report.warning('LINK_UNBATCHED', message, spot(draft.use.node, coordinate), hint);
    return;
  }
}
