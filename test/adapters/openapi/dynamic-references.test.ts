import { afterEach, describe, expect, it, vi } from 'vitest';
import { Resolver } from '../../../src/adapters/openapi/document/resolver.ts';
import { DynamicAnchors } from '../../../src/adapters/openapi/schemas/dynamic-scope.ts';
import { answering, describeDocument, describeFiles, taking } from './describe-document.ts';

const string = { type: 'string' };
const number = { type: 'number' };
const ref = ($ref: string) => ({ $ref });
const component = (name: string) => ref(`#/components/schemas/${name}`);
const object = (properties: object) => ({ type: 'object', properties });
const listOf = (items: object) => ({ type: 'array', items });

const Pet = object({ name: string });
const Cat = object({ meow: string });

/** With a default that allows nothing, as the Initiative's page has it. */
const page = {
  type: 'object',
  required: ['items'],
  properties: { items: listOf({ $dynamicRef: '#T' }), total: { type: 'integer' } },
  $defs: { T: { $dynamicAnchor: 'T', not: {} } },
};
const binding = (schema: object, name = 'T') => ({ $defs: { Bound: { $dynamicAnchor: name, ...schema } } });

describe('generics by `$dynamicRef`', () => {
  it('are what the example of OpenAPI 3.2 says ("Generic Data Structure Model")', async () => {
    const schemas = {
      genericArrayComponent: {
        $id: 'fully_generic_array',
        type: 'array',
        items: { $dynamicRef: '#generic-array' },
        $defs: { allowAll: { $dynamicAnchor: 'generic-array' } },
      },
      numberArray: {
        $id: 'array_of_numbers',
        $ref: 'fully_generic_array',
        $defs: { numbersOnly: { $dynamicAnchor: 'generic-array', type: 'number' } },
      },
      stringArray: {
        $id: 'array_of_strings',
        $ref: 'fully_generic_array',
        $defs: { stringsOnly: { $dynamicAnchor: 'generic-array', type: 'string' } },
      },
    };
    const uses = { any: component('genericArrayComponent'), n: component('numberArray'), s: ref('array_of_strings') };
    const { sdl, diagnostics } = await describeDocument(answering(uses, schemas));
    expect(sdl('Query')).toBe('type Query { any: [JSON] n: [Float!] s: [String!] }');
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['with URIs', { $id: 'page' }, { $id: 'pets' }, { $id: 'cats' }],
    ['without any', {}, {}, {}],
    ['where only the generic has one', { $id: 'page' }, {}, {}],
    ['where only the users have one', {}, { $id: 'pets' }, { $id: 'cats' }],
  ])('are a type for each binding, %s', async (_, generic, pets, cats) => {
    const schemas = {
      Pet,
      Cat,
      PageOf: { ...generic, ...page },
      PetPage: { ...pets, ...component('PageOf'), ...binding(component('Pet')) },
      CatPage: { ...cats, ...component('PageOf'), ...binding(component('Cat')) },
    };
    const uses = { a: component('PetPage'), b: component('CatPage'), again: component('PetPage') };
    const { sdl, diagnostics } = await describeDocument(answering(uses, schemas));
    expect(sdl('Query')).toBe('type Query { a: PetPage b: CatPage again: PetPage }');
    expect(sdl('PetPage')).toBe('type PetPage { items: [Pet!]! total: Int }');
    expect(sdl('CatPage')).toBe('type CatPage { items: [Cat!]! total: Int }');
    expect(diagnostics).toEqual([]);
  });

  it('are called by their place where they are bound there', async () => {
    const pages = { pets: { ...component('PageOf'), ...binding(component('Pet')) }, cats: component('PageOf') };
    const uses = { list: { ...component('PageOf'), ...binding(component('Pet')) }, zoo: object(pages) };
    const { sdl, diagnostics } = await describeDocument(answering(uses, { Pet, PageOf: { $id: 'page', ...page } }));
    expect(sdl('Query')).toBe('type Query { list: ListResponse zoo: ZooResponse }');
    expect(sdl('ListResponse')).toBe('type ListResponse { items: [Pet!]! total: Int }');
    expect(sdl('ZooResponse')).toBe('type ZooResponse { pets: ZooResponsePets cats: PageOf }');
    expect(sdl('ZooResponsePets')).toBe('type ZooResponsePets { items: [Pet!]! total: Int }');
    expect(sdl('PageOf')).toBe('type PageOf { items: [JSON]! total: Int }');
    expect(diagnostics).toEqual([]);
  });

  it('are joined with what their users say of an object', async () => {
    const meta = (properties: object) => object({ meta: object(properties) });
    const PageOf = { $id: 'page', ...page, ...meta({ first: { $dynamicRef: '#T' } }), required: [] };
    const user = (bound: string, said: object) => ({
      allOf: [component('PageOf'), meta(said)],
      ...binding(component(bound)),
    });
    const schemas = { Pet, Cat, PageOf, PetPage: user('Pet', { a: string }), CatPage: user('Cat', { b: string }) };
    const uses = { a: component('PetPage'), b: component('CatPage'), c: component('PageOf') };
    for (const operations of [uses, { c: uses.c, b: uses.b, a: uses.a }]) {
      const { sdl, diagnostics } = await describeDocument(answering(operations, schemas));
      expect(sdl('PetPageMeta')).toBe('type PetPageMeta { first: Pet a: String }');
      expect(sdl('CatPageMeta')).toBe('type CatPageMeta { first: Cat b: String }');
      expect(sdl('PageOfMeta')).toBe('type PageOfMeta { first: JSON }');
      expect(diagnostics).toEqual([]);
    }
  });

  it('are called the same whichever is met first where their own parts write out one object', async () => {
    const meta = (properties: object) => object({ meta: object(properties) });
    const PageOf = { $id: 'page', allOf: [meta({ count: number }), meta({ first: { $dynamicRef: '#T' } })] };
    const generic = { ...PageOf, $defs: page.$defs };
    const bound = (name: string) => ({ ...component('PageOf'), ...binding(component(name)) });
    const schemas = { Pet, Cat, PageOf: generic, PetPage: bound('Pet'), CatPage: bound('Cat') };
    const uses = { a: component('PetPage'), b: component('CatPage') };
    for (const operations of [uses, { b: uses.b, a: uses.a }]) {
      const { sdl, diagnostics } = await describeDocument(answering(operations, schemas));
      expect(sdl('PetPageMeta')).toBe('type PetPageMeta { count: Float first: Pet }');
      expect(sdl('CatPageMeta')).toBe('type CatPageMeta { count: Float first: Cat }');
      expect(diagnostics).toEqual([]);
    }
  });

  it('share what does not depend on the binding, and have what does for themselves', async () => {
    const PageOf = {
      ...page,
      required: [],
      properties: {
        meta: object({ count: number }),
        order: { enum: ['up', 'down'] },
        edges: listOf(object({ node: { $dynamicRef: '#T' } })),
        next: component('PageOf'),
      },
    };
    const schemas = {
      Pet,
      Cat,
      PageOf: { $id: 'page', ...PageOf },
      PetPage: { $id: 'pets', ...component('PageOf'), ...binding(component('Pet')) },
      CatPage: { $id: 'cats', ...component('PageOf'), ...binding(component('Cat')) },
    };
    const operations = { a: component('CatPage'), b: component('PetPage') };
    const { sdl, diagnostics } = await describeDocument(answering(operations, schemas));
    const fields = 'meta: PageOfMeta order: PageOfOrder edges:';
    expect(sdl('PetPage')).toBe(`type PetPage { ${fields} [PetPageEdgesItem!] next: PetPage }`);
    expect(sdl('CatPage')).toBe(`type CatPage { ${fields} [CatPageEdgesItem!] next: CatPage }`);
    expect(sdl('PetPageEdgesItem')).toBe('type PetPageEdgesItem { node: Pet }');
    expect(sdl('CatPageEdgesItem')).toBe('type CatPageEdgesItem { node: Cat }');
    expect(diagnostics).toEqual([]);
  });

  it('nest, in any order of the document', async () => {
    const schemas = {
      Pet,
      Cat,
      Envelope: {
        $id: 'envelope',
        ...object({ data: { $dynamicRef: '#D' }, trace: string }),
        $defs: { D: { $dynamicAnchor: 'D', not: {} } },
      },
      PageOf: { $id: 'page', ...page },
      PetAnswer: {
        ...component('Envelope'),
        ...binding({ ...component('PageOf'), ...binding(component('Pet')) }, 'D'),
      },
      CatPage: { $id: 'cats', ...component('PageOf'), ...binding(component('Cat')) },
      CatAnswer: { ...component('Envelope'), ...binding(component('CatPage'), 'D') },
      PageAnswer: { $id: 'answer', ...object({ data: component('PageOf') }), ...binding(component('Cat')) },
    };
    const uses = { a: component('PetAnswer'), b: component('CatAnswer'), c: component('PageAnswer') };
    const told = await describeDocument(answering(uses, schemas));
    expect(told.sdl('PetAnswer')).toBe('type PetAnswer { data: PetAnswerBound trace: String }');
    expect(told.sdl('PetAnswerBound')).toBe('type PetAnswerBound { items: [Pet!]! total: Int }');
    expect(told.sdl('CatAnswer')).toBe('type CatAnswer { data: CatPage trace: String }');
    expect(told.sdl('CatPage')).toBe('type CatPage { items: [Cat!]! total: Int }');
    expect(told.sdl('PageAnswer')).toBe('type PageAnswer { data: PageAnswerPageOf }');
    expect(told.sdl('PageAnswerPageOf')).toBe('type PageAnswerPageOf { items: [Cat!]! total: Int }');
    expect(told.diagnostics).toEqual([]);
    const turned = Object.fromEntries(Object.entries(schemas).reverse());
    const other = await describeDocument(answering({ c: uses.c, b: uses.b, a: uses.a }, turned));
    for (const type of ['PetAnswer', 'PetAnswerBound', 'CatAnswer', 'CatPage', 'PageAnswer', 'PageAnswerPageOf'])
      expect(other.sdl(type)).toBe(told.sdl(type));
  });

  it('have several parameters, which may be bound in turn', async () => {
    const schemas = {
      Pet,
      Cat,
      Pair: {
        $id: 'pair',
        ...object({ one: { $dynamicRef: '#A' }, other: { $dynamicRef: '#B' } }),
        $defs: { A: { $dynamicAnchor: 'A' }, B: { $dynamicAnchor: 'B' } },
      },
      PetPair: { $id: 'pet-pair', ...component('Pair'), ...binding(component('Pet'), 'A') },
      Pets: { $id: 'pets', ...ref('pet-pair'), ...binding(component('Pet'), 'B') },
      PetAndCat: { $id: 'pet-and-cat', ...ref('pet-pair'), ...binding(component('Cat'), 'B') },
    };
    const uses = { a: component('Pets'), b: component('PetAndCat'), c: component('PetPair') };
    const { sdl } = await describeDocument(answering(uses, schemas));
    expect(sdl('Pets')).toBe('type Pets { one: Pet other: Pet }');
    expect(sdl('PetAndCat')).toBe('type PetAndCat { one: Pet other: Cat }');
    expect(sdl('PetPair')).toBe('type PetPair { one: Pet other: JSON }');
  });

  it('may be parts of what binds them', async () => {
    const schemas = {
      Pet,
      Cat,
      PageOf: { $id: 'page', ...page },
      PetPage: { $id: 'pets', allOf: [binding(component('Pet')), component('PageOf')] },
      CatPage: {
        $id: 'cats',
        allOf: [component('PageOf'), object({ purrs: { type: 'boolean' } })],
        ...binding(component('Cat')),
      },
    };
    const { sdl } = await describeDocument(answering({ a: component('PetPage'), b: component('CatPage') }, schemas));
    expect(sdl('PetPage')).toBe('type PetPage { items: [Pet!]! total: Int }');
    expect(sdl('CatPage')).toBe('type CatPage { items: [Cat!]! total: Int purrs: Boolean }');
  });

  it('say of each binding what they say to Selvage', async () => {
    const total = { type: 'integer', 'x-selvage-authenticated': true };
    const schemas = {
      Pet,
      Cat,
      PageOf: { $id: 'page', ...page, properties: { ...page.properties, total } },
      PetPage: { $id: 'pets', ...component('PageOf'), ...binding(component('Pet')) },
      CatPage: { $id: 'cats', ...component('PageOf'), ...binding(component('Cat')) },
    };
    const uses = { a: component('PetPage'), b: component('CatPage') };
    const { description, diagnostics } = await describeDocument(answering(uses, schemas));
    const elements = description.blueprint.annotations?.map(({ element }) => element);
    expect(elements).toEqual(['PetPage.total', 'CatPage.total']);
    expect(diagnostics).toEqual([]);
  });

  it('are types of inputs, too', async () => {
    const schemas = {
      Pet: object({ name: string, id: { type: 'integer', readOnly: true } }),
      PageOf: { $id: 'page', ...page },
      PetPage: { $id: 'pets', ...component('PageOf'), ...binding(component('Pet')) },
    };
    const { sdl } = await describeDocument(taking(component('PetPage'), schemas));
    expect(sdl('Mutation')).toBe('type Mutation { put(input: PetPageInput!): Boolean }');
    expect(sdl('PetPageInput')).toBe('input PetPageInput { items: [PetInput!]! total: Int }');
    expect(sdl('PetInput')).toBe('input PetInput { name: String }');
  });

  it('may be in files of their own', async () => {
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: ref('pets.json'), b: { ...ref('lib/page.json'), ...binding(Cat) } }),
      '/pets.json': { ...ref('lib/page.json'), ...binding(ref('lib/pet.json')) },
      '/lib/page.json': { ...page, properties: { items: listOf({ $dynamicRef: '#T' }), first: ref('pet.json') } },
      '/lib/pet.json': Pet,
    });
    expect(sdl('Query')).toBe('type Query { a: Pets b: BResponse }');
    expect(sdl('Pets')).toBe('type Pets { items: [Pet!]! first: Pet }');
    expect(sdl('BResponse')).toBe('type BResponse { items: [BResponseBound!]! first: Pet }');
    expect(diagnostics).toEqual([]);
  });
});

describe('recursion through a `$dynamicRef`', () => {
  const base = {
    $id: 'base',
    $dynamicAnchor: 'node',
    ...object({ id: string, children: listOf({ $dynamicRef: '#node' }) }),
  };

  it('leads to the schema that extends the tree', async () => {
    const schemas = {
      'base-node': base,
      'named-node': { $id: 'named', $dynamicAnchor: 'node', allOf: [component('base-node'), object({ name: string })] },
    };
    const uses = { a: component('named-node'), b: component('base-node') };
    const { sdl, diagnostics } = await describeDocument(answering(uses, schemas));
    expect(sdl('NamedNode')).toBe('type NamedNode { id: String children: [NamedNode!] name: String }');
    expect(sdl('BaseNode')).toBe('type BaseNode { id: String children: [BaseNode!] }');
    expect(diagnostics).toEqual([]);
  });

  it('leads to a stricter schema of the same properties (JSON Schema 2020-12, 8.2.3.2)', async () => {
    const schemas = {
      Tree: base,
      Strict: { $id: 'strict', $dynamicAnchor: 'node', $ref: 'base', unevaluatedProperties: false },
    };
    const { sdl, diagnostics } = await describeDocument(answering({ a: component('Strict') }, schemas));
    expect(sdl('Query')).toBe('type Query { a: Strict }');
    expect(sdl('Strict')).toBe('type Strict { id: String children: [Strict!] }');
    expect(diagnostics).toEqual([]);
  });

  it('goes through what else the tree is made of', async () => {
    const schemas = {
      Document: object({ title: string }),
      Folder: {
        $id: 'folder',
        $defs: { F: { $dynamicAnchor: 'F', not: {} }, R: { $dynamicAnchor: 'R', not: {} } },
        ...object({
          children: listOf({ oneOf: [component('Document'), { $dynamicRef: '#F' }] }),
          shortcuts: listOf({ $dynamicRef: '#R' }),
        }),
      },
      Workspace: {
        $id: 'workspace',
        allOf: [
          {
            $defs: {
              f: { $dynamicAnchor: 'F', ...component('Workspace') },
              r: { $dynamicAnchor: 'R', ...component('Resource') },
            },
            ...component('Folder'),
          },
          object({ owner: string }),
        ],
      },
      Resource: { oneOf: [component('Document'), component('Workspace')] },
    };
    const { sdl, diagnostics } = await describeDocument(answering({ a: component('Workspace') }, schemas));
    const item = 'WorkspaceChildrenItem';
    expect(sdl('Workspace')).toBe(`type Workspace { children: [${item}!] shortcuts: [Resource!] owner: String }`);
    expect(sdl(item)).toBe(`union ${item} = Document | Workspace`);
    expect(sdl('Resource')).toBe('union Resource = Document | Workspace');
    expect(diagnostics).toEqual([]);
  });

  it('ends where a generic binds itself', async () => {
    const schemas = {
      Node: {
        $id: 'node',
        ...object({ value: { $dynamicRef: '#T' }, next: { ...component('Node'), ...binding(component('Pet')) } }),
        $defs: { T: { $dynamicAnchor: 'T', ...Cat } },
      },
      Pet,
    };
    const { sdl } = await describeDocument(answering({ a: component('Node') }, schemas));
    expect(sdl('Node')).toBe('type Node { value: NodeT next: Node }');
  });
});

/** JSON Schema's own tests of `$dynamicRef`: what the items of the root come to. */
describe('the dynamic scope', () => {
  const list = (anchor: object, $dynamicRef = '#items') => ({
    $id: 'list',
    type: 'array',
    items: { $dynamicRef },
    $defs: { items: anchor },
  });
  const root = ($defs: object, rest: object = ref('list')) => ({ $id: 'http://ids.test/root', ...rest, $defs });
  const foo = { $dynamicAnchor: 'items', ...string };
  const open = { $dynamicAnchor: 'items' };

  it.each([
    ['of one resource', root({ foo }, listOf({ $dynamicRef: '#items' })), '[String!]'],
    [
      'leaves an `$anchor` alone',
      root({ foo: { $anchor: 'items', ...string } }, listOf({ $dynamicRef: '#items' })),
      '[String!]',
    ],
    ['begins with the outermost resource', root({ foo, list: list(open) }), '[String!]'],
    ['does not matter to a pointer', root({ foo, list: list({ ...open, ...number }, '#/$defs/items') }), '[Float!]'],
    [
      'goes through resources between',
      root({ foo, between: { $id: 'between', ...ref('list') }, list: list(open) }, ref('between')),
      '[String!]',
    ],
    ['has no `$anchor`', root({ foo: { $anchor: 'items', ...string }, list: list(open) }), '[JSON]'],
    [
      'does not matter where the reference is to an `$anchor`',
      root({ foo, list: list({ $anchor: 'items' }) }),
      '[JSON]',
    ],
    [
      'does not matter where that is another dynamic one',
      root({ foo, list: list({ $anchor: 'items', $dynamicAnchor: 'foo' }) }),
      '[JSON]',
    ],
    [
      'is of the resources that were entered',
      root({ foo, other: { ...list({ ...open, ...number }), $id: 'other' } }, ref('other')),
      '[String!]',
    ],
    [
      'may be of detached anchors',
      root(
        { foo: { $id: 'detached', $dynamicRef: '#d', $defs: { d: { $dynamicAnchor: 'd', type: 'integer' } } } },
        listOf(ref('detached')),
      ),
      '[Int!]',
    ],
  ])('%s', async (_, schema, type) => {
    const { sdl, diagnostics } = await describeDocument(answering({ a: schema }));
    expect(sdl('Query')).toBe(`type Query { a: ${type} }`);
    expect(diagnostics).toEqual([]);
  });

  it('begins with what a relative reference initially is', async () => {
    const extended = ($anchor: string) => ({
      $id: 'http://ids.test/root',
      $dynamicAnchor: 'meta',
      ...object({ foo: { const: 'pass' } }),
      ...ref('extended'),
      $defs: {
        extended: { $id: 'extended', [$anchor]: 'meta', ...object({ bar: ref('bar') }) },
        bar: { $id: 'bar', ...object({ baz: { $dynamicRef: 'extended#meta' } }) },
      },
    });
    const dynamic = await describeDocument(answering({ a: component('Root') }, { Root: extended('$dynamicAnchor') }));
    expect(dynamic.sdl('Root')).toBe('type Root { bar: RootBar foo: String }');
    expect(dynamic.sdl('RootBar')).toBe('type RootBar { baz: Root }');
    const fixed = await describeDocument(answering({ a: component('Root') }, { Root: extended('$anchor') }));
    expect(fixed.sdl('RootBar')).toBe('type RootBar { baz: RootExtended }');
    expect(fixed.sdl('RootExtended')).toBe('type RootExtended { bar: RootBar }');
  });

  it('is left with the resource', async () => {
    const schemas = {
      Pet,
      PageOf: { $id: 'page', ...page },
      PetPage: { $id: 'pets', ...component('PageOf'), ...binding(component('Pet')) },
      Both: object({ pets: component('PetPage'), any: component('PageOf') }),
    };
    const { sdl } = await describeDocument(answering({ a: component('Both') }, schemas));
    expect(sdl('Both')).toBe('type Both { pets: PetPage any: PageOf }');
    expect(sdl('PageOf')).toBe('type PageOf { items: [JSON]! total: Int }');
  });

  it('makes no other types of what leads back to the same binding', async () => {
    const schemas = {
      Pet: object({ name: string, owner: component('Owner') }),
      Owner: object({ pets: component('PetPage') }),
      PageOf: { $id: 'page', ...page },
      PetPage: { $id: 'pets', ...component('PageOf'), ...binding(component('Pet')) },
    };
    const { sdl, schema } = await describeDocument(answering({ a: component('PetPage') }, schemas));
    expect(sdl('PetPage')).toBe('type PetPage { items: [Pet!]! total: Int }');
    expect(sdl('Owner')).toBe('type Owner { pets: PetPage }');
    const own = Object.keys(schema.getTypeMap()).filter(name => /Pet|Owner|Page/.test(name));
    expect(own.sort()).toEqual(['Owner', 'Pet', 'PetPage']);
  });

  it('stays as it is in what is bound: the outermost binding is in force', async () => {
    const schemas = {
      Pet: object({ name: string, owners: component('OwnerPage') }),
      Owner: object({ phone: string }),
      PageOf: { $id: 'page', ...page },
      PetPage: { $id: 'pets', ...component('PageOf'), ...binding(component('Pet')) },
      OwnerPage: { $id: 'owners', ...component('PageOf'), ...binding(component('Owner')) },
    };
    const uses = { a: component('PetPage'), b: component('Pet') };
    const { sdl, diagnostics } = await describeDocument(answering(uses, schemas));
    expect(diagnostics.map(({ severity, code, at }) => [severity, code, ...at])).toEqual([
      ['note', 'NAME_COLLISION', '/api.json', '/components/schemas/OwnerPage/$defs/Bound'],
    ]);
    expect(sdl('Pet')).toBe('type Pet { name: String owners: OwnerPage }');
    expect(sdl('OwnerPage')).toBe('type OwnerPage { items: [Owner!]! total: Int }');
    expect(sdl('PetPage')).toBe('type PetPage { items: [PetPagePet!]! total: Int }');
    expect(sdl('PetPagePet')).toBe('type PetPagePet { name: String owners: PetPage }');
  });
});

describe('a `$dynamicRef` that nothing answers', () => {
  it('is JSON, and told of', async () => {
    const { sdl, diagnostics } = await describeDocument(answering({ a: listOf({ $dynamicRef: '#nobody' }) }));
    expect(sdl('Query')).toBe('type Query { a: [JSON] }');
    expect(diagnostics.map(({ code, at }) => [code, ...at])).toEqual([
      ['REFERENCE_NOT_FOUND', '/api.json', '/paths/~1a/get/responses/200/content/application~1json/schema/items'],
    ]);
  });

  it('may be answered by a binding though it has no default', async () => {
    const schemas = { Any: { $id: 'any', ...listOf({ $dynamicRef: '#T' }) }, Pet };
    const uses = { a: { ...component('Any'), ...binding(component('Pet')) } };
    const { sdl, diagnostics } = await describeDocument(answering(uses, schemas));
    expect(sdl('Query')).toBe('type Query { a: [Pet!] }');
    expect(diagnostics).toEqual([]);
  });

  it('is JSON where several schemas of one resource are called so', async () => {
    const schemas = {
      Box: object({ held: { $dynamicRef: '#held' } }),
      Pet: { $dynamicAnchor: 'held', ...Pet },
      Cat: { $dynamicAnchor: 'held', ...Cat },
    };
    const { sdl, diagnostics } = await describeDocument(answering({ a: component('Box') }, schemas));
    expect(sdl('Box')).toBe('type Box { held: JSON }');
    expect(diagnostics.map(({ code, at }) => [code, ...at])).toEqual([
      ['REFERENCE_NOT_FOUND', '/api.json', '/components/schemas/Box/properties/held'],
    ]);
  });
});

describe('what dynamic scopes cost', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is nothing where no `$dynamicRef` is, anchors or not', async () => {
    const around = vi.spyOn(DynamicAnchors.prototype, 'around');
    const { sdl } = await describeDocument(
      answering({ a: component('Pet') }, { Pet: { $dynamicAnchor: 'pet', ...Pet } }),
    );
    expect(sdl('Query')).toBe('type Query { a: Pet }');
    expect(around).not.toHaveBeenCalled();
  });

  it('is what there is of them', async () => {
    const work = async (count: number) => {
      const follow = vi.spyOn(Resolver.prototype, 'follow');
      const around = vi.spyOn(DynamicAnchors.prototype, 'around');
      const names = Array.from({ length: count }, (_, index) => `S${index}`);
      const schemas = names.map(name => [name, object({ [name]: string })] as const);
      const pages = names.map(
        name => [`${name}Page`, { ...component('PageOf'), ...binding(component(name)) }] as const,
      );
      const uses = Object.fromEntries(names.map(name => [name, component(`${name}Page`)]));
      const all = { PageOf: { $id: 'page', ...page }, ...Object.fromEntries([...schemas, ...pages]) };
      const { sdl } = await describeDocument(answering(uses, all));
      expect(sdl(`S${count - 1}Page`)).toContain(`items: [S${count - 1}!]!`);
      const calls = follow.mock.calls.length + around.mock.calls.length;
      vi.restoreAllMocks();
      return calls;
    };
    const [small, large] = [await work(20), await work(80)];
    expect(large / small).toBeLessThan(4.4);
  });

  /** Schemas by number that refer to others, each with a name of its own and what the name is bound to. */
  const named = (count: number, refersTo: (index: number) => readonly number[]) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => {
        const others = refersTo(index).map(other => [`to${other}`, component(`S${other % count}`)] as const);
        const properties = { value: { $dynamicRef: `#T${index}` }, ...Object.fromEntries(others) };
        return [`S${index}`, { ...object(properties), ...binding(string, `T${index}`) }] as const;
      }),
    );
  /** Binds all the names once more. */
  const rival = (count: number, rest: object = {}) => {
    const bound = Array.from({ length: count }, (_, index) => [
      `t${index}`,
      { $dynamicAnchor: `T${index}`, ...number },
    ]);
    return { $id: 'rival', ...rest, $defs: Object.fromEntries(bound) };
  };
  const toAll = (count: number) => () => Array.from({ length: count }, (_, other) => other);
  const toNext = (index: number) => [index + 1];

  it.each([
    ['each other', 12, toAll(12)],
    ['the next in a ring', 300, toNext],
  ])('is nothing for names with one binding, though what asks for them refers to %s', async (_, count, refersTo) => {
    const at = vi.spyOn(DynamicAnchors.prototype, 'at');
    const { sdl, diagnostics } = await describeDocument(answering({ a: component('S0') }, named(count, refersTo)));
    expect(sdl('S1')).toMatch(/^type S1 { value: String to/);
    expect(diagnostics).toEqual([]);
    expect(at).not.toHaveBeenCalled();
  });

  const everyLevel = (() => {
    const levels = Array.from({ length: 40 }, (_, index) => index);
    const level = (index: number, side: string) => ({
      $id: `${side}${index}`,
      ...object({
        one: index + 1 < levels.length ? ref(`a${index + 1}`) : ref('end'),
        other: index + 1 < levels.length ? ref(`b${index + 1}`) : ref('end'),
      }),
      ...binding(object({ [side]: string }), `T${index}`),
    });
    const sides = levels.flatMap(index => ['a', 'b'].map(side => [`${side}${index}`, level(index, side)] as const));
    const ends = Object.fromEntries(levels.map(index => [`t${index}`, { $dynamicRef: `#T${index}` }]));
    const defaults = Object.fromEntries(levels.map(index => [`t${index}`, { $dynamicAnchor: `T${index}` }]));
    return { ...Object.fromEntries(sides), end: { $id: 'end', ...object(ends), $defs: defaults } };
  })();
  const inOneResource = (count: number) => {
    const { $defs } = rival(count);
    const asking = Array.from({ length: count }, (_, index) => [
      [`value${index}`, { $dynamicRef: `#T${index}` }] as const,
      [`to${index}`, ref('one')] as const,
    ]);
    return { One: { $id: 'one', ...object(Object.fromEntries(asking.flat())), $defs }, Rival: rival(count) };
  };

  it.each([
    ['there are two schemas on each level', everyLevel, ref('a0')],
    ['all refer to all', { ...named(50, toAll(50)), Rival: rival(50) }, component('S0')],
    [
      'all refer to all, and another binds them',
      { ...named(50, toAll(50)), Rival: rival(50, component('S0')) },
      ref('rival'),
    ],
    ['they are a long ring', { ...named(500, toNext), Rival: rival(500) }, component('S0')],
    ['they are of one resource', inOneResource(700), ref('one')],
  ])('is bounded, however many ways there are: %s', async (_, schemas, schema) => {
    const counted = [
      vi.spyOn(Resolver.prototype, 'follow'),
      vi.spyOn(DynamicAnchors.prototype, 'around'),
      vi.spyOn(DynamicAnchors.prototype, 'at'),
      vi.spyOn(DynamicAnchors.prototype, 'entered'),
    ];
    const { diagnostics } = await describeDocument(answering({ a: schema }, schemas));
    expect(diagnostics.filter(({ code }) => code === 'CONSTRUCT_NOT_SUPPORTED')).toHaveLength(1);
    expect(counted.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBeLessThan(1_000_000);
  });
});
