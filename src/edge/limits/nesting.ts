/**
 * The deepest nesting of brackets in a document, found before it is parsed: graphql-js parses, validates and executes by recursion, so
 * nothing deeper than the stack bears may reach it. Stops at the first place where the lexer would stop (GraphQL October 2021, 2.1.7
 * and 2.9.4 tell what is no bracket: comments and strings), so nothing can hide behind it.
 */
export function nestingOf(document: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < document.length; at += 1) {
    switch (document.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
      case 0x28: // (
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case 0x7d: // }
      case 0x5d: // ]
      case 0x29: // )
        depth -= 1;
        break;
      case 0x23: // #
        at = endOfLine(document, at);
        break;
      case 0x22: // "
        at = document.startsWith('"""', at) ? endOfBlockString(document, at) : endOfString(document, at);
        break;
    }
  }
  return deepest;
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

/** An unclosed string ends the reading: the lexer refuses it there. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') return at;
    if (character === '\n' || character === '\r') return text.length;
    if (character === '\\') at += 1;
  }
  return text.length;
}

function endOfBlockString(text: string, from: number): number {
  let at = from + 3;
  while (at < text.length) {
    const quotes = text.indexOf('"""', at);
    if (quotes === -1) return text.length;
    if (text[quotes - 1] !== '\\') return quotes + 2;
    at = quotes + 3;
  }
  return text.length;
}
