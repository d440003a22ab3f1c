import { describe, expect, it } from 'vitest';
import { forwardsIdentity, outgoingHeaders } from '../../src/adapter/outgoing-headers.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../src/source/source.ts';

const sourceOf = (options: Partial<SourceOptions>): Source => ({
  name: 'x',
  protocol: 'x',
  options: { ...defaultSourceOptions, ...options },
});

const context = (headers: Record<string, string>) => ({
  signal: new AbortController().signal,
  deadline: 0,
  headers,
  requestId: 'id-1',
});

describe('the headers of a call', () => {
  it.each<[string, Partial<SourceOptions>, Record<string, string>, Record<string, string>]>([
    ['the correlation id alone', {}, { cookie: 'a=1', authorization: 'x' }, {}],
    ['what the allow-list names', { forward: ['x-a', 'x-b'] }, { 'x-a': '1', 'x-c': '3' }, { 'x-a': '1' }],
    [
      'never what belongs to the connection',
      { forward: ['host', 'transfer-encoding', 'content-length'] },
      { host: 'h', 'transfer-encoding': 'chunked', 'content-length': '1' },
      {},
    ],
    [
      "H6: never what the client's own connection names",
      { forward: ['x-a', 'x-b'] },
      { 'x-a': '1', 'x-b': '2', connection: 'close, X-A' },
      { 'x-b': '2' },
    ],
    [
      'H6: never what is for the gateway to say, or hides as another name',
      { forward: ['x-selvage-principal', 'x_a'] },
      { 'x-selvage-principal': 'forged', x_a: '1' },
      {},
    ],
    [
      "what its own read of the client's",
      {
        headers: { 'X-A': '$header.x-b', 'x-c': '$header.x-none', 'x-d': '$$header.x-b', 'x-e': '$header.constructor' },
      },
      { 'x-b': '1' },
      { 'x-a': '1', 'x-d': '$header.x-b' },
    ],
    ['never an inherited name', { forward: ['constructor', '__proto__'] }, {}, {}],
    [
      "static ones over the client's",
      { forward: ['x-a'], headers: { 'X-A': 'ours' } },
      { 'x-a': 'theirs' },
      { 'x-a': 'ours' },
    ],
    [
      'a bearer over what is forwarded',
      { forward: ['authorization'], credential: { bearer: 't' } },
      { authorization: 'x' },
      { authorization: 'Bearer t' },
    ],
    [
      'basic, in UTF-8',
      { credential: { basic: { username: 'ü', password: 'p:w' } } },
      {},
      { authorization: `Basic ${Buffer.from('ü:p:w').toString('base64')}` },
    ],
    [
      'an API key in a header',
      { credential: { apiKey: { in: 'header', name: 'X-Key', value: 'k' } } },
      {},
      { 'x-key': 'k' },
    ],
    [
      'an API key in a cookie',
      { credential: { apiKey: { in: 'cookie', name: 'key', value: 'k' } } },
      {},
      { cookie: 'key=k' },
    ],
    ['no API key of the query', { credential: { apiKey: { in: 'query', name: 'key', value: 'k' } } }, {}, {}],
  ])('H6: are %s', (_name, options, headers, expected) => {
    const sent = outgoingHeaders(sourceOf(options), context(headers));
    expect({ ...sent }).toEqual({ 'x-request-id': 'id-1', ...expected });
  });

  it("are the client's identity where its credential is forwarded", () => {
    expect(forwardsIdentity(sourceOf({ forward: ['authorization'] }))).toBe(true);
    expect(forwardsIdentity(sourceOf({ forward: ['cookie'] }))).toBe(true);
    expect(forwardsIdentity(sourceOf({ headers: { authorization: '$header.authorization' } }))).toBe(true);
    expect(forwardsIdentity(sourceOf({ forward: ['x-tenant'] }))).toBe(false);
    expect(forwardsIdentity(sourceOf({ headers: { 'x-tenant': '$header.x-tenant' } }))).toBe(false);
  });
});

describe('what own headers read of the request', () => {
  it.each<[string, unknown, string | undefined]>([
    ['a text', 'a b', 'a b'],
    ['a number', 7, '7'],
    ['false', false, 'false'],
    ['a list', ['a', 'b'], 'a b'],
    ['H6: no text that ends the line', 'a\r\nx-admin: 1', undefined],
    ['H6: no list that does', ['a', 'b\n'], undefined],
    ['no control character', 'a\u0000', undefined],
    ['no character beyond a byte', '\u{1f600}', undefined],
    ['no object', { a: 1 }, undefined],
    ['no list of objects', [{}], undefined],
    ['no null', null, undefined],
  ])('%s', (_name, claim, expected) => {
    const principal = { subject: 'u', scopes: new Set<string>(), via: 'test', claims: { c: claim } };
    const sent = outgoingHeaders(sourceOf({ headers: { 'x-c': '$claims.c' } }), { ...context({}), principal });
    expect(sent['x-c']).toBe(expected);
    expect(Object.keys(sent)).toHaveLength(expected === undefined ? 1 : 2);
  });
});
