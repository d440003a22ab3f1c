/** Where the value of a link's parameter comes from (OpenAPI 3.2, 4.20.4). */
export type RuntimeExpression =
  | { readonly from: 'answer'; readonly pointer: readonly string[] }
  | { readonly from: 'answer-header'; readonly name: string }
  | { readonly from: 'status' }
  | { readonly from: 'method' }
  | { readonly from: 'url' }
  | { readonly from: 'parameter'; readonly in: 'path' | 'query' | 'header'; readonly name: string }
  | { readonly from: 'body'; readonly pointer: readonly string[] };

/**
 * Undefined: it is a constant. A list: a text, in which expressions stand in braces. `malformed`: it, or a part of it, begins as an
 * expression does, and is none.
 */
export function readExpression(
  written: unknown,
): RuntimeExpression | readonly (string | RuntimeExpression)[] | 'malformed' | undefined {
  if (typeof written !== 'string') return undefined;
  if (written.startsWith('$')) return readWhole(written);
  const parts: (string | RuntimeExpression)[] = [];
  for (const [text, inner] of written.matchAll(/\{(\$[^{}]*)\}|[^{]+|\{/g)) {
    const part = inner === undefined ? text : readWhole(inner);
    if (part === 'malformed') return part;
    parts.push(part);
  }
  const [only] = parts;
  if (parts.every(part => typeof part === 'string')) return undefined;
  return parts.length === 1 && typeof only === 'object' ? only : parts;
}

function readWhole(text: string): RuntimeExpression | 'malformed' {
  if (text === '$url') return { from: 'url' };
  if (text === '$method') return { from: 'method' };
  if (text === '$statusCode') return { from: 'status' };
  const [, side, place, rest = ''] = /^\$(request|response)\.(header|query|path|body)(.*)$/s.exec(text) ?? [];
  if (place === 'body') {
    const pointer = pointerOf(rest);
    if (!pointer) return 'malformed';
    return side === 'response' ? { from: 'answer', pointer } : { from: 'body', pointer };
  }
  const name = rest.slice(1);
  if (!rest.startsWith('.') || name === '') return 'malformed';
  if (side === 'response')
    return place === 'header' ? { from: 'answer-header', name: name.toLowerCase() } : 'malformed';
  return { from: 'parameter', in: place as 'path' | 'query' | 'header', name }; // the pattern has no other left
}

/** RFC 6901, 6: as a fragment, percent-encoded or not. */
function pointerOf(text: string): readonly string[] | undefined {
  if (text === '' || text === '#') return [];
  if (!text.startsWith('#/')) return undefined;
  return text
    .slice(2)
    .split('/')
    .map(token => decoded(token).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
