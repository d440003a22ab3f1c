import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import { doesFragmentApply, type Included } from '../../plan/collect-fields.ts';
import { type AccessRule, policiesOf } from '../../policy/access-rule.ts';
import { routesTo } from '../../supergraph/bringing.ts';
import type { Served } from '../handler.ts';
import type { NamedPolicies } from './decisions.ts';

/** Where an operation asks, on concrete types, for what not everyone may have. */
export interface Sites {
  /** Fields by coordinate, wherever they are asked for. */
  readonly fields: ReadonlyMap<Coordinate, AccessRule>;
  /** Fields whose policies read their arguments: each place by itself. */
  readonly places: readonly Place[];
  /** Entities with rules of the types in the operation. */
  readonly routes: ReadonlyMap<Route, AccessRule>;
  /** Those of them that could bring what a source lacks. */
  readonly ways: ReadonlySet<Route>;
  /** Of what a source may lack: the entities that could bring it, where each has a rule. */
  readonly needs: readonly (readonly Route[])[];
}

export type Route = ReturnType<typeof routesTo>[number][number];

export interface Place {
  readonly typeName: string;
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly rule: AccessRule;
}

/**
 * One pass over a valid operation: each selection is visited once for each concrete type that it can meet, however often its fragment is
 * spread.
 */
export function sitesOf(
  served: Served,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  policies: NamedPolicies,
  included: Included,
): Sites {
  const finding = new Finding(served, document, policies, included);
  const root = served.schema.getRootType(operation.operation);
  if (root) finding.visit(operation.selectionSet, root);
  return finding;
}

export function isFree({ fields, places, routes }: Sites): boolean {
  return fields.size === 0 && places.length === 0 && routes.size === 0;
}

class Finding implements Sites {
  readonly fields = new Map<Coordinate, AccessRule>();
  readonly places: Place[] = [];
  readonly routes = new Map<Route, AccessRule>();
  readonly ways = new Set<Route>();
  readonly needs: (readonly Route[])[] = [];
  readonly #served: Served;
  readonly #schema: GraphQLSchema;
  readonly #policies: NamedPolicies;
  readonly #included: Included;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #visited = {
    true: new Map<SelectionSetNode, Set<GraphQLObjectType>>(),
    false: new Map<SelectionSetNode, Set<GraphQLObjectType>>(),
  };
  readonly #looked = new Set<Coordinate>();

  constructor(served: Served, document: DocumentNode, policies: NamedPolicies, included: Included) {
    this.#served = served;
    this.#schema = served.schema;
    this.#policies = policies;
    this.#included = included;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  /** Recursion is bounded: the nesting of documents is. `isCanned`: are the objects the gateway's own? They are looked up nowhere. */
  visit(set: SelectionSetNode, type: GraphQLObjectType, isCanned = false): void {
    const visited = this.#visited[`${isCanned}`];
    const types = visited.get(set) ?? new Set<GraphQLObjectType>();
    visited.set(set, types);
    if (types.has(type)) return;
    types.add(type);
    if (!isCanned) this.#routes(type.name);
    for (const node of set.selections) {
      if (!this.#included(node)) continue;
      if (node.kind === Kind.FIELD) {
        this.#field(node, type, isCanned);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      if (fragment && doesFragmentApply(this.#schema, fragment.typeCondition?.name.value, type))
        this.visit(fragment.selectionSet, type, isCanned);
    }
  }

  #field(node: FieldNode, type: GraphQLObjectType, isCanned: boolean): void {
    const name = node.name.value;
    const definition = name.startsWith('__') ? undefined : type.getFields()[name];
    if (!definition) return;
    const at = coordinate(type.name, name);
    const rule = this.#served.access.fields.get(at);
    if (rule && this.#readsArguments(rule)) this.places.push({ typeName: type.name, node, definition, rule });
    else if (rule) this.fields.set(at, rule);
    const isAnswered = isCanned || this.#isAlwaysCanned(at);
    if (!isAnswered) this.#way(type.name, name, at);
    if (!node.selectionSet) return;
    const below = getNamedType(definition.type);
    if (isObjectType(below)) this.visit(node.selectionSet, below, isAnswered);
    else if (isAbstractType(below)) {
      for (const concrete of this.#schema.getPossibleTypes(below)) this.visit(node.selectionSet, concrete, isAnswered);
    }
  }

  /** What is canned for some callers, or for some arguments, may be asked of the sources. */
  #isAlwaysCanned(at: Coordinate): boolean {
    const [first] = this.#served.canned?.get(at) ?? [];
    return first !== undefined && first.when === undefined;
  }

  #routes(typeName: string): void {
    const { access, origins } = this.#served;
    if (access.routes.size === 0) return;
    for (const { plan } of origins.entities(typeName)) {
      const rule = access.routes.get(plan);
      if (rule) this.routes.set(plan, rule);
    }
  }

  #way(typeName: string, fieldName: string, at: Coordinate): void {
    const { access, origins } = this.#served;
    if (access.routes.size === 0 || this.#looked.has(at)) return;
    this.#looked.add(at);
    for (const routes of routesTo(origins, typeName, fieldName)) {
      const ruled = routes.filter(route => access.routes.has(route));
      for (const route of ruled) this.ways.add(route);
      if (ruled.length === routes.length) this.needs.push(routes);
    }
  }

  #readsArguments(rule: AccessRule): boolean {
    return policiesOf(rule).some(name => this.#policies.get(name)?.readsArguments === true);
  }
}
