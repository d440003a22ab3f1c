/** One part of a multipart/related message (RFC 2387). */
export interface RelatedPart {
  /** Without its angle brackets. Empty: it has none. */
  readonly id: string;
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

export interface RelatedParts {
  readonly root: RelatedPart;
  /** All but the root, as they came. */
  readonly others: readonly RelatedPart[];
}

/** More than this no message needs; each costs more than its bytes. */
const mostParts = 1_000;
const mostHeaderBytes = 16 * 1024;

/** Takes a multipart/related body to pieces (RFC 2046, 5.1; RFC 2387), without copying them; or says why it is none. */
export function readRelated(body: Buffer, contentType: string): RelatedParts | string {
  const boundary = parameterOf(contentType, 'boundary');
  if (boundary === undefined || boundary === '') return 'a multipart body without a boundary';
  const parts: RelatedPart[] = [];
  for (const piece of piecesOf(body, boundary)) {
    if (parts.length === mostParts) return `more than ${mostParts} parts`;
    const part = partOf(piece);
    if (typeof part === 'string') return part;
    parts.push(part);
  }
  const start = parameterOf(contentType, 'start');
  const root = start === undefined ? parts[0] : parts.find(({ id }) => id === bare(start));
  if (!root) return start === undefined ? 'a multipart body without parts' : 'a multipart body without its root';
  return { root, others: parts.filter(part => part !== root) };
}

/** What stands between the delimiters; a body that breaks off has no whole part at its end. */
function* piecesOf(body: Buffer, boundary: string): Generator<Buffer> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first delimiter may stand at the very beginning.
  let at = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)) ? -2 : body.indexOf(delimiter);
  while (at > -3 && at !== -1) {
    const end = at + delimiter.length;
    if (body.toString('latin1', end, end + 2) === '--') return;
    const line = body.indexOf('\r\n', end);
    const next = line < 0 ? -1 : body.indexOf(delimiter, line);
    if (next < 0) return;
    yield body.subarray(Math.min(line + 2, next), next);
    at = next;
  }
}

function partOf(piece: Buffer): RelatedPart | string {
  const isBare = piece.subarray(0, 2).toString('latin1') === '\r\n';
  const end = isBare ? 0 : piece.subarray(0, mostHeaderBytes).indexOf('\r\n\r\n');
  if (end < 0) return 'a part whose headers do not end';
  const headers = headersOf(isBare ? '' : piece.toString('latin1', 0, end));
  const content = decoded(piece.subarray(isBare ? 2 : end + 4), headers.get('content-transfer-encoding'));
  if (content === undefined) return 'a part in an encoding that is not known';
  return { id: bare(headers.get('content-id') ?? ''), contentType: headers.get('content-type'), content };
}

function headersOf(text: string): ReadonlyMap<string, string> {
  const lines = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.flatMap(line => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const];
    }),
  );
}

/** RFC 2045, 6.1. */
function decoded(content: Buffer, encoding = 'binary'): Buffer | undefined {
  switch (encoding.toLowerCase()) {
    case 'binary':
    case '8bit':
    case '7bit':
      return content;
    case 'base64':
      return Buffer.from(content.toString('latin1'), 'base64');
    case 'quoted-printable':
      return unquoted(content.toString('latin1'));
    default:
      return undefined;
  }
}

/** RFC 2045, 6.7. */
function unquoted(text: string): Buffer {
  const joined = text.replace(/[ \t]+(?=\r?\n|$)/g, '').replace(/=\r?\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** RFC 2045, 5.1. */
function parameterOf(contentType: string, name: string): string | undefined {
  for (const [, key = '', quoted, token] of contentType.matchAll(
    /;\s*([\w.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/g,
  )) {
    if (key.toLowerCase() === name) return quoted?.replace(/\\(.)/g, '$1') ?? token;
  }
  return undefined;
}

function bare(id: string): string {
  return id.trim().replace(/^<(.*)>$/s, '$1');
}
