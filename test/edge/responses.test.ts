import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/base/principal.ts';
import { inRanges, isAddressRange } from '../../src/edge/address-ranges.ts';
import type { Conditions, DirectAnswer, OwnWords } from '../../src/edge/responses/responses-options.ts';
import { coreWith } from './core-of.ts';

const blocked: DirectAnswer = { status: 403, code: 'FORBIDDEN', message: 'Not you.', headers: { 'x-why': 'blocked' } };
const acme: Principal = { subject: 'acme', scopes: new Set(), claims: {}, via: 'partners' };

function directly(when: Conditions, answer = blocked) {
  return coreWith({ responses: { codes: {}, direct: [{ when, answer }] } });
}

describe('direct responses', () => {
  it.each<[string, Conditions, object, boolean]>([
    ['a path', { path: ['/graphql'] }, {}, true],
    ['another path', { path: ['/other'] }, {}, false],
    ['a header', { header: { 'x-beta': 'yes' } }, { headers: { 'x-beta': 'yes' } }, true],
    ['a header that is there', { header: { 'x-beta': '*' } }, { headers: { 'x-beta': '' } }, true],
    ['a header that is not there', { header: { 'x-beta': '*' } }, {}, false],
    ['a header of another value', { header: { 'x-beta': 'yes' } }, { headers: { 'x-beta': 'yes, no' } }, false],
    ['a name of every object', { header: { constructor: '*' } }, {}, false],
    ['an address', { address: ['10.0.0.0/8'] }, { peer: { address: '10.2.3.4' } }, true],
    ['an address over IPv6', { address: ['10.0.0.0/8'] }, { peer: { address: '::ffff:10.2.3.4' } }, true],
    ['another address', { address: ['10.0.0.0/8', '::1'] }, { peer: { address: '11.2.3.4' } }, false],
    ['no address', { address: ['0.0.0.0/0', '::/0'] }, {}, false],
    ['an operation', { operation: ['Old*'] }, { operationName: 'OldShop' }, true],
    ['another operation', { operation: ['Old*'] }, { operationName: 'Shop' }, false],
    ['the operation that runs', { operation: ['Shop'] }, {}, true],
    ['a client', { client: { subject: ['acme'], via: ['partners'] } }, { principal: acme }, true],
    ['a client of another issuer', { client: { subject: ['acme'], via: ['staff'] } }, { principal: acme }, false],
    ['nobody', { client: { via: ['anonymous'] } }, {}, true],
    ['a client where nobody asks', { client: { subject: ['acme'] } }, {}, false],
    [
      'all conditions',
      { operation: ['OldShop'], header: { 'x-beta': 'yes' } },
      { operationName: 'OldShop', headers: { 'x-beta': 'yes' } },
      true,
    ],
    [
      'one condition of two',
      { operation: ['OldShop'], header: { 'x-beta': 'yes' } },
      { operationName: 'OldShop', headers: {} },
      false,
    ],
  ])('are given to %s', async (_, when, request, isAnswered) => {
    const { ask, ran } = directly(when);
    const done = await ask('query OldShop { ok } query Shop { ok }', { operationName: 'Shop', ...request });
    expect(done.status).toBe(isAnswered ? 403 : 200);
    expect(ran).toEqual(isAnswered ? [] : ['ok']);
    const error = { message: 'Not you.', extensions: { code: 'FORBIDDEN' } };
    expect(done.result).toEqual(isAnswered ? { errors: [error] } : { data: { ok: 'ok' } });
    expect(done.headers).toEqual(isAnswered ? { 'x-why': 'blocked' } : undefined);
  });

  it('come from the first rule that holds, and are logged and counted as sent', async () => {
    const second: DirectAnswer = { ...blocked, message: 'The second.' };
    const direct = [
      { when: { path: ['/other'] }, answer: { ...blocked, message: 'The first.' } },
      { when: { path: ['/*'] }, answer: second },
      { when: { path: ['/graphql'] }, answer: { ...blocked, message: 'The third.' } },
    ];
    const { ask, logged } = coreWith({ responses: { codes: { FORBIDDEN: { message: 'No.', headers: {} } }, direct } });
    expect((await ask('{ ok }')).result.errors[0].message).toBe('The second.'); // its words, not those of the code
    expect(logged).toMatchObject([{ msg: 'operation', status: 403, errors: ['FORBIDDEN'] }]);
  });

  it('may be anything', async () => {
    const body = { type: 'text/html', text: '<h1>Back at noon</h1>' };
    const { ask } = directly({ path: ['/graphql'] }, { status: 503, headers: {}, body });
    expect(await ask('{ ok }')).toMatchObject({ status: 503, body, result: {} });
  });

  it('leave a document that is not valid to be told so', async () => {
    const { ask } = directly({ client: { via: ['anonymous'] } });
    expect((await ask('{ nothing }')).result.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('the words for a code', () => {
  const words: OwnWords = {
    message: 'Too much at once.',
    status: 429,
    headers: { 'x-why': 'limits', 'retry-after': '9' },
  };

  it('take the place of ours, in the answer and in the log', async () => {
    const { ask, logged } = coreWith({
      responses: { codes: { OVERLOADED: words }, direct: [] },
      admission: { inFlight: 0, loopDelay: 10_000 },
    });
    expect(await ask('{ ok }')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '9', 'x-why': 'limits' },
      result: { errors: [{ message: 'Too much at once.', extensions: { code: 'OVERLOADED' } }] },
    });
    expect(logged).toMatchObject([{ msg: 'operation', status: 429, errors: ['OVERLOADED'] }]);
  });

  it('are told of one field that failed, too, while the answer keeps its status', async () => {
    const { ask } = coreWith({ responses: { codes: { INTERNAL_SERVER_ERROR: words }, direct: [] } });
    const { status, headers, result } = await ask('{ ok fails }');
    expect([status, headers]).toEqual([200, undefined]);
    expect(result).toEqual({
      data: { ok: 'ok', fails: null },
      errors: [
        {
          message: 'Too much at once.',
          locations: [{ line: 1, column: 6 }],
          path: ['fails'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'id-1' },
        },
      ],
    });
  });

  it('are of that code alone', async () => {
    const { ask } = coreWith({ responses: { codes: { OVERLOADED: words }, direct: [] } });
    expect((await ask('{ nothing }')).result.errors[0].message).toBe('Cannot query field "nothing" on type "Query".');
  });
});

describe('address ranges', () => {
  it.each([
    ['10.0.0.0/8', true],
    ['2001:db8::/32', true],
    ['::1', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0', false],
    ['localhost', false],
    ['', false],
  ])('are read: %s', (text, isOne) => {
    expect(isAddressRange(text)).toBe(isOne);
  });

  it('hold addresses of their family', () => {
    const holds = inRanges(['2001:db8::/32', '192.0.2.7']);
    expect(['2001:db8::1', '192.0.2.7', '::ffff:192.0.2.7'].map(holds)).toEqual([true, true, true]);
    expect(['2001:db9::1', '192.0.2.8', 'x', ''].map(holds)).toEqual([false, false, false, false]);
  });
});
