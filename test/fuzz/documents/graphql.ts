import type { CallModel, Leaf, Shape, SourceModel } from '../model.ts';

/** SDL. */
export function graphqlDocument(source: SourceModel): string {
  const { types, abstract, enumName, enumValues, calls, index } = source;
  const objects = types.map(({ name, fields }) => {
    const implemented = abstract.isInterface && abstract.members.includes(name) ? ` implements ${abstract.name}` : '';
    const lines = fields.map(field => {
      const args = field.shape.kind === 'leaf' && field.shape.leaf === 'Float' ? '(digits: Int = 2)' : '';
      return `${field.name}${args}: ${typeName(source, field.shape)}${field.required ? '!' : ''}`;
    });
    return `type ${name}${implemented} { ${lines.join(' ')} }`;
  });
  const fieldsOf = (kinds: (call: CallModel) => boolean) =>
    calls
      .filter(kinds)
      .map(call => rootField(source, call))
      .join(' ');
  const mutations = fieldsOf(({ kind }) => kind === 'make');
  return [
    `type Query { ${fieldsOf(({ kind }) => kind !== 'make')} }`,
    ...(mutations === '' ? [] : [`type Mutation { ${mutations} }`]),
    ...objects,
    abstract.isInterface
      ? `interface ${abstract.name} { label: String }`
      : `union ${abstract.name} = ${abstract.members.join(' | ')}`,
    `enum ${enumName} { ${enumValues.join(' ')} }`,
    `input Key${index} { id: String! grp: String }`,
    `input Wish${index} { id: String! note: String colour: ${enumName} = ${enumValues[1]} sizes: [Int] }`,
    'scalar Int64',
    'scalar DateTime',
  ].join('\n');
}

function typeName(source: SourceModel, shape: Shape): string {
  if (shape.kind === 'list') return `[${typeName(source, shape.of)}]`;
  if (shape.kind === 'object') return shape.type;
  if (shape.kind === 'abstract') return source.abstract.name;
  return shape.leaf === 'Enum' ? source.enumName : leaves[shape.leaf];
}

const leaves: Readonly<Record<Exclude<Leaf, 'Enum'>, string>> = {
  String: 'String',
  Int: 'Int',
  Float: 'Float',
  Boolean: 'Boolean',
  Long: 'Int64',
  Time: 'DateTime',
};

function rootField({ enumName, index }: SourceModel, { name, kind, type }: CallModel): string {
  switch (kind) {
    case 'many':
      return `${name}(ids: [String!]!): [${type}]`;
    case 'keyed':
      return `${name}(keys: [Key${index}!]!): [${type}]`;
    case 'all':
      return `${name}(colour: ${enumName}, limit: Int = 9): [${type}!]`;
    case 'one':
      return `${name}(id: String!): ${type}`;
    case 'any':
      return `${name}: [${type}]`;
    case 'make':
      return `${name}(wish: Wish${index}!): ${type}`;
  }
}
