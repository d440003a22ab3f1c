import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openGateway } from '../../corpus/open-gateway.ts';
import { type Backend, serve } from './backend.ts';

const proto = `syntax = "proto3"; package shop; import "google/protobuf/field_mask.proto";
  message Item { string sku = 1; string maker_id = 2; Place place = 3; repeated Place places = 4; int64 pieces = 5; }
  message Place { string aisle = 1; int32 shelf = 2; }
  message Maker { string id = 1; string display_name = 2; string town = 3; }
  message GetItemRequest { string sku = 1; google.protobuf.FieldMask read_mask = 2; }
  message ListItemsRequest { google.protobuf.FieldMask read_mask = 1; } message ListItemsReply { repeated Item items = 1; string next_page_token = 2; }
  message BatchGetMakersRequest { repeated string ids = 1; google.protobuf.FieldMask read_mask = 2; } message BatchGetMakersReply { repeated Maker makers = 1; }
  service Stock { rpc GetItem(GetItemRequest) returns (Item); rpc ListItems(ListItemsRequest) returns (ListItemsReply); rpc BatchGetMakers(BatchGetMakersRequest) returns (BatchGetMakersReply); }`;

const folder = mkdtempSync(join(tmpdir(), 'read-mask-'));
const asked: unknown[] = [];
let backend: Backend;

beforeAll(async () => {
  const item = {
    sku: 'a',
    makerId: 'm1',
    place: { aisle: 'A', shelf: 4 },
    places: [{ aisle: 'B' }],
    pieces: '9007199254740993',
  };
  const noted = (answer: object) => (request: unknown) => {
    asked.push(request);
    return { json: answer as never };
  };
  backend = await serve(proto, {
    GetItem: noted(item),
    ListItems: noted({ items: [item, { ...item, sku: 'b', makerId: 'm2' }], nextPageToken: 'n' }),
    BatchGetMakers: noted({
      makers: [
        { id: 'm2', displayName: 'Two' },
        { id: 'm1', displayName: 'One' },
      ],
    }),
  });
  writeFileSync(join(folder, 'stock.proto'), proto);
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  await backend.stop();
  rmSync(folder, { recursive: true });
});

async function ask(query: string, overlay?: string) {
  const stock = { document: join(folder, 'stock.proto'), endpoint: backend.endpoint, fieldMask: 'FROM_SELECTION' };
  const gateway = await openGateway({ sources: { stock }, ...(overlay === undefined ? {} : { overlay }) });
  try {
    return await gateway.ask(query);
  } finally {
    await gateway.close();
  }
}

describe('a mask that is made of what is selected', () => {
  it('asks for what the client selects, under its own names', async () => {
    const { data } = await ask('{ getItem(sku: "a") { number: pieces place { shelf } places { aisle } } }');
    expect(data).toEqual({ getItem: { number: '9007199254740993', place: { shelf: 4 }, places: [{ aisle: 'B' }] } });
    expect(asked).toEqual([{ sku: 'a', readMask: 'place.shelf,places,pieces' }]);
  });

  it('asks for what a link reads, too, and of the items of what is looked up', async () => {
    const overlay = `extend type Item { maker: Maker @resolve(call: "stock.batchGetMakers", batch: { key: "$parent.makerId", into: "ids", match: "id" }, select: "makers") }`;
    const { data } = await ask('{ listItems { items { sku maker { displayName } } nextPageToken } }', overlay);
    expect(data).toEqual({
      listItems: {
        items: [
          { sku: 'a', maker: { displayName: 'One' } },
          { sku: 'b', maker: { displayName: 'Two' } },
        ],
        nextPageToken: 'n',
      },
    });
    expect(asked).toEqual([{ readMask: 'sku,makerId' }, { ids: ['m1', 'm2'], readMask: 'id,displayName' }]);
  });

  it('leaves a call without one that is asked twice in one operation: both get all', async () => {
    const { data } = await ask('{ one: getItem(sku: "a") { sku } two: getItem(sku: "a") { pieces } }');
    expect(data).toEqual({ one: { sku: 'a' }, two: { pieces: '9007199254740993' } });
    expect(asked).toEqual([{ sku: 'a' }]);
  });
});
