import {
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { conditionsOf, deciding, mayBeIncluded } from '../../plan/conditions.ts';
import type { AccessRule } from '../../policy/access-rule.ts';
import type { Served } from '../handler.ts';
import type { Decisions, NamedPolicies } from './decisions.ts';
import { prune } from './prune.ts';
import { isFree, type Place, type Route, type Sites, sitesOf } from './sites.ts';

type Variables = Readonly<Record<string, unknown>>;

/** What one caller is refused of one operation. */
export interface Denials {
  /** Equal for equal denials of the operation. */
  readonly key: string;
  readonly fields: ReadonlySet<string>;
  readonly places: readonly Place[];
  readonly without: ReadonlySet<Route>;
  /** Is anything that was asked refused, or may it be? */
  readonly refuses: boolean;
  /** Is a field of the operation's root type among it? */
  readonly refusesRoot: boolean;
  /** Or is there a way to something that may not be gone? If not, the answer is whole. */
  readonly prunes: boolean;
}

/** Of one operation: for each combination of its conditions, and for each of its denials. What was made first goes first. */
const maxVariants = 16;
const maxPruned = 64;

/** An operation, looked through for what not everyone may have. Holds nothing of a request. */
export class OperationAccess {
  /** Does the operation ask, under whatever conditions, for nothing but what everyone may have? */
  readonly isFree: boolean;
  readonly operation: OperationDefinitionNode;
  readonly #served: Served;
  readonly #document: DocumentNode;
  readonly #policies: NamedPolicies;
  readonly #conditions: readonly string[];
  readonly #all: Sites;
  readonly #variants = new Map<string, Sites>();
  readonly #pruned = new Map<string, DocumentNode>();
  readonly #numbers = new Map<FieldNode, number>();

  constructor(served: Served, document: DocumentNode, operation: OperationDefinitionNode, policies: NamedPolicies) {
    this.#served = served;
    this.#document = document;
    this.operation = operation;
    this.#policies = policies;
    this.#all = sitesOf(served, document, operation, policies, mayBeIncluded);
    this.isFree = isFree(this.#all);
    this.#conditions = this.isFree ? [] : conditionsOf(document, operation);
  }

  /** The variables as they are when the operation is executed; undefined where they do not fit, so that nothing will be executed. */
  variables(given: Variables): Variables | undefined {
    const { variableDefinitions = [] } = this.operation;
    if (variableDefinitions.length === 0) return none;
    return getVariableValues(this.#served.schema, variableDefinitions, given, { maxErrors: 1 }).coerced;
  }

  sites(variables: Variables): Sites {
    if (this.#conditions.length === 0) return this.#all;
    const key = this.#conditions.map(name => String(variables[name])).join(' ');
    return remembered(this.#variants, key, maxVariants, () =>
      sitesOf(this.#served, this.#document, this.operation, this.#policies, deciding(variables)),
    );
  }

  denials(sites: Sites, decisions: Decisions, variables: Variables): Denials | undefined {
    if (mayAll(sites, decisions, variables)) return undefined;
    const fields = new Set([...sites.fields].filter(([, rule]) => !decisions.may(rule)).map(([at]) => at));
    const places = sites.places.filter(place => !mayAt(place, decisions, variables));
    const without = new Set([...sites.routes].filter(([, rule]) => !decisions.may(rule)).map(([route]) => route));
    const lost = sites.needs.some(routes => routes.every(route => without.has(route)));
    const key = JSON.stringify([
      [...fields].sort(),
      places.map(({ typeName, node }) => this.#textOf(typeName, node)).sort(),
      [...without].map(({ typeName, call }) => `${typeName} ${call}`).sort(),
    ]);
    const refuses = lost || fields.size > 0 || places.length > 0;
    const prunes = refuses || [...without].some(route => sites.ways.has(route));
    const root = this.#served.schema.getRootType(this.operation.operation)?.name ?? '';
    const refusesRoot =
      [...fields].some(at => at.startsWith(`${root}.`)) || places.some(({ typeName }) => typeName === root);
    return { key, fields, places, without, refuses, refusesRoot, prunes };
  }

  /**
   * The document without what is refused; where nothing is, a copy. One and the same for equal denials, so that its plans are kept, which
   * know nothing of entities that may not be looked up.
   */
  pruned({ key, fields, places, prunes }: Denials): DocumentNode {
    return remembered(this.#pruned, key, maxPruned, () => {
      if (!prunes) return this.#copy();
      const at = new Set(places.map(({ typeName, node }) => this.#textOf(typeName, node)));
      return prune(
        this.#served.schema,
        this.#document,
        this.operation,
        (typeName, node) => fields.has(`${typeName}.${node.name.value}`) || at.has(this.#textOf(typeName, node)),
      );
    });
  }

  #copy(): DocumentNode {
    const { operation } = this;
    const definitions = this.#document.definitions.map(each => (each === operation ? { ...operation } : each));
    return { ...this.#document, definitions };
  }

  #textOf(typeName: string, node: FieldNode): string {
    const number = this.#numbers.get(node) ?? this.#numbers.size;
    this.#numbers.set(node, number);
    return `${typeName} ${number}`;
  }
}

/** Most callers may have all that they ask for: that makes no lists. */
function mayAll({ fields, places, routes }: Sites, decisions: Decisions, variables: Variables): boolean {
  for (const rule of fields.values()) if (!decisions.may(rule)) return false;
  for (const rule of routes.values()) if (!decisions.may(rule)) return false;
  return places.every(place => mayAt(place, decisions, variables));
}

function mayAt({ rule, definition, node }: Place, decisions: Decisions, variables: Variables): boolean {
  try {
    return decisions.may(rule, getArgumentValues(definition, node, variables));
  } catch {
    return false; // arguments that do not fit are nobody's
  }
}

function remembered<T>(known: Map<string, T>, key: string, most: number, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  const [oldest] = known.keys();
  if (oldest !== undefined && known.size >= most) known.delete(oldest);
  known.set(key, made);
  return made;
}

const none: Variables = Object.freeze(Object.create(null));

export function rulesOf({ fields, places, routes }: Sites): readonly AccessRule[] {
  return [...fields.values(), ...places.map(({ rule }) => rule), ...routes.values()];
}
