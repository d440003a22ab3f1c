import { SyntaxFault } from './syntax-fault.ts';

/** One token of a `.proto` text. Numbers and strings are kept as they are written: an option's value is read later, by its type. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The comment that ends on the line before the token. */
  readonly leading?: string;
  /** The comment that begins on the line on which the token ends. */
  trailing?: string;
}

interface Comment {
  readonly text: string;
  readonly firstLine: number;
  lastLine: number;
}

const patterns = {
  space: /[ \t\r\n\f\v]+/y,
  lineComment: /\/\/[^\n]*/y,
  blockComment: /\/\*[\s\S]*?\*\//y,
  name: /[A-Za-z_][A-Za-z0-9_]*/y,
  number: /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y,
  string: /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y,
  symbol: /[{}[\]()<>=;:,./+-]/y,
};

/** The tokens of a `.proto` text, the end among them. Linear in the text. Throws SyntaxFault. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  let lineStart = at;
  let comment: Comment | undefined;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const advance = (written: string): void => {
    for (let index = written.indexOf('\n'); index >= 0; index = written.indexOf('\n', index + 1)) {
      line += 1;
      lineStart = at + index + 1;
    }
    at += written.length;
  };
  const remember = (written: string): void => {
    const previous = tokens.at(-1);
    const firstLine = line;
    advance(written);
    const said = contentOf(written);
    if (previous && previous.line === firstLine && previous.trailing === undefined) previous.trailing = said;
    else if (comment && written.startsWith('//') && comment.lastLine === firstLine - 1) {
      comment = { text: `${comment.text}\n${said}`, firstLine: comment.firstLine, lastLine: line };
    } else comment = { text: said, firstLine, lastLine: line };
  };
  const push = (kind: Token['kind'], written: string): void => {
    const leading = comment && comment.lastLine >= line - 1 ? { leading: comment.text } : {};
    tokens.push({
      kind,
      text: written,
      start: at,
      end: at + written.length,
      line,
      column: at - lineStart + 1,
      ...leading,
    });
    comment = undefined;
    advance(written);
  };

  while (at < text.length) {
    const space = match(patterns.space);
    if (space !== undefined) {
      advance(space);
      continue;
    }
    const said = match(patterns.lineComment) ?? match(patterns.blockComment);
    if (said !== undefined) {
      remember(said);
      continue;
    }
    const kind = (['name', 'number', 'string', 'symbol'] as const).find(
      candidate => match(patterns[candidate]) !== undefined,
    );
    if (kind === undefined || text.startsWith('/*', at)) {
      const shown = JSON.stringify(text.slice(at, at + 1));
      throw new SyntaxFault(`${shown} begins nothing that a .proto file may hold`, {
        line,
        column: at - lineStart + 1,
      });
    }
    push(kind, match(patterns[kind])!);
  }
  push('end', '');
  return tokens;
}

/** A comment's text without the marks that make it one. */
function contentOf(comment: string): string {
  if (comment.startsWith('//')) return comment.replace(/^\/\/+ ?/, '').trimEnd();
  return comment
    .slice(2, -2)
    .split('\n')
    .map(line => line.replace(/^\s*\*+ ?/, '').trimEnd())
    .join('\n')
    .trim();
}
