import type { Random } from '../../fuzz/random.ts';

type Json = Record<string, unknown>;

/** A document of OpenAPI 3.1 that can grow: nothing in it stands for anything, all of it has a name to keep. */
export interface Growing {
  openapi: string;
  paths: Record<string, Json>;
  components: { schemas: Record<string, Json>; parameters: Record<string, Json> };
}

/** Words of which some make one name, and some are legal as they are. */
const words = [
  'pet',
  'Pet',
  'pet-name',
  'petName',
  'pet_name',
  'owner',
  '+1',
  '-1',
  '1',
  '3d',
  'a.b',
  'a-b',
  'input',
  'kind',
  'true',
  '',
];
const keys = [
  'Pet',
  'pet',
  'Pet-Name',
  'PetName',
  'Owner',
  'owner.v1',
  'HTTPError',
  'PetInput',
  '3d',
  'Query',
  'String',
  '__proto__',
  'constructor',
];
const paths = ['/pets', '/pets/{id}', '/pets/{id}/owners', '/a-b', '/a/b', '/3d', '/owners'];
const methods = ['get', 'put', 'post', 'delete', 'patch'];
const ids = ['listPets', 'list-pets', 'pets/list', 'get_owner', 'input', '3d'];

export function newDocument(random: Random): Growing {
  const used = random.some(keys, 60);
  const schemas: Record<string, Json> = Object.create(null);
  const document: Growing = { openapi: '3.1.0', paths: {}, components: { schemas, parameters: {} } };
  for (const key of used) schemas[key] = {}; // so that they can refer to one another
  for (const key of used) schemas[key] = object(document, random, 2, random.chance(30) ? random.pick(used) : undefined);
  for (const name of random.some(words, 30))
    document.components.parameters[`P${name}`] = { name, in: 'query', schema: schema(document, random, 1) };
  const free = [...ids];
  for (const path of random.some(paths, 60)) {
    const item: Json = {};
    document.paths[path] = item;
    if (random.chance(30)) Object.assign(item, { parameters: [{ name: 'by', in: 'query', schema: choice(random) }] });
    for (const method of random.some(methods, 40)) {
      const operationId = random.chance(60) ? free.splice(random.below(free.length), 1)[0] : undefined;
      item[method] = operation(document, random, operationId);
    }
  }
  return document;
}

/** The same with one thing more at any place, which is called as nothing else is. */
export function grown(
  document: Growing,
  fresh: string,
  random: Random,
): { readonly document: Growing; readonly how: string } {
  const next = structuredClone(document);
  const how = random.pick(['an operation', 'a component', 'a property', 'an enum value']);
  switch (how) {
    case 'an operation': {
      const path = random.pick([...Object.keys(next.paths), `/${fresh}`, `/${fresh}/{id}`]);
      const free = methods.filter(method => next.paths[path]?.[method] === undefined);
      const item: Json = next.paths[path] ?? {};
      const isNew = next.paths[path] === undefined; // without an id, the name is made of the path
      const added = operation(next, random, isNew && random.chance(50) ? undefined : fresh);
      next.paths = inserted(next.paths, path, inserted(item, free[0] ?? 'head', added, random), random);
      break;
    }
    case 'a component':
      next.components.schemas = inserted(next.components.schemas, fresh, object(next, random, 2, undefined), random);
      break;
    case 'a property': {
      const target = random.pick(schemasIn(next).filter(({ properties }) => Object.keys(properties ?? {}).length > 0));
      if (target) target['properties'] = inserted(target['properties'] as Json, fresh, schema(next, random, 1), random);
      break;
    }
    default: {
      const target = random.pick(schemasIn(next).filter(each => each['enum']));
      if (target) (target['enum'] as unknown[]).splice(random.below(3), 0, fresh);
    }
  }
  return { document: next, how };
}

function operation(document: Growing, random: Random, operationId: string | undefined): Json {
  const content = () => ({ content: { 'application/json': { schema: schema(document, random, 2) } } });
  const shared = Object.keys(document.components.parameters).map(key => ({
    $ref: `#/components/parameters/${key.replace('/', '~1')}`,
  }));
  const own = random
    .some(words, 10)
    .map(name => ({ name, in: random.pick(['query', 'header', 'cookie']), schema: choice(random) }));
  return {
    ...(operationId === undefined ? {} : { operationId }),
    parameters: [...random.some(shared, 30), ...own.filter(({ name }) => name !== '')],
    ...(random.chance(40) ? { requestBody: content() } : {}),
    responses: { 200: { description: '', ...(random.chance(80) ? content() : {}) } },
  };
}

function schema(document: Growing, random: Random, depth: number): Json {
  const known = Object.keys(document.components.schemas);
  const kind = random.below(depth > 0 ? 8 : 3);
  if (kind === 0) return { type: 'string' };
  if (kind === 1) return choice(random);
  if (kind < 5 && known.length > 0) return { $ref: `#/components/schemas/${random.pick(known)}` };
  if (kind === 5) return { type: 'array', items: schema(document, random, depth - 1) };
  if (kind === 6 && known.length > 1)
    return { oneOf: random.some(known, 40).map(key => ({ $ref: `#/components/schemas/${key}` })) };
  return object(document, random, depth - 1, random.chance(20) ? known[0] : undefined);
}

function object(document: Growing, random: Random, depth: number, parent: string | undefined): Json {
  const properties = Object.fromEntries(random.some(words, 25).map(word => [word, schema(document, random, depth)]));
  const own = {
    type: 'object',
    properties,
    ...(random.chance(10) ? { additionalProperties: schema(document, random, depth) } : {}),
  };
  return parent === undefined ? own : { allOf: [{ $ref: `#/components/schemas/${parent}` }, own] };
}

function choice(random: Random): Json {
  return { type: 'string', enum: ['one', ...random.some(words, 30), 'two'] };
}

/** Every schema, wherever it stands. */
function schemasIn(document: Growing): Json[] {
  const found: Json[] = [];
  const waiting: unknown[] = [document];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ('type' in next && typeof next.type === 'string') found.push(next as Json);
    waiting.push(...Object.values(next));
  }
  return found;
}

/** By entries, since a key may be one that plain objects treat otherwise. */
function inserted<T>(
  record: Readonly<Record<string, T>>,
  key: string,
  value: NoInfer<T>,
  random: Random,
): Record<string, T> {
  const entries = Object.entries(record).filter(([other]) => other !== key);
  entries.splice(random.below(entries.length + 1), 0, [key, value]);
  const result: Record<string, T> = Object.create(null);
  for (const [name, each] of entries) result[name] = each;
  return result;
}
