import {
  type GraphQLInputType,
  isEnumType,
  isInputType,
  isObjectType,
  type TypeNode,
  typeFromAST,
  type ValueNode,
  visit,
} from 'graphql';
import { append, type OpenMember } from './catalogue.ts';
import { clientName, type Drafts } from './drafts.ts';
import type { EntityPlan } from './links/compile-entity.ts';
import type { LinkPlan } from './links/compile-link.ts';
import type { Namespaces } from './namespaces.ts';
import type { DirectReach } from './schema/direct.ts';
import { clientArgument, clientMember, clientParent, type NameTable } from './schema/name-table.ts';
import { OwnNames } from './schema/own-names.ts';
import { type RootType, rootTypeOf } from './schema/root-type.ts';
import type { Pieces, SourceView } from './source-view.ts';

/** Where everything in the client's schema comes from: what the plan compiler reads where the reference lane has a stitched schema. */
export interface Origins {
  readonly members: readonly MemberOrigin[];
  /**
   * The source that fills a field of a root type or a namespace, and the root field's own name there. Undefined: a link fills it, or nothing
   * does.
   */
  rootField(
    clientType: string,
    clientField: string,
  ): { readonly origin: MemberOrigin; readonly rootType: RootType; readonly field: string } | undefined;
  /** By the names of their types. */
  readonly namespaces: Namespaces['types'];
  link(clientType: string, clientField: string): LinkOrigin | undefined;
  /** The sources that a merged type's objects can be looked up in, in the order of the sources; empty for all other types. */
  entities(clientType: string): readonly EntityOrigin[];
}

/** A source, and the client's names of what it has. */
export interface MemberOrigin {
  readonly member: OpenMember;
  readonly table: NameTable;
  /** The source's own name of a type; undefined where it has none such. */
  ownType(clientType: string): string | undefined;
  ownField(clientType: string, clientField: string): string | undefined;
  /** Client's arguments of a field, coerced, in the source's own names: arguments, input fields, enum values. */
  ownArguments(
    rootType: RootType,
    clientField: string,
    args: Readonly<Record<string, unknown>>,
  ): Record<string, unknown>;
  /** A client's variable, coerced, of an input type of the source. */
  ownValue(type: GraphQLInputType, value: unknown): unknown;
  /** An argument as a client wrote it below the root: its own name, type, and the literal in own names. Undefined where there is none such. */
  ownArgument(
    ownType: string,
    ownField: string,
    clientArgument: string,
    literal: ValueNode,
  ): { readonly name: string; readonly type: GraphQLInputType; readonly literal: ValueNode } | undefined;
  /** An input type that is written in the client's names. */
  ownInputType(written: TypeNode): GraphQLInputType | undefined;
  /** The client's name of each value of an enum (by the source's own name of it) that clients may see. */
  enumValues(ownType: string): ReadonlyMap<string, string>;
  /** Does the reference lane read the answer of this root field as it is, without delegation? */
  readsRootField(rootType: RootType, ownField: string): boolean;
}

export interface LinkOrigin {
  readonly plan: LinkPlan;
  readonly origin: MemberOrigin;
  /** Does the reference lane read the answer as it is, without delegation? */
  readonly direct: boolean;
  /** The link field's own arguments, coerced, in the names of the source that is asked. */
  ownArguments(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

export interface EntityOrigin {
  readonly plan: EntityPlan;
  readonly origin: MemberOrigin;
}

const rootTypes: readonly RootType[] = Object.values(rootTypeOf);

/** Reads nothing of the stitched schema: what was checked, and each source's names. */
export function originsOf(pieces: Pieces, views: readonly SourceView[]): Origins {
  const { drafts } = pieces;
  const namespaces = drafts.namespaces.types;
  const origins = views.map(view => new SourceOrigin(view));
  const byMember = new Map(origins.map(origin => [origin.member, origin]));
  const links = new Map<string, LinkOrigin>();
  for (const plan of pieces.links) {
    const origin = byMember.get(plan.lookup.member);
    if (origin)
      links.set(clientFieldOf(plan.typeName, plan.field.name.value, drafts), linkOrigin(plan, origin, drafts));
  }
  const entities = new Map<string, EntityOrigin[]>();
  for (const origin of origins) {
    for (const plan of pieces.entities) {
      if (plan.lookup.member !== origin.member) continue;
      append(entities, clientName(drafts, plan.typeName, plan.typeName), { plan, origin });
    }
  }
  return {
    members: origins,
    rootField: (clientType, clientField) => {
      const rootType = namespaces.has(clientType) ? 'Query' : rootTypes.find(each => each === clientType);
      if (!rootType) return undefined;
      for (const origin of origins) {
        const field = origin.ownField(rootType, clientField);
        if (field !== undefined && clientParent(origin.table, rootType, field) === clientType)
          return { origin, rootType, field };
      }
      return undefined;
    },
    namespaces,
    link: (clientType, clientField) => links.get(`${clientType}.${clientField}`),
    entities: clientType => entities.get(clientType) ?? [],
  };
}

function clientFieldOf(typeName: string, field: string, drafts: Drafts): string {
  return `${clientName(drafts, typeName, typeName)}.${clientName(drafts, `${typeName}.${field}`, field)}`;
}

function linkOrigin(plan: LinkPlan, origin: SourceOrigin, drafts: Drafts): LinkOrigin {
  const types = new Map(
    (plan.field.arguments ?? []).map(({ name, type }) => [
      name.value,
      origin.ownInputType(renamed(type, name => clientName(drafts, name, name))),
    ]),
  );
  return {
    plan,
    origin,
    direct: origin.reach.value(plan.lookup.outcome),
    ownArguments: args => {
      const values: Record<string, unknown> = Object.create(null);
      for (const [name, value] of Object.entries(args)) {
        const type = types.get(name);
        values[name] = type ? origin.ownValue(type, value) : value;
      }
      return values;
    },
  };
}

function renamed(type: TypeNode, rename: (name: string) => string): TypeNode {
  return visit(type, { NamedType: ({ kind, name }) => ({ kind, name: { ...name, value: rename(name.value) } }) });
}

class SourceOrigin implements MemberOrigin {
  readonly member: OpenMember;
  readonly table: NameTable;
  readonly reach: DirectReach;
  readonly #names: OwnNames;
  readonly #hiddenValues: ReadonlySet<string>;

  constructor({ member, table, reach, hiddenValues }: SourceView) {
    this.member = member;
    this.table = table;
    this.reach = reach;
    this.#names = new OwnNames(member, table);
    this.#hiddenValues = hiddenValues;
  }

  ownType(clientType: string): string | undefined {
    return this.#names.type(clientType);
  }

  ownField(clientType: string, clientField: string): string | undefined {
    const ownType = this.#names.type(clientType);
    return ownType === undefined ? undefined : this.#names.memberOf(ownType, clientField);
  }

  ownArguments(
    rootType: RootType,
    clientField: string,
    args: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> {
    const field = this.ownField(rootType, clientField);
    const root = this.member.schema.getType(rootType);
    const own = isObjectType(root) && field !== undefined ? root.getFields()[field] : undefined;
    // Read as it is: then nothing has another name, and the reference lane passes on what the client's schema coerced.
    if (field === undefined || !own || this.readsRootField(rootType, field)) return { ...args };
    return this.#names.values(own.args, name => clientArgument(this.table, rootType, field, name), args, true);
  }

  ownValue(type: GraphQLInputType, value: unknown): unknown {
    return this.#names.value(type, value);
  }

  ownArgument(ownType: string, ownField: string, clientArgument: string, literal: ValueNode) {
    const argument = this.#names.argument(ownType, ownField, clientArgument);
    if (!argument) return undefined;
    return { name: argument.name, type: argument.type, literal: this.#names.literal(argument.type, literal) };
  }

  ownInputType(written: TypeNode): GraphQLInputType | undefined {
    const own = renamed(written, name => this.#names.type(name) ?? name);
    const type = typeFromAST(this.member.schema, own);
    return isInputType(type) ? type : undefined;
  }

  enumValues(ownType: string): ReadonlyMap<string, string> {
    const type = this.member.schema.getType(ownType);
    const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
    const shown = values.filter(name => !this.#hiddenValues.has(`${ownType}.${name}`));
    return new Map(shown.map(name => [name, clientMember(this.table, ownType, name)]));
  }

  readsRootField(rootType: RootType, ownField: string): boolean {
    return this.reach.rootField(rootType, ownField);
  }
}
