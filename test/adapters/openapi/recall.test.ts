import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/adapters/openapi/send.ts';
import { answering, describeDocument, source } from './describe-document.ts';

const thing = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } };
const document = answering({ things: { type: 'array', items: thing } });

let body = '';
const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise(resolve => server.close(resolve)));

/** What the source's values are, one for each of these bodies. */
async function values(bodies: readonly string[], onlyReads: boolean): Promise<unknown[]> {
  const from = source({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { description, call } = await describeDocument(document, from);
  const subschema = connect(description.blueprint, from);
  const found: unknown[] = [];
  for (body of bodies) {
    const { signal } = new AbortController();
    const context = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'r', onlyReads };
    const [outcome] = await subschema.send(call('things'), [{ args: {} }], context);
    found.push(outcome && 'value' in outcome ? outcome.value : outcome);
  }
  await subschema.close();
  return found;
}

describe('an answer that comes again byte for byte', () => {
  const long = 'x'.repeat(1_024);
  const same = `[{"id":1,"name":"a","more":"${long}"}]`;

  it('is read once for those who only read', async () => {
    const [first, second] = await values([same, same], true);
    expect(first).toEqual([{ id: 1, name: 'a', more: long }]); // what the document does not name may stand beside it
    expect(second).toBe(first);
  });

  it('is read anew for all others', async () => {
    const [first, second] = await values([same, same], false);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  it('is read anew where a byte differs, however alike it is', async () => {
    const bodies = [same, same.replace('"a"', '"b"'), same, `${same} `];
    const found = await values(bodies, true);
    expect(found).toEqual(bodies.map(text => JSON.parse(text)));
    expect(new Set(found).size).toBe(bodies.length);
  });

  it('is read anew where a part of it breaks the contract', async () => {
    const broken = `[{"id":"one","name":"a","more":"${long}"}]`;
    const [first, second] = await values([broken, broken], true);
    expect(second).not.toBe(first);
    expect(second).toEqual([{ id: expect.objectContaining({ code: 'UPSTREAM_MALFORMED' }), name: 'a', more: long }]);
  });

  it('is read anew where it is small: to compare it would take longer', async () => {
    const [first, second] = await values(['[{"id":1}]', '[{"id":1}]'], true);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  it('is read anew where it is large: what is kept is bounded', async () => {
    const large = JSON.stringify([{ id: 1, name: 'a'.repeat(200_000) }]);
    const [first, second] = await values([large, large], true);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });
});
