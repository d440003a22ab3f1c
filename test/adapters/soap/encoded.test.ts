import { describe, expect, it } from 'vitest';
import { described, summary } from './described.ts';
import { gate, seen } from './gate.ts';
import { arrayType, rpcText } from './rpc-text.ts';
import { soapBackend } from './soap-backend.ts';

const schema = `
  <xs:complexType name="Node"><xs:sequence><xs:element name="name" type="enc:string"/>
    <xs:element name="size" type="xs:int"/><xs:element name="next" type="t:Node" minOccurs="0"/>
    <xs:element name="children" type="t:Nodes" minOccurs="0"/></xs:sequence></xs:complexType>
  <xs:complexType name="Leaf"><xs:complexContent><xs:extension base="t:Node"><xs:sequence>
    <xs:element name="colour" type="t:Colour"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:simpleType name="Colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/></xs:restriction></xs:simpleType>
  ${arrayType('Nodes', 't:Node[]')}${arrayType('Names', 'xs:string[]')}${arrayType('Grid', 'xs:int[,]')}${arrayType('Rows', 'xs:int[][]')}`;
const part = (name: string, type: string) => `<part name="${name}" type="${type}"/>`;
const all = [part('node', 't:Node'), part('names', 't:Names'), part('grid', 't:Grid'), part('rows', 't:Rows')].join('');
const wsdl = rpcText({
  schema,
  operations: [
    { name: 'put', input: all, output: part('result', 'xs:int') },
    { name: 'get', input: part('key', 'enc:string'), output: part('result', 't:Node') },
    { name: 'getAll', input: '', output: all },
    { name: 'getAny', input: part('what', 'xs:anyType'), output: part('result', 'enc:Array') },
  ],
});

const xmlns = [
  'xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"',
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"',
  'xmlns:x="http://www.w3.org/2001/XMLSchema"',
  'xmlns:t="urn:t"',
].join(' ');
const replying = (name: string, content: string, beside = '') =>
  soapBackend(() => ({
    body: `<c:${name}Response xmlns:c="urn:calls" ${xmlns}>${content}</c:${name}Response>${beside}`,
  }));

describe('an encoded request', () => {
  it('tells the type of every accessor, and of arrays what is in them and how many', async () => {
    await using backend = await replying('put', '<result i:type="x:int">1</result>');
    await using calls = await gate(wsdl, backend.url);
    const result = await calls.ask(`mutation { put(
      node: { leaf: { name: "a<b", size: 1, colour: red, children: [{ node: { name: "c", size: 2 } }, null] } }
      names: ["x", null], grid: [[1, 2, 3], [4, 5, 6]], rows: [[1], []]) }`);
    expect(seen(result)).toEqual({ data: { put: 1 }, errors: [] });
    const [head, ...lines] =
      backend.requests[0]?.body
        .replace(/(?=<[^/])/g, '\n')
        .trim()
        .split('\n') ?? [];
    expect(head).toContain('<n0:put xmlns:n0="urn:calls"');
    expect(head).toMatch(/ (n\d):encodingStyle="http:\/\/schemas.xmlsoap.org\/soap\/encoding\/">$/);
    expect(lines).toEqual([
      '<node xsi:type="n2:Leaf">',
      '<name xsi:type="n3:string">a&lt;b</name>',
      '<size xsi:type="n4:int">1</size>',
      '<children xsi:type="n2:Nodes" n3:arrayType="n2:Node[2]">',
      '<item xsi:type="n2:Node">',
      '<name xsi:type="n3:string">c</name>',
      '<size xsi:type="n4:int">2</size></item>',
      '<item xsi:type="n2:Node" xsi:nil="true"/></children>',
      '<colour xsi:type="n2:Colour">red</colour></node>',
      '<names xsi:type="n2:Names" n3:arrayType="n4:string[2]">',
      '<item xsi:type="n4:string">x</item>',
      '<item xsi:type="n4:string" xsi:nil="true"/></names>',
      '<grid xsi:type="n2:Grid" n3:arrayType="n4:int[2,3]">',
      ...[1, 2, 3, 4, 5].map(item => `<item xsi:type="n4:int">${item}</item>`),
      '<item xsi:type="n4:int">6</item></grid>',
      '<rows xsi:type="n2:Rows" n3:arrayType="n4:int[][2]">',
      '<item xsi:type="n3:Array" n3:arrayType="n4:int[1]">',
      '<item xsi:type="n4:int">1</item></item>',
      '<item xsi:type="n3:Array" n3:arrayType="n4:int[0]"/></rows></n0:put>',
    ]);
  });

  it('has null for a part that is not given, and refuses what is no rectangle', async () => {
    await using backend = await replying('put', '<result>1</result>');
    await using calls = await gate(wsdl, backend.url);
    expect(seen(await calls.ask('mutation { put(names: []) }'))).toEqual({ data: { put: 1 }, errors: [] });
    expect(backend.requests[0]?.body).toMatch(/<node xsi:type="n\d:Node" xsi:nil="true"\/>/);
    const ragged = await calls.ask('mutation { put(grid: [[1, 2], [3]]) }');
    expect(ragged.errors?.[0]?.message).toContain('"grid"');
    expect(seen(ragged).errors).toEqual(['BAD_USER_INPUT put']);
    expect(backend.requests).toHaveLength(1);
  });

  it('of SOAP 1.2 has its encoding and its array attributes', async () => {
    const soap12 = rpcText({
      schema: arrayType('Names', 'xs:string[]'),
      operations: [{ name: 'put', input: part('names', 't:Names'), output: part('result', 't:Names') }],
      version: '1.2',
    });
    await using backend = await soapBackend(() => ({
      contentType: 'application/soap+xml',
      envelope: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><c:putResponse xmlns:c="urn:calls"
        xmlns:e="http://www.w3.org/2003/05/soap-encoding" xmlns:r="http://www.w3.org/2003/05/soap-rpc">
        <r:result>result</r:result><result e:itemType="x:string" e:arraySize="2"><item e:id="a">one</item><item e:ref="a"/></result>
        </c:putResponse></s:Body></s:Envelope>`,
    }));
    await using calls = await gate(soap12, backend.url);
    const result = await calls.ask('mutation { put(names: ["x"]) }');
    expect(seen(result)).toEqual({ data: { put: ['one', 'one'] }, errors: [] });
    expect(backend.requests[0]?.body).toMatch(
      /(n\d):encodingStyle="http:\/\/www.w3.org\/2003\/05\/soap-encoding"><names xsi:type="n\d:Names" (n\d):itemType="(n\d):string" \2:arraySize="1"><item xsi:type="\3:string">x<\/item><\/names>/,
    );
  });
});

describe('an encoded answer', () => {
  const node = (id: string, content: string) =>
    `<multiRef id="${id}" e:root="0" i:type="t:Node" ${xmlns}>${content}</multiRef>`;
  const query = '{ get(key: "k") { name size next { name size next { name } } children { name } } }';

  it('is read through its references, by whatever name the return value has', async () => {
    const shared = node('2', '<name i:type="e:string">two</name><size href="#3"/>');
    const size = `<multiRef id="3" e:root="0" i:type="x:int" ${xmlns}>7</multiRef>`;
    const first = node(
      '1',
      '<name>one</name><size>1</size><next href="#2"/><children e:arrayType="t:Node[2]"><item href="#2"/><item i:nil="true"/></children>',
    );
    await using backend = await replying('get', '<getReturn href="#1"/>', first + shared + size);
    await using calls = await gate(wsdl, backend.url);
    expect(seen(await calls.ask(query))).toEqual({
      data: {
        get: {
          name: 'one',
          size: 1,
          next: { name: 'two', size: 7, next: null },
          children: [{ name: 'two' }, null],
        },
      },
      errors: [],
    });
  });

  it('that refers to itself or to nothing fails in that place alone', async () => {
    const first = node('1', '<name>one</name><size>1</size><next href="#1"/><children href="#9"/>');
    await using backend = await replying('get', '<result href="#1"/>', first);
    await using calls = await gate(wsdl, backend.url);
    expect(seen(await calls.ask(query))).toEqual({
      data: { get: { name: 'one', size: 1, next: null, children: null } },
      errors: ['UPSTREAM_MALFORMED get.next', 'UPSTREAM_MALFORMED get.children'],
    });
    expect(seen(await calls.ask('{ get(key: "k") { name size } }')).errors).toEqual([]);
  });

  it('whose references come to more than an answer may have is malformed', async () => {
    const levels = Array.from({ length: 20 }, (_, level) =>
      node(`${level}`, `<children e:arrayType="t:Node[10]">${`<item href="#${level + 1}"/>`.repeat(10)}</children>`),
    );
    await using backend = await replying('get', '<result href="#0"/>', levels.join(''));
    await using calls = await gate(wsdl, backend.url);
    expect(seen(await calls.ask(query)).errors).toEqual(['UPSTREAM_MALFORMED get']);
  });

  it('whose references make a chain of any length is read as deep as an answer may be', async () => {
    const links = Array.from({ length: 5_000 }, (_, at) =>
      node(`${at}`, `<name>${at}</name><size>1</size><next href="#${at + 1}"/>`),
    );
    await using backend = await replying('get', '<result href="#0"/>', links.join(''));
    await using calls = await gate(wsdl, backend.url);
    expect(seen(await calls.ask('{ get(key: "k") { next { next { name } } } }'))).toEqual({
      data: { get: { next: { next: { name: '2' } } } },
      errors: [],
    });
  });

  it('has its arrays in their dimensions and places', async () => {
    const content = `<node i:nil="1"/>
      <names e:arrayType="x:string[9]" e:offset="[1]"><a>one</a><b e:position="[3]">three</b></names>
      <grid e:arrayType="x:int[2,2]"><i>1</i><i>2</i><i>3</i></grid>
      <rows e:arrayType="x:int[][2]"><r e:arrayType="x:int[1]"><i>1</i></r><r e:arrayType="x:int[0]"/></rows>`;
    await using backend = await replying('getAll', content);
    await using calls = await gate(wsdl, backend.url);
    expect(seen(await calls.ask('{ getAll { node { name } names grid rows } }'))).toEqual({
      data: {
        getAll: {
          node: null,
          names: [null, 'one', null, 'three'],
          grid: [
            [1, 2],
            [3, null],
          ],
          rows: [[1], []],
        },
      },
      errors: [],
    });
  });

  const sizes: readonly [string, string][] = [
    ['a place beyond all', '<names e:arrayType="x:string[]"><a e:position="[999999999]">x</a></names>'],
    ['a size beyond all', '<grid e:arrayType="x:int[99999999,99999999]"><i>1</i></grid>'],
    ['more than it says', '<grid e:arrayType="x:int[1,1]"><i>1</i><i>1</i></grid>'],
    ['no size', '<grid><i>1</i></grid>'],
    ['a place outside', '<grid e:arrayType="x:int[2,2]"><i e:position="[0,2]">1</i></grid>'],
  ];
  it.for(sizes)('with an array of %s has an error in its place', async ([, content]) => {
    await using backend = await replying('getAll', content);
    await using calls = await gate(wsdl, backend.url);
    const { data, errors } = seen(await calls.ask('{ getAll { names grid } }'));
    expect(data).toEqual({ getAll: { names: null, grid: null } });
    expect(errors).toEqual([expect.stringMatching(/^UPSTREAM_MALFORMED getAll\.(names|grid)$/)]);
  });

  it('of any type is read by what it says of itself', async () => {
    const content = `<result e:arrayType="x:anyType[3]"><a i:type="e:int">1</a><b i:type="t:Node"><name>n</name><size>2</size></b>
      <c e:arrayType="x:string[1]"><d>x</d></c></result>`;
    await using backend = await replying('getAny', content);
    await using calls = await gate(wsdl, backend.url);
    const { data, errors } = seen(await calls.ask('{ getAny(what: 5) }'));
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ getAny: [1, { name: 'n', size: 2 }, ['x']] });
    expect(backend.requests[0]?.body).toMatch(/<what xsi:type="n\d:double">5<\/what>/);
  });
});

describe('the schema of an encoded WSDL', () => {
  it('has lists of lists, and nothing that must be there', async () => {
    const { sdl } = await described({ '/calls.wsdl': wsdl });
    expect(sdl).toContain('put(node: NodeInput, names: [String], grid: [[Int]], rows: [[Int]]): Int');
    expect(sdl).toContain('children: [Node]');
    expect(sdl).toContain('name: String\n');
  });

  it('leaves out operations that are encoded by rules nobody knows', async () => {
    const operations = [{ name: 'get', input: '', output: '' }];
    const { diagnostics } = await described({ '/calls.wsdl': rpcText({ operations, encodingStyle: 'urn:rules' }) });
    expect(summary(diagnostics)).toContain('warning OPERATION_NOT_SUPPORTED Calls/get');
  });

  it('names an element of document style by its type', async () => {
    const document = rpcText({
      schema:
        '<xs:complexType name="Key"><xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence></xs:complexType>',
      operations: [{ name: 'get', input: part('key', 't:Key'), output: part('result', 'xs:int') }],
      style: 'document',
    });
    await using backend = await soapBackend(() => ({ body: '<int xmlns="http://www.w3.org/2001/XMLSchema">3</int>' }));
    await using calls = await gate(document, backend.url);
    expect(seen(await calls.ask('{ get(input: { id: 1 }) }'))).toEqual({ data: { get: 3 }, errors: [] });
    expect(backend.requests[0]?.body).toMatch(
      /^<(n\d):Key .*xsi:type="\1:Key"><id xsi:type="n\d:int">1<\/id><\/\1:Key>$/,
    );
  });
});
