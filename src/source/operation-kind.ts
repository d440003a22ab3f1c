import { rootFieldName } from './root-field-name.ts';
import type { Source } from './source.ts';

/** The root type of an operation that is asked once. (What streams, its document alone says.) */
export type OperationKind = 'Query' | 'Mutation';

/** What the overlay's `@operation` says of a source's root field, by the source's own name; it goes before all else that says it. */
export function overlaidKind(
  { operationKinds = {}, options: { prefix } }: Pick<Source, 'operationKinds' | 'options'>,
  field: string,
): OperationKind | undefined {
  const name = rootFieldName(prefix, field);
  return Object.hasOwn(operationKinds, name) ? operationKinds[name] : undefined;
}
