import { type HttpAnswer, startHttpBackend } from '../adapters/backends/http-backend.ts';

type Json = Record<string, unknown>;
type Route = (match: Readonly<Record<string, string>>, query: URLSearchParams, body: unknown) => HttpAnswer;

/** A server of `openapi/petstore/openapi.yaml`, with everything of it but uploads. */
export async function startPetstore() {
  const pets = new Map<string, Json>(seedPets.map(pet => [pet.id, pet]));
  const orders = new Map<string, Json>();
  const users = new Map<string, Json>();
  const asked: string[] = [];
  const http = await startHttpBackend(async ({ method, path, headers, body }) => {
    asked.push([`${method} ${path}`, body].filter(Boolean).join(' '));
    if (body !== '' && headers['content-type'] !== 'application/json') return { status: 415, body: '' };
    const { pathname, searchParams } = new URL(path, 'http://petstore');
    for (const [pattern, route] of routes(pets, orders, users)) {
      const match = new RegExp(`^${pattern.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(`${method} ${pathname}`);
      if (!match) continue;
      const named = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return route(Object.fromEntries(named), searchParams, body === '' ? undefined : parsed(body));
    }
    return { status: 405, body: '' };
  });
  return { ...http, asked, endpoint: `${http.url}/api/v3` };
}

function routes(pets: Map<string, Json>, orders: Map<string, Json>, users: Map<string, Json>): [string, Route][] {
  const all = () => [...pets.values()];
  const save = (pet: Json) => {
    if (pet['name'] === '') return { status: 422, body: JSON.stringify({ message: 'secret: a pet has a name' }) };
    pets.set(String(pet['id']), pet);
    return json(pet);
  };
  return [
    ['POST /api/v3/pet', (_, __, pet) => save(pet as Json)],
    ['PUT /api/v3/pet', (_, __, pet) => (pets.has(String((pet as Json)['id'])) ? save(pet as Json) : missing)],
    ['GET /api/v3/pet/findByStatus', (_, query) => json(all().filter(pet => pet['status'] === query.get('status')))],
    [
      'GET /api/v3/pet/findByTags',
      (_, query) =>
        json(
          all().filter(pet => (pet['tags'] as Json[]).some(tag => query.getAll('tags').includes(String(tag['name'])))),
        ),
    ],
    ['GET /api/v3/pet/{id}', ({ id }) => found(pets.get(id!))],
    [
      'POST /api/v3/pet/{id}',
      ({ id }, query) => {
        const pet = pets.get(id!);
        return pet ? save({ ...pet, ...Object.fromEntries(query) }) : missing;
      },
    ],
    ['DELETE /api/v3/pet/{id}', ({ id }) => (pets.delete(id!) ? json('Pet deleted') : { status: 400, body: '' })],
    ['GET /api/v3/store/inventory', () => json({ available: 2, pending: 1, 'sold, or dead': 7 })],
    [
      'POST /api/v3/store/order',
      (_, __, order) => {
        const placed = { id: 10, ...(order as Json) };
        orders.set('10', placed);
        return json(placed);
      },
    ],
    ['GET /api/v3/store/order/{id}', ({ id }) => found(orders.get(id!))],
    ['DELETE /api/v3/store/order/{id}', ({ id }) => (orders.delete(id!) ? { body: '' } : missing)],
    [
      'POST /api/v3/user/createWithList',
      (_, __, list) => {
        for (const user of list as Json[]) users.set(String(user['username']), user);
        return json((list as Json[])[0]);
      },
    ],
    [
      'GET /api/v3/user/login',
      (_, query) => json(`logged in user session: ${query.get('username')}/${query.get('password')}`),
    ],
    ['GET /api/v3/user/logout', () => ({ status: 200, body: '' })],
    ['GET /api/v3/user/{name}', ({ name }) => found(users.get(name!))],
    [
      'PUT /api/v3/user/{name}',
      ({ name }, _, user) => {
        if (!users.has(name!)) return missing;
        users.set(name!, { ...users.get(name!), ...(user as Json) });
        return { body: '' };
      },
    ],
    ['DELETE /api/v3/user/{name}', ({ name }) => (users.delete(name!) ? { body: '' } : missing)],
  ];
}

const seedPets = [
  pet('1', 'Rex', 'available', ['dog', 'big']),
  pet('2', 'Tom & Jerry', 'available', ['cat']),
  pet('3', 'Polly', 'pending', ['bird']),
];

function pet(id: string, name: string, status: string, tags: readonly string[]) {
  return {
    id,
    name,
    category: { id: 1, name: tags[0] },
    photoUrls: [`https://photos.example/${id}.jpg`],
    tags: tags.map((tag, index) => ({ id: index + 1, name: tag })),
    status,
  };
}

const missing: HttpAnswer = { status: 404, body: JSON.stringify({ message: 'secret: not found' }) };

/** Ids are integers of 64 bits, which JavaScript's own numbers cannot hold: here they are text. */
function parsed(body: string): unknown {
  return JSON.parse(body.replaceAll(/"(id|petId)":(\d+)/g, '"$1":"$2"'));
}

function json(value: unknown): HttpAnswer {
  return { body: JSON.stringify(value).replaceAll(/"(id|petId)":"(\d+)"/g, '"$1":$2') };
}

function found(value: unknown): HttpAnswer {
  return value === undefined ? missing : json(value);
}
