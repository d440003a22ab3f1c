import type { Dice } from '../../../supergraph/differential/dice.ts';
import { rootName, shownName } from '../../../supergraph/differential/overlay.ts';
import { colours, type Entity, type World } from '../../../supergraph/differential/world.ts';

/** What a field is answered with by nobody's asking. */
export interface CannedField {
  readonly type: string;
  readonly value: unknown;
  /** The policy under which it holds; absent: always. */
  readonly when?: string;
}

/** By coordinates of the overlay. */
export type CannedWorld = ReadonlyMap<string, CannedField>;

/** An object that is answered so, in the client's names: nothing below it is looked up. */
export class CannedRow {
  readonly [field: string]: unknown;

  constructor(fields: Readonly<Record<string, unknown>>) {
    Object.assign(this, fields);
  }
}

export function makeCanned(dice: Dice, world: World): CannedWorld {
  const canned = new Map<string, CannedField>();
  const percent = dice.pick([0, 0, 10, 25]);
  const add = (at: string, type: string, value: unknown, policies: readonly string[]) => {
    if (value === undefined || !dice.chance(percent)) return;
    canned.set(at, { type, value, ...(dice.chance(40) ? { when: dice.pick(policies) } : {}) });
  };
  const policies = ['gold', 'staff', 'plain'];
  for (const entity of world.entities) {
    for (const { name, type } of entity.fields) {
      if (name !== 'id' && !world.hidden.has(`${entity.name}.${name}`))
        add(`${entity.name}.${name}`, type, answerOf(world, type), policies);
    }
    for (const source of entity.sources)
      add(`Query.${rootName(world, source, `one${entity.index}s${source}`)}`, entity.name, rowOf(world, entity), [
        ...policies,
        'own',
      ]);
  }
  return canned;
}

function answerOf(world: World, type: string): unknown {
  if (type === 'String' || type === 'ID') return 'canned';
  if (type === 'Int' || type === 'Int!') return 77;
  if (type === '[String]') return ['canned', null];
  if (type === '[[Int]]') return [[7], null];
  if (type.startsWith('PColour')) return shownName(world, `${type}.${colours[1]}`);
  if (!type.startsWith('PInner')) return undefined;
  return new CannedRow({ a: 'canned', [shownName(world, `${type}.b`)]: 77 });
}

/** All that may not be left out; of the rest nothing. */
function rowOf(world: World, entity: Entity): CannedRow {
  const said: Record<string, unknown> = {};
  for (const { name, type } of entity.fields) {
    if (world.hidden.has(`${entity.name}.${name}`)) continue;
    const shown = shownName(world, `${entity.name}.${name}`);
    if (name === 'id') said[shown] = type.startsWith('Int') ? 77 : 'canned';
    else if (type.endsWith('!') || name.startsWith('inner')) said[shown] = answerOf(world, type);
  }
  for (const { on, name } of world.links) if (on === entity) said[name] = null;
  return new CannedRow(said);
}

/** As an operator would write it. */
export function cannedLines(canned: CannedWorld): readonly string[] {
  return [...canned].map(([at, { type, value, when }]) => {
    const [typeName = '', field = ''] = at.split('.');
    const condition = when === undefined ? '' : `, when: "${when}"`;
    return `extend type ${typeName} { ${field}: ${type} @canned(value: ${literal(value)}${condition}) }`;
  });
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!(value instanceof CannedRow)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${name}: ${literal(field)}`)
    .join(', ')} }`;
}
