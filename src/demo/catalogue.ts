import type { StartBackend } from './backend.ts';
import { categories, products } from './data.ts';
import { type HttpAnswer, type HttpQuestion, serveHttp } from './http-backend.ts';

type Product = (typeof products)[number];

/** The catalogue: REST, as `schemas/catalogue.openapi.yaml` describes it. */
export const startCatalogue: StartBackend = onRequest => {
  const shelf = structuredClone(products);
  return serveHttp(async question => {
    onRequest(`${question.method} ${question.url.pathname}${question.url.search}`);
    return answer(question, shelf);
  });
};

function answer({ method, url, body }: HttpQuestion, shelf: Product[]): HttpAnswer {
  const [, collection, item] = url.pathname.split('/');
  if (method === 'GET' && collection === 'categories' && item === undefined) return json(200, categories);
  if (collection !== 'products') return problem(404, 'No such resource');
  if (method === 'GET' && item === undefined) return json(200, list(shelf, url.searchParams).map(shown));
  if (method === 'GET' && item === 'by-ids') return json(200, byIds(shelf, url.searchParams).map(shown));
  if (method === 'GET') {
    const found = shelf.find(({ id }) => id === decodeURIComponent(item ?? ''));
    return found ? json(200, shown(found)) : problem(404, 'No such product');
  }
  if (method === 'POST' && item === undefined) return create(shelf, body);
  return problem(405, 'Method not allowed');
}

function list(shelf: readonly Product[], query: URLSearchParams): readonly Product[] {
  const category = query.get('category');
  const status = query.get('status');
  return shelf
    .filter(product => category === null || product.categoryId === category)
    .filter(product => status === null || product.status === status)
    .slice(0, Number(query.get('limit') ?? 20));
}

/** In the shelf's order, not in that of the question; what is not known is left out. */
function byIds(shelf: readonly Product[], query: URLSearchParams): readonly Product[] {
  const ids = (query.get('ids') ?? '').split(',');
  return shelf.filter(product => ids.includes(product.id));
}

function create(shelf: Product[], body: string): HttpAnswer {
  const wish = JSON.parse(body) as Omit<Product, 'id'>; // the fields are checked below, as far as this shop cares
  if (!wish.sku || !wish.name || !wish.price?.amount) return problem(422, 'sku, name and price are required');
  if (shelf.some(product => product.sku === wish.sku))
    return problem(409, `There is a product with the SKU ${wish.sku}`);
  const made: Product = {
    id: `p-${shelf.length + 1}`,
    sku: wish.sku,
    name: wish.name,
    description: wish.description ?? null,
    categoryId: wish.categoryId ?? 'c-4',
    price: wish.price,
    weightGrams: wish.weightGrams ?? 0,
    status: 'announced',
  };
  shelf.push(made);
  return json(201, shown(made));
}

function shown({ categoryId, ...product }: Product) {
  return { ...product, category: categories.find(({ id }) => id === categoryId) };
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** RFC 9457. */
function problem(status: number, title: string): HttpAnswer {
  return { status, type: 'application/problem+json', body: JSON.stringify({ status, title }) };
}
