import type { CallModel, Field, Leaf, ObjectType, Shape, SourceModel } from '../model.ts';

/** OpenAPI 3.1, as JSON. */
export function openapiDocument(source: SourceModel): string {
  const { types, abstract, enumName, enumValues, calls } = source;
  const kinds = new Map(types.map(type => [type.name, abstract.members.includes(type.name)]));
  const objects = types.map(type => [type.name, objectSchema(source, type, kinds.get(type.name) === true)] as const);
  const union = {
    oneOf: abstract.members.map(reference),
    discriminator: {
      propertyName: 'kind',
      mapping: Object.fromEntries(abstract.members.map(member => [member, `#/components/schemas/${member}`])),
    },
  };
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: source.name, version: '1' },
    paths: Object.fromEntries(calls.map(call => pathOf(source, call))),
    components: {
      schemas: {
        ...Object.fromEntries(objects),
        [abstract.name]: union,
        [enumName]: { type: 'string', enum: enumValues },
        [`Wish${source.index}`]: wishSchema(source),
      },
    },
  });
}

function objectSchema(source: SourceModel, { fields }: ObjectType, isMember: boolean) {
  return {
    type: 'object',
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    properties: {
      ...Object.fromEntries(fields.map(({ name, shape }: Field) => [name, schemaOf(source, shape)])),
      ...(isMember ? { kind: { type: 'string' } } : {}),
    },
  };
}

function schemaOf(source: SourceModel, shape: Shape): object {
  if (shape.kind === 'list') return { type: 'array', items: schemaOf(source, shape.of) };
  if (shape.kind === 'object') return reference(shape.type);
  if (shape.kind === 'abstract') return reference(source.abstract.name);
  return shape.leaf === 'Enum' ? reference(source.enumName) : leaves[shape.leaf];
}

const leaves: Readonly<Record<Exclude<Leaf, 'Enum'>, object>> = {
  String: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  Long: { type: 'integer', format: 'int64' },
  Time: { type: 'string', format: 'date-time' },
};

function reference(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

function wishSchema({ enumName }: SourceModel) {
  return {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'string' },
      note: { type: ['string', 'null'] },
      colour: reference(enumName),
      sizes: { type: 'array', items: { type: 'integer', format: 'int32' } },
    },
  };
}

function pathOf({ index, enumName }: SourceModel, { name, kind, type }: CallModel) {
  const one = reference(type);
  const many = { type: 'array', items: one };
  const answer = (schema: object) => ({ 200: { description: 'ok', content: { 'application/json': { schema } } } });
  const parameter = (named: string, schema: object, required = false) => ({
    name: named,
    in: 'query',
    required,
    schema,
  });
  const get = (schema: object, parameters: readonly object[]) => ({
    get: { operationId: name, parameters, responses: answer(schema) },
  });
  switch (kind) {
    case 'many':
      return [`/${name}`, get(many, [parameter('ids', { type: 'array', items: { type: 'string' } }, true)])];
    case 'all':
      return [
        `/${name}`,
        get(many, [parameter('colour', reference(enumName)), parameter('limit', { type: 'integer', default: 9 })]),
      ];
    case 'one':
      return [`/${name}/{id}`, get(one, [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }])];
    case 'any':
    case 'keyed':
      return [`/${name}`, get(many, [])];
    case 'make': {
      const content = { 'application/json': { schema: reference(`Wish${index}`) } };
      return [
        `/${name}`,
        { post: { operationId: name, requestBody: { required: true, content }, responses: answer(one) } },
      ];
    }
  }
}
