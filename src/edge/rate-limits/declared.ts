import { type GraphQLSchema, isAbstractType } from 'graphql';
import { matchesAny } from '../../base/glob.ts';
import { type Annotation, schemaElement } from '../../policy/annotation.ts';
import { readRateLimit } from '../../policy/rate-limit.ts';
import type { MemberOrigin } from '../../supergraph/origins.ts';
import type { Served } from '../handler.ts';
import { type Limit, limitOf } from './limit.ts';
import type { RateLimitRule } from './options.ts';

interface SourceRule {
  readonly limit: Limit;
  readonly rule: RateLimitRule;
}

/** All limits of a revision, by what they count: what the overlay says, and the rules of the configuration. */
export class DeclaredLimits {
  readonly #served: Served;
  /** Of every operation. */
  readonly #ofSchema: Limit[] = [];
  readonly #ofRules: SourceRule[] = [];
  readonly #ofSources: SourceRule[] = [];
  /** By concrete type, and by `Type.field` of one. */
  readonly #ofElements = new Map<string, Limit[]>();

  constructor(served: Served, rules: readonly RateLimitRule[]) {
    this.#served = served;
    for (const rule of rules) {
      const { name, quota, by, onStoreError, message, clients } = rule;
      const limit = limitOf({
        name,
        quota,
        by,
        onStoreError,
        countBy: rule.sources ? 'SELECTION' : 'OPERATION',
        ...(message === undefined ? {} : { message }),
        ...(clients ? { clients: new Set(clients) } : {}),
      });
      (rule.sources ? this.#ofSources : this.#ofRules).push({ limit, rule });
    }
    for (const [element, said] of served.annotations) this.#read(element, said);
  }

  get isEmpty(): boolean {
    return !this.countsSelections && this.#ofSchema.length + this.#ofRules.length === 0;
  }

  /** Is there any limit of what operations select? */
  get countsSelections(): boolean {
    return this.#ofElements.size + this.#ofSources.length > 0;
  }

  /** Of an operation as a whole. */
  ofOperation(name: string): readonly Limit[] {
    const matching = this.#ofRules.filter(({ rule }) => isNamed(rule, name)).map(({ limit }) => limit);
    return [...this.#ofSchema, ...matching];
  }

  ofType(concrete: string): readonly Limit[] {
    return this.#ofElements.get(concrete) ?? [];
  }

  ofField(concrete: string, field: string, operationName: string): readonly Limit[] {
    const declared = this.#ofElements.get(`${concrete}.${field}`) ?? [];
    if (this.#ofSources.length === 0) return declared;
    const asked = this.#sourcesOf(concrete, field);
    const matching = this.#ofSources
      .filter(({ rule }) => isNamed(rule, operationName) && rule.sources?.some(source => asked.includes(source)))
      .map(({ limit }) => limit);
    return [...declared, ...matching];
  }

  #read(element: string, said: readonly Annotation[]): void {
    const declared = said.filter(({ directive }) => directive === 'rateLimit');
    for (const [index, { args }] of declared.entries()) {
      const read = readRateLimit(args);
      if (!('max' in read)) throw new TypeError(`The @rateLimit of ${element} was not checked.`);
      const { max, window, burst, cost, ...rest } = read;
      const name = index === 0 ? element : `${element}:${index + 1}`;
      const limit = limitOf({ ...rest, name, quota: { max, window, burst, cost } });
      if (element === schemaElement) this.#ofSchema.push(limit);
      else for (const concrete of concreteOf(element, this.#served.schema)) this.#add(concrete, limit);
    }
  }

  #add(element: string, limit: Limit): void {
    const known = this.#ofElements.get(element);
    if (known) known.push(limit);
    else this.#ofElements.set(element, [limit]);
  }

  /** The sources that a field has asked: for a root field and a link their own; for a field of a merged type those that have what others lack. */
  #sourcesOf(typeName: string, field: string): readonly string[] {
    const { origins } = this.#served;
    const asked = [origins.rootField(typeName, field)?.origin, origins.link(typeName, field)?.origin];
    const joined = origins.entities(typeName).map(({ origin }) => origin);
    const lacksIt = (origin: MemberOrigin) =>
      origin.ownType(typeName) !== undefined && origin.ownField(typeName, field) === undefined;
    if (joined.length > 0 && origins.members.some(lacksIt))
      asked.push(...joined.filter(origin => origin.ownField(typeName, field) !== undefined));
    return asked.flatMap(origin => origin?.member.name ?? []);
  }
}

function isNamed({ operations }: RateLimitRule, name: string): boolean {
  return operations === undefined || matchesAny(name, operations);
}

/** An interface's field is that of every object that implements it. */
function concreteOf(element: string, schema: GraphQLSchema): readonly string[] {
  const [typeName = '', field] = element.split('.');
  const type = schema.getType(typeName);
  if (!isAbstractType(type)) return [element];
  return schema.getPossibleTypes(type).map(({ name }) => (field === undefined ? name : `${name}.${field}`));
}
