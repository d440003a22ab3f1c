import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql';
import { ids } from './model.ts';
import type { Random } from './random.ts';

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type GraphQLNullableInputType = Exclude<GraphQLInputType, { toString(): `${string}!` }>;

/** An enum value, which a literal writes without quotes. */
class EnumName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A random operation on a schema: aliases, fragments of both kinds, conditions, variables. Nearly always valid. */
export function makeOperation(random: Random, schema: GraphQLSchema): Operation {
  return new Making(random, schema).operation();
}

class Making {
  readonly #random: Random;
  readonly #schema: GraphQLSchema;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  #aliases = 0;
  /** How many more fields there may be. */
  #left: number;

  constructor(random: Random, schema: GraphQLSchema) {
    this.#random = random;
    this.#schema = schema;
    this.#left = 8 + random.below(36);
  }

  operation(): Operation {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation !== undefined && mutation !== null && this.#random.chance(12);
    const body = this.#selections(isMutation ? mutation : this.#schema.getQueryType()!, 0);
    const head = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`;
    const query = [`${isMutation ? 'mutation' : 'query'}${head} ${body}`, ...this.#fragments].join('\n');
    return { query, variables: this.#variables };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const count = depth === 0 ? 1 + this.#random.below(3) : 1 + this.#random.below(5);
    const parts: string[] = [];
    for (let n = 0; n < count && (n === 0 || this.#left > 0); n += 1) parts.push(this.#part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLCompositeType, depth: number): string {
    const random = this.#random;
    this.#left -= 1;
    if (isAbstractType(type) && random.chance(isUnionType(type) ? 90 : 60)) {
      const inner = random.pick(this.#schema.getPossibleTypes(type));
      return `... on ${inner.name}${this.#condition()} ${this.#selections(inner, depth)}`;
    }
    if (random.chance(8) && depth > 0) return random.chance(50) ? '__typename' : 'kindOf: __typename';
    if (random.chance(8)) return `...${this.#condition()} ${this.#selections(type, depth + 1)}`;
    if (random.chance(8)) return this.#spread(type, depth);
    if (isUnionType(type)) return '__typename';
    return this.#field(type, depth);
  }

  #spread(type: Exclude<GraphQLCompositeType, never>, depth: number): string {
    const index = this.#fragments.push('') - 1;
    this.#fragments[index] = `fragment F${index} on ${type.name} ${this.#selections(type, depth + 1)}`;
    return `...F${index}${this.#condition()}`;
  }

  #field(type: Extract<GraphQLCompositeType, { getFields(): unknown }>, depth: number): string {
    const random = this.#random;
    const deep = depth > 5 || this.#left <= 0;
    const fields = Object.values(type.getFields());
    const leaves = fields.filter(field => !isCompositeType(getNamedType(field.type)));
    const links = fields.filter(field => field.name.startsWith('link'));
    const candidates = deep ? leaves : links.length > 0 && random.chance(40) ? links : fields;
    if (candidates.length === 0) return '__typename';
    const field = random.pick(candidates);
    const inner = getNamedType(field.type);
    const args = field.args.flatMap(argument => this.#argument(argument));
    const alias = args.length > 0 ? `x${this.#aliases++}: ` : random.chance(15) ? `a_${field.name}: ` : '';
    const below = isCompositeType(inner) ? ` ${this.#selections(inner, depth + 1)}` : '';
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.#condition()}${below}`;
  }

  #argument({ name, type, defaultValue }: GraphQLArgument): string[] {
    const isOptional = !isNonNullType(type) || defaultValue !== undefined;
    if (isOptional && this.#random.chance(50)) return [];
    return [`${name}: ${this.#given(type, this.#value(type))}`];
  }

  #value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#some(type.ofType);
    return this.#random.chance(4) ? null : this.#some(type);
  }

  #some(type: GraphQLNullableInputType): unknown {
    const random = this.#random;
    if (isListType(type)) {
      if (random.chance(6)) return this.#value(type.ofType); // one stands for a list of one
      return Array.from({ length: random.below(5) }, () => this.#value(type.ofType));
    }
    if (isEnumType(type)) return new EnumName(random.pick(type.getValues()).name);
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(field => isNonNullType(field.type) || random.chance(50));
      return Object.fromEntries(given.map(field => [field.name, this.#value(field.type)]));
    }
    switch (type.name) {
      case 'Int':
        return random.below(12);
      case 'Float':
        return random.below(100) / 4;
      case 'Boolean':
        return random.chance(50);
      default:
        return random.pick(ids);
    }
  }

  /** As a literal, or by a variable: given, by default, or with a variable in a list. */
  #given(type: GraphQLInputType, value: unknown): string {
    const random = this.#random;
    if (random.chance(50)) return literal(value);
    const name = `v${this.#declared.length}`;
    const whole = String(type);
    if (value !== null && random.chance(15)) {
      this.#declared.push(`$${name}: ${whole.replace(/!$/, '')} = ${literal(value)}`);
      return `$${name}`;
    }
    if (
      Array.isArray(value) &&
      isListType(isNonNullType(type) ? type.ofType : type) &&
      value.length > 0 &&
      random.chance(30)
    ) {
      const [, item = 'String'] = /^\[(.*)\]!?$/.exec(whole) ?? [];
      this.#declared.push(`$${name}: ${item}`);
      this.#variables[name] = plain(value[0]);
      return `[${[`$${name}`, ...value.slice(1).map(literal)].join(', ')}]`;
    }
    this.#declared.push(`$${name}: ${whole}`);
    if (value !== null || whole.endsWith('!') || random.chance(50)) this.#variables[name] = plain(value);
    return `$${name}`;
  }

  #condition(): string {
    if (!this.#random.chance(7)) return '';
    const value = this.#random.chance(60);
    if (this.#random.chance(40)) return ` @${this.#random.pick(['include', 'skip'])}(if: ${value})`;
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: Boolean!`);
    this.#variables[name] = value;
    return ` @${this.#random.pick(['include', 'skip'])}(if: $${name})`;
  }
}

function literal(value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${name}: ${literal(field)}`)
    .join(', ')} }`;
}

function plain(value: unknown): unknown {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}
