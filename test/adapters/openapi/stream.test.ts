import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext, Outcome } from '../../../src/adapter/adapter.ts';
import type { CallStream } from '../../../src/adapters/openapi/call/call.ts';
import { connect } from '../../../src/adapters/openapi/send.ts';
import { framingOf } from '../../../src/adapters/openapi/stream/framing.ts';
import { Stop } from '../../../src/base/stop.ts';
import { until } from '../backends/traffic.ts';
import { describeDocument, source } from './describe-document.ts';
import { type ScriptedBackend, startScriptedBackend } from './scripted-backend.ts';

type Format = CallStream['format'];

const anyShape: CallStream['shape'] = { kind: 'scalar', scalar: 'JSON' };

/** Every way to cut a body in two, and byte by byte, comes to the same frames. */
function framesOf(format: Format, contentType: string, body: string, maxBytes = 1_000_000): unknown {
  const bytes = Buffer.from(body);
  const cut = (...chunks: Buffer[]) => {
    const framing = framingOf({ format, payload: 'value', json: true, shape: anyShape }, contentType, maxBytes);
    if (!framing) return undefined;
    return [...chunks.flatMap(chunk => framing.take(chunk)), ...framing.end()];
  };
  const whole = cut(bytes);
  for (let at = 0; at <= bytes.length; at += 1) expect(cut(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
  expect(cut(...[...bytes].map(byte => Buffer.from([byte])))).toEqual(whole);
  return whole;
}

const texts = (frames: unknown) => (frames as { text: string }[]).map(({ text }) => text);

describe('what a body is taken to pieces by', () => {
  it.each<[string, Format, string, string, string[]]>([
    ['events', 'events', 'text/event-stream', 'data: 1\n\ndata: 2\r\n\r\ndata: 3\r\rdata: 4', ['1', '2', '3']],
    ['events of several lines', 'events', 'text/event-stream; charset=utf-8', 'data: a\ndata:b\ndata\n\n', ['a\nb\n']],
    ['comments and unknown fields', 'events', 'text/event-stream', ': hi\nfoo: 1\ndata: x\n\n\n\n', ['x']],
    ['a byte order mark', 'events', 'text/event-stream', '\uFEFFdata: é€😀\n\n', ['é€😀']],
    [
      'lines',
      'lines',
      'application/x-ndjson',
      '{"a":1}\n\n{"b":"\u2028"}\r\n{"c":',
      ['{"a":1}', '{"b":"\u2028"}', '{"c":'],
    ],
    ['records', 'records', 'application/json-seq', '\x1e{"a":1}\n\x1e\x1e{"b":\n2}\n', ['{"a":1}', '{"b":\n2}']],
    [
      'parts',
      'parts',
      'multipart/mixed; boundary="x y"',
      'preamble\r\n--x y\r\ncontent-type: application/json\r\n\r\n{"a":1}\r\n--x y  \r\n\r\n{"b":\r\n2}\r\n--x y--\r\n--x y\r\n\r\n{}',
      ['{"a":1}', '{"b":\r\n2}'],
    ],
    [
      'parts with lines that begin as a delimiter does',
      'parts',
      'multipart/mixed; boundary=z',
      '--z\r\n\r\n"a\n--zebra\n"\r\n--z\r\n\r\n{}\r\n--z--',
      ['"a\n--zebra\n"', '{}'],
    ],
    ['parts without a preamble', 'parts', 'multipart/mixed;boundary=z', '--z\n\n{}\n--z--', ['{}']],
  ])('%s', (_name, format, contentType, body, expected) => {
    expect(texts(framesOf(format, contentType, body))).toEqual(expected);
  });

  it.each<[Format, string]>([
    ['events', 'application/json'],
    ['lines', 'text/html'],
    ['records', 'text/event-stream'],
    ['parts', 'application/json'],
  ])('%s are not looked for in %s', (format, contentType) => {
    expect(framesOf(format, contentType, 'data: 1\n\n')).toBeUndefined();
  });

  it.each(['--bx\n', '--b \t x\n', 'text\n'])(
    'a part of four million bytes, in lines %j, is looked through once',
    line => {
      const contentType = 'multipart/mixed; boundary=b';
      const framing = framingOf({ format: 'parts', payload: 'value', json: true, shape: anyShape }, contentType, 5e6)!;
      const text = line.repeat(4e6 / line.length);
      const body = Buffer.from(`--b\r\n\r\n${text}\r\n--b--`);
      const found: string[] = [];
      for (let at = 0; at < body.length; at += 1_024) found.push(...texts(framing.take(body.subarray(at, at + 1_024))));
      expect(found.map(each => each === text)).toEqual([true]);
    },
  );

  it.each<[Format, string, string]>([
    ['events', 'text/event-stream', 'data: '],
    ['lines', 'application/jsonl', ''],
    ['records', 'application/json-seq', '\x1e'],
    ['parts', 'multipart/mixed; boundary=b', '--b\r\n\r\n'],
  ])('no piece of %s is larger than allowed', (format, contentType, beginning) => {
    const framing = framingOf({ format, payload: 'value', json: true, shape: anyShape }, contentType, 1_000)!;
    framing.take(Buffer.from(beginning));
    expect(() => {
      for (let chunk = 0; chunk < 20; chunk += 1) framing.take(Buffer.from('x'.repeat(100)));
    }).toThrow('an event of more than 1000 bytes');
  });
});

const tick = { type: 'object', properties: { n: { type: 'integer' }, big: { type: 'integer', format: 'int64' } } };

function streaming(mediaType: string, media: object, version = '3.1.0', method = 'get', beside = {}) {
  return {
    openapi: version,
    servers: [{ url: 'http://shop.test' }],
    paths: {
      '/feed': {
        [method]: {
          operationId: 'feed',
          responses: { 200: { description: '', content: { [mediaType]: media, ...beside } } },
        },
      },
    },
  };
}

describe('what a stream is in the schema', () => {
  const subscriptionOf = async (document: unknown) => {
    const { sdl, diagnostics, description } = await describeDocument(document);
    return {
      sdl: sdl('Subscription'),
      stream: description.blueprint.calls['Subscription.feed']?.stream,
      imported: description.operations.imported,
      told: diagnostics.map(({ code }) => code),
      of: sdl,
    };
  };

  it.each([
    'text/event-stream',
    'application/jsonl',
    'application/x-ndjson',
    'application/json-seq',
    'multipart/mixed',
  ])('of %s: each event by the schema', async mediaType => {
    const { sdl, imported, told, of } = await subscriptionOf(streaming(mediaType, { schema: tick }));
    expect(sdl).toBe('type Subscription { feed: FeedEvent }');
    expect(of('FeedEvent')).toBe('type FeedEvent { n: Int big: Int64 }');
    expect(of('Query')).toBe('type Query { _empty: Boolean }');
    expect([imported, told]).toEqual([1, []]);
  });

  it('texts where nothing is said, or a text is', async () => {
    expect((await subscriptionOf(streaming('text/event-stream', {}))).sdl).toBe('type Subscription { feed: String }');
    const text = await subscriptionOf(streaming('text/event-stream', { schema: { type: 'string' } }));
    expect([text.sdl, text.stream?.json]).toEqual(['type Subscription { feed: String }', false]);
    expect((await subscriptionOf(streaming('application/jsonl', {}))).sdl).toBe('type Subscription { feed: JSON }');
  });

  it('of 3.2: the items by `itemSchema`, or by the items of the list that `schema` is', async () => {
    const items = await subscriptionOf(streaming('application/jsonl', { itemSchema: tick }, '3.2.0'));
    const list = await subscriptionOf(
      streaming('application/jsonl', { schema: { type: 'array', items: tick } }, '3.2.0'),
    );
    expect([items.sdl, list.sdl]).toEqual(Array(2).fill('type Subscription { feed: FeedEvent }'));
  });

  it('of 3.2: a server-sent event with its fields, and with what its data is', async () => {
    const data = { type: 'string', contentMediaType: 'application/json', contentSchema: tick };
    const properties = { event: { type: 'string' }, id: { type: 'string' }, data };
    const { stream, of } = await subscriptionOf(
      streaming('text/event-stream', { itemSchema: { type: 'object', required: ['data'], properties } }, '3.2.0'),
    );
    expect(of('FeedEvent')).toBe('type FeedEvent { event: String id: String data: FeedEventData! }');
    expect(of('FeedEventData')).toBe('type FeedEventData { n: Int big: Int64 }');
    expect(stream).toMatchObject({ format: 'events', payload: 'event', json: true });
  });

  it('beside an answer that ends: both', async () => {
    const json = { 'application/json': { schema: { type: 'object', properties: { all: { type: 'integer' } } } } };
    const { sdl, of } = await subscriptionOf(streaming('text/event-stream', { schema: tick }, '3.1.0', 'post', json));
    expect([sdl, of('Mutation')]).toEqual([
      'type Subscription { feed: FeedEvent }',
      'type Mutation { feed: FeedResponse }',
    ]);
  });
});

describe('what comes of a stream', () => {
  let backend: ScriptedBackend;
  beforeEach(async () => {
    backend = await startScriptedBackend();
  });
  afterEach(() => backend.close());

  async function open(
    media: object,
    { method = 'get', maxResponse = 1_000_000, type = 'text/event-stream', version = '3.1.0' } = {},
  ) {
    const from = source({ maxResponse }, backend.endpoint);
    const { description } = await describeDocument(streaming(type, media, version, method), from);
    const subschema = connect(description.blueprint, from);
    const stop = new Stop();
    const context: CallContext = { signal: stop, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r' };
    const call = description.blueprint.calls['Subscription.feed']!;
    const events = subschema.subscribe!(call, { args: {} }, context)[Symbol.asyncIterator]();
    return { stop, events, subschema, all: async () => collected(events) };
  }

  async function collected(events: AsyncIterator<Outcome>): Promise<unknown[]> {
    const all: unknown[] = [];
    for (let next = await events.next(); !next.done; next = await events.next()) {
      all.push('fault' in next.value ? next.value.fault.code : next.value.value);
    }
    return all;
  }

  const stream = (body: string, headers: Record<string, string> = {}) => ({
    status: 200,
    headers: { 'content-type': 'text/event-stream', ...headers },
    body,
  });

  it('every event in its order, digit for digit, until [DONE]', async () => {
    backend.answers.push(
      stream('data: {"n":1,"big":9007199254740993}\n\ndata: {"n":2}\n\ndata: [DONE]\n\ndata: {"n":3}\n\n'),
    );
    const { all } = await open({ schema: tick });
    expect(await all()).toEqual([
      { n: 1, big: '9007199254740993' },
      { n: 2, big: null },
    ]);
    expect(backend.requests[0]).toMatchObject({
      method: 'GET',
      url: '/feed',
      headers: { accept: 'text/event-stream' },
    });
  });

  it('a fault in the place of an event that is wrong', async () => {
    backend.answers.push(stream('data: {no\n\ndata: []\n\ndata: {"n":2}\n\n'));
    const { all } = await open({ schema: tick });
    expect(await all()).toEqual(['UPSTREAM_MALFORMED', 'UPSTREAM_MALFORMED', { n: 2, big: null }]);
  });

  it.each([
    [404, 'NOT_FOUND'],
    [401, 'UPSTREAM_ERROR'],
    [500, 'UPSTREAM_ERROR'],
  ])('a status that is no success: %i is %s, and is asked once', async (status, code) => {
    backend.answers.push({ status, headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(await (await open({ schema: tick })).all()).toEqual([code]);
    expect(backend.requests).toHaveLength(1);
  });

  it('an answer that is no stream is UPSTREAM_MALFORMED', async () => {
    backend.answers.push({ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Sign in</h1>' });
    expect(await (await open({ schema: tick })).all()).toEqual(['UPSTREAM_MALFORMED']);
  });

  it('an event that is larger than answers may be ends it', async () => {
    backend.answers.push(stream(`id: 1\ndata: {"n":1}\n\ndata: {"n": ${'1'.repeat(200_000)}`));
    const { all } = await open({ schema: tick }, { maxResponse: 100_000 });
    expect(await all()).toEqual([{ n: 1, big: null }, 'UPSTREAM_MALFORMED']);
    expect(backend.requests).toHaveLength(1);
  });

  it('what decodes to far more than came ends it', async () => {
    backend.answers.push({ ...stream(`data: "${'x'.repeat(3_000_000)}"\n\n`), gzip: true });
    const { all } = await open({ schema: { type: 'string' } }, { maxResponse: 8_000_000 });
    expect(await all()).toEqual(['UPSTREAM_MALFORMED']);
    backend.answers.push({ ...stream('data: fine\n\n'), gzip: true });
    expect(await (await open({ schema: { type: 'string' } })).all()).toEqual(['fine']);
  });

  it('a stream that breaks off is asked for what came after its last event, if it says where that is', async () => {
    backend.answers.push(
      { ...stream('retry: 100\nid: a\ndata: {"n":1}\n\nid: b\ndata: {"n":2}\n\ndata: {"n":'), reset: true },
      stream('id: c\ndata: {"n":3}\n\n'),
      { status: 204, headers: {}, body: '' },
    );
    const { all } = await open({ schema: tick });
    expect(await all()).toEqual([1, 2, 3].map(n => ({ n, big: null })));
    expect(backend.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'b', 'c']);
  });

  it('and is given up where it cannot be had again', async () => {
    backend.answers.push({ ...stream('retry: 1\nid: a\ndata: {"n":1}\n\n'), reset: true });
    for (let again = 0; again < 10; again += 1) backend.answers.push({ ...stream(''), reset: true });
    const { all } = await open({ schema: tick });
    expect(await all()).toEqual([{ n: 1, big: null }, 'UPSTREAM_UNREACHABLE']);
    expect(backend.requests.length).toBeLessThan(8);
  });

  it('what may do something is not asked again', async () => {
    backend.answers.push({ ...stream('id: a\ndata: {"n":1}\n\n'), reset: true });
    const { all } = await open({ schema: tick }, { method: 'post' });
    expect(await all()).toEqual([{ n: 1, big: null }, 'UPSTREAM_UNREACHABLE']);
    expect(backend.requests).toHaveLength(1);
  });

  it('is left within the tick when nobody wants it any more', async () => {
    backend.answers.push({ ...stream('data: {"n":1}\n\n'), open: true });
    const { events, stop, subschema } = await open({ schema: tick });
    await events.next();
    const waiting = events.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await until(() => backend.open === 0);
    await subschema.close();
  });

  it('ends with its source', async () => {
    backend.answers.push({ ...stream('data: {"n":1}\n\n'), open: true });
    const { events, subschema } = await open({ schema: tick });
    await events.next();
    const waiting = events.next();
    await subschema.close();
    expect(await waiting).toMatchObject({ value: { fault: { code: 'UPSTREAM_UNREACHABLE' } } });
    await until(() => backend.open === 0);
  });

  it.each([
    ['application/jsonl', '{"n":1}\n{"n":2}\n'],
    ['application/json-seq', '\x1e{"n":1}\n\x1e{"n":2}\n'],
    ['multipart/mixed', '--b\r\n\r\n{"n":1}\r\n--b\r\n\r\n{"n":2}\r\n--b--'],
  ])('of %s, too', async (type, body) => {
    backend.answers.push({ status: 200, headers: { 'content-type': `${type}; boundary=b` }, body });
    const { all } = await open({ schema: tick }, { type });
    expect(await all()).toEqual([1, 2].map(n => ({ n, big: null })));
  });

  it('whole server-sent events, where the document describes them', async () => {
    const data = { type: 'string', contentMediaType: 'application/json', contentSchema: tick };
    const properties = { event: { type: 'string' }, id: { type: 'string' }, data };
    backend.answers.push(stream('event: up\nid: 7\ndata: {"n":1}\n\n'), { status: 204, headers: {}, body: '' });
    const { all } = await open({ itemSchema: { type: 'object', properties } }, { version: '3.2.0' });
    expect(await all()).toEqual([{ event: 'up', id: '7', data: { n: 1, big: null } }]);
  });
});
