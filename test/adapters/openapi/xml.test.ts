import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../src/adapters/openapi/answer/decode.ts';
import { parseJson, writeJson } from '../../../src/adapters/openapi/answer/json-text.ts';
import { XmlReader } from '../../../src/adapters/openapi/answer/xml-answer.ts';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { canonicalXml } from '../../support/canonical-xml.ts';
import { describeDocument } from './describe-document.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const strings = { type: 'array', items: string };

/** A document with one operation that takes and answers this schema as XML, and the same as JSON. */
function document(schema: object, schemas: object = {}, openapi = '3.2.0') {
  const answers = (type: string) => ({ responses: { 200: { description: '', content: { [type]: { schema } } } } });
  const takes = { requestBody: { required: true, content: { 'application/xml': { schema } } } };
  return {
    openapi,
    servers: [{ url: 'http://shop.test' }],
    paths: {
      '/xml': { post: { operationId: 'xml', ...takes, ...answers('application/xml') } },
      '/json': { post: { operationId: 'json', ...answers('application/json') } },
    },
    components: { schemas },
  };
}

async function written(from: object, input: unknown): Promise<string> {
  const { description, call } = await describeDocument(from);
  const { body, headers } = prepare(call('xml'), { input }, new Encoder(description.blueprint.model));
  expect(headers['content-type']).toBe('application/xml');
  return String(body);
}

const blame = (reason: string) => new GatewayError('UPSTREAM_MALFORMED', 'malformed', { cause: reason });

async function read(from: object, text: string): Promise<unknown> {
  const { description, call } = await describeDocument(from);
  const { shape, xml } = call('xml').responses[0]!;
  const { model } = description.blueprint;
  const types = { ...model.types, ...model.places };
  const parsed = new XmlReader(types).read(Buffer.from(text), 'application/xml', shape!, xml);
  if ('problem' in parsed) return parsed;
  return JSON.parse(JSON.stringify(new Decoder(model).decode(shape!, parsed.value, blame)));
}

interface Row {
  readonly title: string;
  readonly schema: object;
  readonly schemas?: object;
  readonly input: unknown;
  readonly xml: string;
  /** Where what is read is not what was written. */
  readonly output?: unknown;
}

/** OpenAPI 3.1, 4.8.26, and 3.2, 4.26: the specification's own examples, and what they leave open. */
const rows: readonly Row[] = [
  {
    title: 'elements by the names of properties, the root by that of the component',
    schema: { $ref: '#/components/schemas/Person' },
    schemas: {
      Person: {
        type: 'object',
        properties: {
          id: { type: 'integer', format: 'int32', xml: { attribute: true } },
          name: { type: 'string', xml: { namespace: 'https://example.com/schema/sample', prefix: 'sample' } },
        },
      },
    },
    input: { id: 123, name: 'example' },
    xml: '<Person id="123"><sample:name xmlns:sample="https://example.com/schema/sample">example</sample:name></Person>',
  },
  {
    title: 'another name',
    schema: {
      type: 'object',
      xml: { name: 'document' },
      properties: { animals: { type: 'string', xml: { name: 'animal' } } },
    },
    input: { animals: 'dog' },
    xml: '<document><animal>dog</animal></document>',
  },
  {
    title: 'a list that nothing stands around',
    schema: {
      type: 'object',
      xml: { name: 'document' },
      properties: { animals: { ...strings, xml: { name: 'aliens' } }, last: integer },
    },
    input: { animals: ['dog', 'cat'], last: 1 },
    xml: '<document><animals>dog</animals><animals>cat</animals><last>1</last></document>',
  },
  {
    title: 'items by a name of their own',
    schema: {
      type: 'object',
      xml: { name: 'document' },
      properties: { animals: { type: 'array', items: { type: 'string', xml: { name: 'animal' } } } },
    },
    input: { animals: ['dog', 'cat'] },
    xml: '<document><animal>dog</animal><animal>cat</animal></document>',
  },
  {
    title: 'a list in an element of its name',
    schema: {
      type: 'object',
      xml: { name: 'document' },
      properties: { animals: { ...strings, xml: { wrapped: true } } },
    },
    input: { animals: ['dog', 'cat'] },
    xml: '<document><animals><animals>dog</animals><animals>cat</animals></animals></document>',
  },
  {
    title: 'a list and its items by other names, as 3.2 says it',
    schema: {
      type: 'object',
      xml: { name: 'document' },
      properties: {
        animals: {
          type: 'array',
          items: { type: 'string', xml: { name: 'animal' } },
          xml: { name: 'aliens', nodeType: 'element' },
        },
      },
    },
    input: { animals: ['dog', 'cat'] },
    xml: '<document><aliens><animal>dog</animal><animal>cat</animal></aliens></document>',
  },
  {
    title: 'a list around which another name stands, and its items by that',
    schema: {
      type: 'object',
      xml: { name: 'document' },
      properties: { animals: { ...strings, xml: { name: 'aliens', wrapped: true } } },
    },
    input: { animals: ['dog'] },
    xml: '<document><aliens><aliens>dog</aliens></aliens></document>',
  },
  {
    title: 'attributes and text in the items of a root that is a list',
    schema: {
      type: 'array',
      xml: { nodeType: 'element', name: 'animals' },
      items: {
        type: 'object',
        xml: { name: 'animal' },
        properties: {
          kind: { type: 'string', xml: { nodeType: 'attribute' } },
          name: { type: 'string', xml: { nodeType: 'text' } },
        },
      },
    },
    input: [
      { kind: 'Cat', name: 'Fluffy' },
      { kind: 'Dog', name: 'Fido' },
    ],
    xml: '<animals><animal kind="Cat">Fluffy</animal><animal kind="Dog">Fido</animal></animals>',
  },
  {
    title: 'a CDATA section, which cannot hold its own end',
    schema: { $ref: '#/components/schemas/Documentation' },
    schemas: {
      Documentation: { type: 'object', properties: { content: { type: 'string', xml: { nodeType: 'cdata' } } } },
    },
    input: { content: '<b>]]></b> & \r\n' },
    xml: '<Documentation><![CDATA[<b>]]]]><![CDATA[></b> & ]]>&#xD;<![CDATA[\n]]></Documentation>',
  },
  {
    title: 'a name beside the reference, of what has none of its own',
    schema: { $ref: '#/components/schemas/Documentation', xml: { nodeType: 'element', name: 'Stored' } },
    schemas: { Documentation: { type: 'object', xml: { nodeType: 'none' }, properties: { content: string } } },
    input: { content: 'x' },
    xml: '<Stored><content>x</content></Stored>',
  },
  {
    title: 'an element beside the reference, around that of what it leads to',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: {
        kept: { $ref: '#/components/schemas/Kept', xml: { nodeType: 'element' } },
        other: { $ref: '#/components/schemas/Kept', xml: { nodeType: 'element', name: 'more' } },
      },
    },
    schemas: { Kept: { type: 'object', properties: { content: string } } },
    input: { kept: { content: 'x' }, other: { content: 'y' } },
    xml: '<a><kept><Kept><content>x</content></Kept></kept><more><Kept><content>y</content></Kept></more></a>',
  },
  {
    title: 'an object that nothing stands around',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: {
        inner: {
          type: 'object',
          xml: { nodeType: 'none' },
          properties: { b: string, c: { type: 'string', xml: { attribute: true } } },
        },
      },
    },
    input: { inner: { b: '1', c: '2' } },
    xml: '<a c="2"><b>1</b></a>',
  },
  {
    title: 'the namespace of the root for all that is in it, and prefixes',
    schema: {
      type: 'object',
      xml: { name: 'a', namespace: 'urn:a' },
      properties: {
        b: {
          type: 'object',
          xml: { namespace: 'urn:b', prefix: 'p' },
          properties: { c: { type: 'string', xml: { namespace: 'urn:b', prefix: 'p' } } },
        },
        d: { type: 'string', xml: { attribute: true, namespace: 'urn:d' } },
        e: string,
      },
    },
    input: { b: { c: '1' }, d: '2', e: '3' },
    xml: '<a xmlns="urn:a" xmlns:n1="urn:d" n1:d="2"><p:b xmlns:p="urn:b"><p:c>1</p:c></p:b><e>3</e></a>',
  },
  {
    title: 'null, which XML has no other way to say',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { b: { type: ['string', 'null'] }, c: { type: ['string', 'null'], xml: { attribute: true } } },
    },
    input: { b: null, c: null },
    xml: '<a><b xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></a>',
  },
  {
    title: 'scalars of every kind, with every digit',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: {
        n: integer,
        f: { type: 'number' },
        big: { type: 'integer', format: 'int64' },
        dec: { type: 'number', format: 'decimal' },
        yes: { type: 'boolean' },
        state: { type: 'string', enum: ['in-progress', 'done'] },
      },
    },
    input: {
      n: -1,
      f: 1.5,
      big: '9223372036854775807',
      dec: '1.10000000000000000001',
      yes: false,
      state: 'in_progress',
    },
    xml: '<a><n>-1</n><f>1.5</f><big>9223372036854775807</big><dec>1.10000000000000000001</dec><yes>false</yes><state>in-progress</state></a>',
  },
  {
    title: 'maps, by their keys',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { m: { type: 'object', additionalProperties: integer } },
    },
    input: {
      m: [
        { key: 'x', value: 1 },
        { key: 'ü-2', value: 2 },
      ],
    },
    xml: '<a><m><x>1</x><ü-2>2</ü-2></m></a>',
  },
  {
    title: 'maps of lists, by their keys',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { m: { type: 'object', additionalProperties: strings } },
    },
    input: {
      m: [
        { key: 'x', value: ['1', '2'] },
        { key: 'y', value: ['3'] },
      ],
    },
    xml: '<a><m><x>1</x><x>2</x><y>3</y></m></a>',
  },
  {
    title: 'maps of lists within elements, by their keys',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: {
        m: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Names' } },
        deep: {
          type: 'array',
          xml: { wrapped: true },
          items: {
            type: 'object',
            xml: { name: 'of' },
            additionalProperties: {
              type: 'object',
              additionalProperties: { ...strings, xml: { wrapped: true, name: 'not-this' } },
            },
          },
        },
      },
    },
    schemas: {
      Names: { type: 'array', xml: { wrapped: true }, items: { ...string, xml: { name: 'i', namespace: 'urn:i' } } },
    },
    input: {
      m: [
        { key: 'x', value: ['1', '2'] },
        { key: 'y', value: [] },
      ],
      deep: [[{ key: 'k', value: [{ key: 'l', value: ['3', '4'] }] }]],
    },
    xml: '<a><m><x><i xmlns="urn:i">1</i><i xmlns="urn:i">2</i></x><y/></m><deep><of><k><l><l>3</l><l>4</l></l></k></of></deep></a>',
  },
  {
    title: 'a root that is a map of lists within elements',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      additionalProperties: { ...strings, xml: { wrapped: true } },
    },
    input: [{ key: 'x', value: ['1', '2'] }],
    xml: '<a><x><x>1</x><x>2</x></x></a>',
  },
  {
    title: 'lists within elements among what else an object may hold',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { id: integer },
      additionalProperties: { type: 'array', xml: { wrapped: true }, items: { ...integer, xml: { name: 'i' } } },
    },
    input: { id: 1, _additional: [{ key: 'x', value: [1, 2] }] },
    xml: '<a><x><i>1</i><i>2</i></x><id>1</id></a>',
  },
  {
    title: 'an element around a map of lists within elements',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { m: { $ref: '#/components/schemas/Named', xml: { nodeType: 'element', name: 'm' } } },
    },
    schemas: {
      Named: { type: 'object', additionalProperties: { ...strings, xml: { nodeType: 'element' } } },
    },
    input: { m: [{ key: 'x', value: ['1', '2'] }] },
    xml: '<a><m><Named><x><x>1</x><x>2</x></x></Named></m></a>',
  },
  {
    title: 'a list among what else an object may hold',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { id: integer },
      additionalProperties: true,
    },
    input: { id: 1, _additional: { x: ['1', '2'], y: '3' } },
    xml: '<a><x>1</x><x>2</x><y>3</y><id>1</id></a>',
  },
  {
    title: 'the name that an allOf gives beside what it refers to',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: { owner: { allOf: [{ $ref: '#/components/schemas/Person' }, { xml: { name: 'owner' } }] } },
    },
    schemas: { Person: { type: 'object', xml: { name: 'person' }, properties: { id: integer } } },
    input: { owner: { id: 1 } },
    xml: '<a><owner><id>1</id></owner></a>',
  },
  {
    title: 'objects in lists in objects, and empty ones',
    schema: { $ref: '#/components/schemas/Pet' },
    schemas: {
      Pet: {
        type: 'object',
        xml: { name: 'pet' },
        required: ['tags'],
        properties: { tags: { type: 'array', xml: { wrapped: true }, items: { $ref: '#/components/schemas/Tag' } } },
      },
      Tag: { type: 'object', xml: { name: 'tag' }, properties: { id: integer, parts: strings } },
    },
    input: { tags: [{ id: 1, parts: ['a', 'b'] }, { id: null }, {}] },
    xml: '<pet><tags><tag><id>1</id><parts>a</parts><parts>b</parts></tag><tag><id xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></tag><tag/></tags></pet>',
    output: {
      tags: [
        { id: 1, parts: ['a', 'b'] },
        { id: null, parts: [] },
        { id: null, parts: [] },
      ],
    },
  },
  {
    title: 'ordered elements, and null in them',
    schema: {
      xml: { nodeType: 'element', name: 'OneTwoThree' },
      type: 'array',
      prefixItems: [
        { xml: { name: 'One' }, ...string },
        {
          xml: { name: 'Two' },
          type: 'object',
          required: ['unit', 'value'],
          properties: {
            unit: { ...string, xml: { nodeType: 'attribute' } },
            value: { type: 'number', xml: { nodeType: 'text' } },
          },
        },
        { xml: { name: 'Three' }, type: ['boolean', 'null'] },
      ],
    },
    input: ['Some text', { unit: 'cubits', value: 42 }, null],
    xml: '<OneTwoThree><One>Some text</One><Two unit="cubits">42</Two><Three xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></OneTwoThree>',
  },
  {
    title: 'text before and after an element',
    schema: {
      xml: { nodeType: 'element', name: 'Report' },
      type: 'array',
      prefixItems: [
        { xml: { nodeType: 'text' }, ...string },
        { xml: { name: 'data' }, type: 'number' },
        { xml: { nodeType: 'text' }, ...string },
      ],
    },
    input: ['Some preamble text.', 42, 'Some postamble text.'],
    xml: '<Report>Some preamble text.<data>42</data>Some postamble text.</Report>',
  },
  {
    title: 'tuples in an element and in none, among other properties',
    schema: { $ref: '#/components/schemas/Line' },
    schemas: {
      Line: {
        type: 'object',
        properties: {
          from: {
            type: 'array',
            prefixItems: [
              { type: 'number', xml: { name: 'x' } },
              { type: 'number', xml: { name: 'y' } },
            ],
            xml: { wrapped: true },
          },
          name: string,
          to: {
            prefixItems: [
              { type: 'number', xml: { name: 'x' } },
              { type: 'number', xml: { name: 'y' } },
              { ...string, xml: { name: 'unit', attribute: true } },
            ],
          },
        },
      },
    },
    input: { from: [1, 2.5], name: 'a', to: [3, -4, 'cm'] },
    xml: '<Line unit="cm"><from><x>1</x><y>2.5</y></from><name>a</name><x>3</x><y>-4</y></Line>',
  },
  {
    title: 'places without names by that of the list, what follows them, and what is in them',
    schema: {
      type: 'object',
      xml: { name: 'a' },
      properties: {
        row: {
          type: 'array',
          prefixItems: [string, { type: 'boolean' }, { $ref: '#/components/schemas/Node' }],
          items: { ...integer, xml: { name: 'more' } },
        },
        pairs: {
          type: 'array',
          items: {
            type: 'array',
            prefixItems: [
              { ...string, xml: { name: 'k' } },
              { ...integer, xml: { name: 'v' } },
            ],
          },
        },
      },
    },
    schemas: {
      Node: {
        type: 'object',
        properties: {
          id: integer,
          next: { $ref: '#/components/schemas/Node' },
          tags: { ...strings, xml: { wrapped: true } },
        },
      },
    },
    input: {
      row: ['x', true, { id: 1, next: { id: 2, tags: ['t', 'u'] } }, 5, 6],
      pairs: [
        ['a', 1],
        ['b', 2],
      ],
    },
    xml: '<a><row>x</row><row>true</row><Node><id>1</id><Node><id>2</id><tags><tags>t</tags><tags>u</tags></tags></Node></Node><more>5</more><more>6</more><pairs><k>a</k><v>1</v></pairs><pairs><k>b</k><v>2</v></pairs></a>',
  },
];

describe.each(rows)('XML with $title', ({ schema, schemas, input, xml, output }) => {
  it('is written', async () => {
    const text = await written(document(schema, schemas), input);
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
    expect(canonicalXml(text)).toBe(canonicalXml(xml));
  });
  it('is read', async () => {
    expect(await read(document(schema, schemas), xml)).toEqual(output ?? input);
  });
});

it.each([
  ['3.1.0', '<pet><kind><id>1</id></kind></pet>'],
  ['3.2.0', '<pet><Category><id>1</id></Category></pet>'],
])('in OpenAPI %s what a reference leads to is called %s', async (openapi, xml) => {
  const schemas = { Category: { type: 'object', properties: { id: integer } } };
  const schema = {
    type: 'object',
    xml: { name: 'pet' },
    properties: { kind: { $ref: '#/components/schemas/Category' } },
  };
  const from = document(schema, schemas, openapi);
  expect(await written(from, { kind: { id: 1 } })).toContain(xml);
  // Many say 3.2 and mean what was before.
  for (const text of [xml, '<pet><kind><id>1</id></kind></pet>'])
    expect(await read(from, text)).toEqual({ kind: { id: 1 } });
});

it('items are read within an element of which the document does not say that it stands around them', async () => {
  const items = { allOf: [{ $ref: '#/components/schemas/Zone' }, { xml: { name: 'Zone' } }] };
  const Zone = { type: 'object', properties: { id: integer } };
  const from = document(
    { type: 'object', xml: { name: 'r' }, properties: { zones: { type: 'array', items } } },
    { Zone },
  );
  const zones = [{ id: 1 }, { id: 2 }];
  const xml = '<Zone><id>1</id></Zone><Zone><id>2</id></Zone>';
  expect(await written(from, { zones })).toContain(`<r>${xml}</r>`);
  expect(await read(from, `<r>${xml}</r>`)).toEqual({ zones });
  expect(await read(from, `<r><zones>${xml}</zones></r>`)).toEqual({ zones });
});

describe('any text', () => {
  const from = document({
    type: 'object',
    xml: { name: 'a' },
    properties: {
      element: string,
      attribute: { type: 'string', xml: { attribute: true } },
      cdata: { type: 'object', properties: { c: { type: 'string', xml: { nodeType: 'cdata' } } } },
      items: { ...strings, xml: { wrapped: true } },
    },
  });

  it('comes back as it went, or is refused for what XML cannot carry', async () => {
    const { description, call } = await describeDocument(from);
    const { model } = description.blueprint;
    const encoder = new Encoder(model);
    const { shape, xml } = call('xml').responses[0]!;
    const text = fc.string({ unit: 'binary' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0, 2.2
    const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
    fc.assert(
      fc.property(text, text, text, fc.array(text), (element, attribute, c, items) => {
        const input = { element, attribute, cdata: { c }, items };
        if ([element, attribute, c, ...items].some(each => illegal.test(each))) {
          expect(() => prepare(call('xml'), { input }, encoder)).toThrow(/XML cannot carry/);
          return;
        }
        const body = Buffer.from(String(prepare(call('xml'), { input }, encoder).body));
        const parsed = new XmlReader(model.types).read(body, undefined, shape!, xml);
        expect(parsed).toEqual({ value: expect.objectContaining({ element, attribute, items }) });
        expect(new Decoder(model).decode(shape!, 'value' in parsed ? parsed.value : undefined, blame)).toMatchObject(
          input,
        );
      }),
      { numRuns: 500 },
    );
  });

  it.each(['', '1a', 'a b', 'a>b', 'xmlns:a', 'a/><b', '<!--'])(
    'a key %j that no XML name can be is refused',
    async key => {
      const map = document({ type: 'object', xml: { name: 'a' }, additionalProperties: string });
      const error = await written(map, [{ key, value: 'x' }]).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  );
});

describe('an answer in XML', () => {
  const from = document({
    type: 'object',
    xml: { name: 'pet', namespace: 'urn:pets' },
    required: ['id'],
    properties: { id: integer, name: string, tags: { ...strings, xml: { wrapped: true } }, any: {} },
  });

  it.each([
    [
      'prefixes and white space',
      '<p:pet xmlns:p="urn:pets">\n <p:id> 7 </p:id>\n <p:name>Rex</p:name></p:pet>',
      { id: 7, name: 'Rex' },
    ],
    [
      'a declaration, comments and instructions',
      '\ufeff<?xml version="1.0"?><!--a--><pet><?x y?><id>7</id><!--b--></pet>',
      { id: 7 },
    ],
    ['references', '<pet><id>7</id><name>&lt;&#x2603;&amp;</name></pet>', { id: 7, name: '<☃&' }],
    [
      'nil',
      '<pet xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id>7</id><name xsi:nil="true"/></pet>',
      { id: 7, name: null },
    ],
    ['what nobody named', '<pet><id>7</id><other>1</other></pet>', { id: 7 }],
    [
      'what has no type',
      '<pet><id>7</id><any a="1"><b>2</b><b>3</b><c/></any></pet>',
      { any: { a: '1', b: ['2', '3'], c: '' } },
    ],
    ['an empty list', '<pet><id>7</id><tags/></pet>', { tags: [] }],
    [
      'a name of every object',
      '<pet><id>7</id><any><__proto__>x</__proto__><constructor>y</constructor></any></pet>',
      { id: 7 },
    ],
  ])('may have %s', async (_, text, value) => {
    expect(await read(from, text)).toMatchObject(value);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('that breaks the contract is a fault in its place', async () => {
    const { description, call } = await describeDocument(from);
    const { model } = description.blueprint;
    const { shape, xml } = call('xml').responses[0]!;
    const parsed = new XmlReader(model.types).read(
      Buffer.from('<pet><id>x</id><name>Rex</name></pet>'),
      undefined,
      shape!,
      xml,
    );
    const value = new Decoder(model).decode(shape!, 'value' in parsed ? parsed.value : undefined, blame);
    expect(value).toMatchObject({ id: expect.any(GatewayError), name: 'Rex' });
  });

  it.each([
    ['a document type', '<!DOCTYPE pet [<!ENTITY a "b">]><pet><id>7</id></pet>'],
    ['an entity that nobody defined', '<pet><id>7</id><name>&a;</name></pet>'],
    ['no end', '<pet><id>7'],
    ['two roots', '<pet/><pet/>'],
    ['a prefix that nobody bound', '<p:pet/>'],
    ['no XML', '{"id":7}'],
    ['no floor', '<a>'.repeat(100_000)],
  ])('that has %s is refused', async (_, text) => {
    expect(await read(from, text)).toEqual({ problem: expect.any(String) });
  });

  it.each([
    ['<t><one>1</one><two>x</two><three>true</three></t>', [1, 'x', true]],
    ['<t>\n  <one>1</one>\n  <three>1</three>\n</t>', [1, null, true]],
    ['<t><two>x</two><other/></t>', [null, 'x']],
    ['<t><one>uno</one></t>', ['uno']],
    ['<t/>', []],
  ])('of a tuple may lack places: %s', async (text, value) => {
    const prefixItems = [
      { ...integer, xml: { name: 'one' } },
      { ...string, xml: { name: 'two' } },
      { type: 'boolean', xml: { name: 'three' } },
    ];
    expect(await read(document({ type: 'array', prefixItems, xml: { name: 't', wrapped: true } }), text)).toEqual(
      value,
    );
  });

  it('of a tuple is read to its end, whatever follows the places', async () => {
    const tuple = (items: object) =>
      document({
        type: 'array',
        prefixItems: [{ ...integer, xml: { name: 'one' } }],
        items,
        xml: { name: 't', wrapped: true },
      });
    const text = '<t at="a"><one>1</one><two>b</two>c<two>d</two></t>';
    expect(await read(tuple({ ...string, xml: { nodeType: 'attribute', name: 'at' } }), text)).toEqual([1, 'a']);
    expect(await read(tuple({ ...string, xml: { name: 'two' } }), text)).toEqual([1, 'b', 'd']);
    expect(await read(tuple({ ...strings, items: { ...string, xml: { name: 'two' } } }), text)).toEqual([
      1,
      ['b', 'd'],
    ]);
    expect(await read(tuple({ ...string, xml: { nodeType: 'text' } }), text)).toEqual([1]);
  });

  it('of a tuple that holds itself is read as deep as it goes', async () => {
    const tree = (xml: object, prefixItems: readonly object[]) =>
      document(
        { $ref: '#/components/schemas/Root' },
        {
          Root: { type: 'object', properties: { tree: { $ref: '#/components/schemas/Tree' } } },
          Tree: { type: 'array', xml, prefixItems },
        },
      );
    const place = { ...string, xml: { name: 'x' } };
    const self = { $ref: '#/components/schemas/Tree' };
    const depth = 20;
    const nested = '<t><x>a</x>'.repeat(depth) + '</t>'.repeat(depth);
    const value = Array.from({ length: depth }).reduce<unknown>(inner => (inner ? ['a', inner] : ['a']), undefined);
    expect(await read(tree({ name: 't', wrapped: true }, [place, self]), `<Root>${nested}</Root>`)).toEqual({
      tree: value,
    });
    const flat = '<Root><x>a</x><x>b</x></Root>';
    expect(await read(tree({}, [place, self]), flat)).toEqual({ tree: ['a', ['b']] });
    expect(await read(tree({}, [self]), flat)).toEqual({ tree: [] });
  });

  it('is another alternative than a discriminator of some names, where it has more of that', async () => {
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const object = (names: readonly string[], required: readonly string[]) => ({
      type: 'object',
      required,
      properties: Object.fromEntries(names.map(name => [name, string])),
    });
    const discriminator = { propertyName: 'type', mapping: { user: 'A', org: 'B' } };
    const schemas = {
      Inner: { oneOf: [ref('A'), ref('B')], discriminator },
      A: object(['type', 'ax'], ['ax']),
      B: object(['type', 'bx'], []),
      C: object(['type', 'cx'], ['type', 'cx']),
    };
    const from = document({ oneOf: [ref('Inner'), ref('C')] }, schemas);
    expect(await read(from, '<x><type>user</type><cx>1</cx></x>')).toEqual({ __typename: 'C', type: 'user', cx: '1' });
    expect(await read(from, '<x><type>org</type></x>')).toEqual({ __typename: 'B', type: 'org', bx: null });
  });

  it('of an object that is a part of itself, with no element around it, has an end', async () => {
    const node = (more: object) => ({ properties: { id: string, ...more }, type: 'object' });
    const part = (name: string) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], xml: { nodeType: 'none' } });
    const schemas = { A: node({ inner: part('A'), b: part('B') }), B: node({ of: string, a: part('A') }) };
    const from = document({ $ref: '#/components/schemas/A' }, schemas);
    expect(await read(from, '<A><id>1</id><of>2</of></A>')).toEqual({
      id: '1',
      inner: null,
      b: { id: '1', of: '2', a: null },
    });
    const names = Array.from({ length: 12 }, (_, index) => `T${index}`);
    const all = Object.fromEntries(names.map(name => [name, part(name)]));
    const each = Object.fromEntries(names.map(name => [name, node(all)]));
    expect(await read(document({ $ref: '#/components/schemas/T0' }, each), '<T0><id>1</id></T0>')).toMatchObject({
      id: '1',
      T0: null,
      T1: { id: '1', T1: null },
    });
  });

  it('of several kinds is told apart', async () => {
    const kinds = document({
      oneOf: [
        { type: 'object', required: ['bark'], properties: { kind: { const: 'dog' }, bark: string } },
        { type: 'object', required: ['lives'], properties: { kind: { const: 'cat' }, lives: integer } },
      ],
    });
    expect(await read(kinds, '<x><kind>cat</kind><lives>9</lives></x>')).toMatchObject({
      __typename: expect.stringMatching(/2$/),
      lives: 9,
    });
    expect(await read(kinds, '<x><bark>loud</bark></x>')).toMatchObject({
      __typename: expect.stringMatching(/1$/),
      bark: 'loud',
    });
  });
});

describe('an answer in XML that may be anything beside what has a type', () => {
  const typed = {
    type: 'object',
    required: ['a'],
    properties: { a: integer, tags: strings, kind: { const: 'typed' } },
  };
  const map = { type: 'object', additionalProperties: string };

  it.each([
    ['children that no type names', [typed, {}], '<zz>B</zz>', { value: { zz: 'B' } }],
    ['children that no type names, the other way round', [{}, typed], '<zz>B</zz>', { value: { zz: 'B' } }],
    ['a part of what the type demands', [typed, {}], '<tags>B</tags><zz>C</zz>', { value: { tags: 'B', zz: 'C' } }],
    ['a value of another kind', [typed, {}], '<a>x</a><zz>C</zz>', { value: { a: 'x', zz: 'C' } }],
    ['what has the type', [typed, {}], '<a>1</a><tags>B</tags>', { a: 1, tags: ['B'] }],
    ['what has the type and says so', [typed, {}], '<a>1</a><kind>typed</kind>', { a: 1, kind: 'typed' }],
    ['what says that it has the type, and has not', [typed, {}], '<kind>typed</kind>', { value: { kind: 'typed' } }],
    ['a list', [strings, typed, {}], '<zz>B</zz><zz>C</zz>', { items: ['B', 'C'] }],
    ['a map', [typed, map], '<zz>B</zz>', { entries: [{ key: 'zz', value: 'B' }] }],
  ])('keeps %s', async (_, oneOf, content, value) => {
    const from = document({ type: 'object', properties: { v: { oneOf } } });
    expect(await read(from, `<x><v>${content}</v></x>`)).toMatchObject({ v: value });
  });
});

it('the same answer in JSON is the same value', async () => {
  for (const { schema, schemas, xml, input, output } of rows) {
    const from = document(schema, schemas);
    const { description, call } = await describeDocument(from);
    const { model } = description.blueprint;
    const shape = call('json').responses[0]!.shape!;
    const json = writeJson(new Encoder(model).encode(call('xml').body!.shape, output ?? input, 'input'));
    const parsed = parseJson(Buffer.from(json));
    const value = new Decoder(model).decode(shape, 'value' in parsed ? parsed.value : undefined, blame);
    expect(await read(from, xml)).toEqual(JSON.parse(JSON.stringify(value)));
  }
});
