import { Random } from './random.ts';

export type Protocol = 'openapi' | 'soap' | 'grpc' | 'graphql';
export type Leaf = 'String' | 'Int' | 'Float' | 'Boolean' | 'Long' | 'Time' | 'Enum';

/** What a value is, whatever the protocol. Types by their name in the source. */
export type Shape =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'object'; readonly type: string }
  | { readonly kind: 'abstract' }
  | { readonly kind: 'list'; readonly of: Shape };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
}

export interface ObjectType {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Index of the entity that it is. */
  readonly entity?: number;
}

/** One of some objects: told by a discriminator, `xsi:type` or `__typename`; of gRPC the members of a oneof. */
interface Abstract {
  readonly name: string;
  readonly members: readonly string[];
  /** Of GraphQL: an interface with the field `label`, which all members have; else a union. */
  readonly isInterface: boolean;
}

/** What a source can be asked. `name` is the operation in its document. */
export interface CallModel {
  readonly name: string;
  /** `keyed`: many by keys of two parts, each an object. */
  readonly kind: 'many' | 'keyed' | 'all' | 'one' | 'any' | 'make';
  /** Of what: a type's name; of `any` the abstract type's. */
  readonly type: string;
}

export interface SourceModel {
  readonly index: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** All entities in the overlay's names begin with `P`: a source with that prefix leaves it out in its own. */
  readonly prefix: '' | 'P';
  readonly types: readonly ObjectType[];
  readonly abstract: Abstract;
  readonly enumName: string;
  readonly enumValues: readonly string[];
  readonly calls: readonly CallModel[];
}

export interface World {
  readonly seed: string;
  readonly sources: readonly SourceModel[];
  /** By entity: the indices of its sources. */
  readonly entities: readonly (readonly number[])[];
}

export const ids = ['1', '2', '3', '4', '5', '6'] as const;

const protocols: readonly Protocol[] = ['openapi', 'soap', 'grpc', 'graphql'];

export function makeWorld(seed: string): World {
  const random = new Random('world', seed);
  const count = 2 + random.below(3);
  const first = random.below(4);
  const entityCount = 2 + random.below(2);
  const entities = Array.from({ length: entityCount }, () => {
    const home = random.below(count);
    return [
      home,
      ...Array.from({ length: count }, (_, index) => index).filter(index => index !== home && random.chance(55)),
    ];
  });
  const sources = Array.from({ length: count }, (_, index) =>
    makeSource(random, index, protocols[(first + index) % 4]!, entities),
  );
  return { seed, sources, entities };
}

function makeSource(random: Random, index: number, protocol: Protocol, entities: World['entities']): SourceModel {
  const prefix = random.chance(25) ? 'P' : '';
  const own = (entity: number) => `${prefix === '' ? 'P' : ''}Q${entity}`;
  const mine = entities.flatMap((sources, entity) => (sources.includes(index) ? [entity] : []));
  const inner = `In${index}`;
  const [thing, place] = [`Thing${index}`, `Place${index}`];
  const leaf = (): Shape => ({ kind: 'leaf', leaf: random.pick(leavesOf(protocol)) });
  const field = (name: string, shape: Shape, percent = 18): Field => ({
    name,
    shape,
    required: random.chance(percent),
  });
  const types: ObjectType[] = [
    {
      name: inner,
      fields: [
        field('a', leaf()),
        field('b', leaf(), 50),
        field('ref', text),
        ...(random.chance(50) ? [field('deep', { kind: 'object', type: thing })] : []),
      ],
    },
    {
      name: thing,
      fields: [field('label', text, 0), field('size', leaf()), field('tags', { kind: 'list', of: leaf() })],
    },
    {
      name: place,
      fields: [
        field('label', text, 0),
        field('inner', { kind: 'object', type: inner }),
        ...(mine[0] === undefined ? [] : [field('at', { kind: 'object', type: own(mine[0]) })]),
      ],
    },
  ];
  for (const entity of mine) {
    const name = (word: string) => `${word}${entity}s${index}`;
    const fields: Field[] = [
      { name: 'id', shape: text, required: true },
      field(name('nm'), text),
      field(name('ref'), text),
      field(name('refs'), { kind: 'list', of: text }),
      field(name('grp'), text),
      ...Array.from({ length: 1 + random.below(3) }, (_, n) => field(`${name('f')}x${n}`, leaf())),
    ];
    if (random.chance(60)) fields.push(field(name('inner'), { kind: 'object', type: inner }));
    if (random.chance(50)) fields.push(field(name('inners'), { kind: 'list', of: { kind: 'object', type: inner } }));
    if (random.chance(50))
      fields.push(field(name('peers'), { kind: 'list', of: { kind: 'object', type: own(entity) } }));
    if (random.chance(40)) fields.push(field(name('what'), { kind: 'abstract' }));
    if (random.chance(40)) fields.push(field(name('whats'), { kind: 'list', of: { kind: 'abstract' } }));
    if (random.chance(40) && (protocol === 'openapi' || protocol === 'graphql'))
      fields.push(field(name('grid'), { kind: 'list', of: { kind: 'list', of: leaf() } }));
    types.push({ name: own(entity), fields, entity });
  }
  const isInterface = protocol === 'soap' || (protocol === 'graphql' && random.chance(50));
  const joinsEntity = mine.length > 0 && !isInterface && random.chance(50);
  const members = [thing, place, ...(joinsEntity ? [own(mine[0]!)] : [])];
  const entityCalls = mine.flatMap((entity): CallModel[] => {
    const type = own(entity);
    const tag = `Q${entity}S${index}`;
    return [
      { name: `getMany${tag}`, kind: 'many', type },
      // OpenAPI has no objects in a query's list.
      ...(protocol === 'openapi' ? [] : [{ name: `getKeyed${tag}`, kind: 'keyed' as const, type }]),
      { name: `getAll${tag}`, kind: 'all', type },
      { name: `getOne${tag}`, kind: 'one', type },
      { name: `make${tag}`, kind: 'make', type },
    ];
  });
  return {
    index,
    name: `s${index}`,
    protocol,
    prefix,
    types,
    abstract: { name: `Any${index}`, members, isInterface },
    enumName: `Colour${index}`,
    enumValues: ['RED', 'GREEN', 'BLUE'].map(value => `C${index}_${value}`),
    calls: [
      ...entityCalls,
      { name: `getAnyS${index}`, kind: 'any', type: `Any${index}` },
      { name: `getThingS${index}`, kind: 'one', type: thing },
    ],
  };
}

const text: Shape = { kind: 'leaf', leaf: 'String' };

function leavesOf(protocol: Protocol): readonly Leaf[] {
  const all: Leaf[] = ['String', 'Int', 'Float', 'Boolean', 'Enum', 'Long'];
  return protocol === 'grpc' ? all : [...all, 'Time'];
}

export function typeOf(source: SourceModel, name: string): ObjectType {
  const type = source.types.find(candidate => candidate.name === name);
  if (!type) throw new TypeError(`${source.name} has no ${name}.`);
  return type;
}
