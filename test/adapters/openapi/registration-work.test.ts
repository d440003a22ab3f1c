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
  }, 60_000);

  it('reads what it is made of once, however often names are settled, and tells it once', async () => {
    const level = { type: 'object', properties: { level: { type: 'string', enum: ['low', 'high'] } } };
    const document = answering(
      { first: { $ref: '#/components/schemas/user' }, second: { $ref: '#/components/schemas/user-log' } },
      {
        user: { type: 'object', properties: { 'log-entry': level, gone: { $ref: '#/components/schemas/gone' } } },
        'user-log': { type: 'object', properties: { entry: { ...level } } },
      },
    );
    const drafts = vi.spyOn(TypeBuilder.prototype, 'drafts');
    const { diagnostics } = await describeDocument(document);
    const [first, second] = drafts.mock.contexts as readonly TypeBuilder[]; // what the method is called on
    expect(first?.names.rivals.size).toBe(2);
    expect(second?.names.rivals.size).toBe(0);
    expect(second?.normal).toBe(first?.normal);
    expect(diagnostics.map(({ code, at }) => `${code} ${at[1]}`)).toEqual([
      'REFERENCE_NOT_FOUND /components/schemas/user/properties/gone',
      'NAME_COLLISION /components/schemas/user/properties/log-entry',
      'NAME_COLLISION /components/schemas/user-log/properties/entry',
      'NAME_COLLISION /components/schemas/user/properties/log-entry/properties/level',
      'NAME_COLLISION /components/schemas/user-log/properties/entry/properties/level',
    ]);
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
    expect(Object.values(schema.getTypeMap()).filter(type => own?.getType(type.name) !== type)).toEqual([]);
    await subschema.close();
  });
});
