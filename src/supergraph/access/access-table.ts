import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Subschema } from '../../adapter/adapter.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import { didYouMean } from '../../base/suggestion.ts';
import { ruleOf, statedAccess } from '../../policy/access-annotations.ts';
import { type AccessRule, allOf, everyone, isOpen, nobody, policiesOf, ruleText } from '../../policy/access-rule.ts';
import type { Annotation, Annotations } from '../../policy/annotation.ts';
import type { PolicyNames } from '../../policy/policy-names.ts';
import type { EntityPlan } from '../links/compile-entity.ts';
import type { Report } from '../report.ts';
import type { Pieces, SourceView } from '../source-view.ts';
import { AccessDependencies, inClientNames } from './access-dependencies.ts';

/**
 * Who may use what, compiled of all that is said anywhere: closed over interfaces, types and what links and entities use. Equal rules are
 * one object. What is not in it, everyone may.
 */
export interface AccessTable {
  /** Fields of object types, by the client's coordinate; hidden ones too. */
  readonly fields: ReadonlyMap<Coordinate, AccessRule>;
  /** Who may look up a merged type's objects in a source. That is the way to a field, and not the field. */
  readonly routes: ReadonlyMap<EntityPlan, AccessRule>;
  /** The root fields of each source, in its own names. */
  readonly calls: ReadonlyMap<Subschema<unknown, unknown>, ReadonlyMap<Coordinate, AccessRule>>;
}

/** Everyone may use everything. */
export const openAccess: AccessTable = { fields: new Map(), routes: new Map(), calls: new Map() };

interface Composed {
  readonly pieces: Pieces;
  readonly views: readonly SourceView[];
  /** Of all sources and links in the client's names, with what is hidden. */
  readonly merged: GraphQLSchema;
  readonly annotations: Annotations;
  readonly names: PolicyNames;
}

/** Compiles the table; what is wrong with what is said of access is told (DIRECTIVE_INVALID). */
export function compileAccess(composed: Composed, report: Report): AccessTable {
  checkStated(composed, report);
  if (composed.annotations.size === 0 && composed.names.default !== 'deny') return openAccess; // nothing is said of anything
  return new Compiling(composed, report).table();
}

class Compiling {
  readonly #composed: Composed;
  readonly #report: Report;
  readonly #dependencies: AccessDependencies;
  readonly #known = new Map<string, AccessRule>();
  readonly #fields = new Map<Coordinate, AccessRule>();

  constructor(composed: Composed, report: Report) {
    this.#composed = composed;
    this.#report = report;
    this.#dependencies = new AccessDependencies(composed.pieces, composed.views);
  }

  table(): AccessTable {
    for (const type of Object.values(this.#composed.merged.getTypeMap())) {
      if (!isObjectType(type) || isIntrospectionType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        this.#put(coordinate(type.name, field.name), this.#own(type, field));
      }
    }
    this.#close();
    return { fields: this.#fields, routes: this.#routes(), calls: this.#calls() };
  }

  /** What is said of the field, of its type, of both in the interfaces that promise it, and of the type that it gives. */
  #own(type: GraphQLObjectType, { name, type: given }: GraphQLField<unknown, unknown>): AccessRule {
    const { annotations, names } = this.#composed;
    const promising = type.getInterfaces().filter(each => Object.hasOwn(each.getFields(), name));
    const elements = [type, ...promising].flatMap(({ name: typeName }) => [typeName, coordinate(typeName, name)]);
    const stated = elements.map(element => statedAccess(annotations.get(element)));
    const isSilent = !stated.some(({ isStated }) => isStated);
    const result = getNamedType(given);
    const ofResult = isUnionType(result) ? everyone : statedAccess(annotations.get(result.name)).rule;
    const isNamespace = this.#composed.pieces.drafts.namespaces.types.has(result.name); // what is in it decides
    const undecided = isSilent && names.default === 'deny' && !isNamespace ? nobody : everyone;
    return allOf([...stated.map(({ rule }) => rule), ofResult, undecided]);
  }

  /** Whoever uses a link uses what it uses: until nothing changes any more. */
  #close(): void {
    const { links, drafts } = this.#composed.pieces;
    const uses = links.map(plan => {
      const at = inClientNames(drafts, plan.typeName, plan.field.name.value);
      return { at, own: this.#at(at), used: this.#dependencies.ofLink(plan) };
    });
    for (const { at, used } of uses) this.#refuseReaders(at, used, `The link ${at}`);
    for (let changed = true; changed; ) {
      changed = false;
      for (const { at, own, used } of uses) {
        const closed = this.#one(allOf([own, ...used.map(each => this.#at(each))]));
        if (closed === this.#at(at)) continue;
        this.#put(at, closed);
        changed = true;
      }
    }
  }

  #routes(): AccessTable['routes'] {
    const { pieces } = this.#composed;
    const routes = new Map<EntityPlan, AccessRule>();
    for (const plan of pieces.entities) {
      const used = this.#dependencies.ofEntity(plan);
      this.#refuseReaders(plan.typeName, used, `@entity of ${plan.typeName} (${plan.call})`);
      const rule = this.#one(allOf(used.map(each => this.#at(each))));
      if (!isOpen(rule)) routes.set(plan, rule);
    }
    return routes;
  }

  #calls(): AccessTable['calls'] {
    const calls = new Map<Subschema<unknown, unknown>, Map<Coordinate, AccessRule>>();
    for (const { member } of this.#composed.views) {
      for (const at of Object.keys(member.subschema.blueprint.calls) as Coordinate[]) {
        const rule = this.#one(allOf(this.#dependencies.root(member, at).map(each => this.#at(each))));
        if (isOpen(rule)) continue;
        const ofSource = calls.get(member.subschema) ?? new Map<Coordinate, AccessRule>();
        calls.set(member.subschema, ofSource.set(at, rule));
      }
    }
    return calls;
  }

  /** What a policy reads are the arguments of the field that a client asks, and here none does. */
  #refuseReaders(at: string, used: readonly Coordinate[], who: string): void {
    const { names } = this.#composed;
    for (const each of new Set(used)) {
      for (const policy of policiesOf(this.#at(each))) {
        if ((names.policies.get(policy) ?? []).length === 0) continue;
        const message = `${who} uses ${each}, whose policy "${policy}" reads arguments that are not the client's there.`;
        this.#report.error(
          'DIRECTIVE_INVALID',
          message,
          [at],
          'Write the policy on the link itself, with its arguments.',
        );
      }
    }
  }

  /** Of a field of an interface or union: what holds for it on all types that it may turn out to be. */
  #at(at: Coordinate): AccessRule {
    const [typeName = '', field = ''] = at.split('.');
    const { merged } = this.#composed;
    const type = merged.getType(typeName);
    if (!isAbstractType(type)) return this.#fields.get(at) ?? everyone;
    const rules = merged
      .getPossibleTypes(type)
      .map(({ name }) => this.#fields.get(coordinate(name, field)) ?? everyone);
    return this.#one(allOf(rules));
  }

  #put(at: Coordinate, rule: AccessRule): void {
    if (!isOpen(rule)) this.#fields.set(at, this.#one(rule));
  }

  #one(rule: AccessRule): AccessRule {
    if (isOpen(rule)) return everyone;
    const text = ruleText(rule);
    const known = this.#known.get(text) ?? rule;
    this.#known.set(text, known);
    return known;
  }
}

/** What each element says, by itself. */
function checkStated({ annotations, merged, names }: Composed, report: Report): void {
  for (const [element, said] of annotations) {
    const open = said.find(({ directive }) => directive === 'public');
    const closed = said.find(annotation => ruleOf(annotation) !== undefined);
    if (open && closed) {
      const message = `${element} is @public, and @${closed.directive} asks something of whoever uses it.`;
      report.error('DIRECTIVE_INVALID', message, open.at, `Remove one: the other stands at ${closed.at.join(' ')}.`);
    }
    for (const annotation of said) checkPolicies(annotation, element, merged, names, report);
  }
}

function checkPolicies(
  annotation: Annotation,
  element: string,
  merged: GraphQLSchema,
  { policies }: PolicyNames,
  report: Report,
): void {
  for (const name of policiesOf(ruleOf(annotation) ?? everyone)) {
    const read = policies.get(name);
    if (!read) {
      const message = `There is no policy "${name}".${didYouMean(name, policies.keys())}`;
      const hint = 'Write it under authorization.rules, or name it in authorization.decisionPoint.policies.';
      report.error('DIRECTIVE_INVALID', message, annotation.at, hint);
      continue;
    }
    const known = argumentsOf(element, merged);
    const missing = read.filter(argument => !known.includes(argument));
    if (missing.length === 0) continue;
    const message = `The policy "${name}" reads $args.${missing[0]}, and ${element} has no such argument.${didYouMean(missing[0] ?? '', known)}`;
    report.error(
      'DIRECTIVE_INVALID',
      message,
      annotation.at,
      'A policy that reads arguments stands on a field that has them.',
    );
  }
}

function argumentsOf(element: string, merged: GraphQLSchema): readonly string[] {
  const [typeName = '', fieldName, ...more] = element.split('.');
  const type = merged.getType(typeName);
  if (fieldName === undefined || more.length > 0 || !(isObjectType(type) || isInterfaceType(type))) return [];
  const fields = type.getFields();
  return Object.hasOwn(fields, fieldName) ? (fields[fieldName]?.args.map(({ name }) => name) ?? []) : [];
}
