import { GatewayError } from '../../../src/base/error.ts';
import type { Dice } from './dice.ts';

/** Stands in the data where a backend fails. */
export const broken = new GatewayError('UPSTREAM_ERROR', 'The backend failed.', { details: { source: 'a source' } });

export interface SourcePlan {
  readonly name: string;
  /** All types in the overlay's names begin with `P`: a source with that prefix leaves it out in its own. */
  readonly prefix: '' | 'P';
  readonly selective: boolean;
}

/** A field of an entity as some sources have it. Type in the overlay's names. */
export interface FieldPlan {
  readonly name: string;
  readonly type: string;
  readonly sources: readonly number[];
}

export interface Entity {
  /** In the overlay: `PQ<index>`. */
  readonly name: string;
  readonly index: number;
  readonly keyType: string;
  /** More than one: merged. */
  readonly sources: readonly number[];
  /** The sources that it can be looked up in by `@entity`. */
  readonly entries: readonly number[];
  readonly fields: readonly FieldPlan[];
  /** What each source knows, of all rows. */
  readonly known: ReadonlyMap<number, ReadonlySet<string>>;
  /** Rows that are answered with a failure. Never in an entity that some source does not know all of. */
  readonly failing: ReadonlyMap<number, ReadonlySet<string>>;
  readonly rows: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** How lists are answered. */
  readonly order: 'asked' | 'reversed' | 'doubled' | 'with nulls';
  readonly allType: '[]' | '[[!]!]';
  /** Sources whose bulk call fails as a whole. */
  readonly down: ReadonlySet<number>;
}

export interface LinkPlan {
  readonly on: Entity | undefined;
  readonly name: string;
  readonly target: Entity;
  readonly source: number;
  readonly how: 'many' | 'wrap' | 'list' | 'owned' | 'one' | 'argument' | 'argument alone';
  /** Steps from the parent to the key. */
  readonly key: readonly string[];
  readonly missing: 'NULL' | 'ERROR';
  readonly max: number;
}

/** The kind of call that a link asks. */
export const callOfLink: Readonly<Record<LinkPlan['how'], 'many' | 'wrap' | 'owned' | 'one'>> = {
  many: 'many',
  list: 'many',
  argument: 'many',
  wrap: 'wrap',
  owned: 'owned',
  one: 'one',
  'argument alone': 'one',
};

export interface World {
  readonly sources: readonly SourcePlan[];
  readonly entities: readonly Entity[];
  readonly links: readonly LinkPlan[];
  /** By coordinates of the overlay. */
  readonly renames: ReadonlyMap<string, string>;
  readonly hidden: ReadonlySet<string>;
}

const ids = ['1', '2', '3', '4', '5'];
export const colours = ['RED', 'GREEN', 'BLUE'];

export function makeWorld(dice: Dice): World {
  const sources = Array.from({ length: 2 + dice.below(3) }, (_, index): SourcePlan => {
    return { name: `s${index}`, prefix: dice.chance(30) ? 'P' : '', selective: dice.chance(40) };
  });
  const entities = Array.from({ length: 2 + dice.below(3) }, (_, index) => makeEntity(dice, index, sources.length));
  const links = Array.from({ length: 1 + dice.below(6) }, (_, index) => makeLink(dice, index, entities));
  return { sources, entities, links, ...makeNames(dice, entities, sources.length) };
}

function makeEntity(dice: Dice, index: number, sourceCount: number): Entity {
  const name = `PQ${index}`;
  const home = dice.below(sourceCount);
  const others = Array.from({ length: sourceCount }, (_, source) => source).filter(source => source !== home);
  const more = dice.some(others, 35);
  const stub = more.length > 1 && dice.chance(40) ? more.at(-1) : undefined;
  const sources = [home, ...more];
  const entries = more.length === 0 ? [] : sources.filter(source => source !== stub);
  const rows = new Map<string, Record<string, unknown>>();
  const failures = dice.chance(25);
  const known = new Map<number, ReadonlySet<string>>();
  const failing = new Map<number, ReadonlySet<string>>();
  for (const source of sources) {
    known.set(source, new Set(failures || !dice.chance(50) ? ids : dice.some(ids, 70)));
    failing.set(source, new Set(failures ? dice.some(ids, 25) : []));
  }
  const keyType = dice.pick(['ID', 'String', 'Int', 'Int64']);
  const shared = [...known.values()].every(set => set.size === ids.length);
  const fields: FieldPlan[] = [{ name: 'id', type: `${keyType}!`, sources }];
  if (shared && sources.length > 1) fields.push({ name: 'shared', type: 'String', sources: sources });
  for (const source of sources.filter(source => source !== stub)) {
    const field = (word: string, type: string) => fields.push({ name: `${word}${source}`, type, sources: [source] });
    field('nm', 'String');
    field('ref', dice.pick(['String', 'Int', 'ID', 'Int64']));
    if (dice.chance(40)) field('refs', '[String]');
    if (dice.chance(40)) field('strict', 'Int!');
    if (dice.chance(40)) field('colour', `PColour${source}`);
    if (dice.chance(30)) field('grid', '[[Int]]');
    if (dice.chance(50)) field('inner', `PInner${source}`);
    if (dice.chance(40)) field('peers', `[${name}]`);
    if (dice.chance(40)) field('owner', 'String');
    if (dice.chance(40)) field('shout', 'String');
  }
  for (const id of ids) rows.set(id, makeRow(dice, id, fields, sources.length > 1));
  const order = dice.pick(['asked', 'reversed', 'doubled', 'with nulls'] as const);
  const allType = failures || order !== 'with nulls' ? dice.pick(['[]', '[[!]!]'] as const) : '[]';
  const down = new Set(dice.some(sources, 6));
  return { name, index, keyType, sources, entries, fields, known, failing, rows, order, allType, down };
}

function makeRow(dice: Dice, id: string, fields: readonly FieldPlan[], merged: boolean): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const { name, type } of fields)
    row[name] = name === 'id' ? keyOf(type, id) : makeValue(dice, name, type, merged);
  return row;
}

function makeValue(dice: Dice, name: string, type: string, merged: boolean): unknown {
  // A null in a merged object's own `!` takes the source's other fields with it: what is then null depends on what was asked.
  const mayFail = !(type.endsWith('!') && merged);
  if (mayFail && name !== 'shared' && dice.chance(8)) return dice.chance(50) ? broken : null;
  if (name.startsWith('refs'))
    return Array.from({ length: dice.below(4) }, () => (dice.chance(15) ? null : dice.pick(ids)));
  if (name.startsWith('ref')) return dice.chance(15) ? null : keyOf(type, dice.pick(ids));
  if (name.startsWith('owner')) return dice.pick(ids);
  if (name.startsWith('colour')) return dice.pick(colours);
  if (name.startsWith('grid'))
    return [[1, dice.chance(20) ? null : 2], dice.chance(20) ? null : [], dice.chance(20) ? broken : [3]];
  if (name.startsWith('peers')) return dice.some(ids, 40);
  if (name.startsWith('strict')) return dice.below(100);
  if (name.startsWith('inner')) {
    const b = dice.chance(15) ? broken : dice.below(9);
    return { a: dice.chance(10) ? broken : 'inner', b, ref: dice.chance(15) ? null : dice.pick(ids) };
  }
  return `${name} ${dice.below(10)}`;
}

/** A key as a source of that type writes it. */
function keyOf(type: string, id: string): unknown {
  return type.startsWith('Int') && !type.startsWith('Int64') ? Number(id) : id;
}

function makeLink(dice: Dice, index: number, entities: readonly Entity[]): LinkPlan {
  const target = dice.pick(entities);
  const source = dice.pick(target.sources.filter(source => target.fields.some(field => field.name === `nm${source}`)));
  const name = `link${index}`;
  const fails = target.failing.get(source)!.size > 0 || target.down.has(source);
  const missing = !fails && dice.chance(25) ? 'ERROR' : 'NULL';
  const base = { name, target, source, missing, max: dice.pick([100, 2, 1]) } as const;
  if (dice.chance(15))
    return { ...base, on: undefined, how: dice.pick(['argument', 'argument alone'] as const), key: [] };
  const on = dice.pick(entities);
  const has = (word: string) => on.fields.filter(field => field.name.startsWith(word)).map(field => [field.name]);
  const ref = dice.pick([
    ...has('ref').filter(([field]) => !field?.startsWith('refs')),
    ...has('inner').map(([field]) => [field ?? '', 'ref']),
  ]);
  const owned = !fails && target.fields.some(field => field.name === `owner${source}`);
  const ways: LinkPlan['how'][] = ['many', 'wrap', 'one'];
  if (has('refs').length > 0) ways.push('list');
  if (owned) ways.push('owned');
  const how = dice.pick(ways);
  if (how === 'list') return { ...base, on, how, key: has('refs')[0]! };
  if (how === 'owned') return { ...base, on, how, key: ['id'], missing: 'NULL' };
  return { ...base, on, how, key: ref };
}

function makeNames(dice: Dice, entities: readonly Entity[], sourceCount: number) {
  const renames = new Map<string, string>();
  const hidden = new Set<string>();
  for (const { name, fields } of entities) {
    if (dice.chance(25)) renames.set(name, `Client${name}`);
    for (const field of fields) {
      if (!field.name.startsWith('nm') && dice.chance(12)) renames.set(`${name}.${field.name}`, `${field.name}Renamed`);
      if (!/^(nm|shared)/.test(field.name) && dice.chance(10)) hidden.add(`${name}.${field.name}`);
    }
  }
  for (let source = 0; source < sourceCount; source += 1) {
    if (dice.chance(20)) renames.set(`PInner${source}`, `Client${source}Inner`);
    if (dice.chance(20)) renames.set(`PInner${source}.b`, 'bee');
    if (dice.chance(20)) renames.set(`PColour${source}.RED`, 'ROUGE');
    if (dice.chance(15)) hidden.add(`PColour${source}.BLUE`);
    if (dice.chance(20)) renames.set(`PNode${source}`, `ClientNode${source}`);
    if (dice.chance(20)) renames.set(`PNode${source}.nm${source}`, `label${source}`);
  }
  return { renames, hidden };
}

/** The rows that a source answers a bulk call with: an Error where one fails, in the entity's order. */
export function reply(entity: Entity, source: number, asked: readonly string[]): (string | Error | null)[] {
  const rows = asked
    .filter(id => entity.known.get(source)!.has(id))
    .map(id => (entity.failing.get(source)!.has(id) ? broken : id));
  if (entity.order === 'reversed') return rows.reverse();
  if (entity.order === 'doubled') return [...rows, ...rows];
  return entity.order === 'with nulls' ? [null, ...rows, null] : rows;
}

export function allIds(): readonly string[] {
  return ids;
}

/** Entities that a source answers for, with what nodes and unions are made of. */
export function entitiesOf({ entities }: World, source: number): readonly Entity[] {
  return entities.filter(entity => entity.fields.some(field => field.name === `nm${source}`));
}
