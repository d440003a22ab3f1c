import { describe, expect, it } from 'vitest';
import { described, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

/** The SDL of a schema whose operation `GetX` answers with its element `x`. */
async function sdlOf(schema: string, x: string): Promise<string> {
  const whole = `${schema}${wrapper('GetX', '')}${wrapper('GetXResponse', x)}`;
  return (await described({ '/x.wsdl': wsdlText(whole, ['GetX']) })).sdl;
}

function typeIn(sdl: string, name: string): string {
  return new RegExp(`^(?:type|interface|enum|input) ${name}\\b.*?^}`, 'ms').exec(sdl)?.[0] ?? '';
}

const simpleTypes: readonly [string, string][] = [
  ['xs:string', 'String'],
  ['xs:token', 'String'],
  ['xs:anyURI', 'String'],
  ['xs:gYear', 'String'],
  ['xs:QName', 'String'],
  ['xs:boolean', 'Boolean'],
  ['xs:byte', 'Int'],
  ['xs:unsignedByte', 'Int'],
  ['xs:short', 'Int'],
  ['xs:unsignedShort', 'Int'],
  ['xs:int', 'Int'],
  ['xs:unsignedInt', 'Int64'],
  ['xs:long', 'Int64'],
  ['xs:unsignedLong', 'Int64'],
  ['xs:integer', 'BigInt'],
  ['xs:positiveInteger', 'BigInt'],
  ['xs:decimal', 'Decimal'],
  ['xs:float', 'Float'],
  ['xs:double', 'Float'],
  ['xs:dateTime', 'DateTime'],
  ['xs:date', 'Date'],
  ['xs:time', 'Time'],
  ['xs:duration', 'Duration'],
  ['xs:base64Binary', 'Base64'],
  ['xs:hexBinary', 'HexBinary'],
  ['xs:anyType', 'JSON'],
  ['xs:NMTOKENS', '[String!]'],
];

describe('a simple type', () => {
  it.for(simpleTypes)('%s is %s', async ([xsd, graphql]) => {
    expect(await sdlOf('', `<xs:element name="x" type="${xsd}"/>`)).toContain(`getX: ${graphql}\n`);
  });

  const derived: readonly [string, string, string][] = [
    ['a restriction is its base', '<xs:restriction base="xs:int"><xs:maxInclusive value="9"/></xs:restriction>', 'Int'],
    ['a list', '<xs:list itemType="xs:int"/>', '[Int!]'],
    ['a union of one kind', '<xs:union memberTypes="xs:int xs:short"/>', 'Int'],
    ['a union of several kinds', '<xs:union memberTypes="xs:int xs:string"/>', 'String'],
  ];
  it.for(derived)('%s', async ([, content, graphql]) => {
    const sdl = await sdlOf(`<xs:simpleType name="T">${content}</xs:simpleType>`, '<xs:element name="x" type="t:T"/>');
    expect(sdl).toContain(`getX: ${graphql}\n`);
  });

  it('with an enumeration is an enum; values that are no names get one', async () => {
    const values = ['OPEN', 'in-progress', '1.0', '+1', '-1', 'true', '', '%', 'a b', 'a-b'];
    const content = values.map(value => `<xs:enumeration value="${value}"/>`).join('');
    const type = `<xs:simpleType name="State"><xs:restriction base="xs:string">${content}</xs:restriction></xs:simpleType>`;
    const sdl = await sdlOf(type, '<xs:element name="x" type="t:State"/>');
    const names = [...typeIn(sdl, 'State').matchAll(/^ {2}(\w+)$/gm)].map(match => match[1]);
    expect(names.slice(0, 8)).toEqual(['OPEN', 'in_progress', '_1_0', 'plus_1', 'minus_1', '_true', '_EMPTY', '_x25']);
    expect(names.slice(8)).toEqual([
      expect.stringMatching(/^a_b_[0-9a-f]{4}$/),
      expect.stringMatching(/^a_b_[0-9a-f]{4}$/),
    ]);
  });
});

const fields: readonly [string, string, string][] = [
  ['required', '<xs:element name="f" type="xs:int"/>', 'f: Int!'],
  ['optional', '<xs:element name="f" type="xs:int" minOccurs="0"/>', 'f: Int'],
  ['nillable', '<xs:element name="f" type="xs:int" nillable="true"/>', 'f: Int'],
  ['repeated', '<xs:element name="f" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>', 'f: [Int!]!'],
  ['repeated, with nil', '<xs:element name="f" type="xs:int" maxOccurs="3" nillable="true"/>', 'f: [Int]!'],
  [
    'in a choice',
    '<xs:choice><xs:element name="f" type="xs:int"/><xs:element name="g" type="xs:int"/></xs:choice>',
    'f: Int',
  ],
  [
    'in an optional sequence',
    '<xs:sequence minOccurs="0"><xs:element name="f" type="xs:int"/></xs:sequence>',
    'f: Int',
  ],
  [
    'in a repeated sequence of one',
    '<xs:sequence maxOccurs="9"><xs:element name="f" type="xs:int"/></xs:sequence>',
    'f: [Int!]!',
  ],
  [
    'twice',
    '<xs:element name="f" type="xs:int"/><xs:element name="g" type="xs:int"/><xs:element name="f" type="xs:int"/>',
    'f: [Int!]!',
  ],
  ['never', '<xs:element name="h" type="xs:int"/><xs:element name="f" type="xs:int" maxOccurs="0"/>', 'h: Int!'],
  ['a wildcard', '<xs:any namespace="##other" processContents="lax"/>', '_any: [XML!]'],
  ['untyped', '<xs:element name="f"/>', 'f: JSON!'],
  ['by reference', '<xs:element ref="t:Global" minOccurs="0"/>', 'Global: Boolean'],
  ['of a group', '<xs:group ref="t:Some" minOccurs="0"/>', 'a: Int'],
];

describe('an element is a field', () => {
  const shared = `<xs:element name="Global" type="xs:boolean"/>
    <xs:group name="Some"><xs:sequence><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:sequence></xs:group>`;
  it.for(fields)('%s', async ([, content, field]) => {
    const type = `${shared}<xs:complexType name="T"><xs:sequence>${content}</xs:sequence></xs:complexType>`;
    const sdl = typeIn(await sdlOf(type, '<xs:element name="x" type="t:T"/>'), 'T');
    expect(sdl.split('\n').map(line => line.trim())).toContain(field);
  });

  it('of a group of several that repeats, in a type of their own', async () => {
    const pairs =
      '<xs:sequence maxOccurs="unbounded"><xs:element name="k" type="xs:string"/><xs:element name="v" type="xs:int"/></xs:sequence>';
    const sdl = await sdlOf(`<xs:complexType name="T">${pairs}</xs:complexType>`, '<xs:element name="x" type="t:T"/>');
    expect(typeIn(sdl, 'T')).toBe('type T {\n  _group1: [TGroup1!]!\n}');
    expect(typeIn(sdl, 'TGroup1')).toBe('type TGroup1 {\n  k: String!\n  v: Int!\n}');
  });
});

describe('a complex type', () => {
  it('has its attributes as fields; one that is called as an element says so', async () => {
    const type = `<xs:attributeGroup name="G"><xs:attribute name="lang" type="xs:language"/></xs:attributeGroup>
      <xs:complexType name="T"><xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence>
      <xs:attribute name="id" type="xs:long" use="required"/><xs:attributeGroup ref="t:G"/><xs:anyAttribute/></xs:complexType>`;
    const sdl = await sdlOf(type, '<xs:element name="x" type="t:T"/>');
    expect(typeIn(sdl, 'T')).toBe('type T {\n  id: Int!\n  id_attr: Int64!\n  lang: String\n}');
  });

  it('has legal names where its own have no letter of GraphQL’s', async () => {
    const type = `<xs:complexType name="T"><xs:sequence><xs:element name="ж" type="xs:int"/></xs:sequence>
      <xs:attribute name="ш" type="xs:int"/><xs:attribute name="щ" type="xs:int"/></xs:complexType>`;
    const sdl = await sdlOf(type, '<xs:element name="x" type="t:T"/>');
    expect(typeIn(sdl, 'T')).toMatch(/^type T \{\n {2}_: Int!\n {2}_attr: Int\n {2}_[0-9a-f]{4}: Int\n\}$/);
  });

  it('may be called as the scalar of files is', async () => {
    const type =
      '<xs:complexType name="File"><xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence></xs:complexType>';
    const sdl = await sdlOf(type, '<xs:element name="x" type="t:File"/>');
    expect(typeIn(sdl, 'File')).toBe('type File {\n  id: Int!\n}');
  });

  it('of simple content has it in _value; of mixed content in _text', async () => {
    const type = `<xs:complexType name="Money"><xs:simpleContent><xs:extension base="xs:decimal">
      <xs:attribute name="currency" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
      <xs:complexType name="T" mixed="true"><xs:sequence><xs:element name="m" type="t:Money"/></xs:sequence></xs:complexType>`;
    const sdl = await sdlOf(type, '<xs:element name="x" type="t:T"/>');
    expect(typeIn(sdl, 'Money')).toBe('type Money {\n  _value: Decimal!\n  currency: String!\n}');
    expect(typeIn(sdl, 'T')).toBe('type T {\n  _text: String\n  m: Money!\n}');
  });

  it('for which derived ones may stand is an interface, and a choice of one as an input', async () => {
    const derive = (name: string, base: string, field: string) => `<xs:complexType name="${name}"><xs:complexContent>
      <xs:extension base="t:${base}"><xs:sequence><xs:element name="${field}" type="xs:int"/></xs:sequence></xs:extension>
      </xs:complexContent></xs:complexType>`;
    const schema = `<xs:complexType name="Shape" abstract="true"><xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence></xs:complexType>
      ${derive('Ellipse', 'Shape', 'a')}${derive('Circle', 'Ellipse', 'r')}
      ${wrapper('Draw', '<xs:element name="shape" type="t:Shape"/><xs:element name="e" type="t:Ellipse"/>')}
      ${wrapper('DrawResponse', '<xs:element name="shape" type="t:Shape"/>')}`;
    const { sdl } = await described({ '/x.wsdl': wsdlText(schema, ['Draw']) });
    expect(sdl).toContain('draw(shape: ShapeInput!, e: EllipseInput!): Shape');
    expect(typeIn(sdl, 'Shape')).toBe('interface Shape {\n  id: Int!\n}');
    expect(typeIn(sdl, 'Circle')).toContain('type Circle implements Shape & Ellipse {');
    expect(sdl).toContain('input ShapeInput @oneOf {\n  circle: CircleInput\n  ellipse: EllipseBaseInput\n}');
    expect(sdl).toContain('input EllipseInput @oneOf {\n  ellipse: EllipseBaseInput\n  circle: CircleInput\n}');
  });

  it('an element for which others may stand is a choice of one, keyed by their names', async () => {
    const schema = `<xs:complexType name="Pay"><xs:sequence/></xs:complexType>
      <xs:complexType name="Card"><xs:complexContent><xs:extension base="t:Pay"><xs:sequence><xs:element name="no" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
      <xs:element name="payment" type="t:Pay" abstract="true"/>
      <xs:element name="card" type="t:Card" substitutionGroup="t:payment"/>
      <xs:element name="cash" substitutionGroup="t:payment"/>
      ${wrapper('Send', '<xs:element ref="t:payment"/>')}${wrapper('SendResponse', '<xs:element ref="t:payment"/>')}`;
    const { sdl } = await described({ '/x.wsdl': wsdlText(schema, ['Send']) });
    expect(sdl).toContain('send(payment: PaymentInput!): Pay');
    expect(sdl).toContain('input PaymentInput @oneOf {\n  card: CardInput\n  cash: PayBaseInput\n}');
  });

  it('of one name in two namespaces is told apart by a hash; that of the WSDL’s own keeps the name', async () => {
    const other = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other">
      <xs:complexType name="T"><xs:sequence><xs:element name="o" type="xs:int"/></xs:sequence></xs:complexType></xs:schema>`;
    const schema = `<xs:import namespace="urn:other" schemaLocation="o.xsd"/>
      <xs:complexType name="T"><xs:sequence><xs:element name="f" type="o:T" xmlns:o="urn:other"/></xs:sequence></xs:complexType>
      ${wrapper('GetX', '')}${wrapper('GetXResponse', '<xs:element name="x" type="t:T"/>')}`;
    const { sdl, diagnostics } = await described({ '/x.wsdl': wsdlText(schema, ['GetX']), '/o.xsd': other });
    expect(typeIn(sdl, 'T')).toMatch(/^type T \{\n {2}f: T_[0-9a-f]{4}!\n\}$/);
    expect(summary(diagnostics)).toContain('note NAME_COLLISION {urn:shop}T');
  });

  it('that demands itself for ever is no endless input', async () => {
    const schema = `<xs:complexType name="N"><xs:sequence><xs:element name="next" type="t:N"/></xs:sequence></xs:complexType>
      <xs:element name="Put" type="t:N"/>${wrapper('PutResponse', '')}`;
    const { sdl } = await described({ '/x.wsdl': wsdlText(schema, ['Put']) });
    expect(typeIn(sdl, 'NInput')).toBe('input NInput {\n  next: NInput\n}');
  });

  it('keeps its documentation', async () => {
    const note = (text: string) => `<xs:annotation><xs:documentation>${text}</xs:documentation></xs:annotation>`;
    const type = `<xs:complexType name="T">${note('A thing.')}<xs:sequence><xs:element name="f" type="xs:int">${note('Its f.')}</xs:element></xs:sequence></xs:complexType>`;
    const sdl = await sdlOf(type, '<xs:element name="x" type="t:T"/>');
    expect(sdl).toContain('"""A thing."""\ntype T {\n  """Its f."""\n  f: Int!\n}');
  });
});

describe('operations', () => {
  const schema = `${wrapper('GetA', '')}${wrapper('GetAResponse', '')}${wrapper('PutA', '')}${wrapper('PutAResponse', '')}`;
  const wsdl = wsdlText(schema, ['GetA', 'PutA']);

  it('are queries or mutations by their names, with a note; the configuration comes first, without one', async () => {
    const guessed = await described({ '/x.wsdl': wsdl });
    expect(Object.keys(guessed.blueprint.calls)).toEqual(['Query.getA', 'Mutation.putA']);
    expect(summary(guessed.diagnostics)).toEqual([
      'note OPERATION_KIND_GUESSED Shop/GetA',
      'note OPERATION_KIND_GUESSED Shop/PutA',
    ]);
    const told = await described({ '/x.wsdl': wsdl }, { queries: ['put*'] });
    expect(Object.keys(told.blueprint.calls)).toEqual(['Query.getA', 'Query.putA']);
    expect(summary(told.diagnostics)).toEqual(['note OPERATION_KIND_GUESSED Shop/GetA']);
    const both = await described({ '/x.wsdl': wsdl }, { queries: ['*'], mutations: ['get*'] });
    expect(Object.keys(both.blueprint.calls)).toEqual(['Mutation.getA', 'Query.putA']);
    expect(summary(both.diagnostics)).toEqual([]);
  });

  it('are left out as configured, and counted', async () => {
    const { operations, diagnostics, sdl } = await described(
      { '/x.wsdl': wsdl },
      { operations: { include: ['*'], exclude: ['put*'] } },
    );
    expect(operations).toEqual({ total: 2, imported: 1 });
    expect(summary(diagnostics)).toContain('note OPERATION_EXCLUDED Shop/PutA');
    expect(sdl).not.toContain('putA');
  });

  it('that are not supported are told with their address, and spoil nothing', async () => {
    const encoded = wsdl.replace(
      /(#PutA"\/>\s*<wsdl:input><soap:body use=)"literal"/,
      '$1"encoded" encodingStyle="urn:x"',
    );
    const { operations, diagnostics } = await described({ '/x.wsdl': encoded });
    expect(operations).toEqual({ total: 2, imported: 1 });
    expect(summary(diagnostics)).toContain('warning OPERATION_NOT_SUPPORTED Shop/PutA');
  });

  it.each([
    ['<wsdl:fault name="f" message="t:PutAOut"/>', 'it has neither an input nor an output'],
    ['<wsdl:output message="t:PutAOut"/>', 'the server speaks first in it'],
    ['<wsdl:input/><wsdl:output message="t:PutAOut"/>', 'its input names no message'],
    ['<wsdl:output message="t:PutAOut"/><wsdl:input message="t:PutAIn"/>', 'the server speaks first in it'],
  ])('that nobody can ask for are left out: %s', async (messages, reason) => {
    const asked = '<wsdl:input message="t:PutAIn"/><wsdl:output message="t:PutAOut"/>';
    const { diagnostics } = await described({ '/x.wsdl': wsdl.replace(asked, messages) });
    const told = diagnostics.filter(({ code }) => code === 'OPERATION_NOT_SUPPORTED').map(({ message }) => message);
    expect(told).toEqual([`The operation is left out: ${reason}.`]);
  });

  it('of an rpc binding have their parts as arguments and fields', async () => {
    const rpc = wsdl
      .replace('style="document"', 'style="rpc"')
      .replace('name="parameters" element="t:GetA"', 'name="sku" type="xs:string"')
      .replace('name="parameters" element="t:GetAResponse"', 'name="stock" type="xs:int"')
      .replaceAll('use="literal"/>', 'use="literal" namespace="urn:rpc"/>');
    const { sdl, blueprint } = await described({ '/x.wsdl': rpc });
    expect(sdl).toContain('getA(sku: String!): Int');
    expect(blueprint.calls['Query.getA']?.input.element).toEqual({
      namespace: 'urn:rpc',
      local: 'GetA',
      nillable: false,
    });
    const unsaid = await described({ '/x.wsdl': rpc.replaceAll(' namespace="urn:rpc"', '') });
    expect(unsaid.blueprint.calls['Query.getA']?.input.element?.namespace).toBe('urn:shop');
  });

  it('are those of every portType of every service, each by its first port; or of the configured port alone', async () => {
    const second = wsdlText('', ['GetA', 'PutA'])
      .replace(/^.*?(<wsdl:portType)/s, '$1')
      .replaceAll('"Shop"', '"Depot"')
      .replaceAll('t:Shop"', 't:Depot"')
      .replaceAll('ShopSoap', 'DepotSoap')
      .replace('ShopService', 'DepotService')
      .replace('http://shop.invalid/soap', 'http://depot.invalid/soap');
    const again = `<wsdl:service name="Late"><wsdl:port name="Late" binding="t:ShopSoap"><soap:address location="http://late.invalid/"/></wsdl:port></wsdl:service>`;
    const both = { '/x.wsdl': wsdl.replace('</wsdl:definitions>', again + second) };
    const endpoints = async (port?: string) => {
      const { blueprint } = await described(both, port === undefined ? {} : { port });
      return Object.entries(blueprint.calls).map(([at, call]) => `${at} ${call.operation} ${call.endpoint}`);
    };
    expect(await endpoints()).toEqual([
      'Query.shopGetA shopGetA http://shop.invalid/soap',
      'Mutation.shopPutA shopPutA http://shop.invalid/soap',
      'Query.depotGetA depotGetA http://depot.invalid/soap',
      'Mutation.depotPutA depotPutA http://depot.invalid/soap',
    ]);
    expect(await endpoints('Late')).toEqual([
      'Query.getA getA http://late.invalid/',
      'Mutation.putA putA http://late.invalid/',
    ]);
  });

  it('that are none are told of', async () => {
    const { operations, diagnostics } = await described({ '/x.wsdl': wsdlText('', []) });
    expect(operations).toEqual({ total: 0, imported: 0 });
    expect(summary(diagnostics)).toEqual(['warning DOCUMENT_INVALID']);
  });

  it('without SOAP 1.1 are taken from SOAP 1.2', async () => {
    const soap12 = wsdl.replace('http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/');
    const { blueprint } = await described({ '/x.wsdl': soap12 });
    expect(blueprint.calls['Query.getA']?.version).toBe('1.2');
  });

  it('of a port that does not exist are refused, with the ports there are', async () => {
    await expect(described({ '/x.wsdl': wsdl }, { port: 'ShopSop' })).rejects.toThrow('Did you mean "ShopSoap"?');
  });
});
