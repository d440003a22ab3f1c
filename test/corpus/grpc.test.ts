import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixture, fixturesExist } from './corpus.ts';
import { startOnlineBoutique } from './online-boutique.ts';
import { openGateway } from './open-gateway.ts';

if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; no server of a .proto file of others.');

const documents: [string, () => object][] = [
  ['its file', () => ({ document: fixture('proto/microservices-demo/demo.proto') })],
  ['reflection', () => ({ reflection: true })],
];

describe.skipIf(!fixturesExist).each(documents)('a server of demo.proto, described by %s', (_, document) => {
  let backend: Awaited<ReturnType<typeof startOnlineBoutique>>;
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  beforeAll(async () => {
    backend = await startOnlineBoutique();
    const boutique = {
      protocol: 'grpc',
      ...document(),
      endpoint: backend.endpoint,
      tls: false,
      headers: { 'x-api-version': '3' },
      forward: ['accept-language', 'x-trace-bin'],
      queries: ['convert'],
    };
    gateway = await openGateway({ sources: { boutique } });
  });
  beforeEach(() => {
    backend.asked.length = 0;
    backend.metadata.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    await backend.close();
  });

  it('answers nested messages, lists, numbers of 64 bits and what is not set', async () => {
    const query = `{
      listProducts { products { id name description picture priceUsd { currencyCode units nanos } categories } }
      searchProducts(query: "Tank") { results { id } }
      listRecommendations(userId: "u", productIds: ["OLJ", "66V"]) { productIds }
      getSupportedCurrencies { currencyCodes }
      getAds(contextKeys: ["a", "ü"]) { ads { redirectUrl text } }
      convert(from: { currencyCode: "USD", units: "-9223372036854775808", nanos: -999999999 }, toCode: "EUR") { currencyCode units nanos }
      getCart(userId: "nobody") { userId items { productId } }
    }`;
    expect(await gateway.ask(query)).toEqual({
      data: {
        listProducts: {
          products: [
            {
              id: 'OLJ',
              name: 'Sunglasses',
              description: '',
              picture: '/sun.jpg',
              priceUsd: { currencyCode: 'USD', units: '19', nanos: 990_000_000 },
              categories: ['accessories'],
            },
            {
              id: '66V',
              name: 'Tank Top',
              description: 'Cotton',
              picture: '',
              priceUsd: { currencyCode: 'USD', units: '9007199254740993', nanos: -1 },
              categories: ['clothing'],
            },
            { id: 'dog', name: 'Dog bowl', description: '', picture: '', priceUsd: null, categories: ['dog'] },
          ],
        },
        searchProducts: { results: [{ id: '66V' }] },
        listRecommendations: { productIds: ['dog'] },
        getSupportedCurrencies: { currencyCodes: ['EUR', 'USD', 'JPY'] },
        getAds: {
          ads: [
            { redirectUrl: '/product/a', text: 'a for sale' },
            { redirectUrl: '/product/ü', text: 'ü for sale' },
          ],
        },
        convert: { currencyCode: 'EUR', units: '-9223372036854775808', nanos: -999_999_999 },
        getCart: { userId: 'nobody', items: [] },
      },
    });
    expect(backend.asked.toSorted()).toEqual([
      'AdService/GetAds {"contextKeys":["a","ü"]}',
      'CartService/GetCart {"userId":"nobody"}',
      'CurrencyService/Convert {"from":{"currencyCode":"USD","units":"-9223372036854775808","nanos":-999999999},"toCode":"EUR"}',
      'CurrencyService/GetSupportedCurrencies {}',
      'ProductCatalogService/ListProducts {}',
      'ProductCatalogService/SearchProducts {"query":"Tank"}',
      'RecommendationService/ListRecommendations {"productIds":["OLJ","66V"],"userId":"u"}',
    ]);
  });

  it('performs mutations one after the other, with nested inputs', async () => {
    const mutation = `mutation ($order: OrderResultInput, $address: AddressInput, $card: CreditCardInfoInput) {
      first: addItem(userId: "u", item: { productId: "OLJ", quantity: 2 })
      second: addItem(userId: "u", item: { productId: "66V" })
      placeOrder(userId: "u", userCurrency: "EUR", address: $address, email: "a@b.example", creditCard: $card) {
        order {
          orderId shippingTrackingId shippingCost { units nanos } shippingAddress { streetAddress city state country zipCode }
          items { item { productId quantity } cost { units } }
        }
      }
      charge(amount: { units: 5 }, creditCard: $card) { transactionId }
      shipOrder(address: $address, items: [{ productId: "OLJ" }, {}]) { trackingId }
      sendOrderConfirmation(email: "a@b.example", order: $order)
      emptyCart(userId: "u")
      again: placeOrder(userId: "u") { order { orderId } }
    }`;
    const variables = {
      order: { orderId: 'o-1', items: [{ item: { productId: 'OLJ', quantity: 1 }, cost: { units: '19' } }] },
      address: { streetAddress: 'Straße 1', city: 'Köln', country: 'DE', zipCode: 50667 },
      card: {
        creditCardNumber: '4432',
        creditCardCvv: 672,
        creditCardExpirationYear: 2039,
        creditCardExpirationMonth: 1,
      },
    };
    expect(await gateway.ask(mutation, variables)).toEqual({
      data: {
        first: true,
        second: true,
        placeOrder: {
          order: {
            orderId: 'o-1',
            shippingTrackingId: 'DE-1',
            shippingCost: { units: '8', nanos: 990_000_000 },
            shippingAddress: { streetAddress: 'Straße 1', city: 'Köln', state: '', country: 'DE', zipCode: 50667 },
            items: [
              { item: { productId: 'OLJ', quantity: 2 }, cost: { units: '19' } },
              { item: { productId: '66V', quantity: 0 }, cost: { units: '9007199254740993' } },
            ],
          },
        },
        charge: { transactionId: 'tx-1' },
        shipOrder: { trackingId: 'DE-1' },
        sendOrderConfirmation: true,
        emptyCart: true,
        again: null,
      },
      errors: [expect.objectContaining({ path: ['again'] })],
    });
    const address = '{"streetAddress":"Straße 1","city":"Köln","state":"","country":"DE","zipCode":50667}';
    const card =
      '{"creditCardNumber":"4432","creditCardCvv":672,"creditCardExpirationYear":2039,"creditCardExpirationMonth":1}';
    expect(backend.asked).toEqual([
      'CartService/AddItem {"userId":"u","item":{"productId":"OLJ","quantity":2}}',
      'CartService/AddItem {"userId":"u","item":{"productId":"66V","quantity":0}}',
      `CheckoutService/PlaceOrder {"userId":"u","userCurrency":"EUR","address":${address},"email":"a@b.example","creditCard":${card}}`,
      `PaymentService/Charge {"amount":{"currencyCode":"","units":"5","nanos":0},"creditCard":${card}}`,
      `ShippingService/ShipOrder {"items":[{"productId":"OLJ","quantity":0},{"productId":"","quantity":0}],"address":${address}}`,
      'EmailService/SendOrderConfirmation {"email":"a@b.example","order":{"items":[{"item":{"productId":"OLJ","quantity":1},"cost":{"currencyCode":"","units":"19","nanos":0}}],"orderId":"o-1","shippingTrackingId":"","shippingCost":null,"shippingAddress":null}}',
      'CartService/EmptyCart {"userId":"u"}',
      'CheckoutService/PlaceOrder {"userId":"u","userCurrency":"","address":null,"email":"","creditCard":null}',
    ]);
  });

  it('has its status told, and no word of what it said', async () => {
    const answer = await gateway.ask(
      'mutation { charge(creditCard: { creditCardNumber: "" }) { transactionId } placeOrder(userId: "x") { order { orderId } } }',
    );
    const errors = [
      ...(answer.errors ?? []),
      ...((await gateway.ask('{ a: getProduct(id: "no") { id } b: getProduct(id: "OLJ") { id } }')).errors ?? []),
    ];
    expect(errors).toEqual([
      {
        message: 'The source "boutique" did not accept the input.',
        locations: expect.any(Array),
        path: ['charge'],
        extensions: {
          code: 'BAD_USER_INPUT',
          source: 'boutique',
          operation: 'charge',
          grpc: { code: 3, status: 'INVALID_ARGUMENT' },
        },
      },
      {
        message: expect.not.stringContaining('secret'),
        locations: expect.any(Array),
        path: ['placeOrder'],
        extensions: {
          code: 'PRECONDITION_FAILED',
          source: 'boutique',
          operation: 'placeOrder',
          grpc: { code: 9, status: 'FAILED_PRECONDITION' },
        },
      },
      {
        message: 'The source "boutique" does not know what was asked for.',
        locations: expect.any(Array),
        path: ['a'],
        extensions: {
          code: 'NOT_FOUND',
          source: 'boutique',
          operation: 'getProduct',
          grpc: { code: 5, status: 'NOT_FOUND' },
        },
      },
    ]);
  });

  it('is given the headers of the allow-list as metadata, those that end in -bin as bytes', async () => {
    const headers = { 'accept-language': 'de', 'x-trace-bin': 'AAH/', authorization: 'Bearer no', 'x-own': 'no' };
    expect(await gateway.ask('{ getSupportedCurrencies { currencyCodes } }', {}, headers)).not.toHaveProperty('errors');
    const [metadata] = backend.metadata;
    expect(metadata?.getMap()).toMatchObject({ 'accept-language': 'de', 'x-api-version': '3' });
    expect(metadata?.get('x-trace-bin')).toEqual([Buffer.from([0, 1, 255])]);
    expect(metadata?.get('authorization')).toEqual([]);
    expect(metadata?.get('x-own')).toEqual([]);
  });

  it.each([
    ['an int32 that is none', '{ getQuote(items: [{ quantity: 2147483648 }]) { costUsd { units } } }'],
    ['an int64 that is none', '{ convert(from: { units: "9223372036854775808" }) { units } }'],
    ['an int64 with letters', '{ convert(from: { units: "1e3" }) { units } }'],
  ])('is never asked with %s', async (_what, query) => {
    const { errors } = await gateway.ask(query);
    expect(errors).toHaveLength(1);
    expect(backend.asked).toEqual([]);
  });
});
