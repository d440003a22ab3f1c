import type { Transform } from '@graphql-tools/delegate';
import type { ExecutionRequest, ExecutionResult } from '@graphql-tools/utils';
import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  Kind,
  type NameNode,
  TypeInfo,
  type TypeNode,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isRecord } from '../../base/json.ts';
import { clientType, type NameTable } from '../schema/name-table.ts';
import { renamedSchema } from '../schema/renamed-schema.ts';

/**
 * Shows a source's schema under the client's names, and says what a client asked in the source's. One table, one visit:
 * chained transforms of @graphql-tools/wrap visit once for each kind of name, leave arguments of interfaces out and
 * look names up in prototypes. (Enum values of results are renamed where the source's schema serialises them.)
 */
export class Renaming implements Transform {
  readonly #table: NameTable;
  readonly #isShown: (rootField: string) => boolean;
  readonly #renames: boolean;
  /** From the client's coordinates to the source's own names. */
  readonly #own = new Map<string, string>();
  #schema: GraphQLSchema | undefined;

  /** `isShown`: which root fields, by `Query.x` in the source's own names, are in the schema at all. */
  constructor(table: NameTable, isShown: (coordinate: string) => boolean) {
    this.#table = table;
    this.#isShown = isShown;
    this.#renames = [table.types, table.members, table.arguments].some(names => Object.keys(names).length > 0);
  }

  transformSchema(schema: GraphQLSchema): GraphQLSchema {
    this.#schema = renamedSchema(schema, {
      table: this.#table,
      isShown: this.#isShown,
      note: (coordinate, own) => this.#own.set(coordinate, own),
    });
    return this.#schema;
  }

  transformRequest(request: ExecutionRequest): ExecutionRequest {
    const schema = this.#schema;
    if (!schema || !this.#renames) return request;
    const typeInfo = new TypeInfo(schema);
    const variables: Record<string, unknown> = { ...request.variables };
    const document = visit(
      request.document,
      visitWithTypeInfo(typeInfo, {
        VariableDefinition: {
          enter: node => {
            const name = node.variable.name.value;
            const type = typeFromAST(schema, node.type);
            if (Object.hasOwn(variables, name) && isInputType(type))
              variables[name] = this.ownValue(type, variables[name]);
          },
        },
        Field: { leave: node => this.#field(node, typeInfo.getParentType()?.name ?? '') },
        ObjectField: {
          leave: node => {
            const parent = getNamedType(typeInfo.getParentInputType());
            return parent ? { ...node, name: this.#named(node.name, `${parent.name}.${node.name.value}`) } : undefined;
          },
        },
        EnumValue: {
          leave: node => {
            const type = getNamedType(typeInfo.getInputType());
            return type ? { ...node, value: this.#own.get(`${type.name}.${node.value}`) ?? node.value } : undefined;
          },
        },
        NamedType: { leave: node => ({ ...node, name: this.#named(node.name, node.name.value) }) },
      }),
    );
    return { ...request, document, variables };
  }

  transformResult(result: ExecutionResult): ExecutionResult {
    if (Object.keys(this.#table.types).length > 0) this.#renameTypenames(result.data);
    return result;
  }

  /** An input of the client's, in the source's own names. */
  ownValue(type: GraphQLInputType, value: unknown): unknown {
    const inner = getNullableType(type);
    if (value === null || value === undefined) return value;
    if (isListType(inner))
      return Array.isArray(value)
        ? value.map(item => this.ownValue(inner.ofType, item))
        : this.ownValue(inner.ofType, value);
    if (isEnumType(inner)) return this.#own.get(`${inner.name}.${String(value)}`) ?? value;
    if (!isInputObjectType(inner) || !isRecord(value)) return value;
    const record: Record<string, unknown> = Object.create(null);
    for (const field of Object.values(inner.getFields())) {
      if (!Object.hasOwn(value, field.name)) continue;
      record[this.#own.get(`${inner.name}.${field.name}`) ?? field.name] = this.ownValue(field.type, value[field.name]);
    }
    return record;
  }

  /** The same, where the type is written in the client's names; what is no type of this source stays as it is. */
  ownValueOf(written: TypeNode, value: unknown): unknown {
    const type = this.#schema && typeFromAST(this.#schema, written);
    return isInputType(type) ? this.ownValue(type, value) : value;
  }

  #field(node: FieldNode, parent: string): FieldNode {
    const coordinate = `${parent}.${node.name.value}`;
    const own = this.#own.get(coordinate);
    return {
      ...node,
      ...(own === undefined ? {} : { name: { kind: Kind.NAME, value: own }, alias: node.alias ?? node.name }),
      ...(node.arguments
        ? {
            arguments: node.arguments.map(arg => ({
              ...arg,
              name: this.#named(arg.name, `${coordinate}.${arg.name.value}`),
            })),
          }
        : {}),
    };
  }

  #named(node: NameNode, coordinate: string): NameNode {
    const own = this.#own.get(coordinate);
    return own === undefined ? node : { kind: Kind.NAME, value: own };
  }

  #renameTypenames(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.#renameTypenames(item);
    if (!isRecord(value)) return;
    const record = value as Record<string, unknown>; // graphql-js made it for us alone
    const name = record['__typename'];
    if (typeof name === 'string') record['__typename'] = clientType(this.#table, name);
    for (const field of Object.values(record)) if (typeof field === 'object') this.#renameTypenames(field);
  }
}
