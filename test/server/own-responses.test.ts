import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doorResponses } from '../../src/edge/responses/door-responses.ts';
import type { ResponsesOptions } from '../../src/edge/responses/responses-options.ts';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

const responses: ResponsesOptions = {
  codes: {
    BAD_REQUEST: { message: 'Ask properly.', headers: { 'x-help': '/help' } },
    DOCUMENT_TOO_LARGE: { message: 'Too long.', status: 422, headers: {} },
  },
  direct: [
    {
      when: { path: ['/robots.txt'] },
      answer: { status: 200, headers: { 'x-rule': 'robots' }, body: { type: 'text/plain', text: 'Disallow: /' } },
    },
    {
      when: { path: ['/*'], header: { 'x-blocked': '*' } },
      answer: { status: 403, code: 'FORBIDDEN', message: 'Not you.', headers: {} },
    },
  ],
};

describe.each(['both', 'yoga'] as const)('the own responses of a server whose door is %s', door => {
  let server: TestServer;
  beforeEach(async () => {
    server = await serve({ door, responses: () => doorResponses(responses) });
  });
  afterEach(() => server.close());

  it.each<[string, string, number, string, string]>([
    ['a path that is not served', 'GET /nothing', 404, 'BAD_REQUEST', 'Ask properly.'],
    ['a method', 'PUT /graphql', 405, 'BAD_REQUEST', 'Ask properly.'],
    ['a content type', 'POST /graphql\ncontent-type: text/plain', 415, 'BAD_REQUEST', 'Ask properly.'],
    [
      'a body that is no JSON',
      'POST /graphql\ncontent-type: application/json\n\n{',
      400,
      'BAD_REQUEST',
      'Ask properly.',
    ],
    [
      'a body that is too large',
      `POST /graphql\ncontent-type: application/json\n\n${' '.repeat(1024 ** 2)}{}`,
      422,
      'DOCUMENT_TOO_LARGE',
      'Too long.',
    ],
  ])('are sent where the door refuses %s', async (_, written, status, code, message) => {
    const [head = '', body = ''] = written.split('\n\n');
    const [line, ...headers] = head.split('\n');
    const response = await fetch(`${server.url}${line!.split(' ')[1]}`, {
      method: line!.split(' ')[0]!,
      headers: headers.map(header => header.split(': ') as [string, string]),
      ...(body === '' ? {} : { body }),
    });
    const { errors } = await response.json();
    expect([response.status, errors]).toEqual([status, [{ message, extensions: { code } }]]);
    expect(response.headers.get('x-help')).toBe(code === 'BAD_REQUEST' ? '/help' : null);
  });

  it('answer paths at which nothing else is served', async () => {
    const response = await fetch(`${server.url}/robots.txt`);
    expect([response.status, await response.text()]).toEqual([200, 'Disallow: /']);
    expect([response.headers.get('content-type'), response.headers.get('x-rule')]).toEqual(['text/plain', 'robots']);
  });

  it('answer before the page and its files do', async () => {
    const headers = { 'x-blocked': '1', accept: 'text/html' };
    expect((await fetch(`${server.url}/graphql`, { headers })).status).toBe(403);
    expect((await fetch(`${server.url}/graphql/console.json`, { headers })).status).toBe(403);
    expect((await fetch(`${server.url}/graphql/console.json`)).status).toBe(200);
  });

  it('H13: never answer for the health endpoints', async () => {
    const headers = { 'x-blocked': '1' };
    expect((await fetch(`${server.url}/livez`, { headers })).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`, { headers })).status).toBe(200);
  });

  it('leave what is no HTTP to be told so', async () => {
    expect(await rawRequest(server.port, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });
});
