import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery, validateSchema } from 'graphql';
import { type Checked, checked, refused } from '../../base/checked.ts';
import { isRecord, own } from '../../base/json.ts';
import { refusal } from '../../source/refusal.ts';

/** The schema that an introspection's result describes: the whole answer, or its `data`. */
export async function readIntrospection(result: unknown, address: string): Promise<Checked<GraphQLSchema>> {
  const data = isRecord(result) && isRecord(own(result, 'data')) ? own(result, 'data') : result;
  if (!isIntrospection(data)) {
    const message = 'The document is JSON without the `__schema` of an introspection result.';
    return refused(refusal('DOCUMENT_INVALID', [address], message));
  }
  return validSchema(async () => buildClientSchema(data), address);
}

/** The schema that is built from an introspection result, if it is one: what is wrong with it is told with its address. */
export async function validSchema(
  build: () => Promise<GraphQLSchema>,
  address: string,
): Promise<Checked<GraphQLSchema>> {
  try {
    const schema = await build();
    const problems = validateSchema(schema);
    if (problems.length === 0) return checked(schema);
    return refused(...problems.map(problem => refusal('DOCUMENT_INVALID', [address], problem.message)));
  } catch (error) {
    const message = `The introspection result describes no schema: ${error instanceof Error ? error.message : ''}`;
    return refused(refusal('DOCUMENT_INVALID', [address], message));
  }
}

/** As far as it can be told from outside: buildClientSchema checks what it reads. */
function isIntrospection(data: unknown): data is IntrospectionQuery {
  return isRecord(data) && isRecord(own(data, '__schema'));
}
