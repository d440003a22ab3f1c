import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixture, fixturesExist } from './corpus.ts';
import { startOnlineBoutique } from './online-boutique.ts';
import { openGateway } from './open-gateway.ts';
import { startPetstore } from './petstore.ts';
import { startReviews } from './reviews.ts';
import { startSoapBackend } from './soap-backend.ts';

if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; documents of others are not joined.');

const overlay = `
  extend type Pet {
    reviews: [Review!] @resolve(call: "reviews.reviewsOfPets", batch: { key: "$parent.id", into: "petIds", match: "petId" })
  }
  extend type Category {
    product: ShopProduct @resolve(call: "boutique.getProduct", args: { id: "$parent.name" })
  }
  extend type ShopProduct {
    pets: [Pet!] @resolve(call: "petstore.findPetsByTags", args: { tags: "$parent.categories" })
  }
  extend type Review {
    pet: Pet @resolve(call: "petstore.getPetById", args: { petId: "$parent.petId" })
  }
  extend type Person {
    cars: [Car] @resolve(call: "dealer.getSedans", args: { arg0: "$parent.drives" }, select: "return")
    cart: ShopCart @resolve(call: "boutique.getCart", args: { userId: "$parent.id" })
  }
  extend type Porsche {
    ads(key: String! = "wax"): [ShopAd!] @resolve(call: "boutique.getAds", args: { contextKeys: ["$parent.make", "$args.key"] }, select: "ads")
  }
  extend type ShopCart { userId: String! @rename(to: "owner") }
`;

describe.skipIf(!fixturesExist)('documents of four makers in one gateway', () => {
  let backends: Awaited<ReturnType<typeof start>>;
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  beforeAll(async () => {
    backends = await start();
    const { petstore, dealer, boutique, reviews } = backends;
    gateway = await openGateway({
      overlay,
      limits: { cost: 10_000_000 }, // lists below links below lists, of no declared size
      sources: {
        petstore: { document: fixture('openapi/petstore/openapi.yaml'), endpoint: petstore.endpoint },
        dealer: { document: fixture('wsdl/cxf/cardealer.wsdl'), endpoint: `${dealer.url}/cars` },
        boutique: {
          document: fixture('proto/microservices-demo/demo.proto'),
          endpoint: boutique.endpoint,
          prefix: 'Shop',
        },
        reviews: { protocol: 'graphql', endpoint: reviews.endpoint },
      },
    });
  });
  beforeEach(() => {
    for (const { asked } of [backends.petstore, backends.dealer, backends.boutique]) asked.length = 0;
    backends.reviews.posted.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    for (const backend of Object.values(backends)) await backend.close();
  });

  it('answers one query from all, with one call for each hop and each different wish', async () => {
    const query = `{
      findPetsByStatus { ...Whole }
      findPetsByTags(tags: ["dog", "cat"]) { ...Whole }
    }
    fragment Whole on Pet {
      name
      category { product { name pets { name } } }
      reviews { id stars author { name cars { make ... on Porsche { color ads { text } } } cart { owner items { productId } } } pet { name } }
    }`;
    const cars = [{ make: 'Porsche', color: 'white', ads: [{ text: 'Porsche for sale' }, { text: 'wax for sale' }] }];
    const ann = { name: 'Ann', cars, cart: { owner: 'p1', items: [] } };
    const bob = { name: 'Bob', cars: null, cart: { owner: 'p2', items: [] } };
    const stars = (digits: string) => ({ digits });
    const rex = {
      name: 'Rex',
      category: { product: { name: 'Dog bowl', pets: [{ name: 'Rex' }] } },
      reviews: [
        { id: 'r3', stars: stars('123456789012345678901234567890'), author: bob, pet: { name: 'Rex' } },
        { id: 'r1', stars: stars('9007199254740993'), author: ann, pet: { name: 'Rex' } },
      ],
    };
    const tom = {
      name: 'Tom & Jerry',
      category: { product: null },
      reviews: [{ id: 'r2', stars: stars('-1'), author: bob, pet: { name: 'Tom & Jerry' } }],
    };
    expect(await gateway.ask(query)).toEqual({ data: { findPetsByStatus: [rex, tom], findPetsByTags: [rex, tom] } });
    expect(backends.petstore.asked.toSorted()).toEqual([
      'GET /api/v3/pet/1',
      'GET /api/v3/pet/2',
      'GET /api/v3/pet/findByStatus?status=available',
      'GET /api/v3/pet/findByTags?tags=dog',
      'GET /api/v3/pet/findByTags?tags=dog&tags=cat',
    ]);
    expect(backends.dealer.asked.map(({ body }) => body.slice(1)).toSorted()).toEqual([['  arg0 "Porsche"']]);
    expect(backends.boutique.asked.toSorted()).toEqual([
      'AdService/GetAds {"contextKeys":["Porsche","wax"]}',
      'CartService/GetCart {"userId":"p1"}',
      'CartService/GetCart {"userId":"p2"}',
      'ProductCatalogService/GetProduct {"id":"cat"}',
      'ProductCatalogService/GetProduct {"id":"dog"}',
    ]);
    expect(backends.reviews.posted).toEqual([
      {
        query:
          'query ($_0a_petIds: [ID!]!) { _0: reviewsOfPets(petIds: $_0a_petIds) { id stars ' +
          'author { name _selvage_drives: drives _selvage_id: id } _selvage_petId: petId _selvage_match: petId } }',
        variables: { _0a_petIds: ['1', '2'] },
      },
    ]);
  });

  it('keeps mutations of all in their order, and lets links read what they return', async () => {
    const mutation = `mutation ($id: Int64!) {
      addPet(input: { id: $id, name: "Fido", category: { name: "dog" }, photoUrls: [] }) { category { product { id } } }
      tradeIn(input: { porsche: { make: "Audi" } }) { ... on Porsche { ads { text } } }
      shopAddItem(userId: "p1", item: { productId: "dog", quantity: 1 })
      review(petId: "77", stars: "5") { pet { name } author { cart { items { productId } } } }
      deletePet(petId: $id)
    }`;
    expect(await gateway.ask(mutation, { id: '77' })).toEqual({
      data: {
        addPet: { category: { product: { id: 'dog' } } },
        tradeIn: { ads: [{ text: 'Porsche for sale' }, { text: 'wax for sale' }] },
        shopAddItem: true,
        review: { pet: { name: 'Fido' }, author: { cart: { items: [{ productId: 'dog' }] } } },
        deletePet: true,
      },
    });
    expect(backends.petstore.asked).toEqual([
      'POST /api/v3/pet {"id":77,"name":"Fido","category":{"name":"dog"},"photoUrls":[]}',
      'GET /api/v3/pet/77',
      'DELETE /api/v3/pet/77',
    ]);
    expect(backends.reviews.posted.map(({ variables }) => variables)).toEqual([{ _0a_petId: '77', _0a_stars: '5' }]);
  });

  it('answers from the others where one is down', async () => {
    await backends.boutique.close();
    const answer = await gateway.ask('{ getPetById(petId: 1) { name category { product { name } } reviews { id } } }');
    expect(answer.data).toEqual({
      getPetById: { name: 'Rex', category: { product: null }, reviews: [{ id: 'r3' }, { id: 'r1' }] },
    });
    expect(answer.errors).toEqual([
      {
        message: 'The source "boutique" cannot be reached.',
        locations: expect.any(Array),
        path: ['getPetById', 'category', 'product'],
        extensions: {
          code: 'UPSTREAM_UNREACHABLE',
          source: 'boutique',
          operation: 'getProduct',
          grpc: { code: 14, status: 'UNAVAILABLE' },
        },
      },
    ]);
  });
});

async function start() {
  const cars = 'http://apache.org/type_substitution/';
  return {
    petstore: await startPetstore(),
    dealer: await startSoapBackend(([operation, make]) => {
      if (operation?.includes('}tradeIn'))
        return `<r:tradeInResponse xmlns:r="${cars}" i:type="r:porsche"><make>Porsche</make></r:tradeInResponse>`;
      return make?.includes('"Porsche"')
        ? `<r:getSedansResponse xmlns:r="${cars}"><return i:type="r:porsche"><make>Porsche</make><color>white</color></return></r:getSedansResponse>`
        : `<r:getSedansResponse xmlns:r="${cars}"/>`;
    }),
    boutique: await startOnlineBoutique(),
    reviews: await startReviews(),
  };
}
