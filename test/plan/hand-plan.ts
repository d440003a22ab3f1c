import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
} from 'graphql';
import type {
  AbstractOutput,
  LeafOutput,
  ObjectOutput,
  Output,
  OutputField,
  Plan,
  RootStep,
} from '../../src/plan/plan.ts';
import type { MemberOrigin } from '../../src/supergraph/origins.ts';

/** A plan for one plain schema, whose root fields are each a step, and whose objects all feed `feeds`: without a supergraph, its names and links. */
export function handPlan(schema: GraphQLSchema, query: string, feeds: readonly number[] = []): Plan {
  const operation = parse(query).definitions[0] as OperationDefinitionNode; // the tests write nothing else first
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error('no such root type');
  const steps: RootStep[] = [];
  const object = objectOutput(root, operation.selectionSet.selections, true);
  const fields = object.fields.map((field): OutputField => {
    if (field.from.kind === 'typename') return field;
    const id = steps.length;
    const definition = root.getFields()[field.name]!;
    steps.push({
      kind: 'root',
      id,
      origin: {} as MemberOrigin, // nothing is asked in these tests
      at: `Query.${field.name}`,
      output: field.output,
      field: { definition, nodes: field.nodes, constantArguments: {} },
    });
    return { ...field, from: { kind: 'step', step: id } };
  });
  const stages = [{ level: 0, steps: steps.map(({ id }) => id), after: [] }];
  return { operation: 'query', steps, stages, root: { ...object, fields } };

  function output(type: GraphQLOutputType, nodes: readonly FieldNode[], nonNull = false): Output {
    if (isNonNullType(type)) return output(type.ofType, nodes, true);
    if (isListType(type)) return { kind: 'list', nonNull, of: output(type.ofType, nodes) };
    const selections = nodes.flatMap(node => node.selectionSet?.selections ?? []);
    if (isLeafType(type)) {
      const values = isEnumType(type) ? { values: new Map(type.getValues().map(({ name }) => [name, name])) } : {};
      return { kind: 'leaf', nonNull, type, ...values } satisfies LeafOutput;
    }
    if (!isAbstractType(type)) return objectOutput(type, selections, nonNull);
    const branches = schema.getPossibleTypes(type).map(one => [one.name, objectOutput(one, selections, true)] as const);
    return { kind: 'abstract', nonNull, branches: new Map(branches) } satisfies AbstractOutput;
  }

  function objectOutput(type: GraphQLNamedType, selections: readonly SelectionNode[], nonNull: boolean): ObjectOutput {
    if (!isObjectType(type)) throw new Error('no object type');
    const found = new Map<string, FieldNode[]>();
    const collect = (nodes: readonly SelectionNode[]): void => {
      for (const node of nodes) {
        if (node.kind === 'Field') {
          const key = node.alias?.value ?? node.name.value;
          found.set(key, [...(found.get(key) ?? []), node]);
        } else if (node.kind === 'InlineFragment') {
          const condition = schema.getType(node.typeCondition?.name.value ?? type.name);
          if (condition === type || (isAbstractType(condition) && schema.isSubType(condition, type)))
            collect(node.selectionSet.selections);
        }
      }
    };
    collect(selections);
    const fields = [...found].map(([responseKey, nodes]): OutputField => {
      const name = nodes[0]!.name.value;
      const typename = name === '__typename';
      const definition = type.getFields()[name];
      return {
        responseKey,
        name,
        nodes,
        from: typename ? { kind: 'typename' } : { kind: 'property', key: name },
        output: output(definition?.type ?? (getNamedType(schema.getType('String')) as GraphQLOutputType), nodes),
      };
    });
    return { kind: 'object', nonNull, typeName: type.name, fields, feeds };
  }
}
