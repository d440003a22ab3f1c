/** Where a `.proto` text breaks the grammar: thrown inside the parser only, and told as a DOCUMENT_SYNTAX diagnostic. */
export class SyntaxFault extends Error {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(message: string, position: { readonly line: number; readonly column: number }) {
    super(message);
    this.line = position.line;
    this.column = position.column;
  }
}
