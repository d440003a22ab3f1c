import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Dice } from './dice.ts';

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A random operation on a schema: aliases, fragments of both kinds, conditions, variables. Nearly always valid. */
export function makeOperation(dice: Dice, schema: GraphQLSchema): Operation {
  const declared: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];
  let aliases = 0;
  const body = selections(schema.getQueryType()!, 0);
  const head = declared.length === 0 ? '' : `(${declared.join(', ')})`;
  return { query: [`query${head} ${body}`, ...fragments].join('\n'), variables };

  function selections(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    const count = depth === 0 ? 1 + dice.below(3) : 1 + dice.below(4);
    for (let n = 0; n < count; n += 1) parts.push(part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  function part(type: GraphQLCompositeType, depth: number): string {
    if (isAbstractType(type) && dice.chance(isUnionType(type) ? 90 : 60)) {
      const inner = dice.pick(schema.getPossibleTypes(type));
      return `... on ${inner.name}${condition()} ${selections(inner, depth)}`;
    }
    if (dice.chance(10) && depth > 0) return dice.chance(50) ? '__typename' : `kind: __typename`;
    if (dice.chance(12)) return `...${condition()} ${selections(type, depth + 1)}`;
    if (dice.chance(10)) {
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${selections(type, depth + 1)}`;
      return `...${name}${condition()}`;
    }
    if (isUnionType(type)) return '__typename';
    const fields = Object.values(type.getFields()).filter(
      field => depth < 5 || !isCompositeType(getNamedType(field.type)),
    );
    if (fields.length === 0) return '__typename';
    const field = dice.pick(fields);
    const inner = getNamedType(field.type);
    const args = field.args.flatMap(argument);
    const alias = args.length > 0 ? `x${aliases++}: ` : dice.chance(20) ? `a_${field.name}: ` : '';
    const below = isCompositeType(inner) ? ` ${selections(inner, depth + 1)}` : '';
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${condition()}${below}`;
  }

  function argument({ name, type }: GraphQLArgument): string[] {
    if (name === 'upper') return dice.chance(50) ? [`upper: ${given('Boolean', dice.chance(50))}`] : [];
    const id = () => dice.pick(['1', '2', '3', '4', '5']);
    const list = () => Array.from({ length: dice.below(4) }, id);
    const whole = String(type);
    const key = (text: string) => (/\bInt\b/.test(whole) ? Number(text) : text);
    if (name === 'id') return [`id: ${given(whole, key(id()))}`];
    if (name === 'input')
      return dice.chance(80) ? [`input: ${given(whole, { ids: list().map(text => inputKey(type, text)) })}`] : [];
    return [`${name}: ${given(whole, list().map(key))}`];
  }

  function inputKey(type: GraphQLArgument['type'], text: string): unknown {
    const named = getNamedType(type);
    const ids = 'getFields' in named && !isObjectType(named) ? named.getFields()['ids'] : undefined;
    return String(ids?.type) === '[Int]' ? Number(text) : text;
  }

  /** As a literal, or by a variable. */
  function given(type: string, value: unknown): string {
    if (dice.chance(50)) return JSON.stringify(value).replace(/"(\w+)":/g, '$1:');
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  }

  function condition(): string {
    if (!dice.chance(10)) return '';
    return ` @${dice.pick(['include', 'skip'])}(if: ${given('Boolean!', dice.chance(50))})`;
  }
}
