import { afterEach, describe, expect, it, vi } from 'vitest';
import { graphLike } from '../../../bench/documents/graph-like.ts';
import { Resolver } from '../../../src/adapters/openapi/document/resolver.ts';
import { openapi } from '../../../src/adapters/openapi/index.ts';
import { NormalForm } from '../../../src/adapters/openapi/schemas/normal-form.ts';
import { TypeBuilder } from '../../../src/adapters/openapi/types/type-builder.ts';
import { TypeNames } from '../../../src/adapters/openapi/types/type-names.ts';
import { compose } from '../../../src/supergraph/compose.ts';
import { answering, describeDocument, source } from './describe-document.ts';

afterEach(() => vi.restoreAllMocks());

/** How many fields the types of a large document have, and how often it made us look something up. */
async function workOf(schemas: number) {
  const counted = {
    read: vi.spyOn(TypeBuilder.prototype, 'read'),
    define: vi.spyOn(TypeBuilder.prototype, 'define'),
    follow: vi.spyOn(Resolver.prototype, 'follow'),
    reduce: vi.spyOn(NormalForm.prototype, 'reduce'),
    flatten: vi.spyOn(NormalForm.prototype, 'flatten'),
    ofPlace: vi.spyOn(TypeNames.prototype, 'ofPlace'),
  };
  const { description } = await describeDocument(graphLike({ schemas, operations: 8 * schemas }));
  const calls = new Map(Object.entries(counted).map(([name, { mock }]) => [name, mock.calls.length]));
  vi.restoreAllMocks();
  const types = Object.values(description.blueprint.model.types);
  return { calls, fields: types.flatMap(type => ('fields' in type ? type.fields : [])).length };
}

describe('reading a document', () => {
  it('costs what there is in it, however large it is', async () => {
    const [small, large] = [await workOf(30), await workOf(120)];
    const growth = large.fields / small.fields;
    for (const [what, count] of small.calls) {
      expect(count, what).toBeGreaterThan(0);
      expect(large.calls.get(what)! / count, what).toBeLessThan(1.1 * growth);
    }
  });

  /** Two types want the name `UserLogEntry`, and so do those in them; one of them stands in a list of entries and in a choice, too. */
  const contested = (entry: string) => {
    const level = { type: 'object', properties: { level: { type: 'string', enum: ['low', 'high'] } } };
    const user = { type: 'object', properties: { [entry]: level, gone: { $ref: '#/components/schemas/gone' } } };
    const place = `#/components/schemas/user/properties/${entry}`;
    const choice = { oneOf: [{ $ref: `${place}/properties/level` }, { type: 'integer' }] };
    const byName = { type: 'object', additionalProperties: { $ref: place } };
    const document = answering(
      {
        first: { $ref: '#/components/schemas/user' },
        second: { $ref: '#/components/schemas/user-log' },
        third: { type: 'object', properties: { byName, choice } },
      },
      { user, 'user-log': { type: 'object', properties: { entry: { ...level } } } },
    );
    return describeDocument(document);
  };

  it('reads what it is made of once, whether several want a name or not, and tells it once', async () => {
    const counted = [
      vi.spyOn(TypeBuilder.prototype, 'read'),
      vi.spyOn(TypeBuilder.prototype, 'defineLater'),
      vi.spyOn(NormalForm.prototype, 'reduce'),
      vi.spyOn(TypeNames.prototype, 'claim'),
    ];
    const work = async (entry: string) => {
      const { diagnostics, description } = await contested(entry);
      const calls = counted.map(({ mock }) => mock.calls.length);
      for (const { mockClear } of counted) mockClear();
      return { diagnostics, calls, names: Object.keys(description.blueprint.model.types) };
    };
    const [alone, rivals] = [await work('other-entry'), await work('log-entry')];
    expect(alone.names).toContain('UserLogEntry');
    expect(rivals.names).not.toContain('UserLogEntry');
    expect(rivals.calls).toEqual(alone.calls);
    expect(rivals.diagnostics.map(({ code, at }) => `${code} ${at[1]}`)).toEqual([
      'REFERENCE_NOT_FOUND /components/schemas/user/properties/gone',
      'NAME_COLLISION /components/schemas/user/properties/log-entry',
      'NAME_COLLISION /components/schemas/user-log/properties/entry',
      'NAME_COLLISION /components/schemas/user/properties/log-entry/properties/level',
      'NAME_COLLISION /components/schemas/user-log/properties/entry/properties/level',
      expect.stringMatching(/^CONSTRUCT_UNTYPED /),
    ]);
  });

  it('tells once what a tuple holds, though it holds itself and others that hold it', async () => {
    const modelOf = async (tuples: number, places: number) => {
      const names = Array.from({ length: tuples }, (_, index) => `T${index}`);
      const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });
      const prefixItems = Array.from({ length: places }, (_, index) => to(names[index % tuples]!));
      const schemas = Object.fromEntries(names.map(name => [name, { type: 'array', prefixItems }]));
      const properties = Object.fromEntries(names.map(name => [name, to(name)]));
      const { description } = await describeDocument(
        answering({ one: { type: 'object', properties } }, schemas, '3.1.0'),
      );
      return JSON.stringify(description.blueprint.model).length;
    };
    expect(await modelOf(1, 100)).toBeLessThan(200 * 100);
    expect(await modelOf(40, 40)).toBeLessThan(200 * 40 * 40);
  });

  it('reads a parameter that operations share once, however many they are', async () => {
    const parameter = { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } };
    const get = { parameters: [{ $ref: '#/components/parameters/page' }], responses: { 204: { description: '' } } };
    const paths = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`/path${index}`, { get }]));
    const read = vi.spyOn(TypeBuilder.prototype, 'read');
    const { description } = await describeDocument({
      openapi: '3.0.3',
      paths,
      components: { parameters: { page: parameter } },
    });
    expect(read).toHaveBeenCalledTimes(1);
    const calls = Object.values(description.blueprint.calls);
    expect(calls).toHaveLength(40);
    expect(new Set(calls.map(({ parameters }) => parameters[0]))).toEqual(
      new Set([expect.objectContaining({ argument: 'page', name: 'page', in: 'query' })]),
    );
  });

  it('calls all that is made of a type after the name that it has in the end', async () => {
    const { description, diagnostics } = await contested('log-entry');
    const { model } = description.blueprint;
    const [entry = ''] = Object.keys(model.types).filter(name => /^UserLogEntry_[0-9a-f]{4}$/.test(name));
    const [level = ''] = Object.keys(model.types).filter(name => /^UserLogEntryLevel_[0-9a-f]{4}$/.test(name));
    expect(Object.keys(model.types)).toContain(`${entry}Entry`);
    expect(model.types['ThirdResponse']).toMatchObject({
      fields: [{ shape: { kind: 'map', entry: `${entry}Entry`, value: { name: entry } } }, {}],
    });
    expect(diagnostics.map(({ message }) => message)).toContain(
      `The value is one of ${level}, Int; it is given as JSON.`,
    );
  });
});

describe('composing one source whose names nobody changes', () => {
  it('copies none of its types', async () => {
    const { description } = await describeDocument(graphLike({ schemas: 20, operations: 40 }));
    const subschema = openapi.connect(description.blueprint, source({}, 'http://shop.test'));
    const composed = compose({ members: [{ source: source(), subschema }], overlay: [], absent: [] });
    if (!composed.ok) throw new TypeError(JSON.stringify(composed.diagnostics));
    const { schema, origins } = composed.value;
    const own = origins.members[0]?.member.schema;
    expect(schema).toBe(own);
    expect(Object.values(schema.getTypeMap()).filter(type => own?.getType(type.name) !== type)).toEqual([]);
    await subschema.close();
  });
});
