/** One part of a multipart body. */
export interface ReadPart {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly bytes: Buffer;
}

/** Reads a body as RFC 2046, 5.1.1 writes it, and parts' names as RFC 7578, 4.2; throws where it is none. Nothing of it is the gateway's. */
export function readMultipart(body: Buffer, contentType: string): readonly ReadPart[] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i
    .exec(contentType)
    ?.slice(1)
    .find(text => text !== undefined);
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: ReadPart[] = [];
  let at = body.indexOf(delimiter);
  if (at !== 0) throw new Error('something stands before the first part');
  for (;;) {
    at += delimiter.length;
    const next = body.toString('latin1', at, at + 2);
    if (next === '--') break;
    if (next !== '\r\n') throw new Error(`${JSON.stringify(next)} behind a boundary`);
    const end = body.indexOf(Buffer.from(`\r\n--${boundary}`), at);
    if (end < 0) throw new Error('a part without an end');
    parts.push(readPart(body.subarray(at + 2, end)));
    at = end + 2;
  }
  if (body.toString('latin1', at + 2) !== '\r\n') throw new Error('something stands behind the last part');
  return parts;
}

function readPart(part: Buffer): ReadPart {
  const isBare = part.toString('latin1', 0, 2) === '\r\n';
  const end = isBare ? 0 : part.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('a part without content');
  const lines = isBare ? [] : part.toString('utf8', 0, end).split('\r\n');
  const headers = new Map(
    lines.map(line => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error(`${JSON.stringify(line)} is no header`);
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const disposition = headers.get('content-disposition') ?? '';
  const parameter = (name: string) => {
    const written = new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1];
    return written?.replace(/%(22|0D|0A)/gi, escaped => decodeURIComponent(escaped)); // HTML, 4.10.21.8
  };
  return {
    headers,
    name: parameter('name'),
    filename: parameter('filename'),
    bytes: part.subarray(isBare ? 2 : end + 4),
  };
}
