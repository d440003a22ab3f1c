import type { CallModel, Field, Leaf, Shape, SourceModel } from '../model.ts';

/** proto3. */
export function grpcDocument(source: SourceModel): string {
  const { types, abstract, enumName, enumValues, calls, index } = source;
  const messages = types.map(({ name, fields }) =>
    message(
      name,
      fields.map(field => fieldOf(source, field)),
    ),
  );
  const members = abstract.members.map((member, number) => `${member} ${memberField(member)} = ${number + 1};`);
  return [
    `syntax = "proto3"; package s${index};`,
    `service Service {${calls.map(call => methodOf(call)).join(' ')}}`,
    ...messages,
    `message ${abstract.name} { oneof value { ${members.join(' ')} } }`,
    `enum ${enumName} { ${enumValues.map((value, number) => `${value} = ${number};`).join(' ')} }`,
    message(`Key${index}`, ['string id', 'optional string grp']),
    message(`Wish${index}`, [
      'string id',
      'optional string note',
      `optional ${enumName} colour`,
      'repeated int32 sizes',
    ]),
    ...calls.flatMap(call => messagesOf(source, call)),
  ].join('\n');
}

/** A oneof has a field for each member. */
export function memberField(member: string): string {
  return member.toLowerCase();
}

function message(name: string, fields: readonly string[]): string {
  return `message ${name} { ${fields.map((field, number) => `${field} = ${number + 1};`).join(' ')} }`;
}

function fieldOf(source: SourceModel, { name, shape, required }: Field): string {
  if (shape.kind === 'list') return `repeated ${typeName(source, shape.of)} ${name}`;
  const optional = shape.kind === 'leaf' && !required ? 'optional ' : '';
  return `${optional}${typeName(source, shape)} ${name}`;
}

function typeName({ abstract, enumName }: SourceModel, shape: Shape): string {
  if (shape.kind === 'object') return shape.type;
  if (shape.kind === 'abstract') return abstract.name;
  if (shape.kind === 'list') throw new TypeError('Protocol Buffers has no lists of lists.');
  return shape.leaf === 'Enum' ? enumName : leaves[shape.leaf];
}

const leaves: Readonly<Record<Exclude<Leaf, 'Enum'>, string>> = {
  String: 'string',
  Int: 'int32',
  Float: 'double',
  Boolean: 'bool',
  Long: 'int64',
  Time: 'string',
};

function rpcName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function methodOf({ name, kind, type }: CallModel): string {
  const reply = kind === 'one' || kind === 'make' ? type : `${rpcName(name)}Reply`;
  const reads = kind === 'make' ? ';' : ' { option idempotency_level = NO_SIDE_EFFECTS; }';
  return `rpc ${rpcName(name)}(${rpcName(name)}Request) returns (${reply})${reads}`;
}

function messagesOf({ index, enumName }: SourceModel, { name, kind, type }: CallModel): string[] {
  const request = {
    many: ['repeated string ids'],
    keyed: [`repeated Key${index} keys`],
    all: [`optional ${enumName} colour`, 'optional int32 limit'],
    one: ['string id'],
    any: [],
    make: [`Wish${index} wish`],
  }[kind];
  const reply = kind === 'one' || kind === 'make' ? [] : [message(`${rpcName(name)}Reply`, [`repeated ${type} items`])];
  return [message(`${rpcName(name)}Request`, request), ...reply];
}
