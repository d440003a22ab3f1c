import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Subschema } from '../../../src/adapter/adapter.ts';
import type { GatewayError } from '../../../src/base/error.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { ask, callContext, connectTo } from './backend.ts';
import { type StreamBackend, streamBackend } from './stream-backend.ts';

const proto = `
syntax = "proto3";
package shop.v1;
message Item { string sku_code = 1; int32 amount = 2; }
message Order { string id = 1; repeated Item items = 2; oneof pay { string card_number = 3; Item voucher = 4; } }
message Stock { int32 left = 1; }
service Shop { rpc Place(Order) returns (Order); }
`;

let backend: StreamBackend;
const open: Subschema<unknown, unknown>[] = [];

beforeAll(async () => {
  backend = await streamBackend(proto);
});

afterAll(async () => {
  for (const each of open) await each.close();
  await backend.close();
});

type Field = readonly [number, string | Uint8Array | number];

/** Fields by number: texts and messages. */
function message(...fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === 'number') writer.tag(number, WireType.Varint).int32(value);
    else if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
    else writer.tag(number, WireType.LengthDelimited).bytes(value);
  }
  return writer.finish();
}

const any = (type: string, ...fields: readonly Field[]) =>
  message([1, `type.googleapis.com/${type}`], [2, message(...fields)]);

const rich = (code: number, ...details: readonly Uint8Array[]) =>
  Buffer.from(message([1, code], [2, 'ORA-00942'], ...details.map(each => [3, each] as Field)));

const badRequest = any(
  'google.rpc.BadRequest',
  [1, message([1, 'items[1].sku_code'], [2, 'no such thing at 127.0.0.1'])],
  [1, message([1, 'cardNumber'], [2, 'expired'], [3, 'EXPIRED'])],
  [1, message([1, 'internal_column'], [2, 'x'])],
);
const retryInfo = any('google.rpc.RetryInfo', [1, message([1, 2], [2, 500_000_000])]);
const errorInfo = any(
  'google.rpc.ErrorInfo',
  [1, 'OUT'],
  [2, 'shop.test'],
  [3, message([1, 'sku'], [2, 'tok-secret'])],
);
const localized = any('google.rpc.LocalizedMessage', [1, 'de'], [2, 'Nicht auf Lager\n(tok-secret)']);
const debugInfo = any('google.rpc.DebugInfo', [1, 'at main.go:1'], [2, 'stack']);
const requestInfo = any('google.rpc.RequestInfo', [1, 'r1'], [2, 'stack']);
const own = any('shop.v1.Stock', [1, 3]);
const unknown = any('other.Thing', [1, 3]);

async function fault(
  code: number,
  details: Buffer | undefined,
  options: Partial<SourceOptions> = {},
): Promise<GatewayError> {
  const shop = await connectTo(proto, backend.endpoint, { credential: { bearer: 'tok-secret' }, ...options });
  open.push(shop);
  const index = backend.calls.length;
  const asked = ask(shop, 'place', { id: '1' }, callContext());
  const call = await backend.call(index);
  call.fail(code, 'ORA-00942: tok-secret at 127.0.0.1', details ? { 'grpc-status-details-bin': details } : {});
  const outcome = await asked;
  if (!('fault' in outcome)) throw new TypeError('the call did not fail');
  return outcome.fault;
}

describe('what a backend says beside its status', () => {
  const all = [badRequest, retryInfo, errorInfo, localized, debugInfo, requestInfo, own, unknown];

  it('is for the log, but for how long to wait and which arguments were wrong', async () => {
    const { message: text, extensions, cause } = await fault(3, rich(3, ...all));
    expect(text).toBe('The source "shop" did not accept the input.');
    expect(extensions).toEqual({
      code: 'BAD_USER_INPUT',
      source: 'shop',
      operation: 'place',
      argument: 'items.1.skuCode',
      arguments: ['items.1.skuCode', 'pay.cardNumber'],
      grpc: { code: 3, status: 'INVALID_ARGUMENT', retryAfter: 3 },
    });
    expect(cause).toMatchObject({ details: 'ORA-00942: tok-secret at 127.0.0.1' });
    expect(JSON.stringify(cause)).toContain('internal_column');
  });

  it('is told where the source exposes problems: what google.rpc means for clients, without secrets', async () => {
    const { message: text, extensions } = await fault(8, rich(8, ...all), { exposeErrors: 'PROBLEM' });
    expect(text).toBe('Nicht auf Lager ([redacted])');
    const type = (name: string) => ({ '@type': `type.googleapis.com/google.rpc.${name}` });
    expect(JSON.parse(JSON.stringify(extensions))).toEqual({
      code: 'RATE_LIMITED',
      source: 'shop',
      operation: 'place',
      grpc: {
        code: 8,
        status: 'RESOURCE_EXHAUSTED',
        retryAfter: 3,
        details: [
          {
            ...type('BadRequest'),
            fieldViolations: [
              { field: 'items[1].sku_code', description: 'no such thing at [redacted]' },
              { field: 'cardNumber', description: 'expired', reason: 'EXPIRED' },
              { field: 'internal_column', description: 'x' },
            ],
          },
          { ...type('RetryInfo'), retryDelay: '2.500s' },
          { ...type('ErrorInfo'), reason: 'OUT', domain: 'shop.test', metadata: { sku: '[redacted]' } },
          { ...type('LocalizedMessage'), locale: 'de', message: 'Nicht auf Lager\n([redacted])' },
          { ...type('RequestInfo'), requestId: 'r1' },
        ],
      },
    });
  });

  it('is told as a whole where the source exposes bodies, but for stacks', async () => {
    const fields = await fault(9, rich(9, own, unknown, debugInfo), { exposeErrors: 'BODY' });
    expect(fields.message).toBe('ORA-00942: [redacted] at [redacted]');
    expect(JSON.parse(JSON.stringify(fields.extensions['grpc']))).toEqual({
      code: 9,
      status: 'FAILED_PRECONDITION',
      details: [{ '@type': 'type.googleapis.com/shop.v1.Stock', left: 3 }],
    });
  });

  it.each([
    ['is of another status', rich(5, retryInfo)],
    ['is no message', Buffer.from([0x0a, 0xff])],
    ['has a detail that is no message', rich(14, any('google.rpc.RetryInfo', [1, Uint8Array.of(0x08)]))],
    ['is more than is shown', rich(14, any('google.rpc.ErrorInfo', [1, 'x'.repeat(5_000)]))],
    ['is not there', undefined],
  ] as const)('that %s is passed over', async (_, details) => {
    const { code, extensions } = await fault(14, details, { exposeErrors: 'PROBLEM' });
    expect(code).toBe('UPSTREAM_UNREACHABLE');
    expect(extensions['grpc']).toEqual({ code: 14, status: 'UNAVAILABLE' });
  });
});
