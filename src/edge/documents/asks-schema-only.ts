import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';

/** Is all that an operation asks, at its root, about the schema itself? Then any schema of the same shape answers it. The document is valid. */
export function asksSchemaOnly(document: DocumentNode, operationName: string | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  const isMeta = ({ selections }: SelectionSetNode): boolean =>
    selections.every(selection => {
      if (selection.kind === Kind.FIELD) return selection.name.value.startsWith('__');
      if (selection.kind === Kind.INLINE_FRAGMENT) return isMeta(selection.selectionSet);
      const fragment = document.definitions.find(
        each => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
      );
      return fragment !== undefined && 'selectionSet' in fragment && isMeta(fragment.selectionSet);
    });
  return operation != null && isMeta(operation.selectionSet);
}
