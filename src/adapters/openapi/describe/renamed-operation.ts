import type { TypeRenaming } from '../types/type-renaming.ts';
import type { ServedOperation } from './describe-links.ts';

/** What links need of an operation, by the lasting names of its types. */
export function renamedOperation(served: ServedOperation, renaming: TypeRenaming): ServedOperation {
  const { args, result } = served;
  const { definitions, parameters, body } = args;
  return {
    ...served,
    args: {
      ...args,
      definitions: renaming.arguments(definitions),
      parameters: parameters.map(parameter => renaming.shaped(parameter)),
      body: body && renaming.shaped(body),
    },
    result: {
      ...result,
      shape: renaming.shape(result.shape),
      value: renaming.shape(result.value),
      responses: renaming.responses(result.responses),
      answered: result.answered.map(([response, shape]) => [response, renaming.shape(shape)] as const),
    },
  };
}
