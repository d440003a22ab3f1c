import { type Entity, entitiesOf, type LinkPlan, type World } from './world.ts';

/** The name that a client sees. A field of an interface bears one name in all that implement it. */
export function shownName({ renames }: World, coordinate: string): string {
  const nodeField = /\.nm(\d)$/.exec(coordinate);
  const carried = nodeField ? renames.get(`PNode${nodeField[1]}.nm${nodeField[1]}`) : undefined;
  return renames.get(coordinate) ?? carried ?? coordinate.slice(coordinate.indexOf('.') + 1);
}

/** A root field in the overlay's and the client's names. */
export function rootName(world: World, source: number, field: string): string {
  const { prefix } = world.sources[source]!;
  return prefix === '' ? field : `p${field[0]!.toUpperCase()}${field.slice(1)}`;
}

export function linkType({ how, target }: LinkPlan): string {
  return how === 'list' || how === 'owned' ? `[${target.name}]` : target.name;
}

/** What joins the sources, as an operator would write it. */
export function overlayOf(world: World): string {
  const { entities, links } = world;
  const lines = links.map(link => linkLine(link));
  for (const entity of entities) {
    for (const source of entity.entries) {
      const call = `s${source}.many${entity.index}s${source}`;
      lines.push(`extend type ${entity.name} @entity(key: "id", call: "${call}", into: "ids")`);
    }
    lines.push(...entity.fields.flatMap(field => annotated(world, entity, field.name, field.type)));
    const to = world.renames.get(entity.name);
    if (to) lines.push(`extend type ${entity.name} @rename(to: "${to}")`);
  }
  for (const [index] of world.sources.entries()) {
    const rename = (coordinate: string) => world.renames.get(coordinate);
    for (const [kind, name] of [
      ['type', `PInner${index}`],
      ['interface', `PNode${index}`],
    ] as const) {
      if (name.startsWith('PNode') && entitiesOf(world, index).length === 0) continue;
      if (rename(name)) lines.push(`extend ${kind} ${name} @rename(to: "${rename(name)}")`);
      const [field, type] = kind === 'type' ? ['b', 'Int!'] : [`nm${index}`, 'String'];
      const to = rename(`${name}.${field}`);
      if (to && (kind === 'interface' || isUsed(world, name)))
        lines.push(`extend ${kind} ${name} { ${field}: ${type} @rename(to: "${to}") }`);
    }
    const red = rename(`PColour${index}.RED`);
    if (red) lines.push(`extend enum PColour${index} { RED @rename(to: "${red}") }`);
    if (world.hidden.has(`PColour${index}.BLUE`)) lines.push(`extend enum PColour${index} { BLUE @inaccessible }`);
  }
  return lines.join('\n');
}

function isUsed({ entities }: World, type: string): boolean {
  return entities.some(entity => entity.fields.some(field => field.type === type)) || type.startsWith('PInner');
}

function annotated(world: World, entity: Entity, field: string, type: string): string[] {
  const coordinate = `${entity.name}.${field}`;
  const to = world.renames.get(coordinate);
  const marks = [...(to ? [`@rename(to: "${to}")`] : []), ...(world.hidden.has(coordinate) ? ['@inaccessible'] : [])];
  return marks.length === 0 ? [] : [`extend type ${entity.name} { ${field}: ${type} ${marks.join(' ')} }`];
}

function linkLine(link: LinkPlan): string {
  const { on, name, target, source, how, key, missing, max } = link;
  const tag = `${target.index}s${source}`;
  const rest = missing === 'ERROR' ? ', missing: ERROR' : '';
  const from = on ? `$parent.${key.join('.')}` : '$args.id';
  const field = on ? `${name}: ${linkType(link)}` : `${name}(id: ${target.keyType}!): ${target.name}`;
  return `extend type ${on?.name ?? 'Query'} { ${field} @resolve(call: "s${source}.${target_call()}${rest}) }`;

  function target_call(): string {
    if (how === 'one' || how === 'argument alone') return `one${tag}", args: { id: "${from}" }`;
    if (how === 'owned')
      return `owned${tag}", batch: { key: "${from}", into: "owners", match: "owner${source}", max: ${max} }`;
    const batch = (into: string) => `batch: { key: "${from}", into: "${into}", match: "id", max: ${max} }`;
    if (how === 'wrap') return `wrap${tag}", args: { input: { note: "$$x" } }, ${batch('input.ids')}, select: "items"`;
    return `many${tag}", ${batch('ids')}`;
  }
}
