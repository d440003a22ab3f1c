import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/adapter/adapter.ts';
import { connect } from '../../../src/adapters/openapi/send.ts';
import type { GatewayError } from '../../../src/base/error.ts';
import type { Received } from '../../../src/base/inbound.ts';
import { Stop } from '../../../src/base/stop.ts';
import { describeDocument, source } from './describe-document.ts';
import { hmacBy } from './hmac-by.ts';

const secret = 'a secret of this test';
const from = source({ webhooks: { proof: { hmac: hmacBy(secret) }, tolerance: 60_000 } });

const schemas = {
  Paid: {
    type: 'object',
    required: ['kind', 'amount'],
    properties: { kind: { type: 'string' }, amount: { type: 'number' } },
  },
  Void: {
    type: 'object',
    required: ['kind', 'reason'],
    properties: { kind: { type: 'string' }, reason: { type: 'string' } },
  },
  Invoice: {
    type: 'object',
    required: ['id'],
    xml: { name: 'invoice' },
    properties: {
      id: { type: 'integer', format: 'int64', xml: { attribute: true } },
      state: { enum: ['all-paid', 'none'] },
      due: { type: 'string', format: 'date' },
      open: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' }, xml: { wrapped: true } },
      customer: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } } },
      lines: { type: 'array', items: { type: 'object', properties: { price: { type: 'number' } } } },
      labels: { type: 'object', additionalProperties: { type: 'integer' } },
      event: { oneOf: [{ $ref: '#/components/schemas/Paid' }, { $ref: '#/components/schemas/Void' }] },
      any: {},
    },
  },
};

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function documentOf(content: object) {
  return {
    openapi: '3.1.0',
    info: { title: 'Billing', version: '1' },
    webhooks: { event: { post: { requestBody: { content } } } },
    components: { schemas },
  };
}

const describing = (content: object) => describeDocument(documentOf(content), from);

interface Sent {
  readonly received: Received;
  /** What the first to listen was given; undefined where the event was not taken. */
  readonly outcome: Outcome | undefined;
}

/** Sends one event to two who listen, who are given the same and never the same objects. */
async function sent(content: object, body: string | Buffer, type?: string, key = secret): Promise<Sent> {
  const { description } = await describing(content);
  const subschema = connect(description.blueprint, from);
  const stop = new Stop();
  const context = { signal: stop, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r' };
  const call = description.blueprint.calls['Subscription.event']!;
  const waiting = [1, 2].map(() => subschema.subscribe!(call, { args: {} }, context)[Symbol.asyncIterator]().next());
  const bytes = Buffer.from(body);
  const signature = createHmac('sha256', key).update(bytes).digest('hex');
  const headers = { 'x-signature': signature, ...(type === undefined ? {} : { 'content-type': type }) };
  const received = await subschema.receive!(['event'], { method: 'POST', headers, body: bytes });
  if (received !== 'taken') stop.abort();
  const [first, second] = (await Promise.all(waiting)).map(({ value }) => value as Outcome | undefined);
  stop.abort();
  await subschema.close();
  expect(second).toEqual(first);
  const value = first && 'value' in first ? first.value : undefined;
  if (typeof value === 'object' && value !== null)
    expect(second).not.toHaveProperty(
      'value',
      expect.toSatisfy(own => own === value),
    );
  return { received, outcome: first };
}

const json = (schema: object) => ({ 'application/json': { schema } });
const oneOf = [reference('Paid'), reference('Void')];

describe('an event of JSON', () => {
  it.each<[string, object, string, string, unknown]>([
    ['an integer', { type: 'integer' }, 'Int', '7', 7],
    ['an integer of 64 bits', { type: 'integer', format: 'int64' }, 'Int64', '9007199254740993', '9007199254740993'],
    ['a number', { type: 'number' }, 'Float', '1.5', 1.5],
    ['a boolean', { type: 'boolean' }, 'Boolean', 'false', false],
    ['a text', { type: 'string' }, 'String', '"ü"', 'ü'],
    ['an enum', { type: 'string', enum: ['all-paid', 'none'] }, 'EventEvent', '"all-paid"', 'all_paid'],
    ['null, where it may be', { type: ['string', 'null'] }, 'String', 'null', null],
    ['null, of an object', { anyOf: [reference('Paid'), { type: 'null' }] }, 'Paid', 'null', null],
    ['a list', { type: 'array', items: { type: 'integer' } }, '[Int!]', '[1,2]', [1, 2]],
    [
      'a list of objects',
      { type: 'array', items: reference('Void') },
      '[Void!]',
      '[{"kind":"v","reason":"r"}]',
      [{ kind: 'v', reason: 'r' }],
    ],
    [
      'a map',
      { type: 'object', additionalProperties: reference('Void') },
      '[VoidEntry!]',
      '{"a":{"kind":"v","reason":"r"}}',
      [{ key: 'a', value: { kind: 'v', reason: 'r' } }],
    ],
    [
      'a union, by what it holds',
      { oneOf },
      'EventEvent',
      '{"kind":"v","reason":"r"}',
      { __typename: 'Void', kind: 'v', reason: 'r' },
    ],
    [
      'a union, by its discriminator',
      {
        oneOf,
        discriminator: {
          propertyName: 'kind',
          mapping: { p: '#/components/schemas/Paid', v: '#/components/schemas/Void' },
        },
      },
      'EventEvent',
      '{"kind":"p","amount":2,"reason":"r"}',
      { __typename: 'Paid', kind: 'p', amount: 2, reason: 'r' },
    ],
    [
      'a union with a scalar',
      { oneOf: [{ type: 'string' }, reference('Void')] },
      'EventEvent',
      '"gone"',
      { __typename: 'StringValue', value: 'gone' },
    ],
    [
      'a list of a union',
      { type: 'array', items: { oneOf } },
      '[EventEventItem!]',
      '[{"kind":"p","amount":1}]',
      [{ __typename: 'Paid', kind: 'p', amount: 1 }],
    ],
    ['anything', {}, 'JSON', '{"a":[1,null]}', { a: [1, null] }],
  ])('is %s', async (_, schema, type, body, value) => {
    const { sdl } = await describing(json(schema));
    expect(sdl('Subscription')).toBe(`type Subscription { event: ${type} }`);
    const { received, outcome } = await sent(json(schema), body, 'application/json');
    expect([received, outcome]).toEqual(['taken', { value }]);
  });

  it.each<[string, object, string]>([
    ['a text for an integer', { type: 'integer' }, '"private words"'],
    ['an object for a list', { type: 'array', items: {} }, '{"private words":1}'],
    ['an unknown value of an enum', { type: 'string', enum: ['a', 'b'] }, '"private words"'],
    ['what is no member of a union', { oneOf }, '["private words"]'],
    ['an unknown discriminator', { oneOf, discriminator: { propertyName: 'kind' } }, '{"kind":"private words"}'],
    ['a text for an object', reference('Paid'), '"private words"'],
  ])('is a fault where it is %s', async (_, schema, body) => {
    const { received, outcome } = await sent(json(schema), body);
    expect(received).toBe('taken');
    expect(outcome).toMatchObject({ fault: { code: 'UPSTREAM_MALFORMED' } });
    const { message, details } = (outcome as { fault: GatewayError }).fault;
    expect(JSON.stringify([message, details])).not.toContain('private words');
  });

  it('has faults in the fields that break the contract, and in no other', async () => {
    const { outcome } = await sent(
      json(reference('Invoice')),
      '{"id":1,"open":"private words","state":"none","tags":["a",2]}',
    );
    const { value } = outcome as { value: Record<string, unknown> };
    expect(value).toMatchObject({ id: '1', state: 'none', open: { code: 'UPSTREAM_MALFORMED' } });
    expect(value['tags']).toMatchObject(['a', { code: 'UPSTREAM_MALFORMED' }]);
  });
});

describe('an event of a form', () => {
  const missing = { code: 'UPSTREAM_MALFORMED' };
  const form = (schema: object, encoding = {}) => ({ 'application/x-www-form-urlencoded': { schema, encoding } });

  it.each<[string, string, object]>([
    [
      'its names and values, typed',
      'id=9007199254740993&state=all-paid&due=2024-02-29&open=true',
      { id: '9007199254740993', state: 'all_paid', due: '2024-02-29', open: true },
    ],
    [
      'a list in the order of its numbers',
      'id=1&tags[1]=b&tags[10]=d&tags[2]=c&tags[0]=a',
      { tags: ['a', 'b', 'c', 'd'] },
    ],
    ['anything in the order of its numbers', 'id=1&any[1]=b&any[0]=a', { any: ['a', 'b'] }],
    ['an empty text in a list of texts', 'id=1&tags=', { tags: [''] }],
    ['a list of nothing', 'id=1&lines=', { lines: [] }],
    ['lists that repeat their name', 'id=1&tags=a+b&tags=%26%3D', { tags: ['a b', '&='] }],
    ['lists with brackets', 'id=1&tags[]=a&tags%5B%5D=b', { tags: ['a', 'b'] }],
    ['a list of one', 'id=1&tags=a', { tags: ['a'] }],
    [
      'objects in brackets',
      'id=1&customer[name]=J%C3%BCrgen&customer[age]=42',
      { customer: { name: 'Jürgen', age: 42 } },
    ],
    [
      'objects in numbered brackets',
      'id=1&lines[0][price]=1.5&lines[1][price]=2',
      { lines: [{ price: 1.5 }, { price: 2 }] },
    ],
    [
      'objects as JSON',
      'id=1&customer=%7B%22name%22%3A%22A%22%2C%22age%22%3A1%7D',
      { customer: { name: 'A', age: 1 } },
    ],
    [
      'maps',
      'id=1&labels[a]=1&labels[__proto__]=2',
      {
        labels: [
          { key: 'a', value: 1 },
          { key: '__proto__', value: 2 },
        ],
      },
    ],
    [
      'a union, by what it holds',
      'id=1&event[kind]=x&event[amount]=3',
      { event: { __typename: 'Paid', kind: 'x', amount: 3 } },
    ],
    ['what may be anything', 'id=1&any[a][]=1&any[b]=2', { any: { a: ['1'], b: '2' } }],
    ['nothing for an empty number or date', 'id=1&due=&open=', { due: null, open: null }],
    ['texts that are not encoded', 'id=1&tags=100%&tags=%zz&tags=%E2%82%AC+€%&&', { tags: ['100%', '%zz', '€ €%'] }],
    ['names that are not encoded', 'id=1&labels[€]=1&labels[%E2%82]=2', { labels: [{ key: '€' }, { key: '\ufffd' }] }],
    ['names that are nobody’s', 'id=1&__proto__[x]=1&constructor=2&a[=3', { id: '1' }],
  ])('is %s', async (_, body, value) => {
    const { received, outcome } = await sent(form(reference('Invoice')), body, 'application/x-www-form-urlencoded');
    expect([received, outcome]).toMatchObject(['taken', { value }]);
  });

  it.each<[string, object, string, object]>([
    ['JSON', { customer: { contentType: 'application/json' } }, 'id=1&customer={"age":3}', { customer: { age: 3 } }],
    [
      'JSON of each item of a list',
      { lines: { contentType: 'application/json' } },
      'id=1&lines={"price":1}&lines=%7B%22price%22:2%7D',
      { lines: [{ price: 1 }, { price: 2 }] },
    ],
    [
      'JSON of the only item of a list',
      { lines: { contentType: 'application/json' } },
      'id=1&lines={"price":1}',
      { lines: [{ price: 1 }] },
    ],
    [
      'JSON of a whole list',
      { lines: { contentType: 'application/json' } },
      'id=1&lines=[{"price":1},{"price":2}]',
      { lines: [{ price: 1 }, { price: 2 }] },
    ],
    ['parts of a list', { tags: { explode: false } }, 'id=1&tags=a%2Cb,c', { tags: ['a,b', 'c'] }],
    [
      'parts of a list between pipes',
      { tags: { style: 'pipeDelimited', explode: false } },
      'id=1&tags=a|b%7Cc',
      { tags: ['a', 'b', 'c'] },
    ],
    [
      'names and values of an object',
      { customer: { explode: false } },
      'id=1&customer=age,3,name,x%2Cy',
      { customer: { age: 3, name: 'x,y' } },
    ],
    [
      'an object that is written out',
      { customer: { style: 'form' } },
      'id=1&age=3&name=A',
      { id: '1', customer: { age: 3, name: 'A' } },
    ],
    ['an object in brackets', { customer: { style: 'deepObject' } }, 'id=1&customer[age]=3', { customer: { age: 3 } }],
  ])('follows its encoding: %s', async (_, encoding, body, value) => {
    const { outcome } = await sent(form(reference('Invoice'), encoding), body);
    expect(outcome).toMatchObject({ value });
  });

  it.each<[string, string[], string, object]>([
    ['is not there where none of its names is', [], 'id=1', { id: 1, paid: null }],
    ['is there where one of them is', [], 'id=1&amount=2', { id: 1, paid: { amount: 2, kind: missing } }],
    ['lacks what it must have where it must be there', ['paid'], 'id=1', { id: 1, paid: { amount: missing } }],
  ])('has an object that is written out, which %s', async (_, required, body, value) => {
    const properties = { id: { type: 'integer' }, paid: reference('Paid') };
    const schema = { type: 'object', required, properties };
    const { outcome } = await sent(form(schema, { paid: { style: 'form', explode: true } }), body);
    expect(outcome).toMatchObject({ value });
  });

  it('may have as many parts as its bytes', async () => {
    const { outcome } = await sent(
      form(reference('Invoice'), { tags: { explode: false } }),
      `id=1&tags=${','.repeat(500_000)}`,
    );
    expect(outcome).toHaveProperty('value.tags.length', 500_001);
  });

  it('is one of several, told by its discriminator', async () => {
    const schema = { oneOf, discriminator: { propertyName: 'kind', mapping: { v: '#/components/schemas/Void' } } };
    const { outcome } = await sent(form(schema), 'kind=v&reason=r&amount=1');
    expect(outcome).toEqual({ value: expect.objectContaining({ __typename: 'Void', kind: 'v', reason: 'r' }) });
  });

  it('may be of anything', async () => {
    const { outcome } = await sent({ 'application/x-www-form-urlencoded': {} }, 'a=1&b[c]=2&a=3');
    expect(outcome).toEqual({ value: { a: ['1', '3'], b: { c: '2' } } });
  });

  it('has faults where it breaks the contract', async () => {
    const body = 'id=x&open=private&customer=private&tags[a]=private&state=private&lines[0]=private&labels=private';
    const { outcome } = await sent(form(reference('Invoice')), body);
    const fault = { code: 'UPSTREAM_MALFORMED' };
    expect(outcome).toMatchObject({
      value: { id: fault, open: fault, customer: fault, tags: fault, state: fault, lines: [fault], labels: fault },
    });
  });

  it.each([
    ['another content type', '{"id":1}', 'application/json'],
    [
      'names without end',
      Array.from({ length: 1_000 }, (_, at) => `any[${at}]${'[]'.repeat(100)}`).join('&'),
      undefined,
    ],
    ['names that nest without end', `id=1&any${'[a]'.repeat(200)}=1`, 'application/x-www-form-urlencoded'],
  ])('is not taken: %s', async (_, body, type) => {
    expect(await sent(form(reference('Invoice')), body, type)).toEqual({ received: 'malformed', outcome: undefined });
  });

  it('is verified by its bytes, before anything is read', async () => {
    const deep = `any${'[a]'.repeat(200)}=1`;
    const { received } = await sent(form(reference('Invoice')), deep, 'application/x-www-form-urlencoded', 'another');
    expect(received).toBe('unverified');
  });
});

describe('an event of XML', () => {
  const xml = { 'application/xml': { schema: reference('Invoice') } };

  it('is what the document says of it', async () => {
    const body =
      '<?xml version="1.0"?><invoice id="9007199254740993"><state>all-paid</state><open>1</open><tags><tags>a</tags><tags>b</tags></tags><customer><age>4</age></customer></invoice>';
    const { received, outcome } = await sent(xml, body, 'application/xml');
    expect([received, outcome]).toMatchObject([
      'taken',
      { value: { id: '9007199254740993', state: 'all_paid', open: true, tags: ['a', 'b'], customer: { age: 4 } } },
    ]);
  });

  it.each([
    ['no XML', 'id=1'],
    ['entities', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><invoice id="1"><state>&b;</state></invoice>'],
    ['elements without end', '<a>'.repeat(5_000) + '</a>'.repeat(5_000)],
  ])('is not taken: %s', async (_, body) => {
    expect(await sent(xml, body, 'application/xml')).toEqual({ received: 'malformed', outcome: undefined });
  });

  it('has faults where it breaks the contract', async () => {
    const { outcome } = await sent(xml, '<invoice id="1"><open>private</open></invoice>', 'text/xml');
    expect(outcome).toMatchObject({ value: { id: '1', open: { code: 'UPSTREAM_MALFORMED' } } });
  });
});

describe('an event of something else', () => {
  it('is text', async () => {
    const { outcome } = await sent(
      { 'text/plain': { schema: { type: 'string' } } },
      Buffer.from('ä', 'latin1'),
      'text/plain; charset=iso-8859-1',
    );
    expect(outcome).toEqual({ value: 'ä' });
  });

  it('is a file', async () => {
    const content = { 'application/octet-stream': {} };
    const { sdl } = await describing(content);
    expect(sdl('Subscription')).toBe('type Subscription { event: HttpFile }');
    const { outcome } = await sent(content, Buffer.from([0xff, 0]), 'application/pdf');
    const { value } = outcome as { value: Record<string, unknown> };
    expect([value['contentType'], value['size'], value['base64'], value['text']]).toEqual([
      'application/pdf',
      2,
      '/wA=',
      null,
    ]);
  });

  it.each([
    [
      'a form that is no object',
      { 'application/x-www-form-urlencoded': { schema: { type: 'array', items: {} } } },
      'HttpFile',
      ['CONSTRUCT_NOT_SUPPORTED'],
    ],
    ['a stream', { 'text/event-stream': {} }, undefined, ['CONSTRUCT_NOT_SUPPORTED']],
  ])('is told: %s', async (_, content, type, codes) => {
    const { schema, diagnostics } = await describing(content);
    const field = schema.getSubscriptionType()?.getFields()['event'];
    expect(field && String(field.type)).toBe(type);
    const told = diagnostics.filter(({ at }) => at.at(-1) === '/webhooks/event/post');
    expect(told.map(({ code }) => code)).toEqual(codes);
  });
});

describe('an event that may come several ways', () => {
  const schema = reference('Invoice');
  const content = {
    'application/xml': { schema },
    'application/x-www-form-urlencoded': { schema },
    'application/json': { schema },
    'text/event-stream': { schema },
    'application/vnd.other+json': { schema: { type: 'string' } },
  };

  it.each([
    ['application/json', '{"id":1,"open":true}'],
    ['application/json; charset=utf-8', '{"id":1,"open":true}'],
    [undefined, '{"id":1,"open":true}'],
    ['application/x-www-form-urlencoded', 'id=1&open=true'],
    ['application/xml', '<invoice id="1"><open>true</open></invoice>'],
    ['application/vnd.billing.v2+json', '{"id":1,"open":true}'],
    ['application/octet-stream', '{"id":1,"open":true}'],
  ])('is read as %s', async (type, body) => {
    expect((await sent(content, body, type)).outcome).toMatchObject({ value: { id: '1', open: true } });
  });

  it.each([
    ['the type itself', ['application/json', '*/*', 'application/*', 'application/xml'], 'application/xml; a=b'],
    ['another type of XML', ['application/json', '*/*', 'application/xml'], 'text/xml'],
    ['another type of XML, before a range', ['application/json', 'text/*', 'application/xml'], 'text/xml'],
  ])('is read as %s', async (_, types, type) => {
    const ways = Object.fromEntries(types.map(each => [each, { schema }]));
    const { outcome } = await sent(ways, '<invoice id="1"><open>true</open></invoice>', type);
    expect(outcome).toMatchObject({ value: { id: '1', open: true } });
  });

  it('is what can be read of a list', async () => {
    const schema = { type: 'array', items: reference('Void') };
    const content = { 'application/x-www-form-urlencoded': { schema }, 'application/xml': { schema } };
    const { outcome } = await sent(content, '<a><v><kind>k</kind><reason>r</reason></v></a>', 'application/xml');
    expect(outcome).toEqual({ value: [expect.objectContaining({ kind: 'k', reason: 'r' })] });
  });

  it('is told of what it cannot be read as', async () => {
    const { sdl, diagnostics } = await describing(content);
    expect(sdl('Subscription')).toBe('type Subscription { event: Invoice }');
    expect(diagnostics).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'CONSTRUCT_NOT_SUPPORTED',
        message:
          'The event may come as text/event-stream, application/vnd.other+json, too, which is not read: its type is that of application/json.',
        at: ['/api.json', '/webhooks/event/post'],
      }),
    ]);
  });
});
