import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  parseConstValue,
  print,
} from 'graphql';

/** How a link asks for many at once. */
interface BatchText {
  /** `<source>.<field>`. */
  readonly call: string;
  /** A template; of a key of several parts, of each. */
  readonly key: string | Readonly<Record<string, string>>;
  readonly into: string;
  /** Absent: what is taken where nothing says it. */
  readonly match?: string;
  /** Empty where the answer itself is meant. */
  readonly select: string;
}

/** A link of its own, as one line of an overlay. */
export function linkLine(typeName: string, field: string, type: string, batch: BatchText): string {
  const args = Object.entries(argumentsOf(batch)).map(([name, value]) => `${name}: ${value}`);
  return `extend type ${typeName} { ${field}: ${type} @resolve(${args.join(', ')}) }`;
}

/** A link that is written already, batched; `without`: of its `args`, those that the batch gives. */
export function batchedLine(
  typeName: string,
  field: FieldDefinitionNode,
  link: ConstDirectiveNode,
  batch: BatchText,
  without: readonly string[],
): string {
  const kept = (link.arguments ?? []).flatMap(argument => {
    if (argument.name.value === 'missing') return [argument];
    return argument.name.value === 'args' ? lessened(argument, without) : [];
  });
  const given = Object.entries(argumentsOf(batch)).map(([name, value]): ConstArgumentNode => {
    return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: parseConstValue(value) };
  });
  const [call, ...rest] = given;
  const directive: ConstDirectiveNode = { ...link, arguments: [call!, ...kept, ...rest] };
  const { description: _, ...plain } = field;
  const directives = (field.directives ?? []).map(each => (each === link ? directive : each));
  return `extend type ${typeName} { ${print({ ...plain, directives }).replace(/\s+/g, ' ')} }`;
}

function lessened(argument: ConstArgumentNode, without: readonly string[]): ConstArgumentNode[] {
  const { value } = argument;
  if (value.kind !== Kind.OBJECT) return [];
  const fields = value.fields.filter(({ name }) => !without.includes(name.value));
  return fields.length > 0 ? [{ ...argument, value: { ...value, fields } }] : [];
}

/** In the order in which they are written. */
function argumentsOf({ call, key, into, match, select }: BatchText): Readonly<Record<string, string>> {
  const parts = typeof key === 'string' ? [] : Object.entries(key).map(([name, part]) => `${name}: "${part}"`);
  const written = typeof key === 'string' ? `"${key}"` : `{ ${parts.join(', ')} }`;
  const batch = `{ key: ${written}, into: "${into}"${match === undefined ? '' : `, match: "${match}"`} }`;
  return { call: `"${call}"`, batch, ...(select === '' ? {} : { select: `"${select}"` }) };
}
