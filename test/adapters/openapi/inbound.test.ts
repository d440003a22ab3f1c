import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { signedIn } from '../../../src/adapter/sign-in/signed-subschema.ts';
import { connect } from '../../../src/adapters/openapi/send.ts';
import { Stop } from '../../../src/base/stop.ts';
import { describeDocument, source } from './describe-document.ts';
import { hmacBy } from './hmac-by.ts';

const secret = 'a secret of this test';
const document = {
  openapi: '3.1.0',
  info: { title: 'Billing', version: '1' },
  webhooks: {
    paid: {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  id: { type: 'integer', format: 'int64' },
                  state: { enum: ['all-paid', 'none'] },
                  any: {},
                  lines: { type: 'array', items: { type: 'object', additionalProperties: { type: 'integer' } } },
                },
              },
            },
          },
        },
        responses: { 204: { description: '' } },
      },
    },
  },
};

const webhooks = { proof: { hmac: hmacBy(secret) }, tolerance: 60_000, publicUrl: 'http://gateway.test' };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an event that a backend sends', () => {
  it('is parsed once, however many listen, and each has it for himself', async () => {
    const from = source({ webhooks });
    const { description } = await describeDocument(document, from);
    const subschema = connect(description.blueprint, from);
    const stop = new Stop();
    const context = { signal: stop, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r' };
    const listeners = [1, 2, 3].map(() =>
      subschema.subscribe!(description.blueprint.calls['Subscription.paid']!, { args: {} }, context),
    );
    const waiting = listeners.map(listener => listener[Symbol.asyncIterator]().next());
    const body = Buffer.from('{"id":9007199254740993,"state":"all-paid","any":{"a":[1]},"lines":[{"x":1}]}');
    const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
    const read = vi.spyOn(body, 'toString');
    expect(subschema.receive!(['paid'], { method: 'POST', headers, body })).toBe('taken');
    const values = (await Promise.all(waiting)).map(({ value }) => value?.value as Record<string, unknown>);
    for (const value of values)
      expect(value).toEqual({
        id: '9007199254740993',
        state: 'all_paid',
        any: { a: [1] },
        lines: [[{ key: 'x', value: 1 }]],
      });
    expect(new Set(values).size).toBe(3);
    expect(new Set(values.map(({ any }) => any)).size).toBe(3);
    expect(read).toHaveBeenCalledTimes(1);
    stop.abort();
    await subschema.close();
  });

  it('is refused where what nobody reads of it nests without end, and nobody who listens notices', async () => {
    const from = source({ webhooks });
    const plain = { type: 'object', properties: { id: { type: 'integer' } } };
    const content = { 'application/json': { schema: plain } };
    const { description } = await describeDocument(
      { ...document, webhooks: { paid: { post: { requestBody: { content } } } } },
      from,
    );
    const subschema = connect(description.blueprint, from);
    const stop = new Stop();
    const context = { signal: stop, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r' };
    const listeners = [1, 2].map(() =>
      subschema.subscribe!(description.blueprint.calls['Subscription.paid']!, { args: {} }, context),
    );
    const waiting = listeners.map(listener => listener[Symbol.asyncIterator]().next());
    const send = (text: string) => {
      const body = Buffer.from(text);
      const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
      return subschema.receive!(['paid'], { method: 'POST', headers, body });
    };
    expect(send(`{"id":1,"other":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)).toBe('malformed');
    expect(send('{"id":2,"other":[[]]}')).toBe('taken');
    for (const { value } of await Promise.all(waiting)) expect(value).toMatchObject({ value: { id: 2 } });
    stop.abort();
    await subschema.close();
  });

  it('is taken, too, where calls are signed in with a token', async () => {
    const oauth2 = {
      tokenUrl: 'http://127.0.0.1:1/token',
      clientId: 'c',
      clientSecret: 's',
      authentication: 'basic',
      scopes: [],
    } as const;
    const from = source({ webhooks, credential: { oauth2 } });
    const { description } = await describeDocument(document, from);
    const subschema = signedIn(connect(description.blueprint, from), from);
    const body = Buffer.from('{}');
    const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
    expect(subschema.receive?.(['paid'], { method: 'POST', headers, body })).toBe('taken');
    await subschema.close();
  });
});
