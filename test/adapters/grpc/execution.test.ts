import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { execute, parse, validate, validateSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Subschema } from '../../../src/adapter/adapter.ts';
import { executableSchema } from '../../../src/adapter/executable.ts';
import { requestContext } from '../../../src/adapter/request-context.ts';
import { type Answer, type Backend, callContext, connectTo, serve } from './backend.ts';

const proto = `
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
enum Status { UNKNOWN = 0; OPEN = 1; }
message Item {
  string sku = 1; int64 stock = 2; Status status = 3; repeated Status history = 4; double weight = 5;
  oneof price { int64 cents = 6; string on_request = 7; } map<string, int64> places = 8; map<string, Item> parts = 9;
  google.protobuf.Timestamp at = 10; google.protobuf.Struct extra = 11; Item inside = 12; map<string, Status> states = 13;
}
message GetRequest { string sku = 1; }
service Stock { rpc Get(GetRequest) returns (Item); rpc Put(Item) returns (Item); }
`;

let backend: Backend;
let stock: Subschema<unknown, unknown>;
let answer: (request: unknown) => Answer;

beforeAll(async () => {
  const method = (request: unknown) => answer(request);
  backend = await serve(proto, { Get: method, Put: method });
  stock = await connectTo(proto, backend.endpoint);
});
afterAll(async () => {
  await stock.close();
  await backend.stop();
});

async function run(text: string, variableValues: Record<string, unknown> = {}) {
  const schema = executableSchema(stock);
  expect(validateSchema(schema)).toEqual([]);
  expect(validate(schema, parse(text))).toEqual([]);
  const contextValue = requestContext(callContext(), 100);
  const { data, errors } = await execute({ schema, document: parse(text), variableValues, contextValue });
  const told = errors?.map(({ path, extensions }) => [path?.join('.'), extensions['code']]);
  return { data: JSON.parse(JSON.stringify(data ?? null)) as unknown, errors: told };
}

describe('an operation', () => {
  it('sends what it is given, in every shape, and reads what comes back', async () => {
    answer = request => ({ json: request as never });
    const result = await run(
      `mutation ($price: ItemPriceInput) {
        put(sku: "a", stock: 9007199254740993, status: OPEN, history: [OPEN, UNKNOWN], weight: 1.5, price: $price, places: [{ key: "here", value: "5" }],
          parts: [{ key: "p", value: { sku: "b", price: { onRequest: "ask" } } }], at: "2024-01-01T00:00:00+01:00", extra: { a: [1] }) {
          sku stock status history weight cents onRequest priceCase places { key value } parts { key value { sku onRequest priceCase } } at extra inside { sku }
        }
      }`,
      { price: { cents: '12' } },
    );
    expect(result).toEqual({
      data: {
        put: {
          ...{ sku: 'a', stock: '9007199254740993', status: 'OPEN', history: ['OPEN', 'UNKNOWN'], weight: 1.5 },
          ...{ cents: '12', onRequest: null, priceCase: 'cents', places: [{ key: 'here', value: '5' }] },
          parts: [{ key: 'p', value: { sku: 'b', onRequest: 'ask', priceCase: 'onRequest' } }],
          ...{ at: '2023-12-31T23:00:00Z', extra: { a: [1] }, inside: null },
        },
      },
      errors: undefined,
    });
  });

  it('has an error where one value is unknown, and everything else', async () => {
    const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string('a').tag(3, WireType.Varint).int32(9);
    const bytes = writer.tag(4, WireType.LengthDelimited).fork().int32(1).int32(9).join().finish();
    answer = () => ({ bytes });
    expect(await run('{ get(sku: "a") { sku status history } }')).toEqual({
      data: { get: { sku: 'a', status: null, history: ['OPEN', null] } },
      errors: [
        ['get.status', 'UPSTREAM_MALFORMED'],
        ['get.history.1', 'UPSTREAM_MALFORMED'],
      ],
    });
  });

  it('has an error where a map’s value is unknown, and all its other entries', async () => {
    const entry = (writer: BinaryWriter, key: string, value: number) =>
      writer
        .tag(13, WireType.LengthDelimited)
        .fork()
        .tag(1, WireType.LengthDelimited)
        .string(key)
        .tag(2, WireType.Varint)
        .int32(value)
        .join();
    const bytes = entry(entry(new BinaryWriter(), '__proto__', 1), 'b', 9).finish();
    answer = () => ({ bytes });
    const states = [
      { key: '__proto__', value: 'OPEN' },
      { key: 'b', value: null },
    ];
    expect(await run('{ get(sku: "a") { states { key value } } }')).toEqual({
      data: { get: { states } },
      errors: [['get.states.1.value', 'UPSTREAM_MALFORMED']],
    });
  });

  it('asks each thing once', async () => {
    answer = request => ({ json: request as never });
    const before = backend.calls.length;
    expect(await run('{ a: get(sku: "x") { sku } b: get(sku: "x") { sku } c: get(sku: "y") { sku } }')).toMatchObject({
      data: { a: { sku: 'x' }, b: { sku: 'x' }, c: { sku: 'y' } },
    });
    expect(backend.calls.length - before).toBe(2);
  });

  it.each([
    ['of 65 bits', 'stock: "9223372036854775808"'],
    ['with a key twice', 'places: [{ key: "a", value: 1 }, { key: "a", value: 2 }]'],
  ])('is told that an argument %s cannot be sent', async (_, argument) => {
    const before = backend.calls.length;
    const result = await run(`mutation { put(${argument}) { sku } }`);
    expect(result).toEqual({ data: { put: null }, errors: [['put', 'BAD_USER_INPUT']] });
    expect(backend.calls.length).toBe(before);
  });
});
