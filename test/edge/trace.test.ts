import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/base/principal.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { withTrace } from '../../src/edge/request/derived-request.ts';
import { Mask } from '../../src/edge/trace/mask.ts';
import { secretNames } from '../../src/edge/trace/secret-names.ts';
import { Trace } from '../../src/edge/trace/trace.ts';
import { tracedGate } from '../../src/edge/trace/traced.ts';
import { Traces } from '../../src/edge/trace/traces.ts';
import { coreWith } from './core-of.ts';

const operator: Principal = {
  subject: 'ops',
  scopes: new Set(['debug']),
  claims: {},
  via: 'staff',
  token: 'tok-12345678',
};
const asking = { headers: { 'x-selvage-trace': '1' } };

function traced(keep = 10, scope?: string) {
  const traces = new Traces();
  const trace = { keep, mask: [], ...(scope === undefined ? {} : { scope }) };
  return { ...coreWith({ trace }, traces), traces, last: () => JSON.parse(JSON.stringify(traces.list()[0])) };
}

describe('a trace', () => {
  it('tells of each stage what it decided', async () => {
    const { ask, last } = traced();
    await ask('query A { ok }', { id: 'r1', operationName: 'A', principal: operator });
    expect(last()).toMatchObject({
      requestId: 'r1',
      operationName: 'A',
      status: 200,
      codes: [],
      lane: 'reference',
      revision: 'r1',
      principal: { subject: 'ops', via: 'staff' },
    });
    const stages: { stage: string; decided: string; milliseconds: number }[] = last().stages;
    expect(stages.slice(0, -1).filter(({ decided }) => decided !== 'passed')).toEqual([]);
    expect(stages.at(-1)).toMatchObject({ stage: 'execute', decided: 'answered', status: 200 });
    expect(stages.filter(({ milliseconds }) => typeof milliseconds !== 'number')).toEqual([]);
    expect(JSON.stringify(last())).not.toContain('tok-12345678');
  });

  it('tells which one refused, and why', async () => {
    const { ask, last } = traced();
    await ask('{ nothing }');
    expect(last().stages.at(-1)).toMatchObject({
      stage: 'validation',
      decided: 'refused',
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
      reason: 'Cannot query field "nothing" on type "Query".',
    });
    await ask('{');
    expect(last().stages.at(-1)).toMatchObject({ stage: 'parse', decided: 'refused', code: 'GRAPHQL_PARSE_FAILED' });
  });

  it('tells which gate refused, and why', async () => {
    const { ask, last } = traced();
    const deep = JSON.parse(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`);
    await ask('{ ok }', { variables: deep });
    expect(last().stages.at(-1)).toMatchObject({
      stage: 'variable-limits',
      decided: 'refused',
      reason: 'The variables nest more than 64 levels.',
    });
  });

  it('tells what threw', async () => {
    const { traces, last } = traced();
    const broken = tracedGate('broken', () => () => {
      throw new TypeError('not done');
    });
    const late = tracedGate<OperationRequest, OperationRequest>(
      'late',
      next => request => Promise.resolve(next(request)).then(() => Promise.reject(new TypeError('too late'))),
    );
    const request = { id: 'r', method: 'POST' as const, headers: {}, signal: new AbortController().signal };
    const trace = new Trace(request, () => false);
    traces.keep(1);
    traces.add(trace);
    const done = { status: 200, result: { data: {} } };
    expect(() => broken(() => done)(withTrace(request, trace))).toThrow('not done');
    await expect(late(() => done)(withTrace(request, trace))).rejects.toThrow('too late');
    expect(last().stages).toMatchObject([
      { stage: 'broken', decided: 'failed', reason: 'not done' },
      { stage: 'late', decided: 'passed', reason: 'too late' },
    ]);
  });

  it('is kept of the last requests alone', async () => {
    const { ask, traces } = traced(2);
    for (const id of ['a', 'b', 'c']) await ask('{ ok }', { id });
    expect(traces.list().map(({ requestId }) => requestId)).toEqual(['c', 'b']);
    expect(traces.find('a')).toBeUndefined();
    expect(traces.find('b')?.requestId).toBe('b');
  });

  it('is not kept where nobody asked for it', async () => {
    const traces = new Traces();
    const { ask } = coreWith({}, traces);
    expect((await ask('{ ok }', { ...asking, principal: operator })).result).toEqual({ data: { ok: 'ok' } });
    expect(traces.list()).toEqual([]);
  });

  it.each<[string, string | undefined, object, boolean]>([
    ['who has the scope and asks', 'debug', { ...asking, principal: operator }, true],
    ['who has the scope and does not ask', 'debug', { principal: operator }, false],
    ['who has another scope', 'other', { ...asking, principal: operator }, false],
    ['nobody in particular', 'debug', asking, false],
    ['anyone where no scope is configured', undefined, { ...asking, principal: operator }, false],
  ])('is told, or not, to %s', async (_, scope, request, isTold) => {
    const { ask } = traced(10, scope);
    const { result } = await ask('{ ok }', request);
    expect(result.data).toEqual({ ok: 'ok' });
    expect(Object.keys(result)).toEqual(isTold ? ['data', 'extensions'] : ['data']);
    const stages = result.extensions?.trace.stages.map(({ stage }: { stage: string }) => stage) ?? [];
    expect(stages.includes('execute')).toBe(isTold);
  });

  it('is told of a refusal, too', async () => {
    const { ask } = traced(10, 'debug');
    const { result } = await ask('{ nothing }', { ...asking, principal: operator });
    expect(result.extensions.trace.stages.at(-1).stage).toBe('validation');
  });
});

describe('the mask', () => {
  const mask = new Mask(secretNames(['cardNumber']), ['s3cr3t&"<value', 'abc']);

  it.each([
    ['a member of JSON', '{"password":"p","user":"u"}', '{"password":"[masked]","user":"u"}'],
    ['a number', '{ "pin" : 1234, "n": 1 }', '{ "pin" : "[masked]", "n": 1 }'],
    ['all that is in a member', '{"credentials":{"a":["x","}"]},"b":1}', '{"credentials":"[masked]","b":1}'],
    ['a name with escapes', '{"pass\\u0077ord":"p"}', '{"pass\\u0077ord":"[masked]"}'],
    ['a quote in a value', '{"token":"a\\"b","c":1}', '{"token":"[masked]","c":1}'],
    ['JSON that was cut', '{"user":"u","accessToken":"eyJ', '{"user":"u","accessToken":"[masked]"'],
    ['an element', '<a><w:Password Type="x">p</w:Password></a>', '<a><w:Password Type="x">[masked]</w:Password></a>'],
    ['all that is in an element', '<Secret><b>p</b></Secret>', '<Secret>[masked]</Secret>'],
    ['an element that was cut', '<a><Token><b>p', '<a><Token>[masked]'],
    ['an attribute', '<a password="p q" b="c"/>', '<a password=[masked] b="c"/>'],
    ['a form', 'grant=x&client_secret=p%20q&a=b', 'grant=x&client_secret=[masked]&a=b'],
    ['a URL', 'http://h/p?api_key=k&x=1', 'http://h/p?api_key=[masked]&x=1'],
    ['a name of the configuration', '{"card_number":"4111"}', '{"card_number":"[masked]"}'],
    ['a known value', 'x s3cr3t&"<value y', 'x [masked] y'],
    ['a known value in JSON', '"s3cr3t&\\"<value"', '"[masked]"'],
    ['a known value in XML', '<a>s3cr3t&amp;&quot;&lt;value</a>', '<a>[masked]</a>'],
    ['a known value in a URL', 'q=s3cr3t%26%22%3Cvalue', 'q=[masked]'],
    ['a known value in Base64', Buffer.from('s3cr3t&"<value').toString('base64'), '[masked]'],
    ['nothing else', '{"passenger":"p","abc":"tokens"} <b>x</b> c=d', '{"passenger":"p","abc":"tokens"} <b>x</b> c=d'],
  ])('takes out %s', (_, text, expected) => {
    expect(mask.text(text)).toBe(expected);
  });

  it('takes out headers by their names, and known values wherever they stand', () => {
    const headers = { authorization: 'Bearer x', 'x-api-key': 'k', 'set-cookie': ['a=b'], 'x-note': 's3cr3t&"<value' };
    expect({ ...mask.headers(headers) }).toEqual({
      authorization: '[masked]',
      'x-api-key': '[masked]',
      'set-cookie': '[masked]',
      'x-note': '[masked]',
    });
  });

  it('takes out what lies in data, and bounds it', () => {
    const told = mask.value({ login: { password: 'p', userName: 'u' }, big: 10n, list: [new Error('s3cr3t&"<value')] });
    expect(JSON.parse(JSON.stringify(told))).toEqual({
      login: { password: '[masked]', userName: 'u' },
      big: '10',
      list: [{ fault: '[masked]' }],
    });
    const wide = JSON.stringify(mask.value(Array.from({ length: 100_000 }, () => ({ a: 1 }))));
    expect(wide.length).toBeLessThan(20_000);
    const deep = JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`);
    expect(JSON.stringify(mask.value(deep)).length).toBeLessThan(100);
  });

  it('leaves no part of a secret where a long text is cut', () => {
    for (let before = 16_370; before < 16_390; before += 1) {
      const told = mask.text(`${'x'.repeat(before)}s3cr3t&"<value${'y'.repeat(50_000)}`);
      expect(told).not.toContain('s3c');
      expect(told.length).toBeLessThan(17_000);
    }
  });

  it('takes time in proportion to a text of nothing but beginnings', () => {
    for (const part of ['"password":"', '<Token ', '"a"   ', 'token=', '<a b', '{"secret":{']) {
      expect(mask.text(part.repeat(20_000)).length).toBeLessThan(17_000);
    }
  });
});
