import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHttpBackend } from '../adapters/backends/http-backend.ts';
import { fixture, fixturesExist } from './corpus.ts';
import { openGateway } from './open-gateway.ts';
import { startPetstore } from './petstore.ts';

if (!fixturesExist)
  console.warn('SKIPPED: ../shared/fixtures is not there; no server of an OpenAPI document of others.');

describe.skipIf(!fixturesExist)('a server of the pet store’s OpenAPI document', () => {
  let backend: Awaited<ReturnType<typeof startPetstore>>;
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  beforeAll(async () => {
    backend = await startPetstore();
    const petstore = {
      document: fixture('openapi/petstore/openapi.yaml'),
      endpoint: backend.endpoint,
      headers: { 'x-shop': 'main' },
      forward: ['accept-language'],
      credential: { apiKey: { in: 'header', name: 'api_key', value: 'special-key' } },
    };
    gateway = await openGateway({ sources: { petstore } });
  });
  beforeEach(() => {
    backend.asked.length = 0;
    backend.traffic.reset();
  });
  afterAll(async () => {
    await gateway.close();
    await backend.close();
  });

  it('is asked with the path, the query and the headers that the document and the configuration say', async () => {
    const query = `{
      getPetById(petId: "1") { id name category { id name } photoUrls tags { id name } status }
      findPetsByStatus { name }
      pending: findPetsByStatus(status: pending) { id }
      findPetsByTags(tags: ["cat", "a&b c", "bird"]) { id name status }
      loginUser(username: "a/b?c", password: "p&q=é")
      logoutUser
    }`;
    expect(await gateway.ask(query, {}, { 'accept-language': 'de', cookie: 'no=1', 'x-own': 'no' })).toEqual({
      data: {
        getPetById: {
          id: '1',
          name: 'Rex',
          category: { id: '1', name: 'dog' },
          photoUrls: ['https://photos.example/1.jpg'],
          tags: [
            { id: '1', name: 'dog' },
            { id: '2', name: 'big' },
          ],
          status: 'available',
        },
        findPetsByStatus: [{ name: 'Rex' }, { name: 'Tom & Jerry' }],
        pending: [{ id: '3' }],
        findPetsByTags: [
          { id: '2', name: 'Tom & Jerry', status: 'available' },
          { id: '3', name: 'Polly', status: 'pending' },
        ],
        loginUser: 'logged in user session: a/b?c/p&q=é',
        logoutUser: true,
      },
    });
    expect(backend.asked.toSorted()).toEqual([
      'GET /api/v3/pet/1',
      'GET /api/v3/pet/findByStatus?status=available',
      'GET /api/v3/pet/findByStatus?status=pending',
      'GET /api/v3/pet/findByTags?tags=cat&tags=a%26b%20c&tags=bird',
      'GET /api/v3/user/login?username=a%2Fb%3Fc&password=p%26q%3D%C3%A9',
      'GET /api/v3/user/logout',
    ]);
    for (const { headers } of backend.traffic.wire) {
      expect(headers).toMatchObject({ 'accept-language': 'de', 'x-shop': 'main', api_key: 'special-key' });
      expect(headers).not.toHaveProperty('cookie');
      expect(headers).not.toHaveProperty('x-own');
    }
  });

  it('is sent JSON bodies as the document types them', async () => {
    const mutation = `mutation ($pet: PetInput!, $users: [UserInput!]) {
      addPet(input: $pet) { id name category { id } tags { name } status }
      updatePetWithForm(petId: "9007199254740993", name: "Max / Moritz", status: "sold") { id name status }
      placeOrder(input: { petId: "9007199254740993", quantity: 2, shipDate: "2026-11-02T06:30:00.123Z", status: approved, complete: false }) {
        id petId quantity shipDate status complete
      }
      createUsersWithListInput(input: $users) { username userStatus }
      updateUser(username: "a b/c", input: { phone: null, email: "a@b.example" })
      deleteUser(username: "a b/c")
      deleteOrder(orderId: 10)
      deletePet(petId: "9007199254740993")
    }`;
    const variables = {
      pet: {
        id: '9007199254740993',
        name: 'Max "the dog"',
        photoUrls: [],
        tags: [{ name: 'dog' }],
        category: { id: 3 },
        status: 'pending',
      },
      users: [{ username: 'a b/c', userStatus: 1 }, { username: 'other' }],
    };
    expect(await gateway.ask(mutation, variables)).toEqual({
      data: {
        addPet: {
          id: '9007199254740993',
          name: 'Max "the dog"',
          category: { id: '3' },
          tags: [{ name: 'dog' }],
          status: 'pending',
        },
        updatePetWithForm: { id: '9007199254740993', name: 'Max / Moritz', status: 'sold' },
        placeOrder: {
          id: '10',
          petId: '9007199254740993',
          quantity: 2,
          shipDate: '2026-11-02T06:30:00.123Z',
          status: 'approved',
          complete: false,
        },
        createUsersWithListInput: { username: 'a b/c', userStatus: 1 },
        updateUser: true,
        deleteUser: true,
        deleteOrder: true,
        deletePet: true,
      },
    });
    expect(backend.asked).toEqual([
      'POST /api/v3/pet {"id":9007199254740993,"name":"Max \\"the dog\\"","category":{"id":3},"photoUrls":[],"tags":[{"name":"dog"}],"status":"pending"}',
      'POST /api/v3/pet/9007199254740993?name=Max%20%2F%20Moritz&status=sold',
      'POST /api/v3/store/order {"petId":9007199254740993,"quantity":2,"shipDate":"2026-11-02T06:30:00.123Z","status":"approved","complete":false}',
      'POST /api/v3/user/createWithList [{"username":"a b/c","userStatus":1},{"username":"other"}]',
      'PUT /api/v3/user/a%20b%2Fc {"email":"a@b.example","phone":null}',
      'DELETE /api/v3/user/a%20b%2Fc',
      'DELETE /api/v3/store/order/10',
      'DELETE /api/v3/pet/9007199254740993',
    ]);
  });

  it('answers a map as entries', async () => {
    expect(await gateway.ask('{ getInventory { key value } }')).toEqual({
      data: {
        getInventory: [
          { key: 'available', value: 2 },
          { key: 'pending', value: 1 },
          { key: 'sold, or dead', value: 7 },
        ],
      },
    });
  });

  it('has its refusals told by code and status, and no word of what it said', async () => {
    const refusals = await gateway.ask(`{
      unknown: getPetById(petId: 404) { name }
      getOrderById(orderId: 404) { id }
      known: getPetById(petId: 1) { name }
    }`);
    const error = (path: string, operation: string, code: string, status: number, message: string) => ({
      message,
      locations: expect.any(Array),
      path: [path],
      extensions: { code, source: 'petstore', operation, http: { status } },
    });
    const unknown = 'The source "petstore" does not know what was asked for.';
    expect(refusals).toEqual({
      data: { unknown: null, getOrderById: null, known: { name: 'Rex' } },
      errors: expect.arrayContaining([
        error('unknown', 'getPetById', 'NOT_FOUND', 404, unknown),
        error('getOrderById', 'getOrderById', 'NOT_FOUND', 404, unknown),
      ]),
    });
    expect(refusals.errors).toHaveLength(2);
    const unfit = 'The source "petstore" did not accept the input.';
    expect(
      await gateway.ask('mutation { addPet(input: { name: "", photoUrls: [] }) { id } deletePet(petId: 7) }'),
    ).toEqual({
      data: { addPet: null, deletePet: null },
      errors: [
        error('addPet', 'addPet', 'BAD_USER_INPUT', 422, unfit),
        error('deletePet', 'deletePet', 'BAD_USER_INPUT', 400, unfit),
      ],
    });
  });

  it.each([
    ['an enum value that the document does not have', '{ findPetsByStatus(status: dead) { id } }'],
    ['an id that is no integer', '{ getPetById(petId: "../admin") { id } }'],
    ['a body without what is required', 'mutation { addPet(input: { name: "x" }) { id } }'],
    ['a date that is none', 'mutation { placeOrder(input: { shipDate: "tomorrow" }) { id } }'],
    ['a path of dots', '{ getUserByName(username: "..") { id } }'],
  ])('is never asked with %s', async (_, query) => {
    expect((await gateway.ask(query)).errors).toHaveLength(1);
    expect(backend.asked).toEqual([]);
  });
});

describe.skipIf(!fixturesExist)('a server of Twilio’s OpenAPI document', () => {
  it('is sent forms, signed in to', async () => {
    const bodies: string[] = [];
    const backend = await startHttpBackend(async ({ method, path, headers, body }) => {
      bodies.push(`${method} ${path}`, `${headers.authorization} ${headers['content-type']}`, ...body.split('&'));
      return { status: 201, body: '{"sid":"SM1","status":"queued","num_segments":"1","error_code":null}' };
    });
    const twilio = {
      document: fixture('openapi/twilio/twilio_api_v2010.json'),
      endpoint: backend.url,
      credential: { basic: { username: 'AC1', password: 'secret' } },
      operations: { include: ['createMessage', 'fetchMessage'] },
    };
    const gateway = await openGateway({ sources: { twilio } });
    try {
      const mutation = `mutation ($input: CreateMessageInput) {
        createMessage(AccountSid: "AC0123456789abcdef0123456789abcdef", input: $input) { sid status num_segments error_code }
      }`;
      const input = {
        To: '+15551234567',
        Body: 'a&b=c é\n+',
        MediaUrl: ['https://a.example/?x=1&y=2', 'https://b.example/'],
        SmartEncoded: true,
        ContentRetention: 'retain',
      };
      expect(await gateway.ask(mutation, { input })).toEqual({
        data: { createMessage: { sid: 'SM1', status: 'queued', num_segments: '1', error_code: null } },
      });
      expect(bodies).toEqual([
        'POST /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json',
        'Basic QUMxOnNlY3JldA== application/x-www-form-urlencoded',
        'To=%2B15551234567',
        'ContentRetention=retain',
        'SmartEncoded=true',
        'Body=a%26b%3Dc%20%C3%A9%0A%2B',
        'MediaUrl=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2',
        'MediaUrl=https%3A%2F%2Fb.example%2F',
      ]);
    } finally {
      await gateway.close();
      await backend.close();
    }
  });
});
