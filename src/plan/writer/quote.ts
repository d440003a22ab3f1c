/**
 * A string as a JavaScript string literal: the one way in which text gets into generated code. Every UTF-16 unit but the few harmless
 * ones named here is written as an escape, so none can end the literal, the line, or a `<script>`; lone surrogates stay what they are.
 */
export function quote(text: string): string {
  return `'${text.replace(/[^A-Za-z0-9_ ",:{}[\]]/g, escaped)}'`;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
