import { describe, expect, it } from 'vitest';
import { namesOf } from './names-of.ts';

const string = { type: 'string' };
const leaf = (property: string) => ({ type: 'object', properties: { [property]: string } });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const answering = (schema: object) => ({ responses: { 200: { description: '', ...json(schema) } } });
const sending = (mediaType: string, schema: object, encoding?: object) => ({
  requestBody: { content: { [mediaType]: { schema, ...(encoding ? { encoding } : {}) } } },
  responses: { 204: { description: '' } },
});

interface Corner {
  /** Of a document, beside its paths. */
  readonly more?: object;
  /** Any of them may be missing, but for those that others refer to. */
  readonly paths: Readonly<Record<string, object>>;
  readonly needed?: readonly string[];
}

const upload = { $ref: '#/components/schemas/Upload' };
const shared = { $ref: '#/components/pathItems/Shared' };
const item = (inner: object) => ({
  get: answering({ type: 'object', properties: { inner } }),
  post: sending('application/json', leaf('sent')),
});

const component = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const withData = (data: object) => ({ type: 'object', properties: { data } });

const corners: Readonly<Record<string, Corner>> = {
  'a component with bytes, as JSON and as parts': {
    more: {
      components: {
        schemas: {
          Upload: {
            type: 'object',
            properties: {
              file: { type: 'string', format: 'binary' },
              note: string,
              meta: leaf('m'),
              kind: { enum: ['a', 'b'] },
            },
          },
        },
      },
    },
    paths: {
      '/json': { post: sending('application/json', upload) },
      '/parts': { post: sending('multipart/form-data', upload) },
      '/encoded': { post: sending('multipart/form-data', upload, { note: { contentType: 'image/png' } }) },
      '/again': { post: sending('multipart/form-data', upload, { note: { contentType: 'image/gif' } }) },
      '/otherwise': { post: sending('multipart/form-data', upload, { meta: { contentType: 'application/json' } }) },
      '/form': { post: sending('application/x-www-form-urlencoded', upload) },
      '/inside': { post: sending('application/json', { type: 'object', properties: { upload } }) },
    },
  },
  'a component without bytes, as JSON and as parts': {
    more: {
      components: { schemas: { Upload: { type: 'object', properties: { any: {}, note: string, meta: leaf('m') } } } },
    },
    paths: {
      '/json': { post: sending('application/json', upload) },
      '/parts': { post: sending('multipart/form-data', upload) },
      '/answer': { get: answering(upload) },
    },
  },
  'a shared path item without operationIds': {
    more: { components: { pathItems: { Shared: item(leaf('x')) } } },
    paths: { '/a': shared, '/b': shared, '/c': shared, '/shared': { get: answering(leaf('own')) } },
  },
  'a path that others refer to': {
    paths: { '/a': { $ref: '#/paths/~1b' }, '/b': item(leaf('x')), '/c': { $ref: '#/paths/~1b' } },
    needed: ['/b'],
  },
  'references into an operation with several answers': {
    paths: {
      '/a': { get: answering({ $ref: '#/paths/~1m/get/responses/200/content/application~1json/schema' }) },
      '/b': { get: answering({ $ref: '#/paths/~1m/get/responses/201/content/application~1json/schema' }) },
      '/c': { get: answering({ $ref: '#/paths/~1m/get/responses/404/content/application~1json/schema' }) },
      '/d': { get: answering({ $ref: '#/paths/~1m/get/parameters/0/schema' }) },
      '/m': {
        get: {
          parameters: [
            {
              name: 'filter',
              in: 'query',
              style: 'deepObject',
              schema: { type: 'object', properties: { x: leaf('y') } },
            },
          ],
          responses: {
            200: { description: '', ...json({ type: 'object', properties: { one: leaf('a') } }) },
            201: { description: '', ...json({ type: 'object', properties: { two: leaf('b') } }) },
            404: { description: '', ...json({ type: 'object', properties: { three: leaf('c') } }) },
          },
        },
      },
      '/z': { post: sending('application/json', { $ref: '#/paths/~1m/get/parameters/0/schema' }) },
    },
    needed: ['/m'],
  },
  'objects that several parts of an allOf write out': {
    more: {
      components: {
        schemas: {
          Base: withData({ type: 'object', properties: { inner: leaf('a'), kind: { enum: ['x', 'y'] } } }),
          Other: withData(leaf('b')),
          Extra: withData({ type: 'object', properties: { deep: leaf('z'), inner: leaf('c') } }),
          Child: { allOf: [component('Base'), withData(leaf('own'))] },
          Beside: { ...component('Base'), ...withData(leaf('own')) },
          First: { allOf: [component('Base'), component('Extra')] },
          Second: { allOf: [component('Other'), component('Extra')] },
          Third: { allOf: [component('First'), component('Other')] },
        },
      },
    },
    paths: Object.fromEntries(
      ['Base', 'Extra', 'Child', 'Beside', 'First', 'Second', 'Third'].map(name => [
        `/${name}`,
        { get: answering(component(name)), post: sending('application/json', component(name)) },
      ]),
    ),
  },
};

describe.each(Object.entries(corners))('the names of %s', (_, { more = {}, paths, needed = [] }) => {
  it.each(['EXTENSIONS', 'UNION'] as const)(
    'are the same whichever operations there are, in whatever order (errors: %s)',
    async errors => {
      const all = await named(Object.keys(paths));
      for (const chosen of selections(Object.keys(paths), needed)) {
        const names = await named(chosen);
        const changed = [...names].filter(([what, name]) => all.get(what) !== name);
        expect(
          changed.map(([what, name]) => `${what}: ${name}, not ${all.get(what)}`),
          chosen.join(' '),
        ).toEqual([]);
      }

      function named(chosen: readonly string[]) {
        const document = {
          openapi: '3.1.0',
          info: { title: 'Corner', version: '1' },
          ...more,
          paths: Object.fromEntries(chosen.map(path => [path, paths[path]])),
        };
        return namesOf(document, { errors });
      }
    },
  );
});

/** Each alone, each missing, and all of them from each on: with those that must be there at the end, and at the beginning. */
function selections(paths: readonly string[], needed: readonly string[]): readonly (readonly string[])[] {
  const free = paths.filter(path => !needed.includes(path));
  const chosen = free.flatMap((path, index) => [
    [path],
    free.filter(other => other !== path),
    [...free.slice(index), ...free.slice(0, index)],
    [...free.slice(index), ...free.slice(0, index)].reverse(),
  ]);
  return chosen.flatMap(some => [
    [...some, ...needed],
    [...needed, ...some],
  ]);
}
