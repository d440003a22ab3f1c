import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, runDemo } from '../../src/demo/demo.ts';

let demo: Demo;
const lines: string[] = [];
const calls = () => lines.slice(lines.indexOf('READY') + 1);

beforeAll(async () => {
  demo = await runDemo({ port: 0, log: line => lines.push(line) });
});
afterAll(() => demo.close());

async function ask(query: string, variables = {}) {
  lines.length = lines.indexOf('READY') + 1;
  const response = await fetch(`${demo.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

describe('the demo', () => {
  it('prints where GraphiQL is, a query, and READY', () => {
    expect(lines[0]).toBe(`GraphiQL: ${demo.url}/graphql`);
    expect(lines.join('\n')).toContain('query Shop {');
    expect(lines).toContain('READY');
  });

  it('answers the query that crosses all four with one call for each hop', async () => {
    const answer = await ask(await readFile(new URL('../../schemas/queries/demo.graphql', import.meta.url), 'utf8'));
    expect(answer).toEqual({
      data: {
        listProducts: [
          {
            name: 'Two-person tent',
            price: { amount: '249.00', currency: 'EUR' },
            stock: { onHand: '14', state: 'AVAILABLE', countedAt: '2026-11-02T06:30:00Z' },
            invoices: [
              {
                number: '2026-0019',
                total: { value: '249.00', currency: 'EUR' },
                customer: { name: 'Alpine Club Bergen' },
              },
              { number: '2026-0007', total: { value: '996.00', currency: 'EUR' }, customer: { name: 'Dubois & Fils' } },
            ],
            reviews: [
              { stars: 4, title: 'Good, a bit narrow' },
              { stars: 5, title: 'Dry after three nights' },
            ],
          },
          {
            name: 'Family tent',
            price: { amount: '589.50', currency: 'EUR' },
            stock: { onHand: '1', state: 'SCARCE', countedAt: '2026-11-02T06:31:10.250Z' },
            invoices: [],
            reviews: [],
          },
          {
            name: 'Gas stove',
            price: { amount: '64.90', currency: 'EUR' },
            stock: { onHand: '63', state: 'AVAILABLE', countedAt: '2026-11-01T22:00:00Z' },
            invoices: [
              {
                number: '2026-0020',
                total: { value: '129.80', currency: 'EUR' },
                customer: { name: 'Alpine Club Bergen' },
              },
            ],
            reviews: [{ stars: 5, title: 'Boils fast' }],
          },
          {
            name: 'Pot, two litres',
            price: { amount: '31.25', currency: 'EUR' },
            stock: { onHand: '0', state: 'SOLD_OUT', countedAt: '2026-11-01T22:00:04Z' },
            invoices: [],
            reviews: [{ stars: 2, title: 'The lid rattles' }],
          },
          {
            name: 'Tent peg',
            price: { amount: '0.40', currency: 'EUR' },
            stock: { onHand: '9007199254740993', state: 'AVAILABLE', countedAt: '2026-10-30T05:00:00.123456789Z' },
            invoices: [
              { number: '2026-0031', total: { value: '16.00', currency: 'EUR' }, customer: { name: 'Jonas Weber' } },
            ],
            reviews: [{ stars: 1, title: 'Bent' }],
          },
        ],
      },
    });
    expect(
      calls()
        .map(line => line.split(/\s+/)[0])
        .sort(),
    ).toEqual(['billing', 'billing', 'catalogue', 'reviews', 'stock']);
  });

  it('walks back: review, product, stock; review, author, invoices', async () => {
    const answer = await ask(`{
      latestReviews(first: 2) { title product { name stock { perWarehouse { key value } } } author { name address { country } invoices { number remark } } }
    }`);
    expect(answer).toEqual({
      data: {
        latestReviews: [
          {
            title: 'Bent',
            product: { name: 'Tent peg', stock: { perWarehouse: [{ key: 'HAM', value: '9007199254740993' }] } },
            author: null,
          },
          {
            title: 'The lid rattles',
            product: { name: 'Pot, two litres', stock: { perWarehouse: [] } },
            author: {
              name: 'Jonas Weber',
              address: { country: 'DE' },
              invoices: [{ number: '2026-0031', remark: null }],
            },
          },
        ],
      },
    });
    expect(calls()).toHaveLength(5);
  });

  it('writes through every protocol', async () => {
    const answer = await ask(`mutation {
      createProduct(input: { sku: "MUG", name: "Mug", price: { amount: "7.50", currency: EUR } }) { id status }
      reserve(sku: "STOVE-G", quantity: 3) { reserved }
      recordPayment(invNo: "2026-0019", amount: { _value: "249.00", currency: "EUR" }, paidAt: "2026-11-22T12:00:00Z") { status remark }
      addReview(input: { productId: "p-2", customerNumber: "K-1003", stars: 3, title: "Heavy" }) { id product { name } }
    }`);
    expect(answer).toEqual({
      data: {
        createProduct: { id: 'p-8', status: 'announced' },
        reserve: { reserved: '3' },
        recordPayment: { status: 'PAID', remark: 'Deliver to <side entrance> & ring' },
        addReview: { id: 'r-6', product: { name: 'Family tent' } },
      },
    });
  });

  it("tells each protocol's refusal by a code", async () => {
    const answer = await ask(`{
      getProduct(id: "p-99") { name }
      getLevel(sku: "NONE") { onHand }
      getInvoice(invNo: "none") { status }
    }`);
    expect(answer.data).toEqual({ getProduct: null, getLevel: null, getInvoice: null });
    const codes = answer.errors.map(({ path, extensions }: { path: string[]; extensions: { code: string } }) => [
      path[0],
      extensions.code,
    ]);
    expect(Object.fromEntries(codes)).toEqual({
      getProduct: 'NOT_FOUND',
      getLevel: 'NOT_FOUND',
      getInvoice: 'BAD_USER_INPUT',
    });
  });

  it('says so where the port that was asked for is taken', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number }; // a TCP server that listens has one
    await expect(runDemo({ port, log: () => {} })).rejects.toThrow(String(port));
    await new Promise(resolve => other.close(resolve));
  });
});
