import { type FieldNode, Kind, parse, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { CallItem, Outcome } from '../../../src/adapter/adapter.ts';
import { selectionText } from '../../../src/adapter/selection.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { defaultSourceOptions } from '../../../src/source/source.ts';
import type { Member } from '../../../src/supergraph/supergraph.ts';
import type { Ledger } from './ledger.ts';
import { allIds, broken, colours, type Entity, entitiesOf, reply, type World } from './world.ts';

/** A type or reference of the overlay in the source's own names. */
function own(world: World, index: number, text: string): string {
  return world.sources[index]!.prefix === 'P' ? text.replace(/\bP(?=[A-Z])/g, '') : text;
}

/** The source of that index, in memory: of one that is selective, the answer has what was selected and nothing else. `sent` is told each call. */
export function backend(world: World, index: number, sent: Ledger['add']): Member {
  const { name, prefix, selective } = world.sources[index]!;
  const rich = entitiesOf(world, index);
  const mine = world.entities.filter(entity => entity.sources.includes(index));
  const types: string[] = [];
  const queries: string[] = [`idle${index}: Int`];
  const handlers: Record<string, (args: Record<string, unknown>, item: CallItem) => unknown> = {
    [`idle${index}`]: () => 7,
  };
  const serve = (field: string, sdl: string, run: (args: Record<string, unknown>) => unknown) => {
    queries.push(`${field}${sdl}`);
    handlers[field] = (args, item) => {
      const value = run(args);
      return selective && item.selection
        ? project(value, item.selection.selectionSet, item.selection.variables)
        : value;
    };
  };
  for (const entity of mine) {
    const isRich = rich.includes(entity);
    const fields = entity.fields
      .filter(field => field.sources.includes(index))
      .map(field => {
        const args = selective && field.name.startsWith('shout') ? '(upper: Boolean = false)' : '';
        return `${field.name}${args}: ${field.type}`;
      });
    types.push(`type ${entity.name}${isRich ? ` implements PNode${index}` : ''} { ${fields.join(' ')} }`);
    const tag = `${entity.index}s${index}`;
    const found = (asked: readonly string[]) => reply(entity, index, asked).map(row => at(world, index, entity, row));
    const bulk = (asked: unknown) => (entity.down.has(index) ? broken : found((asked as unknown[]).map(String)));
    const all = () => found(allIds());
    serve(`all${tag}`, entity.allType === '[]' ? `: [${entity.name}]` : `: [[${entity.name}!]!]`, () =>
      entity.allType === '[]' ? all() : [all(), []],
    );
    serve(`many${tag}`, `(ids: [${entity.keyType}!]!): [${entity.name}]`, ({ ids }) => bulk(ids));
    types.push(
      `input PIn${tag} { ids: [${entity.keyType}] note: String }`,
      `type PWrap${tag} { items: [${entity.name}] }`,
    );
    serve(`wrap${tag}`, `(input: PIn${tag}): PWrap${tag}`, ({ input }) => {
      const items = bulk((input as { ids?: unknown } | undefined)?.ids ?? []);
      return items instanceof GatewayError ? items : { __typename: own(world, index, `PWrap${tag}`), items };
    });
    serve(`one${tag}`, `(id: ${entity.keyType}!): ${entity.name}`, ({ id }) => {
      if (!entity.known.get(index)!.has(String(id)))
        return entity.order === 'asked' ? null : new GatewayError('NOT_FOUND', 'none');
      return at(world, index, entity, entity.failing.get(index)!.has(String(id)) ? broken : String(id));
    });
    if (entity.fields.some(field => field.name === `owner${index}`)) {
      serve(`owned${tag}`, `(owners: [String!]!): [${entity.name}]`, ({ owners }) =>
        reply(entity, index, owned(entity, index, owners as string[])).map(row => at(world, index, entity, row)),
      );
    }
  }
  if (rich.length > 0) {
    types.push(
      `interface PNode${index} { nm${index}: String }`,
      `union PAny${index} = ${rich.map(entity => entity.name).join(' | ')}`,
    );
    const each = () =>
      rich.flatMap(entity => reply(entity, index, ['1', '2', '3']).map(row => at(world, index, entity, row)));
    serve(`nodes${index}`, `: [PNode${index}]`, each);
    serve(`any${index}`, `: [PAny${index}]`, each);
  }
  types.push(
    `type PInner${index} { a: String b: Int! ref: String }`,
    `enum PColour${index} { ${colours.join(' ')} }`,
    'scalar Int64',
  );
  const sdl = own(world, index, `type Query { ${queries.join(' ')} } ${types.join(' ')}`);
  const outcome = (call: string, item: CallItem): Outcome => {
    sent(call, item.args, selective && item.selection ? selectionText(item.selection) : '');
    const value = handlers[call]!({ ...item.args }, item);
    return value instanceof GatewayError ? { fault: value } : { value };
  };
  const calls = Object.fromEntries(Object.keys(handlers).map(call => [`Query.${call}`, { call }]));
  return {
    source: { name, protocol: 'test', options: { ...defaultSourceOptions, prefix } },
    subschema: {
      blueprint: { typeDefs: parse(sdl), calls, model: {} },
      selective,
      send: async (call, batch) => batch.map(item => outcome((call as { call: string }).call, item)), // one of `calls`
      close: async () => {},
    },
  };
}

/** Rows that an owner has, as the source knows them. */
export function owned(entity: Entity, index: number, owners: readonly string[]): string[] {
  return allIds().filter(id => owners.includes(String(entity.rows.get(id)![`owner${index}`])));
}

/** A row as plain data, its peers worked out when they are read: they may go in circles. */
function at(world: World, index: number, entity: Entity, row: string | Error | null): unknown {
  if (typeof row !== 'string') return row;
  const value: Record<string, unknown> = { __typename: own(world, index, entity.name) };
  for (const field of entity.fields.filter(field => field.sources.includes(index))) {
    const cell = entity.rows.get(row)![field.name];
    if (!field.name.startsWith('peers') || !Array.isArray(cell)) value[field.name] = cell;
    else {
      let peers: unknown[] | undefined; // an answer's objects are themselves each time they are read
      const get = () => {
        peers ??= cell.map(id => at(world, index, entity, peer(entity, index, id)));
        return peers;
      };
      Object.defineProperty(value, field.name, { enumerable: false, get });
    }
  }
  return value;
}

export function peer(entity: Entity, index: number, id: string): string | Error | null {
  if (!entity.known.get(index)!.has(id)) return null;
  return entity.failing.get(index)!.has(id) ? broken : id;
}

type Variables = Readonly<Record<string, { readonly value: unknown }>>;

/** What a selective backend answers: response keys, and only what applies to the value's type. */
function project(value: unknown, selectionSet: SelectionSetNode, variables: Variables): unknown {
  if (Array.isArray(value)) return value.map(item => project(item, selectionSet, variables));
  if (value instanceof Error || typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  const answer: Record<string, unknown> = {
    ...(record['__typename'] === undefined ? {} : { __typename: record['__typename'] }),
  };
  const collect = (nodes: readonly SelectionNode[]): void => {
    for (const node of nodes) {
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const read = cell(record, node, variables);
        answer[key] = node.selectionSet ? merge(answer[key], project(read, node.selectionSet, variables)) : read;
      } else if (node.kind === Kind.INLINE_FRAGMENT && applies(node.typeCondition?.name.value, record)) {
        collect(node.selectionSet.selections);
      }
    }
  };
  collect(selectionSet.selections);
  return answer;
}

/** One response key may be selected twice: what is below is then the union. */
function merge(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return other.map((item, index) => merge(one[index], item));
  if (
    one instanceof Error ||
    other instanceof Error ||
    !one ||
    !other ||
    typeof one !== 'object' ||
    typeof other !== 'object'
  )
    return other;
  return {
    ...one,
    ...Object.fromEntries(
      Object.entries(other).map(([key, value]) => [key, merge((one as Record<string, unknown>)[key], value)]),
    ),
  };
}

function cell(record: Record<string, unknown>, node: FieldNode, variables: Variables): unknown {
  const value = record[node.name.value];
  const upper = node.arguments?.find(argument => argument.name.value === 'upper')?.value;
  const loud =
    upper?.kind === Kind.BOOLEAN
      ? upper.value
      : upper?.kind === Kind.VARIABLE && variables[upper.name.value]?.value === true;
  return loud && typeof value === 'string' ? value.toUpperCase() : value;
}

/** Interfaces are all entities of the source; there are no other abstract conditions than its own. */
function applies(condition: string | undefined, record: Record<string, unknown>): boolean {
  return condition === undefined || condition === record['__typename'] || /^P?(Node|Any)\d$/.test(condition);
}
