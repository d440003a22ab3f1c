import {
  loadPackageDefinition,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { fixture } from './corpus.ts';

type Message = Record<string, unknown>;
type Method = (request: Message) => Message;
interface Item {
  readonly productId: string;
  readonly quantity: number;
}

class Refusal extends Error {
  readonly code: status;
  constructor(code: status, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** A server of all services of `microservices-demo/demo.proto`, made by the libraries of gRPC's own project, with reflection. */
export async function startOnlineBoutique() {
  const definition = loadSync(fixture('proto/microservices-demo/demo.proto'), { longs: String, defaults: true });
  const { hipstershop } = loadPackageDefinition(definition);
  const asked: string[] = [];
  const metadata: Metadata[] = [];
  const server = new Server();
  const answers = methods();
  for (const [name, service] of Object.entries(hipstershop as Record<string, ServiceClientConstructor>)) {
    if (!('service' in service)) continue;
    const implementation = Object.keys(service.service).map(method => [
      method,
      (call: ServerUnaryCall<Message, Message>, reply: sendUnaryData<Message>) => {
        asked.push(`${name}/${method} ${JSON.stringify(call.request)}`);
        metadata.push(call.metadata);
        try {
          reply(null, answers[method]!(call.request));
        } catch (error) {
          reply({ code: error instanceof Refusal ? error.code : status.INTERNAL, details: String(error) });
        }
      },
    ]);
    server.addService(service.service, Object.fromEntries(implementation));
  }
  new ReflectionService(definition).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { asked, metadata, endpoint: `127.0.0.1:${port}`, close: async () => server.forceShutdown() };
}

function methods(): Readonly<Record<string, Method>> {
  const carts = new Map<string, Item[]>();
  const product = (id: unknown) => {
    const known = products.find(one => one.id === id);
    if (!known) throw new Refusal(status.NOT_FOUND, `secret: no product ${id}`);
    return known;
  };
  return {
    AddItem({ userId, item }) {
      carts.set(String(userId), [...(carts.get(String(userId)) ?? []), item as Item]);
      return {};
    },
    GetCart: ({ userId }) => ({ userId, items: carts.get(String(userId)) ?? [] }),
    EmptyCart({ userId }) {
      carts.delete(String(userId));
      return {};
    },
    ListRecommendations: ({ productIds }) => ({
      productIds: products.map(({ id }) => id).filter(id => !(productIds as string[]).includes(id)),
    }),
    ListProducts: () => ({ products }),
    GetProduct: ({ id }) => product(id),
    SearchProducts: ({ query }) => ({ results: products.filter(({ name }) => name.includes(String(query))) }),
    GetQuote: ({ items }) => ({ costUsd: usd(8 * (items as Item[]).length, 990_000_000) }),
    ShipOrder: ({ address }) => ({ trackingId: `${(address as Message)['country']}-1` }),
    GetSupportedCurrencies: () => ({ currencyCodes: ['EUR', 'USD', 'JPY'] }),
    Convert: ({ from, toCode }) => ({ ...(from as Message), currencyCode: toCode }),
    Charge({ creditCard }) {
      if ((creditCard as Message)['creditCardNumber'] === '')
        throw new Refusal(status.INVALID_ARGUMENT, 'secret: card');
      return { transactionId: 'tx-1' };
    },
    SendOrderConfirmation: () => ({}),
    PlaceOrder({ userId, address }) {
      const items = (carts.get(String(userId)) ?? []).map(item => ({ item, cost: product(item.productId).priceUsd }));
      if (items.length === 0) throw new Refusal(status.FAILED_PRECONDITION, 'secret: the cart is empty');
      const shipping = { shippingTrackingId: 'DE-1', shippingCost: usd(8, 990_000_000), shippingAddress: address };
      return { order: { orderId: 'o-1', ...shipping, items } };
    },
    GetAds: ({ contextKeys }) => ({
      ads: (contextKeys as string[]).map(key => ({ redirectUrl: `/product/${key}`, text: `${key} for sale` })),
    }),
  };
}

function usd(units: number | string, nanos: number) {
  return { currencyCode: 'USD', units, nanos };
}

const products = [
  {
    id: 'OLJ',
    name: 'Sunglasses',
    description: '',
    picture: '/sun.jpg',
    priceUsd: usd(19, 990_000_000),
    categories: ['accessories'],
  },
  {
    id: '66V',
    name: 'Tank Top',
    description: 'Cotton',
    picture: '',
    priceUsd: usd('9007199254740993', -1),
    categories: ['clothing'],
  },
  { id: 'dog', name: 'Dog bowl', description: '', picture: '', priceUsd: undefined, categories: ['dog'] },
];
