/** How large the document is. By default as large as Microsoft Graph's. */
export interface GraphSize {
  readonly schemas: number;
  readonly operations: number;
}

const graphSize: GraphSize = { schemas: 3_000, operations: 24_000 };

type Json = Readonly<Record<string, unknown>>;

/** Every schema inherits, down from one root, and refers to others, itself among them: nothing of it can be written out. */
export function graphLike({ schemas, operations }: GraphSize = graphSize): Json {
  const name = (index: number) => `microsoft.graph.entity${index}`;
  const components: Record<string, unknown> = { [name(0)]: rootSchema(schemas, name) };
  for (let index = 1; index < schemas; index++) components[name(index)] = heir(index, schemas, name);
  const paths: Record<string, Record<string, unknown>> = {};
  for (let index = 0; index < operations; index++) {
    const [path, method] = siteOf(index);
    paths[path] = { ...paths[path], [method]: operation(index, method, name(1 + (index % (schemas - 1)))) };
  }
  return {
    openapi: '3.0.4',
    info: { title: 'A graph', version: 'v1.0' },
    servers: [{ url: 'https://graph.test/v1.0' }],
    paths,
    components: { schemas: components, parameters, responses: { error }, requestBodies: {} },
  };
}

const methods = ['get', 'patch', 'delete', 'post'] as const;

function siteOf(index: number): readonly [path: string, method: (typeof methods)[number]] {
  const set = Math.floor(index / 8);
  const inside = index % 8;
  const base = `/set${set}/{item-id}`;
  return [inside < 4 ? base : `${base}/parts`, methods[inside % 4]!];
}

function ref(path: string): Json {
  return { $ref: `#/components/${path}` };
}

function rootSchema(schemas: number, name: (index: number) => string): Json {
  const mapping = Array.from({ length: schemas - 1 }, (_, index) => [
    `#${name(index + 1)}`,
    `#/components/schemas/${name(index + 1)}`,
  ]);
  return {
    type: 'object',
    required: ['@odata.type'],
    properties: { id: { type: 'string' }, '@odata.type': { type: 'string' } },
    discriminator: { propertyName: '@odata.type', mapping: Object.fromEntries(mapping) },
  };
}

/** A tree eight wide; ten references in each. */
function heir(index: number, schemas: number, name: (index: number) => string): Json {
  const other = (step: number) => ref(`schemas/${name((index * step + step) % schemas)}`);
  const one = (step: number) => ({ anyOf: [other(step), { type: 'object', nullable: true }] });
  return {
    allOf: [
      ref(`schemas/${name(Math.floor((index - 1) / 8))}`),
      {
        type: 'object',
        title: `entity${index}`,
        properties: {
          [`name${index}`]: { type: 'string', nullable: true },
          [`created${index}`]: { type: 'string', format: 'date-time', nullable: true },
          [`size${index}`]: { type: 'number', format: 'int32', nullable: true },
          [`state${index}`]: { type: 'string', enum: ['unknown', 'ready', 'unknownFutureValue'] },
          [`self${index}`]: ref(`schemas/${name(index)}`),
          ...Object.fromEntries([3, 5, 7].map(step => [`one${index}x${step}`, one(step)])),
          ...Object.fromEntries(
            [11, 13, 17, 19, 23].map(step => [`many${index}x${step}`, { type: 'array', items: other(step) }]),
          ),
        },
      },
    ],
  };
}

const parameter = (name: string, schema: Json) => ({ name, in: 'query', schema });
const parameters = {
  top: parameter('$top', { type: 'integer', minimum: 0 }),
  filter: parameter('$filter', { type: 'string' }),
};

const error = {
  description: 'error',
  content: { 'application/json': { schema: { type: 'object', properties: { code: { type: 'string' } } } } },
};

function operation(index: number, method: string, entity: string): Json {
  const content = { 'application/json': { schema: ref(`schemas/${entity}`) } };
  const itemId = { name: 'item-id', in: 'path', required: true, schema: { type: 'string' } };
  return {
    operationId: `set${index}.${method}Entity`,
    tags: ['graph'],
    parameters: [itemId, ref('parameters/top'), ref('parameters/filter')],
    ...(method === 'patch' || method === 'post' ? { requestBody: { required: true, content } } : {}),
    responses:
      method === 'delete'
        ? { 204: { description: 'done' } }
        : { '2XX': { description: 'ok', content }, default: ref('responses/error') },
  };
}
