import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';

/** A field that another call fills, as the overlay or a source's own document says. */
export interface LinkDraft {
  readonly typeName: string;
  readonly field: FieldDefinitionNode;
  /** The `@resolve` among the field's directives. */
  readonly node: ConstDirectiveNode;
  /** Its arguments, coerced. */
  readonly args: Readonly<Record<string, unknown>>;
  /** For diagnostics. */
  readonly at: readonly string[];
  /** Is it the document's? Then what is wrong with it leaves out the link alone: its operator did not write it. */
  readonly declared?: true;
}
