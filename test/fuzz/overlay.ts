import {
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import { isSharedScalar } from '../../src/supergraph/catalogue.ts';
import type { CallModel, ObjectType, SourceModel, World } from './model.ts';
import { Random } from './random.ts';

/** The sources' schemas, in their own names: what their documents came to. */
export type Schemas = ReadonlyMap<SourceModel, GraphQLSchema>;

/** What joins the sources of a world, as an operator would write it. */
export function overlayOf(world: World, schemas: Schemas): string {
  return new Overlay(world, schemas).text();
}

/** A field of an object that a link can read. */
interface Hole {
  readonly typeName: string;
  readonly path: string;
  readonly isList: boolean;
  /** The field of the parent that says what it is in. */
  readonly group: string | undefined;
}

function groupOf(type: ObjectType | undefined): string | undefined {
  return type?.fields.find(({ name }) => name.startsWith('grp'))?.name;
}

class Overlay {
  readonly #world: World;
  readonly #schemas: Schemas;
  readonly #random: Random;
  readonly #lines: string[] = [];

  constructor(world: World, schemas: Schemas) {
    this.#world = world;
    this.#schemas = schemas;
    this.#random = new Random('overlay', world.seed);
  }

  text(): string {
    this.#entities();
    const holes = this.#world.sources.flatMap(source => this.#holesOf(source));
    const count = 3 + this.#random.below(6);
    for (let index = 0; index < count; index += 1) this.#link(index, holes);
    this.#names();
    return this.#lines.join('\n');
  }

  #entities(): void {
    for (const [entity, sources] of this.#world.entities.entries()) {
      if (sources.length < 2) continue;
      for (const index of sources) {
        const source = this.#world.sources[index]!;
        const call = source.calls.find(({ kind, name }) => kind === 'many' && name.includes(`Q${entity}S`))!;
        this.#lines.push(
          `extend type PQ${entity} @entity(key: "id", ${this.#called(source, call)}, into: "ids"${this.#selected(source, call)})`,
        );
      }
    }
  }

  #called(source: SourceModel, call: CallModel): string {
    return `call: "${source.name}.${this.#rootField(source, call).name}"`;
  }

  #rootField(source: SourceModel, { name }: CallModel) {
    const fields = Object.values(this.#schemas.get(source)?.getQueryType()?.getFields() ?? {});
    const field = fields.find(candidate => candidate.name.toLowerCase() === name.toLowerCase());
    if (!field) throw new TypeError(`${source.name} has no ${name}.`);
    return field;
  }

  /** A reply that is no list itself holds one. */
  #selected(source: SourceModel, call: CallModel): string {
    const type = getNullableType(this.#rootField(source, call).type);
    if (isListType(type) || !isObjectType(type)) return '';
    const [list] = Object.values(type.getFields()).filter(field => isListType(getNullableType(field.type)));
    return list ? `, select: "${list.name}"` : '';
  }

  #holesOf({ index, types, prefix }: SourceModel): Hole[] {
    return types.flatMap(type =>
      type.fields.flatMap(({ name: field, shape }): Hole[] => {
        const { name, entity } = type;
        const hole = { typeName: `${prefix}${name}`, path: field, isList: false, group: groupOf(type) };
        if (field.startsWith('refs')) return [{ ...hole, isList: true }];
        if (field.startsWith('ref') || (field === 'id' && entity !== undefined)) return [hole];
        // A number here is a text there.
        if (shape.kind === 'leaf' && (shape.leaf === 'Int' || shape.leaf === 'Long')) return [hole];
        const inner = shape.kind === 'object' && shape.type === `In${index}`;
        return inner ? [{ ...hole, path: `${field}.ref` }] : [];
      }),
    );
  }

  /** What does not hang on the parent: all parents get the same, by the link's own arguments. */
  #sharedLink(index: number, { typeName }: Hole): void {
    const source = this.#random.pick(this.#world.sources);
    const call = source.calls.find(({ kind }) => kind === 'all');
    if (!call) return;
    const [target, colour] = [`${source.prefix}${call.type}`, `${source.prefix}${source.enumName}`];
    const how = `args: { colour: "$args.colour", limit: "$args.limit" }${this.#selected(source, call)}`;
    this.#lines.push(
      `extend type ${typeName} { link${index}(colour: ${colour}, limit: Int): [${target}] @resolve(${this.#called(source, call)}, ${how}) }`,
    );
  }

  #link(index: number, holes: readonly Hole[]): void {
    const random = this.#random;
    if (random.chance(15)) {
      this.#sharedLink(index, random.pick(holes));
      return;
    }
    const source = random.pick(this.#world.sources);
    const call = random.pick(source.calls.filter(({ kind }) => kind === 'many' || kind === 'keyed' || kind === 'one'));
    const hole = random.pick(holes);
    const onRoot = random.chance(12);
    if (hole.isList && !onRoot && call.kind !== 'many') return;
    // Of one key a list: all that belong to it.
    const isList = call.kind !== 'one' && ((hole.isList && !onRoot) || random.chance(15));
    const from = onRoot ? '$args.id' : `$parent.${hole.path}`;
    const missing = random.chance(20) ? ', missing: ERROR' : '';
    const max = random.pick([100, 100, 2, 1]);
    const grp = call.kind === 'keyed' ? this.#groupPart(hole, onRoot) : '';
    const key = call.kind === 'keyed' ? `{ id: "${from}", grp: "${grp}" }` : `"${from}"`;
    const match = call.kind === 'keyed' ? `{ id: "id", grp: "${this.#groupField(source, call)}" }` : '"id"';
    const how =
      call.kind === 'one'
        ? `args: { id: "${from}" }`
        : `batch: { key: ${key}, into: "${call.kind === 'many' ? 'ids' : 'keys'}", match: ${match}, max: ${max} }${this.#selected(source, call)}`;
    const own = grp === '$args.grp' ? ['grp: String = "g0"'] : [];
    const args = onRoot ? ['id: String!', ...own] : own;
    const target = `${source.prefix}${call.type}`;
    const field = `link${index}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${isList ? `[${target}]` : target}`;
    const on = onRoot ? 'Query' : hole.typeName;
    this.#lines.push(`extend type ${on} { ${field} @resolve(${this.#called(source, call)}, ${how}${missing}) }`);
  }

  /** The second part of a key: what an item is mostly in, what the parent is in, or the link's own argument. */
  #groupPart({ typeName, group }: Hole, onRoot: boolean): string {
    const own = onRoot || group === undefined || typeName === 'Query' ? [] : [`$parent.${group}`, `$parent.${group}`];
    return this.#random.pick(['g0', 'g1', '$args.grp', ...own]);
  }

  #groupField({ types }: SourceModel, { type }: CallModel): string {
    return groupOf(types.find(({ name }) => name === type)) ?? 'id';
  }

  /** Other names for clients, and what they may not see. */
  #names(): void {
    const random = this.#random;
    const done = new Set<string>();
    for (const source of this.#world.sources) {
      for (const type of Object.values(this.#schemas.get(source)?.getTypeMap() ?? {})) {
        const name = `${source.prefix}${type.name}`;
        if (isEnumType(type) && type.name === source.enumName)
          this.#enumNames(
            name,
            type.getValues().map(value => value.name),
          );
        if (!isObjectType(type) || !source.types.some(own => own.name === type.name)) continue;
        if (!done.has(name) && random.chance(20)) this.#lines.push(`extend type ${name} @rename(to: "Client${name}")`);
        for (const field of Object.values(type.getFields())) {
          const inherited = type.getInterfaces().some(face => isInterfaceType(face) && face.getFields()[field.name]);
          if (inherited || done.has(`${name}.${field.name}`) || field.name.startsWith('nm')) continue;
          done.add(`${name}.${field.name}`);
          const marks = random.chance(10)
            ? `@rename(to: "${field.name}Renamed")`
            : random.chance(6) && field.name !== 'label'
              ? '@inaccessible'
              : '';
          if (marks !== '')
            this.#lines.push(
              `extend type ${name} { ${field.name}: ${prefixed(source, String(field.type), getNamedType(field.type).name)} ${marks} }`,
            );
        }
        done.add(name);
      }
    }
  }

  #enumNames(name: string, [first, , last]: readonly string[]): void {
    if (this.#random.chance(25)) this.#lines.push(`extend enum ${name} { ${first} @rename(to: "ROUGE") }`);
    if (this.#random.chance(15)) this.#lines.push(`extend enum ${name} { ${last} @inaccessible }`);
  }
}

function prefixed({ prefix }: SourceModel, text: string, named: string): string {
  return isSharedScalar(named) ? text : text.replace(named, `${prefix}${named}`);
}
